"""Whether there is room for more: the disk under the spool, and what waits there for a store that is down. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """Limits of what a crawl may take before it is held back."""

    free_bytes: int
    """Bytes that must stay free on the disk of the spool."""
    spool_bytes: int
    """Bytes of WARCs that may wait in the spool."""

    def shortage(self, free: int, waiting: int, *, held: bool) -> str | None:
        """Why the crawl must be held back, in words; None if it need not.

        One that is `held` already goes on only when there is a quarter more room than is asked for: it would start and
        stop with every page else.
        """
        if free < self.free_bytes * (1.25 if held else 1):
            return f"{free} bytes are free on the disk of the spool, fewer than ARCHIVE_FREE_BYTES"
        if waiting >= self.spool_bytes * (0.75 if held else 1):
            return f"{waiting} bytes wait in the spool for the store, more than ARCHIVE_SPOOL_BYTES"
        return None
