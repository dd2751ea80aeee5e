"""GET /admin/comments?after=…: pagination of every list of the queue."""

from datetime import timedelta

import pytest

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.ids import LARGEST_ID
from blog.desk.queue import queries
from blog.desk.queue.tabs import Tab
from blog.moderation.states import Status
from tests.builders import NOON, make_comment, make_moderator_reply, make_review
from tests.databases import on_both
from tests.desk.desk import (
    URL,
    bring,
    make_crowd,
    make_many,
    next_of,
    numbers_of,
    reload,
    spell,
)
from tests.page import soup_of


@pytest.fixture
def small_pages(monkeypatch):
    """Set the page size to three rows."""
    monkeypatch.setitem(queries.list_queue.__kwdefaults__, "size", 3)


def walk(desk, **query) -> list[int]:
    """Follow the links to the next page; return the comment ids of all pages in order."""
    seen, address = [], None
    page = desk.get(**query)
    while True:
        seen += numbers_of(page)
        following = next_of(page)
        if following is None:
            return seen
        assert following != address, "a page that leads to itself"
        address = following
        page = desk.get(address)


def test_the_queue_is_read_fifty_at_a_time(desk, review):
    make_crowd(review, 103)
    sizes, address = [], URL
    while address:
        page = desk.get(address)
        sizes.append(len(numbers_of(page)))
        address = next_of(page)
    assert sizes == [50, 50, 3]


def fill(desk, review) -> None:
    """Make four comments in every state, of known and new browsers, in pairs of equal time."""
    other = make_review(slug="signal")
    number = 0
    for state in ("pending", "published", "rejected", "spam", "removed", "reported"):
        for place in range(4):
            number += 1
            comment = make_comment(
                review=other if place % 4 == 3 else review,
                name="Jo" if place % 2 else "Mina",
                body=f"Bench {spell(number)} http://a.kr/",
                token=f"{number % 11:032x}" if place % 3 else None,
                # The order of the times differs from the order of the ids.
                now=NOON - timedelta(minutes=number * 7 % 24 // 2 * 3),
            )
            bring(comment, state, desk.moderator)


# Filters and sort orders, single and combined.
QUERIES = [
    {},
    {"sort": "known"},
    {"q": "jo", "sort": "known"},
    {"reason": "links", "review": "run-on"},
    {"age": "hour", "reason": "links", "review": "run-on", "q": "mina", "sort": "known"},
]


@on_both
@pytest.mark.usefixtures("small_pages")
def test_every_comment_is_on_exactly_one_page(desk, review, clock):
    fill(desk, review)
    clock.now = NOON + timedelta(minutes=30)
    # A moderator's reply and imported comments have no reader's browser.
    make_moderator_reply(comment=db.session.get_one(Comment, 7), moderator=desk.moderator)
    make_crowd(review, 4, start=100, status=Status.PUBLISHED, now=NOON - timedelta(minutes=20))
    make_crowd(review, 4, start=200, now=NOON - timedelta(minutes=20))
    defaults = queries.list_queue.__kwdefaults__
    defaults["size"] = 5
    for query in QUERIES:
        # A filter adds the same condition in every list.
        for status in Tab if len(query) < 2 else (Tab.PENDING, Tab.ANY):
            found = walk(desk, status=status, **query)
            defaults["size"] = 500
            whole = numbers_of(desk.get(status=status, **query))
            defaults["size"] = 5
            assert found == whole, (status, query)
            assert len(set(found)) == len(found), (status, query)
            if not query or query == {"sort": "known"}:
                assert set(found) == ids_in(status), (status, query)


def ids_in(tab: Tab) -> set[int]:
    """Return the ids of the comments in a list of the queue."""
    db.session.rollback()
    waits = Comment.waiting_since.is_not(None)
    rules = {
        Tab.PENDING: waits,
        Tab.REPORTED: waits & (Comment.status == Status.PUBLISHED),
        Tab.ANY: Comment.id > 0,
    }
    of_tab = rules.get(tab, Comment.status == tab.value)
    return set(db.session.scalars(db.select(Comment.id).where(of_tab)))


@on_both
def test_known_readers_come_first_oldest_comment_first(desk, review):
    known = "ab" * 16
    before = make_comment(review=review, body="Before.", token=known)
    bring(before, "published", desk.moderator)
    refused = make_comment(review=review, body="Refused.", token="cd" * 16)
    bring(refused, "rejected", desk.moderator)
    comments = [
        make_comment(
            review=review, body=f"{word}.", token=token, now=NOON + timedelta(minutes=minutes)
        )
        for word, token, minutes in (
            ("New", None, 1),
            ("Known", known, 2),
            ("Refused before", "cd" * 16, 3),
            ("Known too", known, 4),
        )
    ]
    expected = [comments[n].id for n in (1, 3, 0, 2)]
    assert numbers_of(desk.get(sort="known")) == expected
    assert numbers_of(desk.get()) == [comment.id for comment in comments]


@pytest.mark.usefixtures("small_pages")
def test_a_decided_comment_moves_no_other_to_another_page(desk, review):
    comments = make_many(review, 8)
    second = next_of(desk.get())
    for comment in comments[:2]:
        desk.decide(comment, "approve")
    assert numbers_of(desk.get(second)) == [comment.id for comment in comments[3:6]]


@pytest.mark.usefixtures("small_pages")
def test_an_undone_comment_returns_to_its_page(desk, review):
    comments = make_many(review, 5)
    second = next_of(desk.get())
    desk.decide(comments[4], "spam")
    desk.decide(comments[4], "reopen")
    assert numbers_of(desk.get(second)) == [comment.id for comment in comments[3:]]
    assert reload(comments[4]).waiting_since == comments[4].waiting_since


@on_both
def test_every_valid_cursor_leads_to_a_page(desk, comment):
    for after in ("0-0", "99999999999999999-1", "1-999999999999999999", "9.1-1", "1.0-0"):
        for status, sort in ((Tab.PENDING, "known"), (Tab.PENDING, ""), (Tab.ANY, "")):
            assert desk.get(status=status, after=after, sort=sort).status_code == 200


def test_the_page_contains_the_cursor_for_new_comments(desk, comment):
    live = soup_of(desk.get()).find(id="live")
    microseconds = int(NOON.timestamp()) * 1_000_000
    assert live["data-newest"] == f"{microseconds}-{LARGEST_ID}"
