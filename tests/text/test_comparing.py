"""Two versions of a text, compared word by word, and of front matter, compared key by key."""

import random
import re

import pytest

from blog.text.aligning import TooDifferentError, Work, list_matches
from blog.text.comparing import (
    STEPS,
    Comparison,
    compare_keys,
    compare_texts,
    split_words,
)

MARKS = {"kept": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
MIB = 1024 * 1024
REVIEW = "She waits in the rain, and nobody comes. The lamp at the corner goes out."
WORDS = [
    "rain",
    "bench",
    "umbrella",
    "song",
    "night",
    "bus",
    "stop",
    "train",
    "letter",
    "window",
    "snow",
    "coat",
]


def written(comparison: Comparison) -> list[str]:
    """Return each paragraph of a comparison, with its changes between brackets."""
    assert comparison.stretches is not None
    return [
        "".join(MARKS[piece.kind].format(piece.text) for piece in pieces)
        for stretch in comparison.stretches
        for pieces in stretch.paragraphs
    ]


def make_text(chance: random.Random, paragraphs: int) -> str:
    return "\n\n".join(
        " ".join(f"{chance.choice(WORDS)}{chance.randrange(100)}" for _ in range(60))
        for _ in range(paragraphs)
    )


@pytest.mark.parametrize(
    "expected",
    [
        "She waits in the [-rain-][+snow+], and nobody comes. The lamp goes out.",
        # A space between two changes is no reason to read two changes.
        "It is [-a very-][+one quite+] long day.",
        "나는 이 드라마를 [-정말-][+아주+] 좋아했다.",
        "彼女は[-雨-][+雪+]の中で待った。",
        "ฉัน[-ชอบ-][+รัก+]ละครเรื่องนี้มาก",
        "One line[-\n-][+ +]and more of it.",
        "**Bold** is not [-~~-][+*+]gone[-~~-][+*+].",
    ],
)
def test_a_changed_word_is_shown_between_the_words_that_stayed(expected):
    old = re.sub(r"\[\+.*?\+\]", "", expected).replace("[-", "").replace("-]", "")
    new = re.sub(r"\[-.*?-\]", "", expected, flags=re.DOTALL).replace("[+", "").replace("+]", "")
    assert written(compare_texts(old, new)) == [expected]


def test_a_new_paragraph_does_not_make_those_after_it_look_rewritten():
    old = f"{REVIEW}\n\nThe end is quiet, and it is right."
    new = f"This is new.\n\n{REVIEW.replace('rain', 'snow')}\n\nThe end is quiet, and it is right."
    assert written(compare_texts(old, new)) == [
        "[+This is new.+]",
        REVIEW.replace("rain", "[-rain-][+snow+]"),
        "The end is quiet, and it is right.",
    ]


def test_a_rewritten_paragraph_is_shown_whole_and_not_as_confetti():
    old, new = REVIEW, "Nobody in this house sings, but the kitchen radio does."
    assert written(compare_texts(old, new)) == [f"[-{old}-]", f"[+{new}+]"]


def test_a_letter_keeps_its_accents_and_an_emoji_its_parts():
    for together in ("e\u0323\u0301", "สี่", "हिन्दी", "👍🏽", "👩‍👩‍👧", "🇰🇷", "a" + "\u0300" * 40):
        text = f"x {together}{together} y"
        words = split_words(text)
        assert "".join(words) == text
        assert all(word[0] not in "\u0301\u0323\u0300\u200d🏽ิี่" for word in words)
    # A text without spaces is compared letter by letter, and the accents stay where they are.
    assert split_words("가" * 30) == ["가"] * 30
    assert split_words("e\u0301" * 15) == ["e\u0301"] * 15


def test_paragraphs_far_from_a_change_are_folded():
    paragraphs = [f"Paragraph number {number} of many." for number in range(9)]
    new = [*paragraphs[:4], "Paragraph number four of many.", *paragraphs[5:]]
    stretches = compare_texts("\n\n".join(paragraphs), "\n\n".join(new)).stretches
    shape = [(stretch.is_folded, len(stretch.paragraphs)) for stretch in stretches or []]
    assert shape == [(True, 3), (False, 3), (True, 3)]
    assert compare_texts("One.\n\nTwo.", "One.\r\n\r\n\r\nTwo.\n").is_equal


def test_both_versions_can_be_read_out_of_a_comparison():
    chance = random.Random(16)
    for _ in range(60):
        old = make_text(chance, 4).split("\n\n")
        new = [self_changed(chance, text) for text in old if chance.random() > 0.2]
        comparison = compare_texts("\n\n".join(old), "\n\n".join(new))
        pieces = [p for s in comparison.stretches or [] for p in s.paragraphs]
        for left_out, expected in (("added", old), ("removed", new)):
            texts = ["".join(t for kind, t in each if kind != left_out) for each in pieces]
            assert [text for text in texts if text] == expected


def self_changed(chance: random.Random, text: str) -> str:
    words = text.split(" ")
    for _ in range(chance.randrange(6)):
        words[chance.randrange(len(words))] = chance.choice(WORDS)
    return " ".join(words)


def test_16_kb_with_30_changes_take_a_third_of_the_work_that_a_comparison_may_do():
    chance = random.Random(30)
    old = make_text(chance, 36)
    assert len(old) > 16_000
    words = old.split(" ")
    for place in chance.sample(range(len(words)), 30):
        words[place] = "changed"
    comparison = compare_texts(old, " ".join(words), steps=STEPS // 3)
    assert sum(text.count("[+") for text in written(comparison)) in range(25, 31)


class Counted:
    """An item that counts how often it is compared with another one."""

    compared = 0

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return isinstance(other, Counted) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


@pytest.mark.parametrize(
    ("old", "new"),
    [("ab" * 3_000, "ba" * 2_000 + "b" * 900), ("a" * 5_000, "b" * 5_000), ("ab" * 999, "c")],
)
def test_the_worst_sequences_are_given_up_after_the_work_that_is_allowed(old, new):
    Counted.compared = 0
    with pytest.raises(TooDifferentError):
        list_matches([*map(Counted, old)], [*map(Counted, new)], Work(1_000))
    # Every step compares two items at most, and the equal ones at both ends are compared first.
    assert Counted.compared <= 3 * 1_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a" * 2 * MIB, "ab" * MIB),
        ("a\n\n" * 700_000, "b\n\n" * 700_000),
        ("a\n\n" * 4_000, "b\n\n" * 4_000),
        ("a" + "\u0300\u0323" * MIB, "a" + "\u0323\u0300" * MIB),
        ("a\n" * MIB, "b\n" * MIB),
    ],
    ids=["no space", "too many paragraphs", "equal paragraphs", "accents", "lines"],
)
def test_texts_that_are_too_long_or_too_different_are_not_compared(old, new):
    comparison = compare_texts(old, new)
    assert comparison.stretches is None
    assert not comparison.is_equal
    assert (comparison.old, comparison.new) == (old, new)


def test_each_changed_key_of_the_front_matter_has_both_values():
    old = {
        "title": "The runner stops",
        "tags": ["romance", "healing"],
        "rating": "7.5",
        "drama": {"title": "Run On", "cast": [{"actor": "Im Si-wan", "role": "Ki Seon-gyeom"}]},
    }
    new = {
        "title": "The runner stops",
        "tags": ["romance"],
        "summary": "New.",
        "drama": {
            "title": "Run On",
            "cast": [*old["drama"]["cast"], {"actor": "Shin Se-kyung", "role": "Oh Mi-joo"}],
        },
    }
    changes = {change.key: (change.old, change.new) for change in compare_keys(old, new)}
    assert changes == {
        "tags": ("romance\nhealing", "romance"),
        "summary": ("", "New."),
        "drama.cast": (
            "Im Si-wan · Ki Seon-gyeom",
            "Im Si-wan · Ki Seon-gyeom\nShin Se-kyung · Oh Mi-joo",
        ),
        "rating": ("7.5", ""),
    }
    (cast,) = [change for change in compare_keys(old, new) if change.key == "drama.cast"]
    assert [piece.kind for piece in cast.pieces] == ["kept", "added"]
