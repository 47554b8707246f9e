"""`scrapy history`: see `crawler.cli.history`."""

from crawler.cli import history
from crawler.command import ArchiveCommand


class Command(ArchiveCommand):
    """The command."""

    module = history
