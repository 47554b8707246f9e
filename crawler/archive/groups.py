"""Groups: the records that stand or fall together in a WARC. Rotation never splits one, salvage keeps only whole ones.

=================================  =====================================================================
``warcinfo``                       the first record of a file
``request`` response ``metadata``  a capture
``request`` revisit ``metadata``   a capture whose payload stands elsewhere
``request`` ``metadata``           an attempt that sent a request and got no response head
``metadata``                       an attempt that sent nothing
``resource``                       a fact of the ledger
=================================  =====================================================================

The metadata record ends its group and names, with WARC-Concurrent-To, the record that it is about.
"""

from collections.abc import Iterable, Iterator, Sequence

from crawler.archive.records import Record
from crawler.archive.warc import LocatedRecord
from crawler.errors import DamagedArchiveError

_ALONE = frozenset({"warcinfo", "resource"})
_RESPONSES = frozenset({"response", "revisit"})


def begins_group(record: Record) -> bool:
    """True if the record cannot continue a group."""
    return record.kind in _ALONE or record.kind == "request" or (record.kind == "metadata" and _about(record) is None)


def is_whole(group: Sequence[Record]) -> bool:
    """True if the records are one of the groups above, whole."""
    kinds = [record.kind for record in group]
    if len(kinds) == 1 and kinds[0] in _ALONE:
        return True
    if not kinds or kinds[-1] != "metadata":
        return False
    if len(kinds) == 1:
        return _about(group[0]) is None
    shape = kinds[0] == "request" and (len(kinds) == 2 or (len(kinds) == 3 and kinds[1] in _RESPONSES))
    return shape and _about(group[-1]) == f"<{group[-2].record_id}>"


def read_groups(records: Iterable[LocatedRecord], warc: str) -> Iterator[tuple[LocatedRecord, ...]]:
    """The groups of a WARC of ours, whose key is `warc`, in file order.

    Raises `DamagedArchiveError` for records that make none: one is missing, or the file was cut between two.
    """
    group: list[LocatedRecord] = []
    for located in records:
        if group and begins_group(located.record):
            raise _broken(group, warc)
        group.append(located)
        if is_whole([part.record for part in group]):
            yield tuple(group)
            group = []
        elif located.record.kind == "metadata":
            raise _broken(group, warc)
    if group:
        raise _broken(group, warc)


def _about(record: Record) -> str | None:
    return record.value("WARC-Concurrent-To")


def _broken(group: Sequence[LocatedRecord], warc: str) -> DamagedArchiveError:
    kinds = ", ".join(located.record.kind for located in group)
    return DamagedArchiveError(
        f"{warc} at byte {group[0].offset}: {kinds} make no whole capture; restore the file from a copy"
    )
