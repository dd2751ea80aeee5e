"""Fold text for comparison, so that different spellings of the same words are equal."""

import re
import unicodedata

from blog.text.normalising import BLANKS

_VARIANTS = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Accents of Latin, Greek and Cyrillic letters; marks of other scripts make other letters.
_ACCENTS = re.compile(r"[\u0300-\u036f]")
# Letters that Unicode does not split into a plain letter and an accent.
_WITHOUT_ACCENT = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
}
# The parts of Hangul syllables as a keyboard writes them one by one.
_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_PARTS_OF_SYLLABLE = re.compile(rf"([{_LEADS}])([{_VOWELS}])(?:([{_TAILS}])(?![{_VOWELS}]))?")
# NFKC would join a single ㄳ, which means thanks, to the syllable before it.
_NO_PARTS = re.compile(r"[^ㄱ-ㅣ]+")
_FIRST_SYLLABLE = 0xAC00


def _list_plain_signs() -> dict[str, str]:
    """Return the plain form of typographic signs and of half-width parts of syllables."""
    half_width = {chr(code): unicodedata.decomposition(chr(code)) for code in range(0xFFA1, 0xFFDD)}
    return {
        **dict.fromkeys("‘’‚‛′ʼʻ´`＇｀", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        # The decomposition of a half-width part is "<narrow> " and the code of the usual part.
        **{sign: chr(int(parts.split()[1], 16)) for sign, parts in half_width.items() if parts},
    }


# One character may stand for eighteen, such as U+FDFA; no ordinary text gets as long as this.
LONGEST_FOLDED = 10_000
_PLAIN_SIGNS = str.maketrans(_list_plain_signs())
# Single parts of syllables have codes of their own in decomposed text.
_SINGLE_PARTS = str.maketrans(
    {
        chr(first + place): part
        for first, parts in ((0x1100, _LEADS), (0x1161, _VOWELS), (0x11A8, _TAILS))
        for place, part in enumerate(parts)
    }
    | _WITHOUT_ACCENT
)


def fold(text: str) -> str:
    """Return a text for comparison: lower case, NFKC (normal width), no invisible characters."""
    text = unicodedata.normalize("NFKC", text)
    # Once more, because casefolding can undo the composition of accents.
    text = unicodedata.normalize("NFKC", text.casefold())
    unseen = {c for c in set(text) if c in BLANKS or unicodedata.category(c) == "Cf"}
    if unseen:
        text = text.translate({ord(c): None for c in unseen})
    return _VARIANTS.sub("", text)


def fold_line(text: str) -> str:
    """Return a text as `fold` does, with a single space for any run of white space."""
    return " ".join(fold(text).split())


def name_key(name: str) -> str:
    """Return what the spellings of a name have in common: "tvn" for TVN and tvN."""
    return fold_line(name) or name


def fold_for_search(text: str) -> str:
    """Return a text in one line, folded, without accents and with plain quotation marks and dashes.

    Hangul that is typed part by part, such as ㅂㅔㄴ, becomes whole syllables. A text of which
    nothing would be left is returned unchanged.
    """
    whole = _PARTS_OF_SYLLABLE.sub(_join_syllable, text.translate(_PLAIN_SIGNS))
    folded = _NO_PARTS.sub(lambda piece: _drop_accents(fold(piece[0])), whole)
    return " ".join(folded.split())[:LONGEST_FOLDED] or text


def _join_syllable(parts: re.Match[str]) -> str:
    lead, vowel = _LEADS.index(parts[1]), _VOWELS.index(parts[2])
    tail = _TAILS.index(parts[3]) + 1 if parts[3] else 0
    number = (lead * len(_VOWELS) + vowel) * (len(_TAILS) + 1) + tail
    return chr(_FIRST_SYLLABLE + number)


def _drop_accents(text: str) -> str:
    split = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", split).translate(_SINGLE_PARTS)
