"""POST /admin/comments/<id>/answers: approve and answer in one step"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from blog.comments.models import BODY_LENGTHS, Comment
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from tests.builders import NOON, make_comment, make_reply
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


def answers() -> list[Comment]:
    db.session.rollback()
    query = select(Comment).where(Comment.parent_id.is_not(None)).order_by(Comment.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def send(desk, row, body: str, *, htmx: bool = True):
    """Type an answer into a row's form and send it."""
    form = row.select_one("form.reply-form")
    return desk.post(form["action"], fields_of(form) | {"body": body}, htmx=htmx)


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_the_comment_and_its_answer_appear_together(desk, stranger, comment, clock, htmx):
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
    (written,) = answers()
    assert (written.parent_id, written.moderator_id) == (comment.id, desk.moderator.id)
    assert (written.submitted_at, written.waiting_since) == (clock.now, None)
    assert "<em>We</em>" in written.body_html
    rows = log()
    assert [(entry.comment_id, entry.verdict) for entry in rows] == [
        (comment.id, "approve"),
        (written.id, "approve"),
    ]
    assert len({entry.bulk_key for entry in rows}) == 1


@pytest.mark.parametrize("way", ["the line", "the comment", "the bulk"])
def test_they_are_undone_together_and_nobody_sees_them(desk, stranger, comment, way):
    before = facts(comment)
    line = row_of(desk.reply(comment, THANKS), comment)
    if way == "the line":
        desk.press(line, "reopen")
    elif way == "the comment":
        desk.decide(comment, "reopen")
    else:
        desk.bulk("reopen", None, bulk=log()[0].bulk_key)
    assert facts(comment) == before
    # An answer was never sent in by a reader: it is taken down, and waits for nobody.
    (written,) = answers()
    assert (written.status, written.waiting_since) == ("removed", None)
    assert [int(row["data-row"]) for row in rows_of(desk.get())] == [comment.id]
    page = text_of(stranger.get("/reviews/run-on"))
    assert "The bench scene." not in page
    assert "Thank you." not in page
    undone = [entry.undoes_id for entry in log() if entry.verdict == "reopen"]
    assert undone == [entry.id for entry in log() if entry.verdict == "approve"]


def test_an_undo_of_both_leaves_what_happened_to_the_answer_since(desk, colleague, comment):
    line = row_of(desk.reply(comment, THANKS), comment)
    (written,) = answers()
    colleague.decide(written, "take_down", reason=REASON)
    assert desk.press(line, "reopen", htmx=True).status_code == 200
    assert reload(comment).is_pending
    assert reload(written).status == "removed"


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_the_same_answer_sent_twice_is_one(desk, review, htmx):
    for number, state in enumerate(("pending", "published"), start=1):
        comment = bring(make_comment(review=review, body=f"{state}."), state, desk.moderator)
        for _ in range(3):
            response = desk.reply(comment, THANKS, version=comment.version, htmx=htmx)
            assert response.status_code == (200 if htmx else 303), state
        assert len(answers()) == number, state
        assert len(log()) == 2 * number, state


def test_two_moderators_may_answer_and_one_may_answer_twice(desk, colleague, comment):
    desk.reply(comment, THANKS)
    colleague.reply(comment, THANKS)
    desk.reply(comment, "And there is more.")
    assert [written.author_name for written in answers()] == ["Mina Park", "Jun Ha", "Mina Park"]
    assert reload(comment).version == 2


def test_an_answer_to_a_published_comment_decides_nothing_about_it(desk, comment):
    comment = bring(comment, "published", desk.moderator)
    (row,) = rows_of(desk.get(status="published"))
    assert words_of(row.select_one("form.reply-form button")) == "Reply"
    send(desk, row, THANKS, htmx=False)
    assert reload(comment).version == comment.version
    (written,) = answers()
    assert written.is_public
    assert [entry.comment_id for entry in log()] == [comment.id, written.id]
    # The answer itself can be taken down, and its comment stays.
    desk.decide(written, "take_down", reason=REASON)
    assert reload(comment).status == "published"


def test_an_answer_to_a_published_comment_is_undone_without_it(desk, comment):
    comment = bring(comment, "published", desk.moderator)
    line = row_of(desk.reply(comment, THANKS), comment)
    assert words_of(line).startswith("Reply published")
    assert desk.press(line, "reopen", htmx=True).status_code == 200
    (written,) = answers()
    assert written.status == "removed"
    assert (reload(comment).status, reload(comment).version) == ("published", comment.version)
    # What was undone can be said again.
    desk.reply(comment, THANKS)
    assert [one.status for one in answers()] == ["removed", "published"]


def test_an_answer_publishes_its_comment_from_any_state_and_keeps_its_spoiler_mark(desk, review):
    states = ["rejected", "spam", "removed", "reported", "spoiler"]
    for number, state in enumerate(states, start=1):
        comment = bring(make_comment(review=review, body=f"{state}."), state, desk.moderator)
        assert desk.reply(comment, THANKS).status_code == 200, state
        after = reload(comment)
        assert (after.status, after.waiting_since) == ("published", None), state
        assert after.is_spoiler is (state == "spoiler")
        assert len(answers()) == number, state


TOO_LONG = f"The reply has {BODY_LENGTHS[1] + 1:,} characters; it takes up to {BODY_LENGTHS[1]:,}."
# What cannot be an answer, and what is said of it.
REFUSED = {
    "": "Write a reply of at least 2 characters. Nothing was changed.",
    "x": "Write a reply of at least 2 characters.",
    " \n\t\0 ": "Write a reply of at least 2 characters.",
    "\u200b\u3164\u2800": "Write a reply of at least 2 characters.",
    "x" * (BODY_LENGTHS[1] + 1): TOO_LONG,
    "쉿" * (BODY_LENGTHS[1] + 1): TOO_LONG,
}


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_refused_answer_is_told_why_and_keeps_its_words(desk, comment, htmx):
    before = everything()
    for body, words in REFUSED.items():
        response = desk.reply(comment, body, htmx=htmx)
        assert response.status_code == 422, body[:20]
        assert words in text_of(response), body[:20]
        kept = row_of(response, comment).select_one("form.reply-form textarea").get_text()
        # An HTML parser reads a NUL as the sign for what cannot be read.
        assert kept.strip() == body.replace("\0", "\ufffd").strip() or "\0" in body
    assert everything() == before


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_page_that_expired_keeps_the_words_and_can_be_sent_again(desk, comment, htmx):
    response = desk.reply(comment, '<b>Kept</b> & "all"', htmx=htmx, csrf_token="old")
    assert response.status_code == 422
    assert "This page had expired, so nothing was changed." in text_of(response)
    row = row_of(response, comment)
    assert row.select_one("form.reply-form textarea").get_text() == '<b>Kept</b> & "all"'
    assert send(desk, row, row.select_one("textarea").get_text()).status_code == 200
    assert answers()[0].body == '<b>Kept</b> & "all"'


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_an_answer_to_words_that_were_decided_on_since_is_refused_and_kept(
    desk, colleague, comment, htmx
):
    (row,) = rows_of(desk.get())
    colleague.decide(comment, "spam")
    response = send(desk, row, THANKS, htmx=htmx)
    assert response.status_code == 409
    assert "Jun Ha marked this comment as spam" in text_of(response)
    assert row_of(response, comment).select_one("textarea").get_text() == THANKS
    assert answers() == []
    assert reload(comment).status == "spam"


def test_an_answer_to_words_nobody_saw_is_refused_and_kept(desk, colleague, stranger, review):
    comment = send_form(stranger, "The first words.")
    (row,) = rows_of(desk.get())
    send_form(stranger, "Other words.")
    response = send(desk, row, THANKS)
    assert response.status_code == 409
    assert "The comment changed after you opened this page." in text_of(response)
    # Nor when a colleague, who has seen them, publishes them.
    colleague.decide(comment, "approve")
    response = send(desk, row, THANKS)
    assert response.status_code == 409
    assert "Jun Ha published this comment" in text_of(response)
    assert row_of(response, comment).select_one("textarea").get_text() == THANKS
    assert answers() == []


def test_a_forged_version_is_refused_in_words_and_the_answer_kept(desk, comment):
    for version in ("0", "-1", "x", "", None, "9" * 30):
        form = {"version": version, "body": THANKS}
        response = desk.post(f"{URL}/{comment.id}/replies", form)
        assert response.status_code == 422, version
        assert "The version of the comment is missing or wrong." in text_of(response), version
        assert row_of(response, comment).select_one("textarea").get_text() == THANKS
    assert answers() == []


def test_an_answer_is_answered_in_the_same_thread(desk, stranger, comment):
    desk.reply(comment, THANKS)
    (written,) = answers()
    rows = rows_of(desk.get(status="published"))
    assert [bool(row.select(".reply-form")) for row in rows] == [True, True]
    line = row_of(send(desk, row_of(desk.get(status="published"), written), "To that."), written)
    assert words_of(line).startswith("Reply published")
    under = answers()[-1]
    assert (under.parent_id, under.in_reply_to_id) == (comment.id, written.id)
    thread = soup_of(stranger.get("/reviews/run-on")).select("ol.replies > li")
    assert [reply["id"] for reply in thread] == [f"comment-{a.id}" for a in (written, under)]
    # The line undoes this answer, and neither the one above it nor the comment.
    desk.press(line, "reopen")
    assert [reply.status for reply in answers()] == ["published", "removed"]
    assert reload(comment).status == "published"


def test_an_answer_to_what_a_reader_answered_publishes_that_and_is_undone_with_it(
    desk, stranger, comment
):
    bring(comment, "published", desk.moderator)
    waiting = make_reply(to=comment, body="So did I.")
    (row,) = rows_of(desk.get())
    line = row_of(send(desk, row, THANKS), waiting)
    assert words_of(line).startswith("Published, with your reply")
    thread = soup_of(stranger.get("/reviews/run-on")).select("ol.replies > li")
    assert [reply["id"] for reply in thread] == [
        f"comment-{waiting.id}", f"comment-{answers()[-1].id}",
    ]  # fmt: skip
    desk.press(line, "reopen")
    assert reload(waiting).is_pending
    assert answers()[-1].status == "removed"
    assert not soup_of(stranger.get("/reviews/run-on")).select("ol.replies")


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_an_answer_to_what_is_gone_is_a_404_that_gives_the_words_back(desk, comment, htmx):
    write(remove_comment, comment_id=comment.id)
    for number in (comment.id, 999, 2**63):
        form = {"csrf_token": desk.token, "version": 1, "body": THANKS}
        response = desk.client.post(
            f"{URL}/{number}/replies", data=form, headers=HTMX if htmx else {}
        )
        assert response.status_code == 404
        assert THANKS in text_of(response)
    assert answers() == []


def test_an_answer_is_cleaned_like_any_words(desk, stranger, comment):
    desk.reply(comment, "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:b)")
    for page in (stranger.get("/reviews/run-on"), desk.get(status="published")):
        assert not soup_of(page).select("script:not([src]), [onerror], [href^=javascript]")
    assert "<script>alert(1)</script>" in text_of(stranger.get("/reviews/run-on"))


def test_its_comments_writer_is_told_once(desk, review, clock):
    comment = make_comment(review=review, email="jo@example.org", wants_notice=True)
    desk.reply(comment, THANKS)
    assert messages() == {f"decision:{comment.id}:2": "waiting"}
    assert clock.now > NOON + timedelta(minutes=1)
    desk.decide(comment, "reopen")
    assert messages() == {f"decision:{comment.id}:2": "cancelled"}
