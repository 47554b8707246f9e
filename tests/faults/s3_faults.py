"""What an S3 server can do wrong, as values: `Fault` says what, on which requests, from which on, how often."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from fnmatch import fnmatchcase

PUTS = ("PutObject", "UploadPart")
COMPLETE = "CompleteMultipartUpload"


class Does(StrEnum):
    """What goes wrong."""

    ANSWERS = auto()
    """Answers with an error, and does nothing."""
    HANGS = auto()
    """Does nothing and never answers; ends when the client hangs up or the server ends."""
    CUTS_REQUEST = auto()
    """Resets the connection in the middle of the body that it is sent."""
    SIPS_REQUEST = auto()
    """Takes the body that it is sent in small pieces, `seconds` apart."""
    LOSES_REPLY = auto()
    """Does what it was asked, then resets the connection."""
    CUTS_REPLY = auto()
    """Closes the connection in the middle of the body of its answer."""
    EMPTIES_REPLY = auto()
    """Leaves out the body of its answer, and the ETag."""
    DATES_BADLY = auto()
    """Says a Last-Modified that is no date."""
    BREAKS_TLS = auto()
    """In the middle of the body of its answer sends what is no TLS."""
    DRIPS_REPLY = auto()
    """Sends the body of its answer byte by byte, `seconds` apart."""
    EMPTY_IF_CUT = auto()
    """Stores an empty object where a body does not come whole."""
    ALTERS = auto()
    """Stores a body with one bit turned over."""
    KEEPS_FRAMING = auto()
    """Stores the chunk framing of `aws-chunked` with the body: what came, or what a gateway put around it."""
    WRONG_ETAG = auto()
    """Gives an ETag that is no MD5 of anything."""
    IGNORES_CONDITION = auto()
    """Takes no notice of If-None-Match."""
    REFUSES_CONDITION = auto()
    """Refuses a request with If-None-Match, whatever stands there."""
    SAYS_OTHERWISE = auto()
    """Refuses what exists, but not by 412 PreconditionFailed."""
    REFUSES_FOREIGN_START = auto()
    """Answers 501 to a listing that is to begin at a key without its prefix."""
    NO_DATE = auto()
    """Leaves the Date out of its answers."""
    RACES = auto()
    """Honours If-None-Match, but looks first and stores later: writers at the same time all win."""
    REFUSES_CHECKSUMS = auto()
    """Answers 400 to any `x-amz-checksum-…` and to trailers."""
    IGNORES_CHECKSUMS = auto()
    """Compares no checksum with the body, and keeps none."""
    IGNORES_RANGE = auto()
    """Answers with the whole object, whatever part of it is asked for."""
    HIDES_RANGE = auto()
    """Answers with the part that is asked for, and does not say which it is."""
    REFUSES_LONG_RANGE = auto()
    """Answers 400 to a range that does not end within the object."""
    REPEATS_TOKEN = auto()
    """Lists the first page for ever."""
    SKEWS_CLOCK = auto()
    """Says a Date that is `seconds` late."""
    LIMITS_SIZE = auto()
    """Takes at most `size` bytes in one request."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong on which requests."""

    does: Does
    on: tuple[str, ...] = ()
    """Operations by their name in the S3 API; empty for all."""
    key: str = "*"
    """Shell pattern of the keys."""
    nth: int = 1
    """The first such request that it happens to, counted from 1."""
    times: int | None = None
    """How many of them; None: from then on."""
    status: int = 400
    code: str = ""
    """Code of the error that is answered."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers of that answer."""
    seconds: float = 0.0
    size: int = 0

    def is_about(self, operation: str, key: str) -> bool:
        """True if a request is of those that are counted."""
        return (not self.on or operation in self.on) and fnmatchcase(key, self.key)

    def is_due(self, count: int) -> bool:
        """True if it happens to the request with that number."""
        return count >= self.nth and (self.times is None or count < self.nth + self.times)


class Faults:
    """The faults of a server, and how many requests each has seen."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = faults
        self._counts = [0] * len(faults)
        self._lock = threading.Lock()

    def due(self, operation: str, key: str) -> Mapping[Does, Fault]:
        """Count a request; what goes wrong with it. Of two faults that do the same the first counts."""
        due: dict[Does, Fault] = {}
        with self._lock:
            for number, fault in enumerate(self._faults):
                if fault.is_about(operation, key):
                    self._counts[number] += 1
                    if fault.is_due(self._counts[number]):
                        due.setdefault(fault.does, fault)
        return due


def answers(
    status: int, code: str, *on: str, key: str = "*", nth: int = 1, times: int | None = None, retry_after: str = ""
) -> Fault:
    """An error, for ever or `times` times. `retry_after` is seconds or an HTTP date."""
    headers = (("Retry-After", retry_after),) if retry_after else ()
    return Fault(Does.ANSWERS, on, key, nth, times, status, code, headers)


def slow_down(*on: str, key: str = "*", times: int | None = None, retry_after: str = "") -> Fault:
    """503 SlowDown."""
    return answers(503, "SlowDown", *on, key=key, times=times, retry_after=retry_after)


def internal_error(*on: str, nth: int = 1, times: int | None = None) -> Fault:
    """500 InternalError."""
    return answers(500, "InternalError", *on, nth=nth, times=times)


def conflict(*on: str, times: int | None = None) -> Fault:
    """409 ConditionalRequestConflict: another conditional request for the key is under way."""
    return answers(409, "ConditionalRequestConflict", *on, times=times)


def denied(*on: str, key: str = "*", nth: int = 1) -> Fault:
    """403 AccessDenied from the nth request on."""
    return answers(403, "AccessDenied", *on, key=key, nth=nth)


def expired(nth: int) -> Fault:
    """ExpiredToken from the nth request on: Amazon says 400, most others 403."""
    return answers(403, "ExpiredToken", nth=nth)


def refuses_condition(status: int, code: str, *on: str, times: int | None = None) -> Fault:
    """A store that does not know If-None-Match."""
    return Fault(Does.REFUSES_CONDITION, on, times=times, status=status, code=code)


def says_otherwise(status: int, code: str) -> Fault:
    """A store with a refusal of its own for what exists."""
    return Fault(Does.SAYS_OTHERWISE, status=status, code=code)


def no_upload_listing() -> Fault:
    """501 to ListMultipartUploads."""
    return answers(501, "NotImplemented", "ListMultipartUploads")


def happens(does: Does, *on: str, key: str = "*", nth: int = 1, times: int | None = None) -> Fault:
    """Anything that needs no number: hangs, resets, lies."""
    return Fault(does, on, key, nth, times)


def drips(*on: str, seconds: float) -> Fault:
    """Answers come byte by byte."""
    return Fault(Does.DRIPS_REPLY, on, seconds=seconds)


def sips(*on: str, seconds: float) -> Fault:
    """Bodies are taken in small pieces."""
    return Fault(Does.SIPS_REQUEST, on, seconds=seconds)


def skewed(seconds: float) -> Fault:
    """The server's clock is that much late; early where negative."""
    return Fault(Does.SKEWS_CLOCK, seconds=seconds)


def at_most(size: int, *on: str) -> Fault:
    """EntityTooLarge over `size` bytes in one request."""
    return Fault(Does.LIMITS_SIZE, on or PUTS, size=size)


OTHER_KIND = (
    happens(Does.IGNORES_CHECKSUMS),
    happens(Does.REFUSES_CHECKSUMS),
    happens(Does.IGNORES_CONDITION, COMPLETE),
    happens(Does.REFUSES_FOREIGN_START),
)
"""A kind of S3 that is in use: no checksums, no trailers, no conditions when an upload is completed."""
