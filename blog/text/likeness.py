"""Find equal and similar texts: equal texts have the same key, similar ones share a fingerprint.

Fingerprints are MinHash values of 3-letter shingles, in bands: A. Broder, "On the resemblance and
containment of documents", 1997. Two texts with a similarity of 0.8 share a fingerprint with a
probability of 97 %; texts that share a fingerprint are then compared in full.
"""

import hashlib
import random
import re
import struct
import unicodedata
import zlib
from collections.abc import Sequence
from functools import cache, lru_cache

from blog.text.normalising import BLANKS

RUN = 3
BANDS = 5
ROWS = 3
# Shorter texts are often similar by chance, such as "This was the best drama".
SHORTEST = 20
LONGEST = 2000
ALIKE = 0.7
_BITS = 61
_PRIME = (1 << _BITS) - 1
_NUMBERS = re.compile(r"\d+")
_NO_LETTERS = re.compile(rf"[\W_{''.join(BLANKS)}]+")


@lru_cache(maxsize=2)  # Key, fingerprints and shingles of a text are made from them.
def letters_of(text: str) -> str:
    """Return only the letters of a text, in lower case, and each number as "0".

    A text without letters and numbers is returned unchanged.
    """
    # Cut twice, since NFKC may turn one letter into eighteen.
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()[:LONGEST]
    return _NUMBERS.sub("0", _NO_LETTERS.sub("", folded)) or text


def key_of(text: str) -> str:
    """Return a key of a text that ignores case, punctuation, spaces and the values of numbers."""
    return hashlib.sha256(letters_of(text).encode()).hexdigest()[:32]


def is_comparable(text: str) -> bool:
    """Return whether a text is long enough for similarity to be meaningful."""
    return len(letters_of(text)) >= SHORTEST


def fingerprints_of(text: str) -> list[int]:
    """Return the 63-bit fingerprints of a text, one per band; none for a text that is too short."""
    letters = letters_of(text)
    if len(letters) < SHORTEST:
        return []
    lowest = _list_lowest([zlib.crc32(run.encode()) for run in shingles_of(text)])
    return [_join(band, lowest[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]


def is_alike(text: str, other: str) -> bool:
    """Return whether two texts share at least 70 % of their 3-letter shingles (Jaccard index)."""
    ours, theirs = shingles_of(text), shingles_of(other)
    common = len(ours & theirs)
    return common >= ALIKE * (len(ours) + len(theirs) - common)


@lru_cache(maxsize=2)  # One text is compared with many, one after the other.
def shingles_of(text: str) -> frozenset[str]:
    """Return all 3-letter shingles of a text."""
    letters = letters_of(text)
    runs = {letters[start : start + RUN] for start in range(len(letters) - RUN + 1)}
    return frozenset(runs or {letters})


def _list_lowest(hashes: Sequence[int]) -> list[int]:
    """Return the lowest (a * h + b) % _PRIME of these 32-bit hashes for each hash function.

    Long integers, with a place of 128 bits for each hash, compute all values of a function at once.
    """
    places = struct.Struct("<" + "Q8x" * len(hashes))
    every = int.from_bytes(places.pack(*hashes), "little")
    ones = int.from_bytes(places.pack(*[1] * len(hashes)), "little")
    lower_bits = ones * _PRIME
    lowest = []
    for a, b in _permutations():
        values = a * every + b * ones
        # 2 ** 61 has the remainder 1, so the upper bits are added to the lower ones, twice because
        # of the carry. This leaves 0 or _PRIME for 0, but no 32-bit hash has the remainder 0.
        for _ in range(2):
            values = (values & lower_bits) + (values >> _BITS & lower_bits)
        lowest.append(min(places.unpack(values.to_bytes(places.size, "little"))))
    return lowest


@cache
def _permutations() -> list[tuple[int, int]]:
    """Return the constants of the hash functions, which must never change."""
    numbers = random.Random(1997)  # noqa: S311  # Stored fingerprints depend on it; no secret.
    return [(numbers.randrange(1, _PRIME), numbers.randrange(_PRIME)) for _ in range(BANDS * ROWS)]


def _join(band: int, values: list[int]) -> int:
    digest = hashlib.sha256(repr((band, values)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
