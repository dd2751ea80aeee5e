"""What a moderator approves is what everybody reads: the same text in queue, page and own list."""

import random
import re
from datetime import timedelta

from blog.comments.models import Seen
from blog.db.transactions import write
from blog.decisions.commands import decide
from blog.decisions.recording import Ruling
from blog.moderation.states import Verdict
from tests.builders import NOON, make_comment, make_review
from tests.desk.desk import URL, next_of
from tests.page import soup_of
from tests.site.comments.writing import TOKEN, carry

SHAPES = 80
# Whole words around every sign that readers' markup knows, nested deeper than markup goes.
SIGNS = ["> ", "- ", "1. ", "2. ", "  ", "    ", "\n", "\n\n", "*", "**", "`", "[", "](", ")", "~"]


def make_shape(number: int) -> str:
    """Return a text unlike any other: quotes and lists of any depth, then random signs."""
    chance = random.Random(number)

    def word() -> str:
        return "".join(chance.choices("bcdfghjklmnpqrstvwxz", k=9))

    depth = number % 40
    quotes = "> " * depth + word()
    items = "".join(
        f"{'  ' * level}- {word()}\n{'  ' * level}- {word()}\n" for level in range(depth // 2)
    )
    rest = "".join(chance.choice([*SIGNS, f"{word()} "]) for _ in range(30))
    return f"{word()}\n\n{quotes}\n\n{items}\n\n{rest} {word()}"


def read_texts(response) -> dict[str, str]:
    """Return the text of each comment on a page by its id."""
    return {
        text.find_parent(id=re.compile(r"^comment-\d+$"))["id"]: text.get_text()
        for text in soup_of(response).select("[data-reader-text]")
    }


def test_moderator_author_and_readers_read_every_word_that_was_typed(desk, app):
    reviews = [make_review(slug=f"drama-{number}") for number in range(4)]
    made = [
        make_comment(
            review=reviews[number % 4],
            body=make_shape(number),
            token=TOKEN,
            now=NOON + timedelta(minutes=3 * number),
        )
        for number in range(SHAPES)
    ]
    queued: dict[str, str] = {}
    address = URL
    while address:
        page = desk.get(address)
        queued |= read_texts(page)
        address = next_of(page)
    assert len(queued) == SHAPES
    for comment in made:
        words = re.findall(r"[a-z]{9}", comment.body)
        assert re.findall(r"[a-z]{9}", queued[f"comment-{comment.id}"]) == words, comment.body
    author = carry(app.test_client())
    own = [author.get(f"/reviews/{review.slug}/comments/mine") for review in reviews]
    assert {name: text for page in own for name, text in read_texts(page).items()} == queued
    ruling = Ruling(verdict=Verdict.APPROVE, moderator_id=desk.moderator.id, now=NOON)
    write(decide, seen=[Seen(comment.id, comment.version) for comment in made], ruling=ruling)
    public = [app.test_client().get(f"/reviews/{review.slug}") for review in reviews]
    assert {name: text for page in public for name, text in read_texts(page).items()} == queued
