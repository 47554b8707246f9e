"""Content codings are removed within a limit, and damage is an answer, not a crash."""

import gzip
import hashlib
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import suppress

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.content_coding import can_be_removed, coding_fault, decoded
from crawler.errors import NotAnArticleError

ENCODERS = {
    b"gzip": gzip.compress,
    b"deflate": zlib.compress,
    b"br": brotli.compress,
    b"zstd": zstd.compress,
    b"identity": bytes,
}


@given(data=st.binary(max_size=2000), coding=st.sampled_from(sorted(ENCODERS)))
def test_every_coding_is_undone(data: bytes, coding: bytes) -> None:
    assert decoded(ENCODERS[coding](data), [coding], 2000) == data


def test_codings_are_undone_from_the_last_to_the_first() -> None:
    assert decoded(gzip.compress(zlib.compress(b"x")), [b"deflate, GZIP"], 10) == b"x"


def test_raw_deflate_data_and_several_gzip_members_are_understood() -> None:
    packer = zlib.compressobj(wbits=-15)
    assert decoded(packer.compress(b"raw") + packer.flush(), [b"deflate"], 10) == b"raw"
    assert decoded(gzip.compress(b"a") + gzip.compress(b"b"), [b"gzip"], 10) == b"ab"


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd"])
def test_a_bomb_is_refused_at_the_limit(coding: bytes) -> None:
    with pytest.raises(NotAnArticleError, match="more than 1000 bytes"):
        decoded(ENCODERS[coding](bytes(10_000_000)), [coding], 1000)


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_data_that_ends_early_is_never_taken_for_whole(coding: bytes, share: float) -> None:
    packed = ENCODERS[coding](b"".join(b"%d " % number for number in range(5000)))
    with pytest.raises(NotAnArticleError, match="ends early"):
        decoded(packed[: int(len(packed) * share)], [coding], 1_000_000)


def test_bytes_behind_the_end_are_passed_over_and_unknown_codings_left() -> None:
    assert decoded(gzip.compress(b"whole") + b"\x00\x00trailing", [b"gzip"], 100) == b"whole"
    assert decoded(b"as it is", [b"foo"], 100) == b"as it is"


@given(data=st.binary(min_size=1, max_size=200), coding=st.sampled_from([b"gzip", b"deflate", b"br", b"zstd"]))
def test_damaged_data_is_reported_with_a_reason(data: bytes, coding: bytes) -> None:
    with suppress(NotAnArticleError):
        assert len(decoded(data, [coding], 1000)) <= 1000


CODED = sorted(ENCODERS.keys() - {b"identity"})
PACKED = st.tuples(st.binary(max_size=300), st.lists(st.sampled_from(CODED), min_size=1, max_size=3))
MANGLING = st.tuples(st.integers(0, 400), st.integers(0, 400), st.binary(max_size=4))
"""From where to where bytes are replaced, and by what."""


def parts_of(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(packed=PACKED, mangling=st.none() | MANGLING, size=st.integers(1, 500), limit=st.sampled_from([0, 100, 1000]))
def test_a_fault_is_found_where_nothing_can_be_decoded_and_nowhere_else_whatever_the_split(
    packed: tuple[bytes, list[bytes]], mangling: tuple[int, int, bytes] | None, size: int, limit: int
) -> None:
    data, codings = packed
    for coding in codings:
        data = ENCODERS[coding](data)
    if mangling is not None:
        start, length, instead = mangling
        data = data[:start] + instead + data[start + length :]
    fault = coding_fault(parts_of(data, size), codings, limit)
    assert coding_fault([memoryview(data)], codings, limit) == fault
    if fault is None:
        assert len(decoded(data, codings, limit)) <= limit
        return
    with pytest.raises(NotAnArticleError) as raised:
        decoded(data, codings, limit)
    assert (raised.value.reason, str(raised.value)) == ("undecodable", fault)


@pytest.mark.parametrize("coding", sorted(ENCODERS))
@pytest.mark.parametrize("size", [(1 << 15) - 1, 1 << 15, (1 << 15) + 1, 1 << 17])
def test_data_of_about_a_piece_is_whole_whatever_the_split(coding: bytes, size: int) -> None:
    for data in (bytes(size), hashlib.shake_256().digest(size)):
        packed = ENCODERS[coding](data)
        assert decoded(packed, [coding], size) == data
        for parts in (parts_of(packed, 1460), parts_of(packed, 1 << 15), [packed, b""]):
            assert coding_fault(parts, [coding], size) is None


def test_without_a_known_coding_nothing_is_read() -> None:
    def unread() -> Iterator[bytes]:
        raise AssertionError("the parts were read")
        yield b""

    for codings in ([], [b""], [b"identity"], [b"foo"], [b"gzip, foo"]):
        assert coding_fault(unread(), codings, 10) is None, codings


def test_optional_fields_of_a_gzip_header_are_understood_wherever_it_is_split() -> None:
    plain = gzip.compress(b"news", mtime=0)
    head = plain[:3] + b"\x1e" + plain[4:10] + b"\x05\x00extraname\x00comment\x00"
    packed = head + (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little") + plain[10:]
    assert decoded(packed, [b"gzip"], 10) == b"news"
    for size in range(1, len(packed)):
        assert coding_fault(parts_of(packed, size), [b"gzip"], 10) is None, size
    many = [packed] * 2000
    assert coding_fault(many, [b"gzip"], 10_000) is None
    assert decoded(b"".join(many), [b"gzip"], 10_000) == b"news" * 2000


def test_zstd_frames_that_are_to_be_skipped_are_skipped() -> None:
    skipped = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    assert decoded(skipped + zstd.compress(b"a") + skipped + zstd.compress(b"b"), [b"zstd"], 10) == b"ab"


def test_bytes_behind_brotli_data_are_damage_wherever_they_begin() -> None:
    packed = brotli.compress(b"whole")
    for parts in ([packed + b"x"], [packed, b"x"]):
        assert "br data is damaged" in str(coding_fault(parts, [b"br"], 100))


@pytest.mark.parametrize("coding", [b"gzip", b"zstd"])
def test_members_without_end_are_refused(coding: bytes) -> None:
    fault = coding_fault([ENCODERS[coding](b"")] * 20_000, [coding], 100)
    assert fault is not None
    assert "more than 10000 members" in fault


def test_codings_without_end_are_refused() -> None:
    assert "3000 content codings" in str(coding_fault([b"x"], [b"gzip," * 3000], 100))
    assert decoded(b"as it is", [b"identity," * 3000], 100) == b"as it is"


def peak_of_a_check(parts: Iterator[bytes], coding: bytes, limit: int) -> tuple[str | None, int]:
    """The fault, and how many bytes of memory finding it took."""
    tracemalloc.start()
    try:
        fault = coding_fault(parts, [coding], limit)
        return fault, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd"])
def test_memory_stays_flat_for_a_bomb(coding: bytes) -> None:
    bomb = ENCODERS[coding](bytes(200_000_000)) if coding != b"br" else brotli.compress(bytes(200_000_000), quality=1)
    fault, peak = peak_of_a_check(iter([bomb]), coding, 64 << 20)
    assert fault is not None
    assert "more than" in fault
    assert peak < 1_000_000, f"{peak} bytes for a bomb of {len(bomb)}"


def test_memory_stays_flat_for_a_large_page() -> None:
    def page() -> Iterator[bytes]:
        packer = zlib.compressobj(0, wbits=31)
        for _ in range(1024):
            yield packer.compress(bytes(1 << 16))
        yield packer.flush()

    fault, peak = peak_of_a_check(page(), b"gzip", 64 << 20)
    assert fault is None
    assert peak < 1_000_000, f"{peak} bytes"


@pytest.mark.parametrize(
    ("codings", "removable"),
    [
        ([b"gzip"], True),
        ([b"gzip, br"], True),
        ([b"gzip", b" BR "], True),
        ([b"identity"], True),
        ([b"foo, gzip"], False),
        ([b"gzip, foo"], False),
        ([b"", b" , "], False),
        ([], False),
    ],
)
def test_codings_can_be_removed_where_all_of_them_are_known(codings: list[bytes], removable: bool) -> None:
    assert can_be_removed(codings) is removable
