"""The crash ritual: the arrows that every byte passes on its way into the archive, in order, by name.

A process may die between any two of them, and the next run loses nothing and doubles nothing. Passing an arrow raises
the audit event ``newswarc.arrow`` (PEP 578) with its name, which costs nothing unless somebody listens: tests kill the
process there, operators may trace it.
"""

import sys
from enum import StrEnum

EVENT = "newswarc.arrow"
"""Name of the audit event; its one argument is the name of an `Arrow`."""


class Arrow(StrEnum):
    """Each is passed when what it names is done."""

    GROUP_WRITTEN = "group_written"
    """Groups of records are written to an open WARC and may be lost."""
    GROUP_SYNCED = "group_synced"
    """They are fsynced: from here on they are evidence."""
    ACKNOWLEDGED = "acknowledged"
    """Their receipts are resolved: lines may be made of them."""
    WARC_SYNCED = "warc_synced"
    """A full WARC is fsynced, still under its open name."""
    WARC_RENAMED = "warc_renamed"
    """It has its final name."""
    WARC_SEALED = "warc_sealed"
    """The name is fsynced, and the digest of the file known."""
    WARC_PUT = "warc_put"
    """A sealed WARC is in the store."""
    WARCS_PUT = "warcs_put"
    """All WARCs of the run are."""
    PROJECTIONS_DERIVED = "projections_derived"
    """Lines and index are complete in the spool."""
    INDEX_PUT = "index_put"
    """The index is in the store."""
    LINES_PUT = "lines_put"
    """The lines are, where there are any: all that the log entry will name is there."""
    ENTRY_PUT = "entry_put"
    """The log entry is in the store: the snapshot exists."""
    CACHES_UPDATED = "caches_updated"
    """The local history knows the snapshot."""
    SPOOL_EMPTIED = "spool_emptied"
    """The WARCs of the run are gone from the spool."""
    SPOOL_REMOVED = "spool_removed"
    """So is its directory."""


def passed(arrow: Arrow) -> None:
    """Tell whoever listens that an arrow is passed."""
    sys.audit(EVENT, arrow.value)
