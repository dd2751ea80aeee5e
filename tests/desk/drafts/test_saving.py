"""POST /admin/reviews and /admin/reviews/<id> by the script, while somebody writes."""

from datetime import timedelta

from blog.db.engine import db
from blog.db.transactions import write
from blog.drafts.commands import change_state
from blog.drafts.models import Draft, Happening
from tests.databases import on_both
from tests.desk.drafts.writing import (
    FILLED,
    REVIEWS,
    TEXT,
    form_of,
    public_page,
    revisions,
    send,
    write_new,
)
from tests.page import soup_of, text_of


def autosave(desk, form, path="/1", **fields):
    """Save a form as the script does; return the response."""
    return desk.post(f"{REVIEWS}{path}", {**form, "action": "autosave", **fields})


def saved_in(response):
    """Return what a response says about a save: the version, the addresses, the problem."""
    place = soup_of(response).find(id="saved")
    return {**place.attrs, "problem": place.p.get_text()}


def drafts():
    db.session.rollback()
    return db.session.query(Draft).order_by(Draft.id).all()


@on_both
def test_words_are_saved_while_one_writes_and_are_no_revisions(desk):
    first = autosave(desk, FILLED, "", version="")
    assert first.status_code == 200
    new = saved_in(first)
    assert (new["data-address"], new["data-page"]) == (f"{REVIEWS}/1", f"{REVIEWS}/1/edit")
    again = autosave(desk, FILLED, body="More words.", version=new["data-version"])
    assert saved_in(again)["data-version"] == "2"
    assert form_of(desk)["body"] == "More words."
    assert revisions() == []
    send(desk, form_of(desk))
    assert [revision.body for revision in revisions()] == ["More words."]


@on_both
def test_a_new_review_whose_answer_was_lost_is_not_created_twice(desk, clock):
    for _ in range(2):
        autosave(desk, FILLED, "", version="")
        write_new(desk)
    assert [each.id for each in drafts()] == [1]
    assert [revision.body for revision in revisions()] == [TEXT]
    write_new(desk, title="Another one")
    clock.advance(hours=2)
    write_new(desk, title="Another one")
    assert len(drafts()) == 3


def test_a_save_says_what_the_server_changed_but_not_the_space_around_it(desk):
    autosave(desk, FILLED, "", version="")
    odd = {"title": "Cafe\u0301", "body": "One \r\n\r\ntwo ", "drama-cast-0-role": "a\tb"}
    page = soup_of(autosave(desk, FILLED, version="1", **odd))
    changed = {one["name"]: one["value"] for one in page.select("[data-normalised]")}
    assert changed == {"title": "Café", "drama-cast-0-role": "a b"}


def test_a_save_says_what_is_left_to_do_and_that_readers_do_not_see_it_yet(desk):
    write_new(desk, "publish")
    page = soup_of(autosave(desk, form_of(desk), rating="11"))
    assert "1 thing to do before publication" in page.find(id="todo").get_text()
    state = page.find(id="review-state").get_text()
    assert "has changes that are not published" in state
    assert "7.5" in text_of(public_page(desk))


@on_both
def test_a_save_over_another_version_is_refused_and_says_whose_it_is(desk, colleague):
    write_new(desk)
    form = form_of(desk)
    theirs = form_of(colleague)
    autosave(colleague, theirs, body="Their words.")
    refused = autosave(desk, form, body="My words.")
    assert refused.status_code == 409
    assert saved_in(refused)["problem"] == "Jun Ha saved another version. Nothing is lost."
    own = autosave(colleague, theirs, body="From another tab.")
    assert "in another tab or on another device" in saved_in(own)["problem"]
    assert "You saved this review in another tab" in text_of(send(colleague, theirs, body="Both."))
    assert form_of(desk)["body"] == "Their words."


def test_who_else_is_writing_is_told_for_some_minutes(desk, colleague, clock):
    write_new(desk)
    autosave(colleague, form_of(colleague), body="Their words.")
    notice = "Jun Ha saved this review a few minutes ago, and may still be writing."
    page = desk.get(f"{REVIEWS}/1/edit")
    assert notice in text_of(page)
    assert notice not in text_of(colleague.get(f"{REVIEWS}/1/edit"))
    # Their last words are a revision now, and they may not have noticed.
    assert notice in text_of(autosave(desk, form_of(desk), body="My words."))
    clock.advance(minutes=11)
    assert notice not in text_of(desk.get(f"{REVIEWS}/1/edit"))


def test_a_save_of_a_deleted_review_says_that_nothing_was_saved(desk):
    write_new(desk)
    form = form_of(desk)
    now = drafts()[0].changed_at
    write(
        change_state, draft_id=1, version=1, happening=Happening.DELETED,
        moderator_id=desk.moderator.id, now=now, deleted_at=now + timedelta(seconds=1),
    )  # fmt: skip
    refused = autosave(desk, form, body="My words.")
    assert refused.status_code == 409
    assert "was deleted" in saved_in(refused)["problem"]
    assert drafts()[0].body == TEXT


def test_a_save_from_an_expired_page_brings_a_new_token_and_says_whose_it_is(desk):
    write_new(desk)
    refused = autosave(desk, form_of(desk), csrf_token="stale", body="My words.")
    assert refused.status_code == 422
    place = soup_of(refused).find(id="saved")
    assert place["data-moderator"] == str(desk.moderator.id)
    token = place.find("input", attrs={"name": "csrf_token"})["value"]
    again = autosave(desk, form_of(desk), csrf_token=token, body="My words.")
    assert again.status_code == 200


def test_a_save_by_a_stranger_leads_nowhere_and_saves_nothing(desk, app):
    write_new(desk)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    data = {**FILLED, "action": "autosave", "version": "1", "body": "Mine."}
    refused = app.test_client().post(f"{REVIEWS}/1", data=data, headers=headers)
    assert refused.headers["HX-Redirect"].startswith("/admin/login")
    assert form_of(desk)["body"] == TEXT
