"""GET /admin/purges/new and POST /admin/purges: delete all spam."""

import pytest

from blog.comments.models import Comment
from blog.db.engine import db
from blog.desk.bulks import views as bulks
from tests.builders import make_comment, make_report
from tests.databases import on_both
from tests.desk.desk import (
    HTMX_OR_PLAIN,
    PURGES,
    bring,
    everything,
    fields_of,
    item,
    log,
    make_crowd,
    make_many,
    numbers_of,
    reload,
)
from tests.page import HTMX, soup_of, text_of

NEW = "/admin/purges/new"


def open_form(desk) -> dict[str, str]:
    """Open the confirmation page; return the fields of its form."""
    page = desk.get(NEW)
    assert page.status_code == 200
    return fields_of(soup_of(page).select_one(f'form[action="{PURGES}"]'))


def left() -> set[int]:
    """Return the ids of all comments in the database."""
    db.session.rollback()
    return set(db.session.scalars(db.select(Comment.id)))


@on_both
def test_the_page_shows_the_number_and_the_form_deletes_all_spam(desk, review):
    spam = make_many(review, 3)
    others = [
        bring(make_comment(review=review, body=f"{state} it is."), state, desk.moderator)
        for state in ("pending", "published", "rejected", "removed", "reported")
    ]
    desk.bulk("spam", item(*spam))
    link = soup_of(desk.get(status="spam")).find("a", string="Delete all spam…")
    before = everything()
    page = desk.get(link["href"])
    assert soup_of(page).h1.get_text() == "Delete all spam?"
    assert "3 comments marked as spam will be permanently deleted" in text_of(page)
    assert everything() == before
    response = desk.post(PURGES, open_form(desk), htmx=False)
    assert (response.status_code, response.location) == (
        303,
        "/admin/comments?status=spam&purged=3",
    )
    assert "3 comments deleted." in text_of(desk.get(response.location))
    assert left() == {comment.id for comment in others}


def test_comments_marked_as_spam_after_the_page_was_opened_stay(desk, colleague, review):
    before, after, fro, back = make_many(review, 4)
    for comment in (before, fro, back):
        desk.decide(comment, "spam")
    form = open_form(desk)
    colleague.decide(after, "spam")
    # After the form was opened, a colleague marks this comment as spam a second time.
    colleague.decide(fro, "reopen")
    colleague.decide(fro, "spam")
    colleague.decide(back, "reopen")
    make_crowd(review, 2, start=50, status="spam")
    unseen = left() - {before.id, after.id, fro.id, back.id}
    desk.post(PURGES, form)
    assert left() == {after.id, fro.id, back.id} | unseen
    assert reload(back).is_pending


def test_a_purge_sent_twice_deletes_nothing_more(desk, review):
    first, second = make_many(review, 2)
    desk.decide(first, "spam")
    form = open_form(desk)
    assert "purged=1" in desk.post(PURGES, form, htmx=False).location
    desk.decide(second, "spam")
    assert "purged=0" in desk.post(PURGES, form, htmx=False).location
    assert left() == {second.id}


@on_both
def test_the_log_keeps_the_decisions_on_deleted_comments(desk, review, comment):
    number = comment.id
    desk.decide(comment, "spam", reason="A known spammer.")
    rows = [(row.id, row.comment_id, row.verdict, row.reason) for row in log()]
    desk.post(PURGES, open_form(desk))
    assert [(row.id, row.comment_id, row.verdict, row.reason) for row in log()] == rows
    page = desk.get("/admin/log")
    assert f"No. {number} later deleted" in text_of(page)
    # The id of a deleted comment is never used again.
    assert make_comment(review=review, body="New.").id > number


@on_both
def test_reasons_fingerprints_and_reports_are_deleted_with_the_comment(desk, review):
    body = "See https://example.org/ for a body that is long enough to be like others."
    comment = bring(make_comment(review=review, body=body), "reported", desk.moderator)
    make_report(comment=comment, words="Spam.")
    desk.decide(comment, "spam")
    desk.post(PURGES, open_form(desk))
    tables = everything()
    for name in ("comments", "comment_reasons", "comment_fingerprints", "reports"):
        assert tables[name] == [], name


def test_a_comment_restored_after_the_page_was_opened_stays(desk, comment):
    desk.decide(comment, "spam")
    form = open_form(desk)
    desk.decide(comment, "reopen")
    desk.post(PURGES, form)
    assert left() == {comment.id}


@on_both
def test_much_spam_is_deleted_in_steps_up_to_a_limit(desk, review, monkeypatch):
    monkeypatch.setattr(bulks, "PURGE_BATCH_SIZE", 3)
    make_crowd(review, 10, status="spam")
    form = open_form(desk)
    assert "purged=10" in desk.post(PURGES, form, htmx=False).location
    make_crowd(review, 10, start=20, status="spam")
    monkeypatch.setattr(bulks, "MAX_PURGED", 6)
    assert "purged=6" in desk.post(PURGES, open_form(desk), htmx=False).location
    assert len(left()) == 4


# Forged fields of the form.
FORGED = [
    {"until_decision": None},
    {"until_comment": None},
    {"until_decision": "", "until_comment": ""},
    {"until_decision": "x"},
    {"until_decision": "-1"},
    {"until_comment": "-1"},
    {"until_comment": str(2**63)},
    {"until_decision": str(2**63)},
    {"until_decision": str(2**63)},
    {"until_decision": "9" * 5000},
    {"until_comment": "1.5"},
    {"until_comment": "\0"},
    {"csrf_token": None},
    {"csrf_token": "wrong"},
]


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_forged_or_expired_form_deletes_nothing_and_gets_a_message(desk, comment, htmx):
    desk.decide(comment, "spam")
    form, before = open_form(desk), everything()
    for change in FORGED:
        response = desk.post(PURGES, form | change, htmx=htmx)
        assert response.status_code == 422, change
        assert "Open the page again; nothing was deleted." in text_of(response), change
    assert everything() == before


@on_both
def test_a_huge_decision_id_does_not_widen_the_range_of_comments(desk, review):
    first, second = make_many(review, 2)
    desk.bulk("spam", item(first, second))
    desk.post(PURGES, {"until_decision": str(2**63 - 1), "until_comment": str(first.id)})
    assert left() == {second.id}


def test_without_spam_there_is_no_link_and_strangers_cannot_purge(desk, stranger, comment):
    assert soup_of(desk.get(status="spam")).find("a", string="Delete all spam…") is None
    desk.decide(comment, "spam")
    form = open_form(desk)
    assert stranger.post(PURGES, data=form).location == "/admin/login"
    assert "HX-Redirect" in stranger.post(PURGES, data=form, headers=HTMX).headers
    assert numbers_of(desk.get(status="spam")) == [comment.id]
