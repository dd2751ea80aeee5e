"""POST /admin/comments/<id>/decisions: one verdict on one comment."""

from datetime import timedelta

import pytest

from blog.moderation.states import Verdict
from tests.builders import NOON, make_comment
from tests.databases import on_both, on_sqlite_each
from tests.desk.desk import (
    CHANGES_OF,
    DECIDING,
    HTMX_OR_PLAIN,
    REASON,
    STEPS_TO,
    URL,
    bring,
    facts,
    log,
    make_many,
    reload,
    row_of,
    words_of,
)
from tests.page import soup_of, text_of


@on_sqlite_each("state", STEPS_TO, on_postgresql=["pending", "revised"])
def test_a_verdict_is_recorded_and_can_be_undone_or_is_refused(desk, review, clock, state):
    changed = set()
    for verdict in DECIDING:
        before = bring(make_comment(review=review), state, desk.moderator)
        facts_before, count = facts(before), len(log())
        clock.advance(minutes=5)
        response = desk.decide(before, verdict, htmx=False, reason=REASON)
        after, rows = reload(before), log()[count:]
        if not rows:
            assert response.status_code == 409, verdict
            assert "Nothing was changed by you" in text_of(response)
            assert (after.status, after.version) == (before.status, before.version)
            continue
        changed.add(verdict)
        assert (response.status_code, response.location) == (303, URL)
        outcome = verdict.entry.to_status or before.status
        assert (after.status, after.version) == (outcome, before.version + 1)
        assert (after.waiting_since is None) == (verdict.entry.leaves_reason is None)
        (row,) = rows
        assert (row.comment_id, row.moderator_id) == (before.id, desk.moderator.id)
        assert (row.verdict, row.version, row.decided_at) == (verdict, before.version, clock.now)
        assert (row.from_status, row.to_status) == (before.status, outcome)
        assert (row.reason, row.shares_reason, row.undoes_id) == (REASON, False, None)
        clock.advance(seconds=5)
        assert desk.decide(before, "reopen").status_code == 200
        assert facts(before) == facts_before, verdict
        assert reload(before).version == after.version + 1
        row, undo = log()[count:]
        assert (undo.verdict, undo.undoes_id) == (Verdict.REOPEN, row.id)
        assert (undo.from_status, undo.to_status) == (row.to_status, row.from_status)
        assert (undo.version, undo.decided_at) == (after.version, clock.now)
    assert changed == CHANGES_OF[state]


@on_both
def test_the_log_records_the_waiting_time(desk, comment, clock):
    clock.now = NOON + timedelta(minutes=42)
    desk.decide(comment, "approve")
    desk.decide(comment, "spam")
    assert [row.waited_seconds for row in log()] == [42 * 60, None]


@on_both
def test_a_comment_published_again_keeps_its_first_publication_time(desk, comment, clock):
    for verdict in ("approve", "reject", "approve"):
        clock.advance(minutes=5)
        desk.decide(comment, verdict)
    assert reload(comment).published_at == NOON + timedelta(hours=1, minutes=5)


def test_without_script_a_decision_leads_back_to_the_same_queue_page(desk, comment):
    page = desk.get(status="pending", q="bench")
    hidden = soup_of(page).select_one("#queue input[name=back]")["value"]
    assert hidden == f"{URL}?status=pending&q=bench"
    back = f"{URL}?status=pending&q=bench&after=1-1"
    assert desk.decide(comment, "approve", htmx=False, back=back).location == back


# Redirect targets of a forged form that must be refused.
ELSEWHERE = [
    "https://evil.example/admin/comments",
    "//evil.example/admin/comments",
    "/\\evil.example",
    "/admin/comments@evil.example",
    "/admin/comments/../../",
    "/admin/comments?\r\nX-Evil: 1",
    "/admin/comments?\\",
    "javascript:alert(1)",
    "http:/admin/comments",
    "/admin/logout",
    "/admin/comments?" + "x" * 2000,
    "\0",
    "",
]


def test_a_decision_redirects_only_to_moderation_pages(desk, comment):
    for back in ELSEWHERE:
        response = desk.decide(comment, "spam", version=1, htmx=False, back=back)
        assert (response.status_code, response.location) == (303, URL), back
        assert "X-Evil" not in response.headers
    for back in ("/admin/log?moderator=1", f"{URL}/{comment.id}"):
        response = desk.decide(comment, "spam", version=1, htmx=False, back=back)
        assert response.location == back


def test_htmx_replaces_the_row_by_a_line_and_updates_the_counts(desk, review):
    comment, _other = make_many(review, 2)
    response = desk.decide(comment, "approve")
    assert response.status_code == 200
    soup = soup_of(response)
    (row,) = soup.find_all("article")
    assert row["id"] == f"comment-{comment.id}"
    assert words_of(row) == "Published Mina Scene a. Undo z"
    partials = {tag["hx-target"]: words_of(tag) for tag in soup.find_all("hx-partial")}
    assert partials == {
        "#total-pending": "1 left",
        "#total-reported": "0 left",
        "#total-published": "1 comment",
        "#total-rejected": "0 comments",
        "#total-spam": "0 comments",
        "#total-removed": "0 comments",
        "#count-pending": "1",
        "#count-reported": "0",
        "#count-published": "1",
        "#count-rejected": "0",
        "#count-spam": "0",
        "#count-removed": "0",
    }


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_verdict_sent_twice_is_one_decision(desk, comment, htmx):
    responses = [desk.decide(comment, "approve", version=1, htmx=htmx) for _ in range(3)]
    assert {response.status_code for response in responses} == {200 if htmx else 303}
    assert len(log()) == 1
    assert reload(comment).version == 2


@on_both
def test_an_approved_comment_appears_and_a_rejected_one_disappears(desk, stranger, comment):
    page = "/reviews/run-on"
    assert counts(stranger) == ("0", False)
    assert "The bench scene." not in text_of(stranger.get(page))
    for verdict in ("approve", "reject", "approve_spoiler", "take_down", "approve", "spam"):
        desk.decide(comment, verdict, reason=REASON)
        is_public = verdict.startswith("approve")
        assert counts(stranger) == ("1", True) if is_public else ("0", False)
        for address in (page, f"{page}/comments"):
            assert ("The bench scene." in text_of(stranger.get(address))) == is_public
        found = stranger.get(f"{page}/comments/{comment.id}")
        assert found.status_code == (303 if is_public else 404)


def counts(reader) -> tuple[str, bool]:
    """Return the comment count of the review, and whether the front page shows "1 comment"."""
    review = soup_of(reader.get("/reviews/run-on")).select_one("#comments .count").get_text()
    total = text_of(reader.get("/reviews/run-on/comments"))
    assert f"{review} comment{'' if review == '1' else 's'} ·" in total
    return review, "1 comment" in text_of(reader.get("/"))


# For each verdict: the state of the comment before, and the label of its line afterwards.
LABELS = {
    "approve": ("pending", "Published"),
    "approve_spoiler": ("pending", "Published as spoiler"),
    "not_spoiler": ("spoiler", "Marked as no spoiler"),
    "keep": ("revised", "Edit declined"),
    "reject": ("pending", "Rejected"),
    "spam": ("pending", "Marked as spam"),
    "take_down": ("published", "Taken down"),
    "discuss": ("pending", "Marked for discussion"),
}


def test_the_line_of_a_decided_comment_names_the_verdict(desk, review):
    assert set(LABELS) == set(DECIDING)
    for verdict, (state, words) in LABELS.items():
        comment = bring(make_comment(review=review, body=f"{verdict}."), state, desk.moderator)
        line = row_of(desk.decide(comment, verdict, reason=REASON), comment)
        assert line.find("strong").get_text() == words, verdict
