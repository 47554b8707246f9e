"""Content codings are removed within a limit, and damage is an answer, not a crash."""

import gzip
import zlib
from contextlib import suppress

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.content_coding import decoded
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
