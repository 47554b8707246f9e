"""Adapts a module of `crawler.cli` to a Scrapy command.

Stands outside `commands/`: Scrapy makes a command of every
class that it finds there.
"""

import argparse
import os
import sys
from typing import Protocol

from scrapy.commands import ScrapyCommand
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.cli.output import Context
from crawler.errors import ExitCode, NewswarcError
from crawler.extensions.run_facts import project_directory
from crawler.options import ArchiveOptions, StoreAccess


class CommandModule(Protocol):
    """What a module of `crawler.cli` offers."""

    SUMMARY: str
    EXAMPLE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own arguments."""

    def run(self, arguments: argparse.Namespace, context: Context) -> ExitCode:
        """Do the work."""


class ArchiveCommand(ScrapyCommand):
    """A command that reads the archive; subclasses name their module of `crawler.cli`."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012  Scrapy's own declaration
    module: CommandModule

    def syntax(self) -> str:
        """The command's own arguments, for the first line of --help and of errors."""
        parser = argparse.ArgumentParser(prog="", add_help=False)
        self.module.add_arguments(parser)
        return " ".join(parser.format_usage().split()[1:])

    def short_desc(self) -> str:
        """For the list of commands."""
        return self.module.SUMMARY

    def long_desc(self) -> str:
        """For --help."""
        return f"{self.module.SUMMARY}. Example: {self.module.EXAMPLE}"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and the command's own."""
        super().add_options(parser)
        self.module.add_arguments(parser)
        parser.set_defaults(parser=parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run; errors become one line on stderr and their exit code."""
        if args:
            opts.parser.error(f"unexpected argument {args[0]!r}")
        if self.settings is None:
            raise RuntimeError("Scrapy gives a command its settings before it runs")
        try:
            options = ArchiveOptions.from_settings(self.settings)
            access = StoreAccess.from_settings(self.settings, options)
            context = Context(options, access, project_directory(), _user_agent(self.settings, options))
            self.exitcode = self.module.run(opts, context)
            sys.stdout.flush()
        except NewswarcError as error:
            complain(error)
            self.exitcode = error.exit_code
        except BrokenPipeError:  # `… | head` has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _user_agent(settings: BaseSettings, options: ArchiveOptions) -> str:
    """That of a crawl: ours, unless the project or the command line sets another."""
    chosen = (settings.getpriority("USER_AGENT") or 0) > SETTINGS_PRIORITIES["addon"]
    return str(settings["USER_AGENT"]) if chosen else options.user_agent


def complain(error: NewswarcError, besides: str = "") -> None:
    """One line on stderr."""
    tell(f"{error}" + (f"; {besides}" if besides else ""))


def tell(words: str) -> None:
    """One line on stderr. Whoever read it may be gone by now; the exit code says the same."""
    try:
        print(f"newswarc: {words}", file=sys.stderr, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
