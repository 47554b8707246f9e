"""How a file is cut into parts, and how a race for a key is judged. No store is asked."""

import threading

import pytest

from crawler.storage.race import WRITERS, one_wins
from crawler.storage.s3_multipart import MOST_PARTS, parts_of

MIB = 1 << 20


@pytest.mark.parametrize("size", [5 * MIB + 1, 10 * MIB, 50_000 * MIB, 50_000 * MIB + 1, 5 << 40])
def test_a_file_is_cut_into_parts_that_s3_takes(size: int) -> None:
    parts = parts_of(size, 5 * MIB)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert len(parts) <= MOST_PARTS
    assert [part.start for part in parts] == [0, *(part.start + part.length for part in parts[:-1])]
    assert parts[-1].start + parts[-1].length == size
    assert all(part.length >= 5 * MIB for part in parts[:-1])


class Keys:
    """Puts that are absent-only, as an honest store has them, or not."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._reading = threading.Barrier(WRITERS)

    def put(self, key: str, data: bytes) -> bool:
        with self._lock:
            return self._held.setdefault(key, data) is data

    def put_after_a_look(self, key: str, data: bytes) -> bool:
        """All look before any puts."""
        absent = key not in self._held
        if data != b"late":
            self._reading.wait()
        if absent:
            self._held[key] = data
        return absent

    def put_once_for_all(self, key: str, data: bytes) -> bool:
        """Honest in the race, and careless afterwards."""
        return data == b"late" or self.put(key, data)


def test_where_one_of_many_wins_each_time_put_if_absent_holds() -> None:
    assert one_wins(Keys().put, ["a", "b", "c"])


def test_where_more_than_one_wins_it_does_not() -> None:
    assert not one_wins(Keys().put_after_a_look, ["a"])


def test_nor_does_it_where_somebody_late_wins_too() -> None:
    assert not one_wins(Keys().put_once_for_all, ["a"])


def test_an_error_in_the_race_is_told() -> None:
    def put(key: str, data: bytes) -> bool:
        raise ValueError(key, data)

    with pytest.raises(ValueError, match="a"):
        one_wins(put, ["a"])
