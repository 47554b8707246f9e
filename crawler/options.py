"""`ArchiveOptions`: every ARCHIVE_* setting, its default and its sentence. `StoreAccess`: how S3 is reached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Protocol

import crawler as newswarc
from crawler.errors import ConfigurationError

_COLLECTION = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DRIFT_SINCE = re.compile(r"(?:\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z?)?|\d{14}-[a-z0-9-]+-[a-z2-7]{6})?", re.ASCII)
_MIB = 1 << 20
_GIB = 1 << 30
_MOST_HOURS = 10 * 366 * 24
_CHECKSUMS = ("auto", "sha256", "md5", "none")
_ADDRESSING = ("auto", "path", "virtual")


class SettingsLike(Protocol):
    """What is asked of Scrapy's Settings."""

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  settings hold any type
        """Value of a setting, or the default."""

    def __iter__(self) -> Iterator[str]:
        """Names of all settings."""


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """Field `name` is the setting `ARCHIVE_NAME`."""

    store: str = "archive"
    """Where snapshots are published: a directory, relative to where the command runs, or ``s3://bucket/prefix``."""
    spool: str = ".scrapy/archive"
    """Directory of runs in progress and of caches, relative to the project; must be on a persistent disk."""
    collection: str = "news"
    """Name of the collection, ``[a-z0-9-]+``; begins the names of WARC files."""
    contact: str = ""
    """E-mail address or URL of the operator; goes into the User-Agent and into warcinfo records."""
    private_hosts: str = ""
    """Hosts with ports, separated by commas, that may be at private addresses, beside that of `-a base=`."""
    gate_share: float = 0.9
    """Share of the due articles that a run must deliver to count as complete, 0 to 1."""
    gone_hours: float = 24.0
    """Hours that must lie between the first 404 or 410 of an article's page and the one that makes it ``gone``."""
    drift_since: str = ""
    """Day, time in UTC or snapshot id before which no run is compared with: accepts the site as it is since then."""
    warc_bytes: int = 1024 * _MIB
    """Size in bytes after which a new WARC file is begun."""
    warc_seconds: float = 3600.0
    """Age in seconds after which a new WARC file is begun."""
    warc_compression: int = 2
    """Compression level of WARC members, 1 (fast) to 3 (small, at twice the time)."""
    revisit_bytes: int = 1024
    """Payloads of at least so many bytes are stored once; a repeated one becomes a revisit record."""
    requisites: bool = False
    """True to capture what article pages need to look right: images, stylesheets, fonts, icons."""
    requisites_days: int = 30
    """Days after which a requisite that the archive holds is fetched again."""
    services_permitted: bool = False
    """True where the publisher permits the pages under `/services/`, which robots.txt disallows: more listings."""
    queue_bytes: int = 64 * _MIB
    """Bytes of captures that may wait for the disk before downloads are held back."""
    publish_bytes: int = 4 * _GIB
    """Bytes of WARCs after which a run that goes on publishes what it has."""
    publish_seconds: float = 6 * 3600.0
    """Seconds after which a run that goes on publishes what it has."""
    spool_bytes: int = 20 * _GIB
    """Bytes of WARCs that may wait in the spool for a store that is down before the crawl is held back."""
    free_bytes: int = 512 * _MIB
    """Bytes that must stay free on the disk of the spool; under them the crawl is held back."""
    pause_seconds: float = 3600.0
    """Seconds that a crawl is held back for want of space before it is stopped."""
    store_seconds: float = 300.0
    """Seconds that a store which does not answer is asked again before a publication is given up."""
    stop_seconds: float = 60.0
    """Seconds that a run which was told to stop may take to publish."""
    upload_threads: int = 2
    """WARCs, or parts of one, that are uploaded at the same time."""
    part_bytes: int = 16 * _MIB
    """Objects of more bytes are uploaded to S3 in parts of this size, which can be resumed; 5 MiB or more."""
    orphan_days: float = 7.0
    """Days after which unfinished uploads, and projections that no log entry names, are removed from the store."""
    lease_seconds: float = 900.0
    """Seconds after which a writer that gave no sign of life is taken for dead."""
    s3_checksum: str = "auto"
    """Checksum sent with objects: ``sha256``, ``md5``, ``none``, or ``auto`` for the best that the store checks."""
    s3_addressing: str = "auto"
    """How a bucket is named: ``path``, ``virtual``, or ``auto``: by path but for Amazon's own endpoints."""

    @classmethod
    def from_settings(cls, settings: SettingsLike) -> "ArchiveOptions":
        """Read and check the settings. Raises `ConfigurationError` naming the setting."""
        known = {f"ARCHIVE_{option.name.upper()}" for option in fields(cls)}
        unknown = sorted(name for name in settings if name.startswith("ARCHIVE_") and name not in known)
        if unknown:
            raise ConfigurationError(f"there is no setting {unknown[0]}: there are {', '.join(sorted(known))}")
        values: dict[str, Any] = {}
        for option in fields(cls):
            name = f"ARCHIVE_{option.name.upper()}"
            default: Any = option.default
            raw = settings.get(name, default)
            try:
                values[option.name] = _switch(raw) if isinstance(default, bool) else type(default)(raw)
            except (TypeError, ValueError, KeyError):
                kind = type(default).__name__
                raise ConfigurationError(f"{name} is {raw!r}, which is no {kind}; set it with -s {name}=…") from None
        options = cls(**values)
        options._check()
        return options

    @property
    def user_agent(self) -> str:
        """The User-Agent, with a way to reach the operator where one is set."""
        return f"newswarc/{newswarc.__version__}" + (f" (+{self.contact})" if self.contact else "")

    @property
    def drift_since_stamp(self) -> str:
        """`drift_since` as snapshot ids begin with it: ``YYYYMMDDhhmmss``."""
        return re.sub(r"\D", "", self.drift_since)[:14].ljust(14, "0")

    def _drift_since_is_a_time(self) -> bool:
        try:
            return not self.drift_since or bool(datetime.strptime(f"{self.drift_since_stamp}Z", "%Y%m%d%H%M%S%z"))
        except ValueError:
            return False

    def _check(self) -> None:
        rules = (
            (
                "COLLECTION",
                _COLLECTION.fullmatch(self.collection) is not None,
                "lower-case letters, digits and single dashes",
            ),
            ("GATE_SHARE", 0 <= self.gate_share <= 1, "a number from 0 to 1"),
            ("GONE_HOURS", 0 <= self.gone_hours <= _MOST_HOURS, "a number of hours, 0 to ten years of them"),
            (
                "DRIFT_SINCE",
                _DRIFT_SINCE.fullmatch(self.drift_since) is not None and self._drift_since_is_a_time(),
                "a day like 2026-04-01, a time like 2026-04-01T12:00 or a snapshot id",
            ),
            ("WARC_BYTES", self.warc_bytes >= 1, "a number of bytes, 1 or more"),
            ("WARC_SECONDS", self.warc_seconds > 0, "a number of seconds, more than 0"),
            ("REVISIT_BYTES", self.revisit_bytes >= 0, "a number of bytes, 0 or more"),
            ("REQUISITES_DAYS", self.requisites_days >= 0, "a number of days, 0 or more"),
            ("WARC_COMPRESSION", 1 <= self.warc_compression <= 3, "a level from 1 to 3"),
            ("QUEUE_BYTES", self.queue_bytes >= 1, "a number of bytes, 1 or more"),
            ("PUBLISH_BYTES", self.publish_bytes >= 1, "a number of bytes, 1 or more"),
            ("PUBLISH_SECONDS", self.publish_seconds > 0, "a number of seconds, more than 0"),
            ("SPOOL_BYTES", self.spool_bytes >= 1, "a number of bytes, 1 or more"),
            ("FREE_BYTES", self.free_bytes >= 0, "a number of bytes, 0 or more"),
            ("PAUSE_SECONDS", self.pause_seconds >= 0, "a number of seconds, 0 or more"),
            ("STORE_SECONDS", self.store_seconds >= 0, "a number of seconds, 0 or more"),
            ("STOP_SECONDS", self.stop_seconds >= 0, "a number of seconds, 0 or more"),
            ("UPLOAD_THREADS", 1 <= self.upload_threads <= 64, "a number of threads, 1 to 64"),
            ("PART_BYTES", 5 * _MIB <= self.part_bytes <= 5 * _GIB, "a number of bytes, 5 MiB to 5 GiB"),
            ("ORPHAN_DAYS", self.orphan_days > 0, "a number of days, more than 0"),
            ("LEASE_SECONDS", 0 < self.lease_seconds <= 86_400, "a number of seconds, more than 0 and at most a day"),
            ("S3_CHECKSUM", self.s3_checksum in _CHECKSUMS, f"one of {', '.join(_CHECKSUMS)}"),
            ("S3_ADDRESSING", self.s3_addressing in _ADDRESSING, f"one of {', '.join(_ADDRESSING)}"),
        )
        for name, right, expected in rules:
            if not right:
                value = getattr(self, name.lower())
                raise ConfigurationError(f"ARCHIVE_{name} is {value!r}; it must be {expected}")


CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""Scrapy's settings that nothing may show."""


class Hidden(str):
    """Text that is not shown where values are shown for people, as in Scrapy's log of the settings."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(hidden)'"


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """How an S3-compatible store is reached. Unset values are left to boto3's own chain (environment, files, roles)."""

    access_key_id: str | None = field(default=None, repr=False)
    """AWS_ACCESS_KEY_ID."""
    secret_access_key: str | None = field(default=None, repr=False)
    """AWS_SECRET_ACCESS_KEY."""
    session_token: str | None = field(default=None, repr=False)
    """AWS_SESSION_TOKEN."""
    endpoint_url: str | None = None
    """AWS_ENDPOINT_URL."""
    region: str | None = None
    """AWS_REGION_NAME."""
    verify: bool | str | None = None
    """AWS_VERIFY: False to believe any certificate, or the path of a file of authorities."""
    use_ssl: bool | None = None
    """AWS_USE_SSL."""
    patience: float = 300.0
    """Seconds that a call which may succeed later is tried again."""
    threads: int = 2
    """Parts of an object that are put at the same time."""
    part_bytes: int = 16 * _MIB
    """Size of such a part; smaller objects are put whole."""
    checksum: str = "auto"
    """ARCHIVE_S3_CHECKSUM."""
    addressing: str = "auto"
    """ARCHIVE_S3_ADDRESSING."""

    @classmethod
    def from_settings(cls, settings: SettingsLike, options: ArchiveOptions) -> "StoreAccess":
        """Read Scrapy's AWS_* settings. Raises `ConfigurationError` naming the setting."""
        endpoint = _text(settings, "AWS_ENDPOINT_URL")
        if endpoint is not None and ("@" in endpoint or not endpoint.startswith(("http://", "https://"))):
            raise ConfigurationError(
                "AWS_ENDPOINT_URL is no address: write it like https://s3.example.org, without keys"
            )
        verify = _text(settings, "AWS_VERIFY")
        use_ssl = _text(settings, "AWS_USE_SSL")
        return cls(
            _text(settings, "AWS_ACCESS_KEY_ID"),
            _text(settings, "AWS_SECRET_ACCESS_KEY"),
            _text(settings, "AWS_SESSION_TOKEN"),
            endpoint,
            _text(settings, "AWS_REGION_NAME"),
            _SWITCHES.get(verify.lower(), verify) if verify is not None else None,
            _SWITCHES.get(use_ssl.lower()) if use_ssl is not None else None,
            options.store_seconds,
            options.upload_threads,
            options.part_bytes,
            options.s3_checksum,
            options.s3_addressing,
        )


_SWITCHES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _text(settings: SettingsLike, name: str) -> str | None:
    value = settings.get(name)
    return None if value is None or value == "" else str(value)


def _switch(raw: object) -> bool:
    """A setting that is on or off, as Scrapy and shells write it. Raises KeyError for anything else."""
    return _SWITCHES[str(raw).lower()]
