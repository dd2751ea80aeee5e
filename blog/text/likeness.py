"""Find equal and similar texts: equal texts have the same key, similar ones share a fingerprint.

Fingerprints are MinHash values of 3-letter shingles, in bands: A. Broder, "On the resemblance and
containment of documents", 1997. Two texts with a similarity of 0.8 share a fingerprint with a
probability of 97 %; texts that share a fingerprint are then compared in full.
"""

import hashlib
import random
import re
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache, lru_cache

from blog.text.normalising import BLANKS

RUN = 3
BANDS = 5
ROWS = 3
# Shorter texts are often similar by chance, such as "This was the best drama".
SHORTEST = 20
LONGEST = 2000
ALIKE = 0.7
_PRIME = (1 << 61) - 1
_NUMBERS = re.compile(r"\d+")


@lru_cache(maxsize=2)  # Key, fingerprints and shingles of a text are made from them.
def letters_of(text: str) -> str:
    """Return only the letters of a text, in lower case, and each number as "0".

    A text without letters and numbers is returned unchanged.
    """
    # Cut twice, since NFKC may turn one letter into eighteen.
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()[:LONGEST]
    letters = "".join(c for c in folded if c.isalnum() and c not in BLANKS)
    return _NUMBERS.sub("0", letters) or text


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
    hashes = [zlib.crc32(run.encode()) for run in shingles_of(text)]
    lowest = [min([(a * h + b) % _PRIME for h in hashes]) for a, b in _permutations()]
    return [_join(band, lowest[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]


def is_alike(text: str, other: str) -> bool:
    """Return whether two texts share at least 70 % of their 3-letter shingles (Jaccard index)."""
    ours, theirs = shingles_of(text), shingles_of(other)
    return len(ours & theirs) >= ALIKE * len(ours | theirs)


@lru_cache(maxsize=2)  # One text is compared with many, one after the other.
def shingles_of(text: str) -> frozenset[str]:
    """Return all 3-letter shingles of a text."""
    letters = letters_of(text)
    return frozenset(_slices(letters)) or frozenset({letters})


def _slices(letters: str) -> Iterator[str]:
    for start in range(len(letters) - RUN + 1):
        yield letters[start : start + RUN]


@cache
def _permutations() -> list[tuple[int, int]]:
    """Return the constants of the hash functions, which must never change."""
    numbers = random.Random(1997)  # noqa: S311  # Stored fingerprints depend on it; no secret.
    return [(numbers.randrange(1, _PRIME), numbers.randrange(_PRIME)) for _ in range(BANDS * ROWS)]


def _join(band: int, values: list[int]) -> int:
    digest = hashlib.sha256(repr((band, values)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
