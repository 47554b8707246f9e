"""`scrapy publish`: see `crawler.cli.publish`."""

from crawler.cli import publish
from crawler.command import ArchiveCommand


class Command(ArchiveCommand):
    """The command."""

    module = publish
