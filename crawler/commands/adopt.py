"""`scrapy adopt`: see `crawler.cli.adopt`."""

from crawler.cli import adopt
from crawler.command import ArchiveCommand


class Command(ArchiveCommand):
    """The command."""

    module = adopt
