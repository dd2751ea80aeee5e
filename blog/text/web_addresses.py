"""Find the web addresses in a text that somebody typed, without the sentence around them."""

import re
import unicodedata
from collections.abc import Iterator

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
# What RFC 3986 allows in an address, but for brackets.
_SIGNS = frozenset("-._~:/?#@!$&'*+,;=%")
_BRACKETS = {")": "(", "]": "["}
# Of these an address may have some inside, but at its end they belong to the sentence.
_ENDING = ".,;:!?'&*~_"
# Where a part of an address begins.
_SEPARATORS = frozenset("/=#?")
# Hangul Jamo; below it are the alphabets with spaces between words.
_FIRST_UNSPACED = 0x1100
_ANYTHING = re.compile(r".+", re.DOTALL)


def find_web_addresses(text: str) -> Iterator[re.Match[str]]:
    """Return the http and https addresses in a text, as matches.

    A scheme inside an address begins the next one. A closing bracket belongs to an address if it
    was opened inside. Scripts without spaces between words, such as Hangul, belong to an address
    at the beginning of a part (`/w/런온`); after a Latin letter or digit they are a particle
    (`https://a.example에서`).
    """
    begin = _SCHEME.search(text)
    while begin:
        following = _SCHEME.search(text, begin.end())
        end = _find_end(text, begin.end(), following.start() if following else len(text))
        if end > begin.end() and (match := _ANYTHING.match(text, begin.start(), end)):
            yield match
        begin = following


def is_spaced_letter(character: str) -> bool:
    """Return whether it is a letter or digit of a script with spaces between words."""
    return character.isalnum() and ord(character) < _FIRST_UNSPACED


def is_unspaced_letter(character: str) -> bool:
    """Return whether it is a letter of a script that joins words or, like Hangul, particles."""
    return character.isalnum() and ord(character) >= _FIRST_UNSPACED


def _is_accent(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc")


def _find_end(text: str, start: int, limit: int) -> int:
    """Return where an address ends whose scheme ended at `start`."""
    opened: list[int] = []
    # Whether the part of the address that is being read has such a script in it.
    is_unspaced = False
    end = start
    while end < limit:
        character = text[end]
        if character in "([":
            opened.append(end)
        elif character in _BRACKETS:
            if not opened or text[opened[-1]] != _BRACKETS[character]:
                break
            opened.pop()
        elif character in _SEPARATORS:
            is_unspaced = False
        elif is_unspaced_letter(character):
            before = text[end - 1]
            is_unspaced = before in _SEPARATORS or (
                is_unspaced and not is_spaced_letter(before) and before not in _BRACKETS
            )
            if not is_unspaced:
                break
        elif not (is_spaced_letter(character) or character in _SIGNS or _is_accent(character)):
            break
        end += 1
    if opened:
        end = opened[0]
    while end > start and text[end - 1] in _ENDING:
        end -= 1
    return end
