"""POST /admin/comments/<id>/decisions about comments that changed after the page was opened."""

import pytest

from blog.comments.removal import remove_comment
from blog.db.transactions import write
from blog.moderation.states import Verdict
from blog.submissions.changes import withdraw_comment
from tests.builders import NOON, make_comment, make_decision
from tests.desk.desk import (
    DECIDING,
    HTMX_OR_PLAIN,
    REASON,
    URL,
    bring,
    everything,
    log,
    reload,
    row_of,
    rows_of,
    send_form,
    verdicts_of,
)
from tests.page import text_of


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_stale_decision_changes_nothing_and_shows_the_other_decision(
    desk, colleague, comment, htmx
):
    (row,) = rows_of(desk.get(q="bench"))
    make_decision(comment=comment, moderator=colleague.moderator, verdict=Verdict.REJECT, now=NOON)
    before = everything()
    response = desk.press(row, "approve", htmx=htmx)
    assert response.status_code == 409
    assert "Jun Ha rejected this comment at 12:00 UTC on 1 May 2026." in text_of(response)
    assert "Nothing was changed by you." in text_of(response)
    assert everything() == before
    assert ("<!doctype html>" in response.get_data(as_text=True)) == (not htmx)
    # The returned form overrules the other decision.
    fresh = row_of(response, comment)
    assert fresh["data-version"] == "2"
    assert verdicts_of(fresh) == ["approve", "approve_spoiler", "spam"]
    again = desk.press(fresh, "approve", htmx=htmx)
    assert again.status_code == (200 if htmx else 303)
    assert htmx or again.location == f"{URL}?q=bench"
    assert reload(comment).status == "published"


def test_the_same_verdict_of_another_moderator_is_refused(desk, colleague, review):
    for verdict, words in (
        ("approve", "Jun Ha published this comment"),
        ("approve_spoiler", "Jun Ha published this comment"),
        ("reject", "Jun Ha rejected this comment"),
        ("spam", "Jun Ha marked this comment as spam"),
        ("take_down", "Jun Ha took this comment down"),
    ):
        state = "published" if verdict == "take_down" else "pending"
        comment = bring(make_comment(review=review, body=f"{verdict}."), state, desk.moderator)
        count = len(log())
        colleague.decide(comment, verdict, reason=REASON)
        response = desk.decide(comment, verdict, version=comment.version, reason=REASON)
        assert response.status_code == 409, verdict
        assert words in text_of(response)
        assert len(log()) == count + 1, verdict


def test_a_second_verdict_on_an_old_version_is_refused(desk, comment):
    desk.decide(comment, "approve", version=1)
    response = desk.decide(comment, "spam", version=1)
    assert response.status_code == 409
    assert "Mina Park published this comment" in text_of(response)
    assert reload(comment).status == "published"


def test_a_repeated_verdict_is_refused_after_another_verdict(desk, comment):
    desk.decide(comment, "approve", version=1)
    desk.decide(comment, "spam", version=2)
    assert desk.decide(comment, "approve", version=1).status_code == 409
    assert reload(comment).status == "spam"


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_text_edited_meanwhile_is_not_approved_unseen(desk, stranger, review, htmx):
    comment = send_form(stranger, "The first words.")
    (row,) = rows_of(desk.get())
    send_form(stranger, "Other words.")
    response = desk.press(row, "approve", htmx=htmx)
    assert response.status_code == 409
    assert "The comment changed after you opened this page." in text_of(response)
    assert "Other words." in text_of(response)
    assert log() == []
    assert reload(comment).status == "pending"


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_comment_deleted_meanwhile_is_a_404_with_a_message(app, desk, comment, htmx):
    (row,) = rows_of(desk.get())
    result = app.test_cli_runner().invoke(args=["comments", "remove", str(comment.id)])
    assert result.exit_code == 0, result.output
    response = desk.press(row, "approve", htmx=htmx)
    assert response.status_code == 404
    assert "Page not found" in text_of(response)
    assert response.headers.get("HX-Retarget") == ("#notices" if htmx else None)
    assert log() == []


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_comment_withdrawn_meanwhile_cannot_be_decided(desk, review, htmx):
    for state in ("pending", "published", "revised"):
        comment = bring(make_comment(review=review, body="Taken back."), state, desk.moderator)
        status = "published" if state == "published" else "pending"
        row = row_of(desk.get(status=status), comment)
        count = len(log())
        write(withdraw_comment, comment_id=comment.id, owner_hash=comment.owner_hash, now=NOON)
        response = desk.press(row, "spam", htmx=htmx)
        assert response.status_code == 409, state
        words = "Withdrawn by its author. Nothing was changed by you."
        assert words in text_of(response), state
        # Moderators can no longer read the withdrawn text.
        assert "Taken back." not in text_of(response)
        assert not row_of(response, comment).select("button[name=verdict]")
        for verdict in [*DECIDING, Verdict.REOPEN]:
            assert desk.decide(comment, verdict, reason=REASON).status_code == 409, verdict
        assert "Withdrawn by its author." in text_of(desk.get(f"{URL}/{comment.id}"))
        assert (reload(comment).status, len(log())) == ("withdrawn", count), state


def test_a_decision_on_a_deleted_comment_stays_in_the_log(desk, review, comment):
    desk.decide(comment, "spam")
    number = comment.id
    write(remove_comment, comment_id=number)
    assert [row.comment_id for row in log()] == [number]
    for verdict in ("approve", "reopen"):
        form = {"version": 2, "verdict": verdict}
        assert desk.post(f"{URL}/{number}/decisions", form).status_code == 404
