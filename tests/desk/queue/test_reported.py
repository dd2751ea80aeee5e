"""A reported comment in the queue stays public until it is decided."""

import pytest

from tests.builders import make_comment, make_published_comment
from tests.databases import on_both
from tests.desk.desk import (
    CHANGES,
    HTMX_OR_PLAIN,
    facts,
    log,
    messages,
    numbers_of,
    reload,
    row_of,
    rows_of,
    verdicts_of,
    words_of,
)
from tests.page import text_of

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
