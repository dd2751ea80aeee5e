"""Verdicts on edits, and edits sent after a verdict."""

from datetime import timedelta

from blog.comments.models import RevisionState
from blog.moderation.states import Verdict
from blog.submissions.resending import SAME_COMMENT_WINDOW
from tests.builders import make_comment, make_decision, make_published_comment
from tests.databases import on_both, on_sqlite_each
from tests.desk.desk import open_desk, rows_of
from tests.page import soup_of, text_of
from tests.site.comments.sending import reasons, with_and_without_htmx
from tests.site.comments.writing import NOW, TOKEN, edit, faults_in, fields_of, open_edit, reload
from tests.site.own.revising import FIRST, HOSTILE, PAGE, SECOND, THIRD, public_text_of, revisions


def test_a_decision_on_a_comment_edited_since_is_refused(app, writer, waiting, moderator):
    desk = open_desk(app, email="jun@example.org", name="Jun Ha")
    (row,) = rows_of(desk.get())
    edit(writer, waiting, body=SECOND)
    for verdict in ("approve", "approve_spoiler", "reject", "spam"):
        response = desk.press(row, verdict, htmx=True)
        assert response.status_code == 409, verdict
        assert "The comment changed after you opened this page." in text_of(response)
        assert SECOND in text_of(response)
    assert reload(waiting).is_pending
    (row,) = rows_of(desk.get())
    assert desk.press(row, "approve", htmx=True).status_code == 200
    assert public_text_of(writer, waiting) == ("Mina", SECOND, False)


# The public comment after each verdict on an edit, as (text, is it a spoiler); None if not public.
ENDS = {
    Verdict.APPROVE: (SECOND, False),
    Verdict.APPROVE_SPOILER: (SECOND, True),
    Verdict.KEEP: (FIRST, False),
    Verdict.SPAM: None,
    Verdict.REJECT: None,
    Verdict.TAKE_DOWN: None,
}


@on_sqlite_each("is_spoiler", [False, True], on_postgresql=[True])
def test_each_verdict_on_an_edit_and_its_undo(
    writer, stranger, review, moderator, clock, is_spoiler
):
    for verdict, outcome in ENDS.items():
        # After this time the same text counts as a new comment.
        clock.now += SAME_COMMENT_WINDOW + timedelta(minutes=1)
        comment = make_published_comment(
            review=review, moderator=moderator, token=TOKEN, body=FIRST, now=clock.now
        )
        spoiler = {"is_spoiler": "y"} if is_spoiler else {}
        edit(writer, comment, body=SECOND, **spoiler)
        waits = [reload(comment), *revisions()[-1:]]
        then = [(one.author_name, one.body, one.body_html, one.is_spoiler) for one in waits]
        since = reload(comment).waiting_since
        decided = make_decision(
            comment=reload(comment), moderator=moderator, verdict=verdict, reason="No."
        )
        assert (decided.status, decided.version) == (verdict.entry.to_status, 4), verdict
        if outcome is None:
            assert f"comment-{comment.id}" not in stranger.get(PAGE).text, verdict
        else:
            body, is_closed = outcome
            is_closed = is_closed or (is_spoiler and body == SECOND)
            assert public_text_of(stranger, comment) == ("Mina", body, is_closed), verdict
        [last] = revisions()[-1:]
        is_applied = outcome is not None and outcome[0] == SECOND
        state = RevisionState.APPLIED if is_applied else RevisionState.DECLINED
        assert (last.state, last.body) == (state, FIRST if is_applied else SECOND), verdict
        make_decision(comment=decided, moderator=moderator, verdict=Verdict.REOPEN)
        waits = [reload(comment), *revisions()[-1:]]
        now = [(one.author_name, one.body, one.body_html, one.is_spoiler) for one in waits]
        assert now == then, verdict
        assert public_text_of(stranger, comment) == ("Mina", FIRST, False), verdict
        assert (reload(comment).waiting_since, reload(comment).edited_at) == (since, None), verdict
        assert reasons()[comment.id] == {"revised": None}, verdict
        # A new decision is possible as before.
        make_decision(comment=reload(comment), moderator=moderator)
        assert public_text_of(stranger, comment) == ("Mina", SECOND, is_spoiler), verdict


# For each verdict given during an edit: the message to the author, and whether the edit can still
# be sent.
MEANWHILE = {
    Verdict.APPROVE: ("A moderator has published it.", True),
    Verdict.REJECT: ("A moderator decided not to publish it.", False),
    Verdict.SPAM: ("A moderator decided not to publish it.", False),
}


@with_and_without_htmx
def test_an_edit_after_a_decision_is_refused_with_a_message_and_given_back(
    writer, review, moderator, htmx
):
    for number, (verdict, (message, is_possible)) in enumerate(MEANWHILE.items()):
        comment = make_comment(review=review, token=TOKEN, body=FIRST, now=NOW)
        form = open_edit(writer, comment)
        make_decision(comment=comment, moderator=moderator, verdict=verdict, now=NOW)
        words = {"body": f"{SECOND}\r\n  {HOSTILE}", "author_email": "jo@example.org"}
        late = edit(writer, comment, form, htmx=htmx, **words)
        assert late.status_code == 409
        assert bool(soup_of(late).html) == (not htmx)
        assert faults_in(late).startswith(message), verdict
        assert "Your text is kept below." in faults_in(late)
        form = fields_of(soup_of(late).find("form"))
        assert words.items() <= form.items(), verdict
        assert reload(comment).version == 2
        # The author has read the message, so the same form sent again is accepted if possible.
        last = edit(writer, comment, form, htmx=htmx)
        if is_possible:
            assert last.status_code == (200 if htmx else 303)
            assert [r.body for r in revisions()] == [words["body"].replace("\r\n", "\n")]
        else:
            assert last.status_code == 409
            assert faults_in(last).startswith(message)
            assert fields_of(soup_of(last).find("form"))["body"] == words["body"]
        assert len(revisions()) == 1, number


@on_both
def test_an_undo_of_a_second_edit_keeps_the_edited_label_of_the_first(
    writer, stranger, published, moderator
):
    edit(writer, published, body=SECOND)
    make_decision(comment=reload(published), moderator=moderator, now=NOW)
    edit(writer, published, body=THIRD)
    decided = make_decision(comment=reload(published), moderator=moderator, now=NOW)
    assert public_text_of(stranger, published)[1] == THIRD
    make_decision(comment=decided, moderator=moderator, verdict=Verdict.REOPEN)
    assert public_text_of(stranger, published)[1] == SECOND
    assert "edited" in text_of(stranger.get(PAGE))
