"""`scrapy snapshots`: see `crawler.cli.snapshots`."""

from crawler.cli import snapshots
from crawler.command import ArchiveCommand


class Command(ArchiveCommand):
    """The command."""

    module = snapshots
