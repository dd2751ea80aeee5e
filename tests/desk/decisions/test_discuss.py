"""The verdict "discuss": the comment keeps waiting and shows the moderator who marked it."""

import pytest

from blog.decisions.queries import find_usual_wait
from tests.builders import NOON, make_comment
from tests.desk.desk import HTMX_OR_PLAIN, bring, log, reload, row_of, rows_of, words_of
from tests.page import text_of

CHIP = "Needs discussion Mina Park"


def chips(desk, comment) -> str:
    """Return the text of a row's reasons, or of the whole row if the row has no reasons."""
    return words_of(
        row_of(desk.get(), comment).select_one(".reasons") or row_of(desk.get(), comment)
    )


@pytest.mark.parametrize("state", ["pending", "reported", "revised"])
def test_a_comment_to_discuss_keeps_its_state_and_names_the_moderator(desk, review, state):
    comment = bring(make_comment(review=review), state, desk.moderator)
    before = reload(comment)
    assert desk.decide(comment, "discuss").status_code == 200
    after = reload(comment)
    assert (after.status, after.waiting_since) == (before.status, before.waiting_since)
    assert after.version == before.version + 1
    assert CHIP in chips(desk, comment)
    assert log()[-1].waited_seconds is None
    (row,) = rows_of(desk.get(reason="discussion"))
    assert row["data-row"] == str(comment.id)


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_comment_to_discuss_has_an_undo(desk, comment, htmx):
    (row,) = rows_of(desk.get())
    response = desk.press(row, "discuss", htmx=htmx)
    if htmx:
        assert "Marked for discussion" in text_of(response)
        assert "Undo" in text_of(response)
    assert CHIP in chips(desk, comment)
    desk.decide(comment, "reopen")
    assert "Needs discussion" not in chips(desk, comment)


def test_another_verdict_ends_the_discussion_and_its_undo_restores_it(desk, comment):
    desk.decide(comment, "discuss")
    desk.decide(comment, "reject")
    assert "Needs discussion" not in text_of(desk.get(status="rejected")).partition("First")[2]
    desk.decide(comment, "reopen")
    assert CHIP in chips(desk, comment)


def test_an_undo_restores_the_name_of_the_first_moderator(desk, colleague, comment):
    desk.decide(comment, "discuss")
    colleague.decide(comment, "discuss")
    colleague.decide(comment, "reopen")
    assert CHIP in chips(desk, comment)


def test_discuss_counts_neither_as_a_decision_nor_as_the_end_of_the_wait(desk, comment, clock):
    clock.advance(minutes=5)
    desk.decide(comment, "discuss")
    page = text_of(desk.client.get("/admin/log/moderators"))
    assert "No decisions." in page
    assert find_usual_wait(least=1) is None
    clock.advance(minutes=5)
    waited = clock.now - comment.waiting_since
    desk.decide(comment, "approve")
    assert find_usual_wait(least=1) == waited.total_seconds()


def test_a_comment_to_discuss_stays_so_after_its_author_edits_it(desk, client, review):
    comment = make_comment(review=review, token="ab" * 16, now=NOON)
    desk.decide(comment, "discuss")
    client.set_cookie("second_lead_owner", "ab" * 16, path="/reviews")
    url = f"/reviews/{review.slug}/comments/{comment.id}/revisions"
    words = {"author_name": "Jo", "body": "Other words.", "version": reload(comment).version}
    assert client.post(url, data=words).status_code == 303
    assert CHIP in chips(desk, comment)


def test_a_bulk_marks_only_waiting_comments_for_discussion(desk, review):
    waiting = [make_comment(review=review, body=body) for body in ("One.", "Another.")]
    published = bring(make_comment(review=review), "published", desk.moderator)
    items = [f"{c.id}.{reload(c).version}" for c in (*waiting, published)]
    response = desk.bulk("discuss", items)
    assert "2 marked for discussion" in text_of(response)
    assert all(CHIP in chips(desk, comment) for comment in waiting)
    assert reload(published).waiting_since is None
