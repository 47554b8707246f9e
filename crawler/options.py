"""`ArchiveOptions`: every ARCHIVE_* setting, its default and its sentence, in one place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Protocol

from crawler.errors import ConfigurationError

_COLLECTION = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MIB = 1 << 20


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
    """Where snapshots are published: a directory, relative to where the command runs."""
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

    @classmethod
    def from_settings(cls, settings: SettingsLike) -> "ArchiveOptions":
        """Read and check the settings. Raises `ConfigurationError` naming the setting."""
        known = {f"ARCHIVE_{field.name.upper()}" for field in fields(cls)}
        unknown = sorted(name for name in settings if name.startswith("ARCHIVE_") and name not in known)
        if unknown:
            raise ConfigurationError(f"there is no setting {unknown[0]}: there are {', '.join(sorted(known))}")
        values: dict[str, Any] = {}
        for field in fields(cls):
            name = f"ARCHIVE_{field.name.upper()}"
            default: Any = field.default
            raw = settings.get(name, default)
            try:
                values[field.name] = _switch(raw) if isinstance(default, bool) else type(default)(raw)
            except (TypeError, ValueError, KeyError):
                kind = type(default).__name__
                raise ConfigurationError(f"{name} is {raw!r}, which is no {kind}; set it with -s {name}=…") from None
        options = cls(**values)
        options._check()
        return options

    def _check(self) -> None:
        rules = (
            (
                "COLLECTION",
                _COLLECTION.fullmatch(self.collection) is not None,
                "lower-case letters, digits and single dashes",
            ),
            ("GATE_SHARE", 0 <= self.gate_share <= 1, "a number from 0 to 1"),
            ("WARC_BYTES", self.warc_bytes >= 1, "a number of bytes, 1 or more"),
            ("WARC_SECONDS", self.warc_seconds > 0, "a number of seconds, more than 0"),
            ("REVISIT_BYTES", self.revisit_bytes >= 0, "a number of bytes, 0 or more"),
            ("REQUISITES_DAYS", self.requisites_days >= 0, "a number of days, 0 or more"),
            ("WARC_COMPRESSION", 1 <= self.warc_compression <= 3, "a level from 1 to 3"),
            ("QUEUE_BYTES", self.queue_bytes >= 1, "a number of bytes, 1 or more"),
        )
        for name, right, expected in rules:
            if not right:
                value = getattr(self, name.lower())
                raise ConfigurationError(f"ARCHIVE_{name} is {value!r}; it must be {expected}")


def _switch(raw: object) -> bool:
    """A setting that is on or off, as Scrapy and shells write it. Raises KeyError for anything else."""
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[str(raw).lower()]
