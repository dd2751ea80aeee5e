"""GET /admin/purges/new and POST /admin/purges: emptying the spam"""

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
    """Open the page that asks, and return what its form would send."""
    page = desk.get(NEW)
    assert page.status_code == 200
    return fields_of(soup_of(page).select_one(f'form[action="{PURGES}"]'))


def left() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(db.select(Comment.id)))


@on_both
def test_it_asks_with_the_number_and_then_deletes_for_good(desk, review):
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


@on_both
def test_what_was_marked_or_arrived_after_the_page_was_made_stays(desk, colleague, review):
    before, after, fro, back = make_many(review, 4)
    for comment in (before, fro, back):
        desk.decide(comment, "spam")
    form = open_form(desk)
    colleague.decide(after, "spam")
    # Marked again meanwhile: the moderator who asked has not seen this.
    colleague.decide(fro, "reopen")
    colleague.decide(fro, "spam")
    colleague.decide(back, "reopen")
    make_crowd(review, 2, start=50, status="spam")
    unseen = left() - {before.id, after.id, fro.id, back.id}
    desk.post(PURGES, form)
    assert left() == {after.id, fro.id, back.id} | unseen
    assert reload(back).is_pending


def test_sent_twice_it_deletes_nothing_more(desk, review):
    first, second = make_many(review, 2)
    desk.decide(first, "spam")
    form = open_form(desk)
    assert "purged=1" in desk.post(PURGES, form, htmx=False).location
    desk.decide(second, "spam")
    assert "purged=0" in desk.post(PURGES, form, htmx=False).location
    assert left() == {second.id}


@on_both
def test_the_log_stays_and_names_what_is_deleted(desk, review, comment):
    number = comment.id
    desk.decide(comment, "spam", reason="A known spammer.")
    rows = [(row.id, row.comment_id, row.verdict, row.reason) for row in log()]
    desk.post(PURGES, open_form(desk))
    assert [(row.id, row.comment_id, row.verdict, row.reason) for row in log()] == rows
    page = desk.get("/admin/log")
    assert f"No. {number} later deleted" in text_of(page)
    # A number in the log is never another comment's.
    assert make_comment(review=review, body="New.").id > number


@on_both
def test_everything_about_a_deleted_comment_goes_with_it(desk, review):
    body = "See https://example.org/ for a body that is long enough to be like others."
    comment = bring(make_comment(review=review, body=body), "reported", desk.moderator)
    make_report(comment=comment, words="Spam.")
    desk.decide(comment, "spam")
    desk.post(PURGES, open_form(desk))
    tables = everything()
    for name in ("comments", "comment_reasons", "comment_fingerprints", "reports"):
        assert tables[name] == [], name


def test_what_was_undone_stays_though_the_page_counted_it(desk, comment):
    desk.decide(comment, "spam")
    form = open_form(desk)
    desk.decide(comment, "reopen")
    desk.post(PURGES, form)
    assert left() == {comment.id}


@on_both
def test_much_spam_is_deleted_in_several_steps_and_at_most_so_much(desk, review, monkeypatch):
    monkeypatch.setattr(bulks, "PURGE_BATCH_SIZE", 3)
    make_crowd(review, 10, status="spam")
    form = open_form(desk)
    assert "purged=10" in desk.post(PURGES, form, htmx=False).location
    make_crowd(review, 10, start=20, status="spam")
    monkeypatch.setattr(bulks, "MAX_PURGED", 6)
    assert "purged=6" in desk.post(PURGES, open_form(desk), htmx=False).location
    assert len(left()) == 4


# What no page of ours sends.
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
def test_a_forged_or_expired_form_deletes_nothing_and_is_refused_in_words(desk, comment, htmx):
    desk.decide(comment, "spam")
    form, before = open_form(desk), everything()
    for change in FORGED:
        response = desk.post(PURGES, form | change, htmx=htmx)
        assert response.status_code == 422, change
        assert "Open the page again; nothing was deleted." in text_of(response), change
    assert everything() == before


@on_both
def test_a_number_beyond_all_decisions_deletes_no_more_than_the_comments_it_names(desk, review):
    first, second = make_many(review, 2)
    desk.bulk("spam", item(first, second))
    desk.post(PURGES, {"until_decision": str(2**63 - 1), "until_comment": str(first.id)})
    assert left() == {second.id}


def test_there_is_no_way_there_where_there_is_no_spam_and_none_for_a_stranger(
    desk, stranger, comment
):
    assert soup_of(desk.get(status="spam")).find("a", string="Delete all spam…") is None
    desk.decide(comment, "spam")
    form = open_form(desk)
    assert stranger.post(PURGES, data=form).location == "/admin/login"
    assert "HX-Redirect" in stranger.post(PURGES, data=form, headers=HTMX).headers
    assert numbers_of(desk.get(status="spam")) == [comment.id]
