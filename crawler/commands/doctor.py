"""`scrapy doctor`: see `crawler.cli.doctor`."""

from crawler.cli import doctor
from crawler.command import ArchiveCommand


class Command(ArchiveCommand):
    """The command."""

    module = doctor
