"""A reported comment in the queue stays public until it is decided."""

from datetime import timedelta

import pytest

from blog.desk.queue import queries
from tests.builders import (
    NOON,
    make_comment,
    make_published_comment,
    make_report,
    make_revision,
)
from tests.databases import on_both
from tests.desk.desk import (
    CHANGES,
    HTMX_OR_PLAIN,
    URL,
    bring,
    facts,
    log,
    make_crowd,
    make_many,
    messages,
    next_of,
    numbers_of,
    reload,
    row_of,
    rows_of,
    verdicts_of,
    words_of,
)
from tests.page import soup_of, text_of
from tests.site.comments.writing import TOKEN

REPORTS = "/reviews/run-on/comments/{}/reports"


@pytest.fixture
def published(desk, review):
    return make_published_comment(review=review, moderator=desk.moderator)


def report(reader, comment, words: str = "", address: str = "203.0.113.9"):
    """Send a report of a comment from this address; return the response."""
    response = reader.post(
        REPORTS.format(comment.id),
        data={"kind": "insult", "body": words},
        environ_overrides={"REMOTE_ADDR": address},
    )
    assert response.status_code == 303
    return response


@on_both
def test_a_reported_comment_is_in_the_queue_with_its_reason_and_public(desk, stranger, published):
    assert rows_of(desk.get()) == []
    report(stranger, published, "He calls her <b>names</b>.")
    (row,) = rows_of(desk.get())
    assert int(row["data-row"]) == published.id
    assert "It insults or threatens somebody" in words_of(row)
    assert "He calls her <b>names</b>." in words_of(row)
    assert "Reported" in words_of(row.select_one(".reasons"))
    assert verdicts_of(row) == ["approve", "approve_spoiler", "spam", "discuss", "take_down"]
    assert words_of(row.select_one("button.approve")) == "Keep a"
    assert "The bench scene." in text_of(stranger.get("/reviews/run-on"))


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_keep_removes_the_comment_from_the_queue_and_can_be_undone(desk, stranger, published, htmx):
    report(stranger, published)
    before = facts(published)
    (row,) = rows_of(desk.get())
    desk.press(row, "approve", htmx=htmx)
    assert rows_of(desk.get()) == []
    assert reload(published).published_at == published.published_at
    assert "The bench scene." in text_of(stranger.get("/reviews/run-on"))
    kept = log()[-1]
    assert (kept.from_status, kept.to_status, kept.verdict) == ("published", "published", "approve")
    desk.decide(published, "reopen")
    assert facts(published) == before
    assert numbers_of(desk.get()) == [published.id]


@on_both
def test_a_decision_clears_the_reason_reported_and_an_undo_restores_it(desk, stranger, published):
    report(stranger, published)
    for expected in ([], [published.id]):
        desk.decide(published, "reopen" if expected else "approve")
        assert numbers_of(desk.get(reason="reported")) == expected
        assert numbers_of(desk.get(reason="reported", status="published")) == expected


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_page_from_before_the_report_decides_nothing(desk, stranger, published, htmx):
    (old,) = rows_of(desk.get(status="published"))
    report(stranger, published, "Look again.")
    for verdict in ("approve_spoiler", "spam"):
        response = desk.press(old, verdict, htmx=htmx)
        assert response.status_code == 409
        assert (
            "The comment was reported after you opened this page. Nothing was changed by you."
            in text_of(response)
        )
        assert "Look again." in text_of(response)
    response = desk.decide(published, "approve", version=published.version, htmx=htmx)
    assert response.status_code == 409
    assert reload(published).waits_again


def test_a_second_report_must_be_seen_before_a_decision(desk, stranger, published):
    report(stranger, published, "First.")
    (seen,) = rows_of(desk.get())
    report(stranger, published, "Second.", address="203.0.113.10")
    response = desk.press(seen, "approve", htmx=True)
    assert response.status_code == 409
    row = row_of(response, published)
    assert "Second." in words_of(row)
    assert desk.press(row, "approve", htmx=True).status_code == 200


@on_both
def test_a_reported_comment_waits_since_its_first_report(desk, stranger, review, clock, published):
    report(stranger, published)
    first = reload(published).waiting_since
    assert first == clock.now
    clock.advance(minutes=10)
    later = make_comment(review=review, body="Later.", now=clock.now)
    clock.advance(minutes=10)
    report(stranger, published, address="203.0.113.10")
    assert reload(published).waiting_since == first
    assert numbers_of(desk.get()) == [published.id, later.id]


def test_a_report_is_an_update_for_the_list_of_published_comments(desk, stranger, published):
    (row,) = rows_of(desk.get(status="published"))
    shown = f"{row['data-row']}.{row['data-version']}"
    report(stranger, published)
    updated = row_of(desk.get(CHANGES, rows=shown, since=0, status="published"), published)
    assert updated["data-state"] == "open"
    assert words_of(updated.select_one("button.approve")) == "Keep a"


def test_keeping_a_reported_comment_sends_no_notice(desk, review, stranger):
    comment = make_comment(review=review, email="jo@example.org", wants_notice=True)
    desk.decide(comment, "approve")
    report(stranger, comment)
    desk.decide(comment, "approve")
    assert messages() == {f"decision:{comment.id}:2": "waiting"}


def test_a_report_of_a_comment_no_longer_public_changes_nothing(desk, stranger, published):
    desk.decide(published, "spam")
    response = stranger.post(REPORTS.format(published.id), data={"kind": "insult"})
    assert response.status_code == 404
    assert rows_of(desk.get()) == []


def test_the_text_of_a_report_is_not_in_the_log(desk, stranger, published):
    report(stranger, published, "Something private.")
    desk.decide(published, "take_down", reason="It tells something private.")
    assert "Something private." not in str([vars(row) for row in log()])


HOUR = timedelta(hours=1)
LATE = NOON + 3 * HOUR


def changes_of(desk, live):
    """Ask for the changes since the page with this element was opened."""
    asked = f"{live['data-url']}&since={live['data-ordinal']}&newest={live['data-newest']}"
    return desk.get(asked)


@on_both
@pytest.mark.parametrize("sort", ["", "known"])
def test_reported_comments_come_first_in_a_long_queue(desk, review, monkeypatch, sort):
    monkeypatch.setitem(queries.list_queue.__kwdefaults__, "size", 3)
    reported = make_many(review, 4, token="ab" * 16)
    waiting = make_many(review, 3, start=4)
    known = make_comment(
        review=review, body="Known.", token="ab" * 16, now=NOON + timedelta(hours=1)
    )
    for place, comment in enumerate(reported):
        bring(comment, "published", desk.moderator)
        make_report(comment=reload(comment), now=LATE + timedelta(minutes=-place))
    others = [known, *waiting] if sort else [*waiting, known]
    expected = [comment.id for comment in (*reversed(reported), *others)]
    seen, address = [], f"{URL}?sort={sort}"
    while address:
        page = desk.get(address)
        seen += numbers_of(page)
        address = next_of(page)
    assert seen == expected
    assert numbers_of(desk.get(status="reported")) == expected[:3]
    assert "Reported comments come first, because everybody can read them" in text_of(desk.get())


@on_both
def test_an_edit_of_a_published_comment_waits_its_turn_unless_it_is_reported(desk, review):
    edited, both = (bring(c, "published", desk.moderator) for c in make_many(review, 2))
    waiting = make_comment(review=review, body="New.", now=NOON + timedelta(minutes=5))
    for comment in (edited, both):
        make_revision(comment=comment, body="Edited.", now=NOON + timedelta(minutes=10))
    assert numbers_of(desk.get()) == [waiting.id, edited.id, both.id]
    assert "Reported comments come first" not in text_of(desk.get())
    make_report(comment=reload(both), now=LATE)
    assert numbers_of(desk.get()) == [both.id, waiting.id, edited.id]
    assert "Edits wait in turn" in text_of(desk.get())


def test_the_tab_of_reported_comments_counts_them_and_an_open_page_keeps_up(desk, published):
    page = desk.get()
    assert words_of(soup_of(page).find(id="count-reported")) == "0"
    live = soup_of(page).find(id="live")
    make_report(comment=published, now=LATE)
    changes = changes_of(desk, live)
    count = soup_of(changes).select_one('[hx-target="#count-reported"]')
    assert words_of(count) == "1"
    shown = desk.get(status="reported")
    assert numbers_of(shown) == [published.id]
    assert words_of(soup_of(shown).h1) == "Reported comments"
    verdicts = [button["value"] for button in soup_of(shown).select("#bulk button")]
    assert verdicts == ["approve", "approve_spoiler", "spam", "discuss"]


@on_both
def test_the_link_to_new_comments_shows_newly_reported_ones_too(desk, review, published):
    make_crowd(review, 2)
    make_report(comment=published)
    live = soup_of(desk.get()).find(id="live")
    other = bring(make_comment(review=review, body="Out."), "published", desk.moderator)
    make_report(comment=other, now=LATE)
    new = make_comment(review=review, body="New.", now=LATE)
    changes = changes_of(desk, live)
    link = soup_of(changes).find("a", string="2 new")
    assert numbers_of(desk.get(link["href"])) == [other.id, new.id]


def test_a_report_brings_nothing_new_to_the_list_of_published_comments(desk, published):
    live = soup_of(desk.get(status="published")).find(id="live")
    make_report(comment=published, now=LATE)
    changes = changes_of(desk, live)
    assert not soup_of(changes).select('[hx-target="#arrivals"] a')


def test_each_tab_is_headed_by_its_own_number(desk, stranger, review, published):
    make_comment(review=review, body="New.")
    report(stranger, published)
    heads = {
        "pending": "Waiting comments 2 left",
        "reported": "Reported comments 1 left",
        "published": "Published comments 1 comment",
        "rejected": "Rejected comments 0 comments",
        "spam": "Spam 0 comments",
        "removed": "Taken down 0 comments",
        "any": "All comments",
    }
    for status, expected in heads.items():
        head = words_of(soup_of(desk.get(status=status)).select_one(".queue-title"))
        assert head.removesuffix(" Keys ?").partition(" oldest")[0] == expected


def test_an_empty_list_of_reports_does_not_say_that_nothing_waits(desk, review):
    make_comment(review=review, body="New.")
    (empty,) = soup_of(desk.get(status="reported")).select("#queue > .empty")
    assert words_of(empty) == "No comments are reported."


@on_both
def test_a_report_counts_although_an_edit_was_stored_while_it_waited(desk, review):
    comment = make_published_comment(review=review, moderator=desk.moderator, token=TOKEN)
    make_revision(comment=comment, token=TOKEN, body="Edited.", now=NOON + timedelta(seconds=2))
    make_report(comment=comment, now=NOON + timedelta(seconds=1))
    assert numbers_of(desk.get(status="reported")) == [comment.id]
