"""GET /admin/comments"""

from datetime import timedelta

import pytest

from blog.comments.models import Verdict
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_review,
    sign_in,
)
from tests.page import soup_of, text_of

URL = "/admin/comments"


@pytest.fixture
def moderator(client):
    moderator = make_moderator()
    sign_in(client)
    return moderator


@pytest.fixture
def review(app):
    return make_review(drama_title="Run On")


def rows_of(response) -> list:
    assert response.status_code == 200
    return soup_of(response).select("#queue article.row")


def texts_of(response) -> list[str]:
    return [row.select_one("[data-reader-text]").get_text().strip() for row in rows_of(response)]


def test_the_longest_waiting_comment_comes_first(client, moderator, review):
    for minutes in (5, 30, 10):
        moment = NOON - timedelta(minutes=minutes)
        make_comment(review=review, body=f"Since {minutes} minutes", now=moment)
    assert texts_of(client.get(URL)) == [f"Since {n} minutes" for n in (30, 10, 5)]


def test_a_row_says_who_wrote_what_where_and_how_long_it_waits(client, moderator, review, clock):
    make_comment(
        review=review, name="Jo Kim", email="jo@example.org", body="The *bench*\nscene.", now=NOON
    )
    clock.now = NOON + timedelta(hours=3, minutes=20)
    (row,) = rows_of(client.get(URL))
    words = " ".join(row.get_text(" ").split())
    assert row.select_one("[data-reader-name]").get_text() == "Jo Kim"
    assert "jo@example.org" in words
    assert "waits 3 hours" in words
    assert row.find("a", string="Run On")["href"] == "/reviews/run-on"
    assert "<em>bench</em><br" in str(row.select_one("[data-reader-text]"))
    assert [button["value"] for button in row.find_all("button")] == ["approve", "reject", "spam"]


def test_a_row_without_an_e_mail_leaves_it_out(client, moderator, review):
    make_comment(review=review, email=None)
    (row,) = rows_of(client.get(URL))
    assert row.select_one(".email") is None
    assert "None" not in row.get_text()


# How long, and how the queue says it, the longest first.
SPANS = [
    ({"days": 400}, "400 days"),
    ({"hours": 47}, "1 day"),
    ({"hours": 24}, "1 day"),
    ({"minutes": 61}, "1 hour"),
    ({"minutes": 59}, "59 minutes"),
    ({"seconds": 60}, "1 minute"),
    ({"seconds": 59}, "less than a minute"),
    ({"seconds": -90}, "less than a minute"),
]


def test_how_long_a_comment_waits_is_said_in_its_largest_unit(client, moderator, review, clock):
    for span, _words in SPANS:
        make_comment(review=review, now=clock.now - timedelta(**span))
    said = [row.find("time").get_text() for row in rows_of(client.get(URL))]
    assert said == [words for _span, words in SPANS]


def test_the_queue_is_read_fifty_at_a_time(client, moderator, review):
    for number in range(103):
        # Two of each moment, so that a page ends between two of the same.
        make_comment(
            review=review, body=f"n{number}", now=NOON + timedelta(seconds=(number + 1) // 2)
        )
    seen, address = [], URL
    sizes = []
    while address:
        page = client.get(address)
        sizes.append(len(rows_of(page)))
        seen += texts_of(page)
        link = soup_of(page).find("a", rel="next")
        address = link and link["href"]
    assert sizes == [50, 50, 3]
    assert seen == [f"n{number}" for number in range(103)]


def test_a_decided_comment_moves_no_other_to_another_page(client, moderator, review):
    comments = [
        make_comment(review=review, body=f"n{n}", now=NOON + timedelta(seconds=n))
        for n in range(60)
    ]
    second = soup_of(client.get(URL)).find("a", rel="next")["href"]
    for comment in comments[:20]:
        make_decision(comment=comment, moderator=moderator)
    assert texts_of(client.get(second)) == [f"n{n}" for n in range(50, 60)]


def test_the_filters_show_every_state_with_its_count(client, moderator, review):
    make_comment(review=review, body="waiting one")
    for verdict, count in ((Verdict.APPROVE, 3), (Verdict.REJECT, 2), (Verdict.SPAM, 1)):
        for number in range(count):
            comment = make_comment(
                review=review, body=f"{verdict} {number}", now=NOON + timedelta(seconds=number)
            )
            make_decision(comment=comment, moderator=moderator, verdict=verdict)
    links = soup_of(client.get(URL)).select("#filters nav a")
    assert [" ".join(link.get_text(" ").split()) for link in links] == [
        "Waiting 1", "Published 3", "Rejected 2", "Spam 1",
    ]  # fmt: skip
    assert [link.get("aria-current") for link in links] == ["page", None, None, None]
    shown = [texts_of(client.get(link["href"])) for link in links]
    # What is decided is looked for by its newest.
    assert shown == [
        ["waiting one"],
        ["approve 2", "approve 1", "approve 0"],
        ["reject 1", "reject 0"],
        ["spam 0"],
    ]


def test_a_decided_row_says_who_decided_and_offers_the_other_verdicts(client, moderator, review):
    make_published_comment(review=review, moderator=moderator, now=NOON)
    (row,) = rows_of(client.get(f"{URL}?status=published"))
    assert "Published by Mina Park, 12:00 UTC on 1 May 2026" in " ".join(row.get_text(" ").split())
    assert [button["value"] for button in row.find_all("button")] == ["reject", "spam"]


def test_an_empty_queue_says_so_kindly(client, moderator):
    words = text_of(client.get(URL))
    assert "수고하셨어요" in words
    assert "Nothing waits" in words


@pytest.mark.parametrize("status", ["published", "rejected", "spam"])
def test_a_state_nothing_is_in_says_so(client, moderator, status):
    assert "There is nothing here." in text_of(client.get(f"{URL}?status={status}"))


# Each is refused, and told what would be right.
SENSELESS = [
    ({"status": "unknown"}, "status is one of pending, published, rejected, spam."),
    ({"status": ""}, "status is one of"),
    ({"status": "PENDING"}, "status is one of"),
    ({"status": "a\0b"}, "status is one of"),
    ({"after": "x"}, "after names no page of the queue"),
    ({"after": "-1-1"}, "after names no page of the queue"),
    ({"after": "1-" + "9" * 30}, "after names no page of the queue"),
    ({"after": "٣-٣"}, "after names no page of the queue"),
    ({"q": "x" * 10_000}, "q takes up to 200 characters; this has 10,000."),
]


def test_an_address_that_makes_no_sense_is_refused_in_words(client, moderator):
    for query, words in SENSELESS:
        answer = client.get(URL, query_string=query)
        assert answer.status_code == 400, query
        assert words in text_of(answer), query


def test_every_page_a_cursor_could_name_can_be_read(client, moderator, review):
    make_comment(review=review)
    for after in ("0-0", "99999999999999999-1", "1-999999999999999999"):
        for status in ("pending", "published"):
            assert client.get(f"{URL}?status={status}&after={after}").status_code == 200


@pytest.mark.parametrize("status", ["pending", "published"])
def test_the_queue_is_kept_by_nobody_and_found_by_no_search_engine(client, moderator, status):
    page = client.get(f"{URL}?status={status}")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert soup_of(page).find("meta", {"name": "robots"})["content"] == "noindex"


def test_the_end_of_a_later_page_does_not_say_that_nothing_waits(client):
    make_comment(review=make_review())
    make_moderator()
    sign_in(client)
    page = client.get("/admin/comments?after=99999999999999999-1")
    assert "Nothing more from here on. To the first page" in text_of(page)
    assert "Every reader has an answer" not in text_of(page)
