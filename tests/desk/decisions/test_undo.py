"""POST /admin/comments/<id>/decisions with verdict=reopen: undo a decision."""

from datetime import timedelta

import pytest

from blog.comments.removal import remove_comment
from blog.db.transactions import write
from blog.moderation.states import Verdict
from tests.builders import NOON, make_comment, make_decision, make_report
from tests.databases import on_both
from tests.desk.desk import (
    HTMX_OR_PLAIN,
    log,
    messages,
    numbers_of,
    reload,
    row_of,
    rows_of,
    send_form,
    words_of,
)
from tests.page import soup_of, text_of


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_decided_row_becomes_a_line_and_an_undo_restores_the_row(desk, comment, htmx):
    line = row_of(desk.decide(comment, "spam"), comment)
    assert words_of(line) == "Marked as spam Mina The bench scene. Undo z"
    response = desk.press(line, "reopen", htmx=htmx)
    if htmx:
        row = row_of(response, comment)
        assert (row["data-state"], row["data-version"]) == ("open", "3")
        assert response.status_code == 200
    else:
        assert (response.status_code, response.location) == (303, "/admin/comments")
    assert numbers_of(desk.get()) == [comment.id]
    # The restored row can be decided and undone again.
    again = row_of(desk.press(rows_of(desk.get())[0], "approve", htmx=True), comment)
    assert desk.press(again, "reopen", htmx=True).status_code == 200
    assert [row.verdict for row in log()] == ["spam", "reopen", "approve", "reopen"]


@on_both
def test_an_undone_comment_returns_to_its_place_in_the_queue(desk, review, clock):
    comments = [
        make_comment(review=review, body=f"{word} it was.", now=NOON + timedelta(minutes=n))
        for n, word in enumerate(("First", "Second", "Third"))
    ]
    clock.advance(hours=3)
    desk.decide(comments[1], "reject")
    desk.decide(comments[1], "reopen")
    page = desk.get()
    assert numbers_of(page) == [comment.id for comment in comments]
    assert "waiting 3 hours" in words_of(row_of(page, comments[1]))


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_an_undo_sent_twice_is_done_once(desk, comment, htmx):
    desk.decide(comment, "approve")
    for _ in range(3):
        response = desk.decide(comment, "reopen", version=2, htmx=htmx)
        assert response.status_code == (200 if htmx else 303)
    assert [row.verdict for row in log()] == ["approve", "reopen"]
    assert reload(comment).version == 3


def test_an_undo_without_a_decision_is_refused(desk, comment):
    response = desk.decide(comment, "reopen")
    assert response.status_code == 409
    assert "Nothing was changed by you." in text_of(response)
    assert log() == []
    assert reload(comment).version == 1


def test_an_undo_cannot_be_undone_and_names_its_moderator(desk, colleague, comment):
    desk.decide(comment, "reject")
    desk.decide(comment, "reopen")
    for moderator in (desk, colleague):
        response = moderator.decide(comment, "reopen", version=3)
        assert response.status_code == 409
        assert "Mina Park undid a decision on this comment at 13:00 UTC" in text_of(response)
    assert len(log()) == 2


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_an_undo_after_a_colleagues_decision_is_refused_with_a_message(
    desk, colleague, comment, htmx
):
    line = row_of(desk.decide(comment, "approve"), comment)
    colleague.decide(comment, "spam")
    response = desk.press(line, "reopen", htmx=htmx)
    assert response.status_code == 409
    assert "Jun Ha marked this comment as spam at 13:00 UTC on 1 May 2026." in text_of(response)
    assert (reload(comment).status, len(log())) == ("spam", 2)


def test_another_moderator_may_undo_and_the_log_names_both(desk, colleague, comment):
    desk.decide(comment, "reject")
    assert colleague.decide(comment, "reopen").status_code == 200
    assert reload(comment).is_pending
    names = [(row.moderator.name, row.verdict) for row in log()]
    assert names == [("Mina Park", "reject"), ("Jun Ha", "reopen")]
    # The open page of Mina still offers the undo, which is now refused.
    response = desk.decide(comment, "reopen", version=2)
    assert response.status_code == 409
    assert "Jun Ha undid a decision on this comment" in text_of(response)


def test_an_undo_after_an_edit_is_refused_with_a_message(desk, stranger, review):
    comment = send_form(stranger, "The first words.")
    desk.decide(comment, "reject")
    desk.decide(comment, "reopen")
    assert send_form(stranger, "Other words.").id == comment.id
    assert reload(comment).version == 4
    for version in (2, 3, 4):
        response = desk.decide(comment, "reopen", version=version)
        assert response.status_code == 409
        assert "The comment changed after you opened this page." in text_of(response)
        assert "Other words." in text_of(response)
    assert len(log()) == 2


def test_an_undo_after_a_report_is_refused_with_a_message(desk, review, comment):
    line = row_of(desk.decide(comment, "approve"), comment)
    make_report(comment=comment, words="He tells the ending.")
    response = desk.press(line, "reopen", htmx=True)
    assert response.status_code == 409
    assert "The comment was reported after you opened this page." in text_of(response)
    assert "He tells the ending." in text_of(response)
    assert desk.decide(comment, "reopen", version=3).status_code == 409
    assert reload(comment).status == "published"
    assert len(log()) == 1


def test_an_undo_of_another_version_is_refused(desk, comment):
    desk.decide(comment, "spam")
    for version in (1, 3, 99, 2**31 - 1):
        response = desk.decide(comment, "reopen", version=version)
        assert response.status_code == 409, version
        assert "Mina Park marked this comment as spam" in text_of(response), version
    assert (reload(comment).status, len(log())) == ("spam", 1)


def test_an_undo_on_a_deleted_comment_is_a_404(desk, comment):
    line = row_of(desk.decide(comment, "spam"), comment)
    write(remove_comment, comment_id=comment.id)
    assert desk.press(line, "reopen").status_code == 404
    assert len(log()) == 1


@on_both
def test_an_undo_cancels_the_notice_and_a_new_decision_makes_a_new_one(desk, review):
    comment = make_comment(review=review, email="jo@example.org", wants_notice=True)
    key = f"decision:{comment.id}"
    desk.decide(comment, "approve")
    assert messages() == {f"{key}:2": "waiting"}
    desk.decide(comment, "reopen")
    assert messages() == {f"{key}:2": "cancelled"}
    desk.decide(comment, "reject")
    assert messages() == {f"{key}:2": "cancelled", f"{key}:4": "waiting"}


def test_the_undo_of_a_line_has_the_version_after_its_decision(desk, comment):
    make_decision(comment=comment, moderator=desk.moderator, verdict=Verdict.APPROVE)
    make_report(comment=comment)
    line = row_of(desk.decide(comment, "spam"), comment)
    assert line.select_one(".undo input[name=version]")["value"] == "4"
    make_decision(comment=reload(comment), moderator=desk.moderator, verdict=Verdict.REJECT)
    changes = desk.get("/admin/comments/changes", rows=f"{comment.id}.4", since="0")
    assert soup_of(changes).select_one(".undo input[name=version]")["value"] == "5"
