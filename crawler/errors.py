"""The exception tree and the exit codes: one table, used by every command.

::

    NewswarcError
    ├── ConfigurationError      a setting, a spider argument or a command line is wrong
    ├── AnotherRunError         the spool of this store and spider is in use, or the store takes one writer only
    ├── StoreError              the store refused: asking again would not help
    │   ├── StoreUnavailableError  it does not answer, or asks to slow down: it may later
    │   ├── ObjectExistsError   put-if-absent found an object there
    │   ├── ObjectMissingError  no object under that key
    │   └── AlteredObjectError  the store keeps other bytes than it was sent
    ├── CaptureError            an exchange could not be made durable; the run must stop
    │   └── OutOfSpaceError     the disk under the spool is full
    ├── DamagedArchiveError     bytes in the archive or the spool are not what they must be
    ├── NotFoundError           the named snapshot, capture or article is not in the archive
    └── NotAnArticleError       a page that gives no article (never ends a run by itself)

Every message says what is wrong, where, and what to do next.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command returns to the shell. 1 and 2 are Scrapy's own (crash, usage)."""

    COMPLETE = 0
    """Everything that was due was captured and is published. Nothing new is also complete."""
    USAGE = 2
    """Unknown spider, argument, setting, snapshot or article: nothing was done."""
    OVER_THE_GATE = 3
    """Published, but under ARCHIVE_GATE_SHARE of what was due, most with one text, a field gone or nothing listed."""
    INTERRUPTED = 4
    """Stopped before the work was done; what was captured is published or kept in the spool."""
    NOT_PUBLISHED = 5
    """The store could not be used; what was captured is kept in the spool for the next run."""
    ANOTHER_RUN = 6
    """Another run of the spider on this machine, or on a store that takes one writer any run: nothing was done."""
    DAMAGED = 7
    """Verification found bytes that are not what the commit log says."""
    OUT_OF_SPACE = 8
    """The disk under the spool is full, or nearly; what was captured is published or kept in the spool."""


class NewswarcError(Exception):
    """Base of every error that newswarc raises on purpose. `exit_code` is what a command returns for it."""

    exit_code: ExitCode = ExitCode.USAGE


class ConfigurationError(NewswarcError):
    """A setting, a spider argument or a command line that cannot be used."""


class AnotherRunError(NewswarcError):
    """A living process holds the lock of this store and spider, or the claim on a store that takes one writer."""

    exit_code = ExitCode.ANOTHER_RUN


class StoreError(NewswarcError):
    """The store refused a request or failed to carry it out."""

    exit_code = ExitCode.NOT_PUBLISHED


class StoreUnavailableError(StoreError):
    """The store does not answer, or asks to slow down. What was to be put is kept and can be put later."""


class ObjectExistsError(StoreError):
    """A put-if-absent found an object under that key. Objects are never overwritten."""


class ObjectMissingError(StoreError):
    """There is no object under that key."""

    exit_code = ExitCode.DAMAGED


class AlteredObjectError(StoreError):
    """The store keeps other bytes under a key than it was sent."""


class CaptureError(NewswarcError):
    """An exchange could not be written to the spool. The run stops: an archive that skips is no archive."""

    exit_code = ExitCode.NOT_PUBLISHED


class OutOfSpaceError(CaptureError):
    """The disk under the spool is full."""

    exit_code = ExitCode.OUT_OF_SPACE


class DamagedArchiveError(NewswarcError):
    """Bytes that are not what their digest, their framing or the commit log says."""

    exit_code = ExitCode.DAMAGED


class NotFoundError(NewswarcError):
    """The archive holds nothing under that name."""


class NotAnArticleError(NewswarcError):
    """A page that holds no article. `reason` is a short stats key, the message is for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
