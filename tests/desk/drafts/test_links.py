"""GET /drafts/<token>, and the pages at the desk that make and revoke such links."""

import re
from datetime import timedelta

import pytest

from blog.db.engine import db
from blog.db.transactions import write
from blog.drafts.commands import change_state
from blog.drafts.models import DraftLink, Happening
from tests.databases import on_both
from tests.desk.desk import fields_of
from tests.desk.drafts.writing import REVIEWS, TITLE, form_of, send, write_new
from tests.page import soup_of, text_of
from tests.privacy.people import maintain

LINKS = f"{REVIEWS}/1/links"


@pytest.fixture
def friend(app):
    return app.test_client()


def share(desk, **fields):
    """Make a link to the draft; return its path."""
    form = fields_of(soup_of(desk.get(LINKS)).find("form", class_="rule-form"))
    response = desk.post(LINKS, {**form, **fields}, htmx=False)
    assert response.status_code == 201, text_of(response)
    address = soup_of(response).find("input", readonly=True)["value"]
    return address.removeprefix("http://localhost")


def revoke(desk):
    form = soup_of(desk.get(LINKS)).find("form", action=re.compile("/revocation$"))
    return desk.post(form["action"], fields_of(form), htmx=False)


@on_both
def test_a_friend_with_a_link_reads_the_draft_as_it_is_saved(desk, friend):
    write_new(desk)
    path = share(desk, note="Min-a")
    response = friend.get(path)
    assert response.status_code == 200
    assert TITLE in soup_of(response).h1.get_text()
    assert "A draft, shared with you. Please do not pass the link on." in text_of(response)
    assert not soup_of(response).find_all(["form", "script"])
    assert "/admin" not in response.text
    send(desk, form_of(desk), title="Another headline")
    assert "Another headline" in text_of(friend.get(path))


def test_a_draft_link_is_kept_from_caches_search_engines_and_other_sites(desk, friend):
    write_new(desk)
    path = share(desk)
    for address in (path, "/drafts/unknown"):
        response = friend.get(address)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert soup_of(response).find("meta", attrs={"name": "robots"})["content"] == "noindex"
        assert "Set-Cookie" not in response.headers
    for address in ("/sitemap.xml", "/robots.txt", "/"):
        assert path not in friend.get(address).text


def test_a_link_is_shown_once_and_only_its_hash_is_stored(desk):
    write_new(desk)
    path = share(desk, note="Min-a")
    token = path.removeprefix("/drafts/")
    assert len(token) >= 22, "128 bits."
    page = desk.get(LINKS)
    assert token not in page.text
    assert "Min-a" in text_of(page)
    link = db.session.query(DraftLink).one()
    assert token not in [link.token_hash, link.note]


@on_both
def test_an_expired_a_revoked_and_an_unknown_link_are_one_and_the_same_404(desk, friend, clock):
    write_new(desk)
    unknown = friend.get("/drafts/unknown")
    assert unknown.status_code == 404
    revoked = share(desk)
    assert revoke(desk).location == LINKS
    expired, longer = share(desk), share(desk, days="30")
    clock.advance(days=7)
    for path in (revoked, expired):
        response = friend.get(path)
        assert (response.status_code, response.data) == (404, unknown.data)
    assert friend.get(longer).status_code == 200
    write(
        change_state,
        draft_id=1,
        version=1,
        happening=Happening.DELETED,
        moderator_id=desk.moderator.id,
        now=clock.now,
        deleted_at=clock.now,
    )
    assert friend.get(longer).data == unknown.data
    write(
        change_state,
        draft_id=1,
        version=2,
        happening=Happening.RESTORED,
        moderator_id=desk.moderator.id,
        now=clock.now,
        deleted_at=None,
    )
    assert friend.get(longer).data == unknown.data


def test_the_list_of_links_says_the_day_of_the_last_opening_and_nothing_else(desk, friend, clock):
    write_new(desk)
    path = share(desk)
    friend.head(path)
    assert "not opened yet" in text_of(desk.get(LINKS))
    friend.get(path)
    clock.advance(hours=1)
    friend.get(path)
    assert "last opened on 1 May 2026" in text_of(desk.get(LINKS))
    assert db.session.query(DraftLink).one().opened_on == clock.now.date()


@on_both
def test_maintenance_deletes_expired_links(desk, app, clock):
    write_new(desk)
    share(desk)
    share(desk, days="30")
    clock.advance(days=8)
    maintain(app)
    db.session.rollback()
    assert [link.expires_at - link.created_at for link in db.session.query(DraftLink)] == [
        timedelta(days=30)
    ]


@pytest.mark.parametrize("fields", [{"days": "3650"}, {"days": "x"}, {"note": "n" * 121}])
def test_a_link_for_ever_or_with_a_long_note_is_refused(desk, fields):
    write_new(desk)
    response = desk.post(LINKS, fields, htmx=False)
    assert response.status_code == 422
    assert soup_of(response).find(id="faults")
    assert db.session.query(DraftLink).count() == 0


def test_a_stranger_makes_and_revokes_no_link(desk, app):
    write_new(desk)
    share(desk)
    stranger = app.test_client()
    for path in (LINKS, f"{LINKS}/1/revocation"):
        assert stranger.post(path, data={"days": "7"}).location.startswith("/admin/login")
    assert db.session.query(DraftLink).count() == 1
    # A link of another review is not revoked by its number.
    write_new(desk)
    desk.post(f"{REVIEWS}/2/links/1/revocation", {}, htmx=False)
    assert db.session.query(DraftLink).count() == 1
    assert desk.post(f"{REVIEWS}/9/links", {"days": "7"}, htmx=False).status_code == 404
