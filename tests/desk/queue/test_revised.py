"""An author's edit of a published comment in the queue."""

import pytest

from blog.comments.models import Revision
from blog.db.engine import db
from tests.builders import make_comment, make_published_comment, make_report, make_revision
from tests.databases import on_both
from tests.desk.desk import (
    HTMX_OR_PLAIN,
    URL,
    item,
    log,
    numbers_of,
    reload,
    row_of,
    rows_of,
    verdicts_of,
    words_of,
)
from tests.page import soup_of, text_of
from tests.site.comments.writing import NOW, TOKEN

FIRST, SECOND = "The bench sceen.", "The bench scene, https://a.example/x."


@pytest.fixture
def comment(review, desk):
    """A published comment with a waiting edit by its author."""
    published = make_published_comment(
        review=review, moderator=desk.moderator, token=TOKEN, body=FIRST, now=NOW
    )
    return make_revision(
        comment=published, token=TOKEN, body=SECOND, author_name="Mina K.", is_spoiler=True, now=NOW
    )


def state_of(comment):
    """Return the status and text of a comment and the state of its last edit."""
    db.session.rollback()
    revision = db.session.scalars(db.select(Revision).order_by(Revision.id.desc())).first()
    now = reload(comment)
    return now.status, now.body, revision.state


def test_the_row_shows_both_texts_and_the_verdicts(desk, comment, clock):
    clock.advance(hours=2)
    (row,) = rows_of(desk.get())
    assert row["data-state"] == "open"
    assert row.select_one("[data-reader-text]").get_text().strip() == FIRST
    change = row.select_one(".revision")
    assert "Edited version by Mina K. , marked as spoiler:" in words_of(change)
    assert change.select_one(".comment-text").get_text().strip() == SECOND
    assert "Edited by its author" in words_of(row)
    assert "changed 2 hours ago" in words_of(row)
    # Only the links of the new text are listed.
    assert words_of(row.select_one(".addresses")) == "https://a.example/x."[:-1]
    assert verdicts_of(row)[:4] == ["approve", "approve_spoiler", "keep", "spam"]
    buttons = {button["value"]: words_of(button) for button in row.select("button[name=verdict]")}
    assert buttons["approve"] == "Approve the edit a"
    assert buttons["keep"] == "Decline the edit r"
    assert "take_down" in buttons
    assert not row.select("form.reply-form")
    assert "reject" not in buttons
    whole = desk.get(f"{URL}/{comment.id}")
    change = row_of(whole, comment).select_one(".revision .comment-text")
    assert change.get_text().strip() == SECOND


@on_both
@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_an_edit_is_approved_or_declined_and_can_be_undone(desk, comment, htmx):
    for verdict, words, state in (("approve", SECOND, "applied"), ("keep", FIRST, "declined")):
        response = desk.press(rows_of(desk.get())[0], verdict, htmx=htmx)
        assert response.status_code == (200 if htmx else 303), verdict
        assert rows_of(desk.get()) == []
        assert state_of(comment) == ("published", words, state)
        last = log()[-1]
        assert (last.verdict, last.from_status, last.to_status) == (
            verdict, "published", "published",
        )  # fmt: skip
        if htmx:
            line = "Published" if verdict == "approve" else "Edit declined"
            assert words_of(row_of(response, comment).strong).startswith(line)
            undo = desk.press(row_of(response, comment), "reopen", htmx=True)
            assert row_of(undo, comment).select_one(".revision")
        else:
            desk.decide(comment, "reopen", htmx=False)
        assert state_of(comment) == ("published", FIRST, "waiting"), verdict
        assert numbers_of(desk.get()) == [comment.id]


def test_the_verdict_keep_applies_only_to_edited_comments(desk, review, comment):
    waiting = make_comment(review=review)
    reported = make_published_comment(review=review, moderator=desk.moderator)
    make_report(comment=reported)
    for other in (waiting, reported):
        before = reload(other)
        assert "keep" not in verdicts_of(row_of(desk.get(), other))
        assert desk.decide(other, "keep").status_code == 409
        now = reload(other)
        assert (now.version, now.status, now.waiting_since) == (
            before.version,
            before.status,
            before.waiting_since,
        )


def test_a_newer_edit_makes_the_page_stale(desk, comment):
    (row,) = rows_of(desk.get())
    make_revision(comment=reload(comment), token=TOKEN, body="Quite other words.", now=NOW)
    for verdict in ("approve", "approve_spoiler", "keep", "spam"):
        response = desk.press(row, verdict, htmx=True)
        assert response.status_code == 409, verdict
        assert "The comment changed after you opened this page." in text_of(response)
        assert "Quite other words." in text_of(response)
    assert state_of(comment) == ("published", FIRST, "waiting")
    # An open page gets the newer edit as an update.
    changes = desk.get("/admin/comments/changes", rows=f"{comment.id}.3", since="0")
    assert "Quite other words." in text_of(changes)


@on_both
def test_a_bulk_approves_edits_but_never_rejects_them(desk, review, comment):
    waiting = make_comment(review=review, body="The umbrella scene.")
    response = desk.bulk("reject", item(comment, waiting))
    assert "1 rejected, 1 is already published: take it down separately, with a reason" in text_of(
        response
    )
    assert state_of(comment) == ("published", FIRST, "waiting")
    desk.decide(waiting, "reopen")
    for verdict, after in (("approve", SECOND), ("approve_spoiler", SECOND)):
        response = desk.bulk(verdict, item(comment, waiting))
        assert "2 published" in text_of(response), verdict
        assert state_of(comment) == ("published", after, "applied")
        key = log()[-1].bulk_key
        assert desk.bulk("reopen", None, bulk=key).status_code == 200
        assert state_of(comment) == ("published", FIRST, "waiting")
        assert reload(waiting).status == "pending"
    assert desk.bulk("spam", item(comment, waiting)).status_code == 200
    assert state_of(comment) == ("spam", FIRST, "declined")


def test_a_reply_to_the_text_before_an_edit_is_refused(desk, comment):
    for htmx in HTMX_OR_PLAIN:
        response = desk.reply(comment, "Thank you.", version=2, htmx=htmx)
        assert response.status_code == 409
        assert "The comment changed after you opened this page." in text_of(response)
    assert state_of(comment) == ("published", FIRST, "waiting")


@on_both
def test_an_edited_comment_is_in_the_queue_and_found_by_its_reason(desk, review, comment):
    make_comment(review=review)
    assert numbers_of(desk.get(reason="revised")) == [comment.id]
    page = soup_of(desk.get())
    assert len(page.select("#queue > article.row")) == 2


def test_a_reported_and_edited_comment_shows_both_again_after_an_undo(desk, comment):
    make_report(comment=comment, words="It tells the ending.", now=NOW)
    for verdict in ("approve", "keep"):
        (row,) = rows_of(desk.get())
        assert "It tells the ending." in words_of(row)
        assert row.select_one(".revision .comment-text").get_text().strip() == SECOND
        desk.press(row, verdict)
        assert rows_of(desk.get()) == []
        desk.decide(comment, "reopen")
