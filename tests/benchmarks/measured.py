"""What one crawl costs. Knows nothing of Scrapy, so that the process that compares crawls stays small."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one crawl in a process of its own. Seconds are from the opening of the spider to the end."""

    variant: str
    pages: int
    """Pages that reached the spider."""
    captures: int
    """Exchanges that were recorded."""
    cpu_seconds: float
    """User and system CPU of all threads."""
    reactor_cpu_seconds: float
    """That of the thread that downloads."""
    cpu_seconds_with_start_up: float
    """CPU of the whole process, imports included."""
    wall_seconds: float
    peak_rss_bytes: int
    bytes_written: int
    """Bytes in the files that the crawl left."""

    @property
    def cpu_ms_per_page(self) -> float:
        """What crawls are compared by."""
        return 1000 * self.cpu_seconds / self.pages
