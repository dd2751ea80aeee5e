"""Compare two versions of a text word by word, and of front matter key by key.

Paragraphs are compared first, and words only inside paragraphs that changed. The work is limited,
so that no text, however long or strange, keeps the processor busy.
"""

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from blog.text.aligning import Match, TooDifferentError, Work, list_matches

# What a comparison may cost: some tenths of a second. A text of 16 KB with 30 changes takes less
# than a third of it.
STEPS = 400_000
# One paragraph takes a part of them by its length, so that others after it have theirs.
STEPS_OF_A_LETTER = 50
# A page with more paragraphs than this is of no use to anybody.
MOST_PARAGRAPHS = 5_000
# So many unchanged paragraphs are shown before and after a change; the others are folded.
SHOWN_AROUND = 1
# A longer word, such as one of a text without spaces, is compared letter by letter.
LONGEST_WORD = 20
# Two paragraphs are versions of one if they share this part of their words.
ALIKE = 0.4
# The letters of these scripts are words of their own, since no spaces stand between their words.
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
_VARIATIONS = range(0x1F3FB, 0x1F400)  # The colours of a face or hand in an emoji.

Kind = Literal["kept", "removed", "added"]
_ORDER: tuple[Kind, ...] = ("removed", "added", "kept")


class Piece(NamedTuple):
    """A part of a paragraph that both versions have, or only the old or only the new one."""

    kind: Kind
    text: str

    @property
    def sign(self) -> str:
        """A sign for a change that could not be seen otherwise: a line break or a space."""
        if not self.text.isspace():
            return ""
        return "↵" if "\n" in self.text else "␣"


Paragraph = list[Piece]


class Stretch(NamedTuple):
    """Paragraphs in a row; those that are far from any change are folded."""

    paragraphs: list[Paragraph]
    is_folded: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Two versions of a text, and what became of each paragraph.

    `stretches` is None if the versions are too different to be compared. Blank lines between
    paragraphs do not count.
    """

    old: str
    new: str
    stretches: list[Stretch] | None

    @property
    def is_equal(self) -> bool:
        """Whether no word changed."""
        return self.stretches is not None and all(each.is_folded for each in self.stretches)


class KeyChange(NamedTuple):
    """A key of front matter whose value changed, such as drama.title.

    Its values are texts; those of a list have a line for each of its items.
    """

    key: str
    old: str
    new: str
    pieces: Paragraph


def compare_texts(old: str, new: str, *, steps: int = STEPS) -> Comparison:
    """Compare two versions of a Markdown text, taking at most `steps` steps."""
    try:
        paragraphs = _compare_paragraphs(_paragraphs_of(old), _paragraphs_of(new), Work(steps))
    except TooDifferentError:
        return Comparison(old=old, new=new, stretches=None)
    return Comparison(old=old, new=new, stretches=_fold(paragraphs))


def compare_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[KeyChange]:
    """Return the keys of front matter whose values differ; `new` has the order, then `old`."""
    before, after = _flatten(old), _flatten(new)
    work = Work(STEPS)
    return [
        KeyChange(key, one, other, _compare_words(one, other, work))
        for key in dict.fromkeys([*after, *before])
        for one, other in [(before.get(key, ""), after.get(key, ""))]
        if one != other
    ]


def _flatten(values: Mapping[str, Any], group: str = "") -> dict[str, str]:
    """Return each value as a text, with the names of its groups before its key."""
    flat: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{group}{key}.")
        else:
            items = value if isinstance(value, list) else [value]
            flat[f"{group}{key}"] = "\n".join(map(_in_a_line, items))
    return flat


def _in_a_line(item: Any) -> str:
    return " · ".join(map(str, item.values())) if isinstance(item, Mapping) else str(item)


def _paragraphs_of(text: str) -> list[str]:
    """Return the parts of a text between blank lines. Raises TooDifferentError if they are many."""
    paragraphs: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip():
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
        if len(paragraphs) > MOST_PARAGRAPHS:
            raise TooDifferentError
    return ["\n".join(lines) for lines in paragraphs if lines]


def _compare_paragraphs(old: list[str], new: list[str], work: Work) -> list[Paragraph]:
    """Return the paragraphs of both versions in order. Raises TooDifferentError."""
    paragraphs: list[Paragraph] = []
    place = other = 0
    for start, other_start, length in [*list_matches(old, new, work), (len(old), len(new), 0)]:
        for one, two in _pair(old[place:start], new[other:other_start], work):
            paragraphs.append(_compare_words(one, two, work))
        paragraphs += [[Piece("kept", text)] for text in old[start : start + length]]
        place, other = start + length, other_start + length
    return paragraphs


def _pair(old: list[str], new: list[str], work: Work) -> list[tuple[str, str]]:
    """Return pairs of paragraphs that are versions of one; "" stands for one that is missing.

    Of all ways to pair them in order, this is the one whose pairs share most.
    """
    work.take(sum(map(len, old)) + sum(map(len, new)))
    bags, others = list(map(_bag_of, old)), list(map(_bag_of, new))
    work.take(sum(map(len, bags)) * len(new))
    # The best sum of likenesses of the paragraphs from a place on; the last row and column are 0.
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    likeness = [[_likeness(bag, other) for other in others] for bag in bags]
    for place in range(len(old) - 1, -1, -1):
        for other in range(len(new) - 1, -1, -1):
            best[place][other] = max(
                best[place + 1][other],
                best[place][other + 1],
                best[place + 1][other + 1] + likeness[place][other],
            )
    pairs: list[tuple[str, str]] = []
    place = other = 0
    while place < len(old) or other < len(new):
        here = best[place][other]
        if place < len(old) and here == best[place + 1][other]:
            pairs.append((old[place], ""))
            place += 1
        elif other < len(new) and here == best[place][other + 1]:
            pairs.append(("", new[other]))
            other += 1
        else:
            pairs.append((old[place], new[other]))
            place, other = place + 1, other + 1
    return pairs


def _bag_of(text: str) -> set[str]:
    return {word for word in split_words(text) if word[0].isalnum()}


def _likeness(bag: set[str], other: set[str]) -> float:
    """Return the part of their words that two paragraphs share, 0 if it is small."""
    share = 2 * len(bag & other) / max(len(bag) + len(other), 1)
    return share if share >= ALIKE else 0.0


def _compare_words(old: str, new: str, work: Work) -> Paragraph:
    """Return the pieces of two versions of a paragraph, whole if they are too different."""
    words, others = [old], [new]
    matches: list[Match] = []
    if old and new:
        length = len(old) + len(new)
        with suppress(TooDifferentError), work.limited(length * STEPS_OF_A_LETTER) as part:
            part.take(length)
            split, other_split = split_words(old), split_words(new)
            matches = list_matches(split, other_split, part)
            words, others = split, other_split
    return _to_pieces(words, others, matches)


def _to_pieces(words: list[str], others: list[str], matches: list[Match]) -> Paragraph:
    """Return pieces of words, each change as what was removed and then what was added."""
    # Each change, and the words that are kept after it.
    changes: list[tuple[str, str, str]] = []
    place = other = 0
    for start, other_start, length in [*matches, (len(words), len(others), 0)]:
        removed, added = "".join(words[place:start]), "".join(others[other:other_start])
        kept = "".join(words[start : start + length])
        if changes and _is_between_changes(changes[-1], removed, added):
            before_removed, before_added, between = changes.pop()
            removed = before_removed + between + removed
            added = before_added + between + added
        changes.append((removed, added, kept))
        place, other = start + length, other_start + length
    return [
        Piece(kind, text)
        for change in changes
        for kind, text in zip(_ORDER, change, strict=True)
        if text
    ]


def _is_between_changes(before: tuple[str, str, str], removed: str, added: str) -> bool:
    """Return whether the words between two changes are so few that one change reads better."""
    was_removed, was_added, kept = before
    before_length, length = max(len(was_removed), len(was_added)), max(len(removed), len(added))
    return bool(length) and len(kept) <= min(before_length, length)


def split_words(text: str) -> list[str]:
    """Return the words, runs of spaces and marks of a text, which together are the text.

    Long words, and words of scripts without spaces, are split into letters. No accent and no part
    of an emoji is separated from what it belongs to.
    """
    starts: list[int] = []
    last = ""
    for place, character in enumerate(text):
        kind = _kind_of(character)
        if kind == "part" and starts:
            continue
        if kind != last or kind == "letter":
            starts.append(place)
        last = kind
    words: list[str] = []
    for start, end in pairwise([*starts, len(text)]):
        word = text[start:end]
        words += _letters_of(word) if end - start > LONGEST_WORD else [word]
    return words


def _letters_of(word: str) -> list[str]:
    starts = [place for place, each in enumerate(word) if not place or _kind_of(each) != "part"]
    return [word[start:end] for start, end in pairwise([*starts, len(word)])]


def _kind_of(character: str) -> str:
    """Return what a character is; those of one kind in a row are a word, except letters."""
    if character.isspace():
        return "space"
    category = unicodedata.category(character)
    if category[0] == "M" or category == "Cf" or ord(character) in _VARIATIONS:
        return "part"
    if category[0] in "LN":
        is_alone = not character.isascii() and unicodedata.name(character, "").startswith(
            _WITHOUT_SPACES
        )
        return "letter" if is_alone else "word"
    return "symbol" if category[0] == "S" and not character.isascii() else character


def _fold(paragraphs: list[Paragraph]) -> list[Stretch]:
    """Return the paragraphs in stretches, those far from changes folded."""
    changed = [place for place, pieces in enumerate(paragraphs) if _is_changed(pieces)]
    near = {place + step for place in changed for step in range(-SHOWN_AROUND, SHOWN_AROUND + 1)}
    stretches: list[Stretch] = []
    for place, pieces in enumerate(paragraphs):
        is_folded = place not in near
        if not stretches or stretches[-1].is_folded != is_folded:
            stretches.append(Stretch([], is_folded))
        stretches[-1].paragraphs.append(pieces)
    return stretches


def _is_changed(pieces: Paragraph) -> bool:
    return any(piece.kind != "kept" for piece in pieces)
