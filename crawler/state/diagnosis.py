"""What `scrapy doctor` finds: one frozen value for each thing that a scheduled run needs. Here are the pure checks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from crawler.errors import ExitCode, NewswarcError
from crawler.options import ArchiveOptions

_GRAVITY = (
    ExitCode.DAMAGED,
    ExitCode.OUT_OF_SPACE,
    ExitCode.NOT_PUBLISHED,
    ExitCode.USAGE,
    ExitCode.ANOTHER_RUN,
)
"""What a command returns for several problems: the first of these. The last passes by itself."""


class Status(StrEnum):
    """How grave it is."""

    OK = "ok"
    """All is well."""
    WARNING = "warning"
    """A run works, and may do worse than it could."""
    PROBLEM = "problem"
    """A run fails."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    """What was looked at, in a word or two."""
    status: Status
    """How grave it is."""
    found: str
    """What was found."""
    advice: str = ""
    """What to do; empty where all is well."""
    exit_code: ExitCode = ExitCode.COMPLETE
    """What a run would return for a problem."""

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.status:7}  {self.check:12}  {self.found}" + (f"; {self.advice}" if self.advice else "")


def well(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check, Status.OK, found)


def warning(check: str, found: str, advice: str) -> Finding:
    """A run works."""
    return Finding(check, Status.WARNING, found, advice)


def problem(check: str, found: str, advice: str, exit_code: ExitCode) -> Finding:
    """A run fails."""
    return Finding(check, Status.PROBLEM, found, advice, exit_code)


def failed(check: str, error: NewswarcError) -> Finding:
    """The check ended with an error, which says what to do."""
    found, _, advice = str(error).partition("; ")
    return problem(check, found, advice or "mend that, then run `scrapy doctor` again", error.exit_code)


def not_checked(check: str, needs: str) -> Finding:
    """The check needs what another one found to be missing."""
    return warning(check, f"not checked: it needs the {needs}", f"mend the {needs} first")


def worst(findings: Iterable[Finding]) -> ExitCode:
    """The exit code for all of it: that of the gravest problem, 0 where there are only warnings."""
    codes = {finding.exit_code for finding in findings if finding.status is Status.PROBLEM}
    return next((code for code in _GRAVITY if code in codes), max(codes, default=ExitCode.COMPLETE))


def check_contact(options: ArchiveOptions) -> Finding:
    """Whether the operator of the site can reach whoever crawls it."""
    if options.contact:
        return well("contact", f"a site reads {options.contact} in the User-Agent")
    advice = "set ARCHIVE_CONTACT to an e-mail address or a URL before a live site is crawled"
    return warning("contact", "a site cannot tell who crawls it", advice)


def check_limits(options: ArchiveOptions) -> Finding:
    """Whether settings contradict each other."""
    if options.spool_bytes < options.publish_bytes:
        return warning(
            "limits",
            f"ARCHIVE_SPOOL_BYTES={options.spool_bytes} is less than ARCHIVE_PUBLISH_BYTES={options.publish_bytes}: "
            "a crawl is held back before it publishes by size",
            "raise the first or lower the second",
        )
    if options.lease_seconds < 3 * options.store_seconds:
        return warning(
            "limits",
            f"ARCHIVE_LEASE_SECONDS={options.lease_seconds:g} is less than three times "
            f"ARCHIVE_STORE_SECONDS={options.store_seconds:g}: while a slow store is asked again a lease runs out",
            "raise the first or lower the second",
        )
    return well("limits", "no setting contradicts another")
