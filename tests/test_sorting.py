"""An index is sorted in bounded memory, whatever its size."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.sorting import sorted_lines

LINES = st.lists(st.binary(max_size=20).map(lambda data: data.replace(b"\n", b"") + b"\n"), max_size=60)


@given(LINES, st.integers(1, 200))
def test_lines_come_in_the_order_of_their_bytes_however_many_runs_they_take(lines: list[bytes], run_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        assert list(sorted_lines(iter(lines), Path(directory), run_bytes)) == sorted(lines)


def test_nothing_is_left_of_the_runs(tmp_path: Path) -> None:
    merged = sorted_lines((b"%d\n" % (number % 7) for number in range(100)), tmp_path, 20)
    assert next(merged) == b"0\n"
    merged.close()
    assert list(tmp_path.iterdir()) == []
