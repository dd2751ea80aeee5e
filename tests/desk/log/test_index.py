"""GET /admin/log: the pages of the log."""

from datetime import timedelta

from sqlalchemy import select

from blog.comments.models import Comment
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.desk.log import views
from blog.moderation.states import Status, Verdict
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_report,
    make_review,
)
from tests.databases import on_both
from tests.desk.desk import make_crowd
from tests.desk.log.log import (
    URL,
    decide_again,
    decide_as_bulk,
    next_of,
    numbers_of,
    rows_of,
)
from tests.page import HTMX, soup_of, text_of


def test_a_stranger_is_redirected_to_signing_in_and_back(client, moderator, stranger):
    for url in (URL, f"{URL}/moderators", f"{URL}.csv"):
        response = stranger.get(f"{url}?verdict=spam")
        assert response.status_code == 303
        assert response.location == f"/admin/login?next={url}?verdict%3Dspam"
        assert stranger.get(url, headers=HTMX).headers["HX-Redirect"].startswith("/admin/login")


def test_an_empty_log_shows_a_message(client, moderator):
    assert "No decisions yet." in text_of(client.get(URL))


def test_a_row_shows_time_moderator_verdict_states_version_and_reason(client, moderator, review):
    comment = make_comment(review=review)
    make_decision(
        comment=comment,
        moderator=moderator,
        verdict=Verdict.REJECT,
        reason="Gives the ending away.",
        shares_reason=True,
        now=NOON + timedelta(minutes=3),
    )
    (row,) = rows_of(client.get(URL))
    assert row == (
        "1 May 2026, 12:03 Mina Park Rejected waiting → rejected, version 1"
        f" No. {comment.id} Run On · 런온 Gives the ending away. shared with the author Undo"
    )
    page = soup_of(client.get(URL))
    assert page.select_one("table.log time")["datetime"] == "2026-05-01T12:03:00Z"
    assert page.select_one("td.log-comment a")["href"] == f"/admin/comments/{comment.id}"


def test_a_reason_that_was_not_shared_is_not_marked_as_shared(client, moderator, review):
    make_decision(comment=make_comment(review=review), moderator=moderator, reason="Ours alone.")
    assert "shared with the author" not in text_of(client.get(URL))


def test_the_log_contains_no_text_name_or_address_of_a_reader(client, moderator, review):
    comment = make_comment(
        review=review,
        name="Yeji the reader",
        body="Nobody has seen this.",
        email="yeji@example.org",
    )
    make_decision(comment=comment, moderator=moderator)
    for url in (URL, f"{URL}.csv", f"{URL}/moderators"):
        words = client.get(url).get_data(as_text=True)
        assert str(comment.id) in words or "moderators" in url
        for secret in ("Yeji", "yeji", "Nobody has seen"):
            assert secret not in words, url


@on_both
def test_the_newest_decision_comes_first(client, moderator, review):
    comments = [make_comment(review=review) for _ in range(3)]
    for minute, comment in enumerate(reversed(comments)):
        make_decision(comment=comment, moderator=moderator, now=NOON + timedelta(minutes=minute))
    assert numbers_of(client.get(URL)) == [3, 2, 1]
    rows = rows_of(client.get(URL))
    assert all(f"No. {c.id} " in row for c, row in zip(comments, rows, strict=True))


def test_every_verdict_and_every_state_has_its_own_label():
    labels = [str(verdict.entry.label) for verdict in Verdict]
    assert len(set(labels)) == len(Verdict)
    assert len({str(status.entry.label) for status in Status}) == len(Status)


def test_the_log_shows_the_label_of_every_verdict(client, moderator, review):
    comment = make_comment(review=review)
    verdicts = [
        Verdict.APPROVE_SPOILER, Verdict.NOT_SPOILER, Verdict.TAKE_DOWN, Verdict.SPAM,
        Verdict.REOPEN, Verdict.APPROVE, Verdict.REJECT,
    ]  # fmt: skip
    for verdict in verdicts:
        comment = decide_again(comment, moderator, verdict)
    cells = [row.partition("Park ")[2] for row in rows_of(client.get(URL))]
    assert [cell.partition(", version")[0] for cell in reversed(cells)] == [
        "Published as spoiler waiting → published",
        "Marked as no spoiler still published",
        "Taken down published → taken down",
        "Marked as spam later undone taken down → spam",
        "Undone spam → taken down",
        "Published taken down → published",
        "Rejected published → rejected",
    ]


def test_a_decision_that_keeps_the_state_is_shown_as_such(client, moderator, review):
    comment = make_published_comment(review=review, moderator=moderator)
    make_report(comment=comment)
    decide_again(comment, moderator, Verdict.APPROVE)
    assert "Published still published, version 3" in rows_of(client.get(URL))[0]


@on_both
def test_the_row_of_a_deleted_comment_keeps_its_id(client, moderator, review):
    number = make_published_comment(review=review, moderator=moderator).id
    write(remove_comment, comment_id=number)
    page = client.get(URL)
    assert rows_of(page)[0].endswith(f"version 1 No. {number} later deleted")
    assert not soup_of(page).select(".log-comment a, .log-undo form")


@on_both
def test_a_decision_of_a_bulk_shows_the_size_of_the_bulk(client, moderator, review):
    comments = [make_comment(review=review) for _ in range(3)]
    make_decision(comment=make_comment(review=review), moderator=moderator)
    decide_as_bulk(comments, moderator)
    rows = rows_of(client.get(URL))
    assert ["bulk of 3" in row for row in rows] == [True, True, True, False]


def test_a_reply_and_its_comment_are_one_bulk(client, moderator, review):
    make_moderator_reply(comment=make_comment(review=review), moderator=moderator)
    assert ["bulk of 2" in row for row in rows_of(client.get(URL))] == [True, True]


HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "</td></tr></table><h1>Mine</h1>",
    "x" * 500,
]


def test_a_hostile_reason_name_or_title_is_shown_as_plain_text(client, moderator):
    for number, words in enumerate(HOSTILE):
        author = make_moderator(email=f"{number}@example.org", name=words[:80])
        review = make_review(slug=f"r{number}", title=words[:200])
        make_decision(comment=make_comment(review=review), moderator=author, reason=words)
        for url in (URL, f"{URL}/moderators"):
            page = client.get(url)
            soup = soup_of(page)
            assert words[:80] in text_of(page)
            assert not soup.select("script:not([src]), main img, [onerror]")
            assert len(soup.find_all("h1")) == 1
        assert soup_of(client.get(URL)).select_one(".log-reason span").get_text() == words
    assert "49" not in text_of(client.get(URL))


@on_both
def walk(client, address: str) -> list[list[int]]:
    """Follow the links to the next page; return the decision ids of each page."""
    pages = []
    while address:
        page = client.get(address)
        pages.append(numbers_of(page))
        address = next_of(page)
    return pages


def test_pages_follow_one_another_without_gaps_or_duplicates(
    client, moderator, review, monkeypatch
):
    monkeypatch.setattr(views, "PAGE_SIZE", 5)
    # Decisions come in pairs of equal time, so that a page ends inside a pair.
    for number in range(13):
        when = NOON + timedelta(minutes=number // 2)
        verdict = Verdict.SPAM if number % 3 else Verdict.REJECT
        comment = make_comment(review=review)
        make_decision(comment=comment, moderator=moderator, verdict=verdict, now=when)
    for query, expected in (("", [5, 5, 3]), ("?verdict=spam&to=2026-05-01", [5, 3])):
        pages = walk(client, URL + query)
        assert [len(page) for page in pages] == expected
        seen = [number for page in pages for number in page]
        assert seen == sorted(set(seen), reverse=True)


def test_the_log_is_read_fifty_at_a_time(client, moderator, review):
    make_crowd(review, 51)
    db.session.rollback()
    decide_as_bulk(list(db.session.scalars(select(Comment))), moderator)
    assert [len(page) for page in walk(client, URL)] == [50, 1]


def test_a_new_decision_moves_no_other_to_another_page(client, moderator, review, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 5)
    for _ in range(8):
        make_decision(comment=make_comment(review=review), moderator=moderator)
    second = next_of(client.get(URL))
    before = numbers_of(client.get(second))
    for _ in range(5):
        make_decision(comment=make_comment(review=review), moderator=moderator)
    assert numbers_of(client.get(second)) == before == [3, 2, 1]
    assert soup_of(client.get(second)).find("a", string="First page")["href"] == URL


def test_a_page_after_the_last_decision_shows_a_message(client, moderator, review):
    make_published_comment(review=review)
    page = client.get(f"{URL}?after=0-1")
    assert "No more decisions. Go to the first page" in text_of(page)


def test_the_log_is_neither_cached_nor_indexed(client, moderator):
    for url in (URL, f"{URL}/moderators"):
        page = client.get(url)
        assert page.headers["Cache-Control"] == "private, no-store"
        assert soup_of(page).find("meta", {"name": "robots"})["content"] == "noindex"
    assert client.get(f"{URL}.csv").headers["Cache-Control"] == "private, no-store"
