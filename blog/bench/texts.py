"""Words to fill a database with: real readers' where they lie beside the project, else made up."""

import gzip
import json
import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from blog.comments.models import BODY_LENGTHS
from blog.text.normalising import has_visible_character, normalise_text

CORPORA = Path(__file__).parents[3] / "shared" / "data"
# One long comment, in Markdown, after so many short ones.
SHORT_ONES = 15
_WORDS = (
    "the a his her their this that every one episode scene ending drama king alley bar train whale"
    " soup kettle snow window lawyer dentist captain mother brother cried laughed waited watched"
    " again slowly twice never always because although when still and but so with under over after"
    " before 정말 진짜 드라마 마지막 회 주인공 연기 눈물 장면 다시 보고 싶어요 그래도 좋았어요"
    " 최고의 음악 겨울 골목 엄마 친구 오늘 밤 한 번 더"
)


def list_texts(*, size: int) -> Iterator[str]:
    """Give as many texts as asked for, the same at every run; beyond the corpora no two equal."""
    rng = random.Random(1988)  # noqa: S311  # Texts to measure with; no secret.
    given = 0
    for turn in count():
        for text in _read_corpora() if has_corpora() else _make_texts(rng):
            if given == size:
                return
            more = f"{text} {make_text(rng)}" if turn else text
            body = normalise_text(more, most=BODY_LENGTHS[1])[: BODY_LENGTHS[1]].strip()
            if len(body) >= BODY_LENGTHS[0] and has_visible_character(body):
                given += 1
                yield body


def has_corpora() -> bool:
    """Tell whether real readers' words lie beside the project."""
    return _short_file().is_file() and _long_file().is_file()


def _short_file() -> Path:
    return CORPORA / "load" / "nsmc-100k.tsv.gz"


def _long_file() -> Path:
    return CORPORA / "threads" / "reddit_praw_comments.jsonl.gz"


def _read_corpora() -> Iterator[str]:
    """Give the short texts, and one of the long ones after every few as long as there are any."""
    with (
        gzip.open(_short_file(), "rt", encoding="utf-8") as short,
        gzip.open(_long_file(), "rt", encoding="utf-8") as long,
    ):
        next(short)  # The columns' names.
        for number, line in enumerate(short, start=1):
            yield line.rstrip("\n").rpartition("\t")[2]
            if number % SHORT_ONES == 0:
                for row in long:
                    yield json.loads(row)["body"]
                    break


def _make_texts(rng: random.Random) -> Iterator[str]:
    while True:
        yield " ".join(make_text(rng) for _ in range(1 + int(3 * rng.random() ** 3)))


def make_text(rng: random.Random) -> str:
    """Return a sentence of sorts."""
    words = rng.choices(_WORDS.split(), k=rng.randint(4, 24))
    return f"{' '.join(words).capitalize()}."
