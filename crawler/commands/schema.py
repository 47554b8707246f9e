"""`scrapy schema`: see `crawler.cli.schema`."""

from crawler.cli import schema
from crawler.command import ArchiveCommand


class Command(ArchiveCommand):
    """The command."""

    module = schema
