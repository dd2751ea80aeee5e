"""POST /admin/comments/<id>/replies: approve a comment and reply to it in one step."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from blog.comments.models import BODY_LENGTH, Comment
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.submissions.changes import withdraw_comment
from tests.builders import NOON, make_comment, make_published_comment, make_reply, make_revision
from tests.desk.desk import (
    HTMX_OR_PLAIN,
    REASON,
    URL,
    bring,
    everything,
    facts,
    fields_of,
    log,
    messages,
    reload,
    row_of,
    rows_of,
    send_form,
    words_of,
)
from tests.page import HTMX, soup_of, text_of

THANKS = "Thank you. *We* thought so too."


def replies() -> list[Comment]:
    """Return all replies as the database has them now, oldest first."""
    db.session.rollback()
    query = select(Comment).where(Comment.parent_id.is_not(None)).order_by(Comment.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def send(desk, row, body: str, *, htmx: bool = True):
    """Send the reply form of a row with this text."""
    form = row.select_one("form.reply-form")
    return desk.post(form["action"], fields_of(form) | {"body": body}, htmx=htmx)


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_comment_and_its_reply_are_published_together(desk, stranger, comment, clock, htmx):
    (row,) = rows_of(desk.get())
    assert words_of(row.select_one("form.reply-form button")) == "Approve and reply"
    response = send(desk, row, THANKS, htmx=htmx)
    if htmx:
        assert words_of(row_of(response, comment)).startswith("Published, with your reply")
    else:
        assert (response.status_code, response.location) == (303, URL)
    page = text_of(stranger.get("/reviews/run-on"))
    assert page.index("The bench scene.") < page.index("Thank you. We thought so too.")
    assert "Mina Park" in page
    (reply,) = replies()
    assert (reply.parent_id, reply.moderator_id) == (comment.id, desk.moderator.id)
    assert (reply.submitted_at, reply.waiting_since) == (clock.now, None)
    assert "<em>We</em>" in reply.body_html
    rows = log()
    assert [(entry.comment_id, entry.verdict) for entry in rows] == [
        (comment.id, "approve"),
        (reply.id, "approve"),
    ]
    assert len({entry.bulk_key for entry in rows}) == 1


@pytest.mark.parametrize("undo", ["the line", "the comment", "the bulk"])
def test_a_comment_and_its_reply_are_undone_together(desk, stranger, comment, undo):
    before = facts(comment)
    line = row_of(desk.reply(comment, THANKS), comment)
    if undo == "the line":
        desk.press(line, "reopen")
    elif undo == "the comment":
        desk.decide(comment, "reopen")
    else:
        desk.bulk("reopen", None, bulk=log()[0].bulk_key)
    assert facts(comment) == before
    # An undone reply is taken down instead of waiting, because no reader sent it.
    (reply,) = replies()
    assert (reply.status, reply.waiting_since) == ("removed", None)
    assert [int(row["data-row"]) for row in rows_of(desk.get())] == [comment.id]
    page = text_of(stranger.get("/reviews/run-on"))
    assert "The bench scene." not in page
    assert "Thank you." not in page
    undone = [entry.undoes_id for entry in log() if entry.verdict == "reopen"]
    assert undone == [entry.id for entry in log() if entry.verdict == "approve"]


def test_an_undo_leaves_a_reply_that_was_decided_on_since(desk, colleague, comment):
    line = row_of(desk.reply(comment, THANKS), comment)
    (reply,) = replies()
    colleague.decide(reply, "take_down", reason=REASON)
    assert desk.press(line, "reopen", htmx=True).status_code == 200
    assert reload(comment).is_pending
    assert reload(reply).status == "removed"


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_reply_sent_twice_is_stored_once(desk, review, htmx):
    for number, state in enumerate(("pending", "published"), start=1):
        comment = bring(make_comment(review=review, body=f"{state}."), state, desk.moderator)
        for _ in range(3):
            response = desk.reply(comment, THANKS, version=comment.version, htmx=htmx)
            assert response.status_code == (200 if htmx else 303), state
        assert len(replies()) == number, state
        assert len(log()) == 2 * number, state


def test_several_moderators_may_reply_and_each_more_than_once(desk, colleague, comment):
    desk.reply(comment, THANKS)
    colleague.reply(comment, THANKS)
    desk.reply(comment, "And there is more.")
    assert [reply.author_name for reply in replies()] == ["Mina Park", "Jun Ha", "Mina Park"]
    assert reload(comment).version == 2


def test_a_reply_to_a_published_comment_is_no_decision_on_the_comment(desk, comment):
    comment = bring(comment, "published", desk.moderator)
    (row,) = rows_of(desk.get(status="published"))
    assert words_of(row.select_one("form.reply-form button")) == "Reply"
    send(desk, row, THANKS, htmx=False)
    assert reload(comment).version == comment.version
    (reply,) = replies()
    assert reply.is_public
    assert [entry.comment_id for entry in log()] == [comment.id, reply.id]
    # Taking the reply down leaves its comment published.
    desk.decide(reply, "take_down", reason=REASON)
    assert reload(comment).status == "published"


def test_undoing_a_reply_leaves_its_published_comment_unchanged(desk, comment):
    comment = bring(comment, "published", desk.moderator)
    line = row_of(desk.reply(comment, THANKS), comment)
    assert words_of(line).startswith("Reply published")
    assert desk.press(line, "reopen", htmx=True).status_code == 200
    (reply,) = replies()
    assert reply.status == "removed"
    assert (reload(comment).status, reload(comment).version) == ("published", comment.version)
    # An undone reply can be sent again.
    desk.reply(comment, THANKS)
    assert [one.status for one in replies()] == ["removed", "published"]


def test_a_reply_publishes_its_comment_from_any_state_and_keeps_its_spoiler_flag(desk, review):
    states = ["rejected", "spam", "removed", "reported", "spoiler"]
    for number, state in enumerate(states, start=1):
        comment = bring(make_comment(review=review, body=f"{state}."), state, desk.moderator)
        assert desk.reply(comment, THANKS).status_code == 200, state
        after = reload(comment)
        assert (after.status, after.waiting_since) == ("published", None), state
        assert after.is_spoiler is (state == "spoiler")
        assert len(replies()) == number, state


TOO_LONG = f"The text has {BODY_LENGTH + 1:,} characters; it takes up to {BODY_LENGTH:,}."
# Invalid reply texts, each with its error message.
REFUSED = {
    "": "Write something first; one character is enough. Nothing was changed.",
    " \n\t\0 ": "Write something first; one character is enough.",
    "\u200b\u3164\u2800": "Write something first; one character is enough.",
    "x" * (BODY_LENGTH + 1): TOO_LONG,
    "쉿" * (BODY_LENGTH + 1): TOO_LONG,
}


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_refused_reply_keeps_its_text_and_gets_a_message(desk, comment, htmx):
    before = everything()
    for body, words in REFUSED.items():
        response = desk.reply(comment, body, htmx=htmx)
        assert response.status_code == 422, body[:20]
        assert words in text_of(response), body[:20]
        kept = row_of(response, comment).select_one("form.reply-form textarea").get_text()
        # An HTML parser turns NUL into the replacement character U+FFFD.
        assert kept.strip() == body.replace("\0", "\ufffd").strip() or "\0" in body
    assert everything() == before


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_an_expired_reply_form_keeps_its_text_and_can_be_sent_again(desk, comment, htmx):
    response = desk.reply(comment, '<b>Kept</b> & "all"', htmx=htmx, csrf_token="old")
    assert response.status_code == 422
    assert "This page had expired, so nothing was changed." in text_of(response)
    row = row_of(response, comment)
    assert row.select_one("form.reply-form textarea").get_text() == '<b>Kept</b> & "all"'
    assert send(desk, row, row.select_one("textarea").get_text()).status_code == 200
    assert replies()[0].body == '<b>Kept</b> & "all"'


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_reply_to_a_comment_decided_on_since_is_refused_and_kept(desk, colleague, comment, htmx):
    (row,) = rows_of(desk.get())
    colleague.decide(comment, "spam")
    response = send(desk, row, THANKS, htmx=htmx)
    assert response.status_code == 409
    assert "Jun Ha marked this comment as spam" in text_of(response)
    assert row_of(response, comment).select_one("textarea").get_text() == THANKS
    assert replies() == []
    assert reload(comment).status == "spam"


def test_a_reply_to_an_edited_comment_is_refused_and_kept(desk, colleague, stranger, review):
    comment = send_form(stranger, "The first words.")
    (row,) = rows_of(desk.get())
    send_form(stranger, "Other words.")
    response = send(desk, row, THANKS)
    assert response.status_code == 409
    assert "The comment changed after you opened this page." in text_of(response)
    # The same form is still refused after a colleague publishes the edited text.
    colleague.decide(comment, "approve")
    response = send(desk, row, THANKS)
    assert response.status_code == 409
    assert "Jun Ha published this comment" in text_of(response)
    assert row_of(response, comment).select_one("textarea").get_text() == THANKS
    assert replies() == []


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_reply_to_a_comment_withdrawn_meanwhile_is_given_back(desk, comment, htmx):
    write(withdraw_comment, comment_id=comment.id, owner_hash=comment.owner_hash, now=NOON)
    response = desk.reply(comment, "My long reply.", version=comment.version, htmx=htmx)
    assert response.status_code == 409
    assert not row_of(response, comment).select(".reply-form")
    assert row_of(response, comment).select_one("textarea").get_text() == "My long reply."


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_reply_to_an_edit_that_waits_meanwhile_is_given_back(desk, review, htmx):
    comment = make_published_comment(review=review)
    make_revision(comment=comment, body="Another text.")
    response = desk.reply(comment, "My long reply.", version=1, htmx=htmx)
    assert response.status_code == 409
    assert row_of(response, comment).select_one("textarea").get_text() == "My long reply."


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_reason_for_a_comment_withdrawn_meanwhile_is_given_back(desk, comment, htmx):
    write(withdraw_comment, comment_id=comment.id, owner_hash=comment.owner_hash, now=NOON)
    words = {"reason_words": "My long reason.", "version": comment.version}
    response = desk.decide(comment, "reject", htmx=htmx, **words)
    assert response.status_code == 409
    assert not row_of(response, comment).select(".reason-form")
    assert row_of(response, comment).select_one("textarea").get_text() == "My long reason."


def test_a_reply_with_a_forged_version_is_refused_and_kept(desk, comment):
    for version in ("0", "-1", "x", "", None, "9" * 30):
        form = {"version": version, "body": THANKS}
        response = desk.post(f"{URL}/{comment.id}/replies", form)
        assert response.status_code == 422, version
        assert "The version of the comment is missing or wrong." in text_of(response), version
        assert row_of(response, comment).select_one("textarea").get_text() == THANKS
    assert replies() == []


def test_a_reply_to_a_reply_is_in_the_same_thread(desk, stranger, comment):
    desk.reply(comment, THANKS)
    (reply,) = replies()
    rows = rows_of(desk.get(status="published"))
    assert [bool(row.select(".reply-form")) for row in rows] == [True, True]
    line = row_of(send(desk, row_of(desk.get(status="published"), reply), "To that."), reply)
    assert words_of(line).startswith("Reply published")
    last = replies()[-1]
    assert (last.parent_id, last.in_reply_to_id) == (comment.id, reply.id)
    thread = soup_of(stranger.get("/reviews/run-on")).select("ol.replies > li")
    assert [reply["id"] for reply in thread] == [f"comment-{a.id}" for a in (reply, last)]
    # The undo in the line removes only the second reply.
    desk.press(line, "reopen")
    assert [reply.status for reply in replies()] == ["published", "removed"]
    assert reload(comment).status == "published"


def test_a_reply_to_a_waiting_reply_publishes_both_and_is_undone_with_it(desk, stranger, comment):
    bring(comment, "published", desk.moderator)
    waiting = make_reply(to=comment, body="So did I.")
    (row,) = rows_of(desk.get())
    line = row_of(send(desk, row, THANKS), waiting)
    assert words_of(line).startswith("Published, with your reply")
    thread = soup_of(stranger.get("/reviews/run-on")).select("ol.replies > li")
    assert [reply["id"] for reply in thread] == [
        f"comment-{waiting.id}", f"comment-{replies()[-1].id}",
    ]  # fmt: skip
    desk.press(line, "reopen")
    assert reload(waiting).is_pending
    assert replies()[-1].status == "removed"
    assert not soup_of(stranger.get("/reviews/run-on")).select("ol.replies")


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_reply_to_a_deleted_comment_is_a_404_with_the_text(desk, comment, htmx):
    write(remove_comment, comment_id=comment.id)
    for number in (comment.id, 999, 2**63):
        form = {"csrf_token": desk.token, "version": 1, "body": THANKS}
        response = desk.client.post(
            f"{URL}/{number}/replies", data=form, headers=HTMX if htmx else {}
        )
        assert response.status_code == 404
        assert THANKS in text_of(response)
    assert replies() == []


def test_a_reply_is_sanitised(desk, stranger, comment):
    desk.reply(comment, "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:b)")
    for page in (stranger.get("/reviews/run-on"), desk.get(status="published")):
        assert not soup_of(page).select("script:not([src]), [onerror], [href^=javascript]")
    assert "<script>alert(1)</script>" in text_of(stranger.get("/reviews/run-on"))


def test_the_author_of_the_comment_gets_one_notice(desk, review, clock):
    comment = make_comment(review=review, email="jo@example.org", wants_notice=True)
    desk.reply(comment, THANKS)
    assert messages() == {f"decision:{comment.id}:2": "waiting"}
    assert clock.now > NOON + timedelta(minutes=1)
    desk.decide(comment, "reopen")
    assert messages() == {f"decision:{comment.id}:2": "cancelled"}
