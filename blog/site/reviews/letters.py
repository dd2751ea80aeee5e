"""Group titles under the letters of an index: A to Z, and 가 to 하."""

import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import TypeVar

T = TypeVar("T")

# The heading for each of the 19 consonants that begin a syllable, in the order of Unicode. A
# doubled consonant is listed with its simple one, as in Korean dictionaries.
_HEADINGS = "가가나다다라마바바사사아자자차카타파하"
_FIRST, _LAST = 0xAC00, 0xD7A3
# How many syllables begin with the same consonant.
_EACH = 588
# The heading of titles that begin with no letter.
OTHERS = "0–9"


def group_by_letter(titled: Iterable[tuple[str, T]]) -> list[tuple[str, list[T]]]:
    """Return items, given with their titles, under headings in order; OTHERS comes last."""

    def place(row: tuple[str, T]) -> tuple[bool, str, str]:
        heading = letter_of(row[0])
        return heading == OTHERS, heading, row[0].casefold()

    groups = groupby(sorted(titled, key=place), lambda row: letter_of(row[0]))
    return [(heading, [item for _title, item in rows]) for heading, rows in groups]


def is_hangul(title: str) -> bool:
    """Return whether a title begins with a syllable of Hangul."""
    first = title.strip()[:1]
    return bool(first) and _FIRST <= ord(first) <= _LAST


def letter_of(title: str) -> str:
    """Return the heading of a title, such as C for "Crash", E for "Été", 사 for "싸인"."""
    first = title.strip()[:1]
    if is_hangul(title):
        return _HEADINGS[(ord(first) - _FIRST) // _EACH]
    # Quotation marks and other signs before the first letter or digit do not count.
    first = next((character for character in title if character.isalnum()), "")
    letter = unicodedata.normalize("NFD", first.upper())[:1]
    return letter if letter.isalpha() else OTHERS
