"""Reviews at the edges of what a page must hold, for the tests of looks and for `make pictures`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import update

from blog.clock import utc_now
from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.manuscripts.importing import read_review
from blog.reviews.commands import publish
from blog.reviews.models import Review
from blog.text.markup import trust_stored
from blog.web.current import current_settings
from tests.builders import (
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_review,
)
from tests.manuscripts.files import draw_picture, write_review

LONG_WORD = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz" + "e" * 35
KOREAN = "슬기로운 감빵생활 그리고 다음 이야기"  # 15 syllables.
HEAP = "".join(letter + "\u030d\u0329\u0352\u0347" * 12 for letter in "zalgo")
SENTENCE = (
    "She closes the umbrella before the rain has stopped, and the camera waits for him to notice."
)
PARAGRAPH = " ".join([SENTENCE, "He does not.", SENTENCE, "That is the whole scene."])
WATCH = [("Netflix", "https://netflix.example/"), ("Viki", "https://viki.example/title")]
CAST = [("Shin Se-kyung", "Oh Mi-joo"), ("Yim Si-wan", "Ki Seon-gyeom")]
TAGS = ["romance", "slow burn"]


def make_long_word() -> Review:
    return _make(
        "long-word",
        title=LONG_WORD,
        drama_title=LONG_WORD,
        drama_network=LONG_WORD,
        summary=f"{LONG_WORD} {SENTENCE}",
        byline=LONG_WORD,
        cast=[(LONG_WORD, LONG_WORD)],
        tags=[LONG_WORD, "romance"],
        watch=[(LONG_WORD, "https://a.example/")],
        body=f"## {LONG_WORD}\n\n{LONG_WORD}\n\n> {LONG_WORD}\n\n`{LONG_WORD}`",
    )


def make_korean() -> Review:
    return _make(
        "korean",
        title="끝까지 달리는 사람과 멈춰 서는 사람",
        drama_title="Prison Playbook and What Came After",
        drama_korean_title=KOREAN,
        summary="빠르게 달리던 사람이 처음으로 멈추어 서서 다른 사람의 말을 듣는다.",
        language="ko",
        tags=["로맨스", "성장"],
        body="\n\n".join(
            [
                "비가 그치기 전에 우산을 접는 장면이 좋았다. *정말로* 조용한 장면이었다.",
                "> 같이 뛸래요?",
                "## 왜 좋은가",
                "말하지 않는 사람이 말하는 사람보다 더 많은 것을 전한다. " * 6,
            ]
        ),
    )


def make_arabic() -> Review:
    return _make(
        "arabic",
        title="مسلسل هادئ عن الركض والترجمة",
        summary="عدّاءٌ ومترجمةٌ يتعلّمان الكلام من جديد.",
        language="ar",
        body="\n\n".join(
            [
                "هذا مسلسل هادئ. تقول البطلة «같이 뛸래요?» ثم تصمت طويلاً.",
                "> 같이 뛸래요?",
                "- أداء ممتاز\n- موسيقى هادئة",
                "الحلقة 16 هي الأفضل، وهي متاحة على Netflix.",
            ]
        ),
    )


def make_wide_table() -> Review:
    head = "| Episode | Aired | Viewers | Seoul | Gyeonggi | Busan | Daegu | Best scene |"
    rule = "| --- | :-: | --: | --: | --: | --: | --: | --- |"
    rows = (
        f"| {n} | 2020-12-{n + 15} | {n * 111_111:,} | 3.{n} | 2.{n} | 4.{n} | 1.{n} | The bench |"
        for n in range(1, 13)
    )
    return _make("wide-table", body="\n".join([PARAGRAPH, "", head, rule, *rows, "", SENTENCE]))


def make_long() -> Review:
    parts = [f"## Episode {number}\n\n" + f"{PARAGRAPH}\n\n" * 6 for number in range(1, 17)]
    return _make("long", body="\n".join(parts))


def make_folded() -> Review:
    fold = f"<details><summary>The ending, {LONG_WORD}</summary>\n\n{PARAGRAPH}\n\n</details>"
    return _make("folded", body=f"{PARAGRAPH}\n\n{fold}\n\n{SENTENCE}")


def make_illustrated() -> Review:
    """A review that begins with a small picture, and has a portrait and two very long pictures."""
    sizes = {"small": (120, 90), "portrait": (600, 1500), "wide": (2000, 300), "high": (60, 1200)}
    body = "\n\n".join(f'![{name}]({name}.png "{SENTENCE}")\n\n{PARAGRAPH}' for name in sizes)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, size in sizes.items():
            draw_picture(folder, f"{file}.png", size=size)
        path = write_review(folder, slug="illustrated", published="", body=body, rating="7")
        manuscript = read_review(path, current_settings().media_dir)
    now = utc_now() - timedelta(minutes=1)
    review, _outcome = write(publish, manuscript=replace(manuscript, published_at=now), now=now)
    return review


def make_bare() -> Review:
    return _make(
        "bare",
        drama_title="D.P.",
        drama_korean_title=None,
        drama_year=None,
        rating=None,
        watch=[],
        cast=[],
        tags=[],
    )


def make_one_comment() -> Review:
    review = _make("one-comment")
    make_published_comment(review=review, name="민아", body="정말 좋은 드라마였다.")
    return review


def make_closed() -> Review:
    review = _make("closed", comments_open=False)
    comment = make_published_comment(review=review, body=PARAGRAPH, is_spoiler=True)
    make_published_reply(to=comment, name="n" * 80, body="w" * 500)
    return review


def make_talked_about() -> Review:
    """A review with many comments, replies and a moderator's reply."""
    review = _make("talked-about")
    moderator = make_moderator(email="desk@example.org")
    for number in range(12):
        comment = make_published_comment(
            review=review, name=f"Reader {number}", body=PARAGRAPH, moderator=moderator
        )
    make_published_reply(to=comment, name="Jo", body=f"> {SENTENCE}\n\nYes.")
    make_moderator_reply(comment=comment, moderator=moderator)
    return review


def make_zalgo() -> Review:
    """A review with a comment as it was stored before accents were limited."""
    review = _make("zalgo")
    make_published_comment(review=review, name="Before")
    old = make_published_comment(review=review, name="Zalgo")
    make_published_comment(review=review, name="After")
    write(_set_words, comment_id=old.id)
    return review


def _set_words(*, comment_id: int) -> None:
    html = f"<p>{HEAP} {HEAP}</p>"
    values = {"author_name": HEAP[:80], "body": f"{HEAP} {HEAP}", "body_html": trust_stored(html)}
    db.session.execute(update(Comment).where(Comment.id == comment_id).values(**values))


EXTREMES: Sequence[Callable[[], Review]] = (
    make_bare,
    make_long_word,
    make_korean,
    make_arabic,
    make_wide_table,
    make_folded,
    make_illustrated,
    make_long,
    make_one_comment,
    make_closed,
    make_talked_about,
    make_zalgo,
)


def _make(slug: str, **fields: object) -> Review:
    """Make a public review; those made later are newer."""
    defaults = {
        "rating": 8.5,
        "watch": WATCH,
        "cast": CAST,
        "tags": TAGS,
        "drama_network": "JTBC",
        "drama_episodes": 16,
        "summary": SENTENCE,
        "body": f"{PARAGRAPH}\n\n{PARAGRAPH}",
        "published_at": utc_now() - timedelta(minutes=1),
    }
    return make_review(slug=slug, **{**defaults, **fields})
