"""`scrapy restore`: see `crawler.cli.restore`."""

from crawler.cli import restore
from crawler.command import ArchiveCommand


class Command(ArchiveCommand):
    """The command."""

    module = restore
