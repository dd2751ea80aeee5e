"""Undoing one decision or a whole bulk from the log."""

from blog.comments.removal import remove_comment
from blog.db.transactions import write
from blog.moderation.states import Status, Verdict
from tests.builders import (
    make_comment,
    make_decision,
)
from tests.databases import on_both
from tests.desk.log.log import URL, decide_again, decide_as_bulk, reload, rows_of
from tests.page import soup_of, text_of


def forms_of(page, action: str):
    return soup_of(page).select(f'table.log form[action="{action}"]')


def send(client, form, **more):
    """Send a form of the log with its fields and its button."""
    fields = {f["name"]: f["value"] for f in form.select("input[name], button[name]")}
    return client.post(form["action"], data={**fields, **more})


def test_the_last_decision_on_a_comment_is_undone_from_its_row(client, moderator, jun, review):
    comment = make_comment(review=review)
    make_decision(comment=comment, moderator=jun, verdict=Verdict.REJECT)
    here = f"{URL}?verdict=reject&from=2026-05-01"
    (form,) = forms_of(client.get(here), f"/admin/comments/{comment.id}/decisions")
    response = send(client, form)
    assert (response.status_code, response.location) == (303, here)
    assert reload(comment).status == Status.PENDING
    undone, rejected = rows_of(client.get(URL))
    assert "Mina Park Undone rejected → waiting, version 2" in undone
    assert "Jun Rejected later undone waiting → rejected, version 1" in rejected


@on_both
def test_only_the_current_decision_on_a_comment_can_be_undone(client, moderator, review):
    comment, deleted = make_comment(review=review), make_comment(review=review)
    make_decision(comment=deleted, moderator=moderator)
    write(remove_comment, comment_id=deleted.id)
    for verdict in (Verdict.APPROVE, Verdict.SPAM, Verdict.REJECT):
        decide_again(comment, moderator, verdict)
    assert ["Undo" in row for row in rows_of(client.get(URL))] == [True, False, False, False]
    decide_again(comment, moderator, Verdict.REOPEN)
    # An undo cannot be undone; the comment can be decided again.
    assert not any(row.endswith("Undo") for row in rows_of(client.get(URL)))


def test_a_decision_changed_meanwhile_is_not_undone(client, moderator, jun, review):
    comment = make_comment(review=review)
    make_decision(comment=comment, moderator=moderator)
    (form,) = forms_of(client.get(URL), f"/admin/comments/{comment.id}/decisions")
    decide_again(comment, jun, Verdict.SPAM)
    response = send(client, form)
    assert response.status_code == 409
    assert "Jun marked this comment as spam" in text_of(response)
    assert reload(comment).status == Status.SPAM


def test_a_whole_bulk_is_undone_as_one(client, moderator, jun, review):
    comments = [make_comment(review=review) for _ in range(4)]
    key = decide_as_bulk(comments, jun)
    (form,) = forms_of(client.get(URL), "/admin/bulks")
    assert form.find("input", {"name": "bulk"})["value"] == key
    assert form.button.get_text() == "Undo all 4"
    # The button is in the row of the newest decision of the bulk.
    assert form.find_parent("tr")["id"] == "decision-4"
    assert send(client, form).status_code == 200
    assert {reload(comment).status for comment in comments} == {Status.PENDING}
    rows = rows_of(client.get(URL))
    assert ["Undone" in row for row in rows] == [True] * 4 + [False] * 4
    assert not forms_of(client.get(URL), "/admin/bulks")


@on_both
def test_an_undo_of_a_bulk_leaves_comments_decided_on_since(client, moderator, jun, review):
    comments = [make_comment(review=review) for _ in range(4)]
    decide_as_bulk(comments, jun)
    decide_again(comments[1], moderator, Verdict.APPROVE)
    page = client.get(URL)
    (form,) = forms_of(page, "/admin/bulks")
    assert form.button.get_text() == "Undo all 3"
    assert ["bulk of 4" in row for row in rows_of(page)] == [False, True, True, True, True]
    send(client, form)
    states = [reload(comment).status for comment in comments]
    assert states == [Status.PENDING, Status.PUBLISHED, Status.PENDING, Status.PENDING]


def test_the_last_current_decision_of_a_bulk_has_an_undo_of_its_own(client, moderator, jun, review):
    comments = [make_comment(review=review) for _ in range(2)]
    decide_as_bulk(comments, jun)
    decide_again(comments[0], moderator, Verdict.APPROVE)
    page = client.get(URL)
    assert not forms_of(page, "/admin/bulks")
    assert forms_of(page, f"/admin/comments/{comments[1].id}/decisions")


@on_both
def test_two_mixed_bulks_are_undone_separately(client, moderator, jun, review):
    comments = [make_comment(review=review) for _ in range(4)]
    keys = [decide_as_bulk(comments[:2], jun), decide_as_bulk(comments[2:], moderator)]
    forms = forms_of(client.get(URL), "/admin/bulks")
    assert [form.find("input", {"name": "bulk"})["value"] for form in forms] == keys[::-1]
    send(client, forms[0])
    states = [reload(comment).status for comment in comments]
    assert states == [Status.SPAM, Status.SPAM, Status.PENDING, Status.PENDING]


def test_a_form_without_its_token_undoes_nothing(client, moderator, review):
    comment = make_comment(review=review)
    make_decision(comment=comment, moderator=moderator)
    (form,) = forms_of(client.get(URL), f"/admin/comments/{comment.id}/decisions")
    assert send(client, form, csrf_token="wrong").status_code == 422
    assert reload(comment).status == Status.PUBLISHED
