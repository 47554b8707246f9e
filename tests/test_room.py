"""When a crawl is held back, and when it goes on."""

import pytest

from crawler.state.room import Room

ROOM = Room(free_bytes=1000, spool_bytes=8000)


@pytest.mark.parametrize(
    ("free", "waiting", "held", "short"),
    [
        (1000, 7999, False, None),
        (999, 0, False, "free on the disk"),
        (10_000, 8000, False, "wait in the spool"),
        (1249, 0, True, "free on the disk"),
        (1250, 5999, True, None),
        (10_000, 6000, True, "wait in the spool"),
    ],
)
def test_a_crawl_goes_on_only_when_there_is_a_quarter_more_room(
    free: int, waiting: int, held: bool, short: str | None
) -> None:
    found = ROOM.shortage(free, waiting, held=held)
    assert (found is None) == (short is None), found
    assert short is None or short in str(found)
