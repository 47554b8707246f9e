"""Fingerprints of texts: which are the same, and which nearly. By MinHash: two signatures agree as far as texts do."""

import hashlib
import re
import struct
from dataclasses import dataclass
from itertools import pairwise
from operator import eq

from rensa import RMinHash

THRESHOLD = 0.8
"""Share of all pairs of neighbouring words that two texts must have in common to be near duplicates."""
SIGNED_BY = RMinHash.ALGORITHM_VERSION
"""Number of the library's method: signatures of two methods cannot be compared."""

_MIN_WORDS = 30
"""A shorter text, such as a caption under a video, may stand under many articles."""
_MAX_CHARACTERS = 250_000
"""Of a text that is signed; the longest live blogs have more, and are told apart long before."""
_SIZE = 128
"""Numbers of a signature: the estimate is off by 0.035 on average where it is 0.8."""
_BANDS = 16
"""Bands of eight numbers. Of pairs that share 0.8 a band agrees in 95 of 100, of those that share 0.9 in all."""
_SEED = 1

_PACKED = struct.Struct(f"<{_SIZE}I")
_BAND_BYTES = _PACKED.size // _BANDS

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Thai, Lao, Burmese, Khmer, kana and ideographs, which put no space between words."""
_WORD = re.compile(r"\w+")
_WITHOUT_SPACES = re.compile(f"[{_UNSPACED}]")
_WORD_OR_CHARACTER = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is remembered of a text that is long enough to tell one article from another."""

    digest: str
    """Tells the very same text, whatever its headline."""
    signature: bytes
    """Tells texts that are nearly the same."""


def fingerprint(text: str) -> Fingerprint | None:
    """The fingerprint of a text; None under 30 words, or characters where words are not set apart."""
    words = _words(text)
    if len(words) < _MIN_WORDS:
        return None
    minhash = RMinHash(_SIZE, _SEED)
    minhash.update(list(map(" ".join, pairwise(words))))
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Fingerprint(digest, _PACKED.pack(*minhash.digest()))


def similarity(one: bytes, other: bytes) -> float:
    """Estimate of what two texts share, 0 to 1, by their signatures."""
    agreeing: int = sum(map(eq, _PACKED.unpack(one), _PACKED.unpack(other)))
    return agreeing / _SIZE


def bands(signature: bytes) -> list[int]:
    """Keys of the signature's bands, signed 64-bit integers. Texts that have none in common are not similar."""
    parts = (signature[start : start + _BAND_BYTES] for start in range(0, _PACKED.size, _BAND_BYTES))
    keys = (hashlib.blake2b(part, digest_size=8, salt=bytes([number])) for number, part in enumerate(parts))
    return [int.from_bytes(key.digest(), "little", signed=True) for key in keys]


def _words(text: str) -> list[str]:
    """Words without punctuation and case."""
    pattern = _WORD_OR_CHARACTER if _WITHOUT_SPACES.search(text) else _WORD
    return pattern.findall(text[:_MAX_CHARACTERS].casefold())
