"""Texts for generated comments: the lines of a file, or random words."""

import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from blog.comments.models import BODY_LENGTH
from blog.text.normalising import has_visible_character, normalise_text

_WORDS = (
    "the a his her their this that every one episode scene ending drama king alley bar train whale"
    " soup kettle snow window lawyer dentist captain mother brother cried laughed waited watched"
    " again slowly twice never always because although when still and but so with under over after"
    " before 정말 진짜 드라마 마지막 회 주인공 연기 눈물 장면 다시 보고 싶어요 그래도 좋았어요"
    " 최고의 음악 겨울 골목 엄마 친구 오늘 밤 한 번 더"
)


def list_texts(*, size: int, file: Path | None = None) -> Iterator[str]:
    """Yield `size` texts, the same in every run: the lines of a file, or generated texts.

    If the file has too few lines, its lines are repeated, each with random words added. Raises
    OSError if the file is unreadable, and ValueError if no line has a visible character.
    """
    rng = random.Random(1988)  # noqa: S311  # Texts to measure with; no secret.
    given = 0
    for turn in count():
        for text in _read_lines(file) if file else _make_texts(rng):
            if given == size:
                return
            more = f"{text} {make_text(rng)}" if turn else text
            body = normalise_text(more, most=BODY_LENGTH)[:BODY_LENGTH].strip()
            if has_visible_character(body):
                given += 1
                yield body
        if not given:
            raise ValueError(file)


def _read_lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        yield from filter(str.strip, lines)


def _make_texts(rng: random.Random) -> Iterator[str]:
    while True:
        yield " ".join(make_text(rng) for _ in range(1 + int(3 * rng.random() ** 3)))


def make_text(rng: random.Random) -> str:
    """Return a sentence of 4 to 24 random words."""
    words = rng.choices(_WORDS.split(), k=rng.randint(4, 24))
    return f"{' '.join(words).capitalize()}."
