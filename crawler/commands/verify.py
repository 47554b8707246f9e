"""`scrapy verify`: see `crawler.cli.verify`."""

from crawler.cli import verify
from crawler.command import ArchiveCommand


class Command(ArchiveCommand):
    """The command."""

    module = verify
