"""How much two comments are alike: equal texts have one key, nearly equal ones share a fingerprint.

Fingerprints are MinHash values over runs of three letters, in bands: A. Broder, "On the resemblance
and containment of documents", 1997. Two texts of which four fifths are the same share one with a
probability of 97 %; texts that share one are then compared in full.
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
# Shorter ones say the same by chance: many a reader says that it was the best of all.
SHORTEST = 20
LONGEST = 2000
ALIKE = 0.7
_PRIME = (1 << 61) - 1
_NUMBERS = re.compile(r"\d+")


def squeeze(text: str) -> str:
    """Return the letters alone, with every number as a nought; for no letters the text itself."""
    # Cut first and last: one letter may come out as eighteen.
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()[:LONGEST]
    letters = "".join(c for c in folded if c.isalnum() and c not in BLANKS)
    return _NUMBERS.sub("0", letters) or text


def key_of(text: str) -> str:
    """Return a key that equal words have in common, whatever their marks, spaces and numbers."""
    return hashlib.sha256(squeeze(text).encode()).hexdigest()[:32]


def is_telling(text: str) -> bool:
    """Tell whether the words are long enough for a likeness to mean something."""
    return len(squeeze(text)) >= SHORTEST


def fingerprints_of(text: str) -> list[int]:
    """Return the fingerprints of a text, 63-bit numbers; none for one that is too short."""
    squeezed = squeeze(text)
    if len(squeezed) < SHORTEST:
        return []
    hashes = [zlib.crc32(run.encode()) for run in runs_of(text)]
    lowest = [min((a * h + b) % _PRIME for h in hashes) for a, b in _permutations()]
    return [_join(band, lowest[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]


def is_alike(text: str, other: str) -> bool:
    """Tell whether seven tenths of all runs of two texts are in both."""
    ours, theirs = runs_of(text), runs_of(other)
    return len(ours & theirs) >= ALIKE * len(ours | theirs)


@lru_cache(maxsize=2)  # One text is compared with many, one after the other.
def runs_of(text: str) -> frozenset[str]:
    """Return every run of three letters in a text."""
    squeezed = squeeze(text)
    return frozenset(_slices(squeezed)) or frozenset({squeezed})


def _slices(squeezed: str) -> Iterator[str]:
    for start in range(len(squeezed) - RUN + 1):
        yield squeezed[start : start + RUN]


@cache
def _permutations() -> list[tuple[int, int]]:
    """Return the numbers that mix the hashes, the same in every process for ever."""
    numbers = random.Random(1997)  # noqa: S311  # They are stored by what they make; no secret.
    return [(numbers.randrange(1, _PRIME), numbers.randrange(_PRIME)) for _ in range(BANDS * ROWS)]


def _join(band: int, values: list[int]) -> int:
    digest = hashlib.sha256(repr((band, values)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
