"""The editor and a review's surroundings: former addresses, the series, its link preview."""

from urllib.parse import urlsplit

from sqlalchemy import select

from blog.db.engine import db
from blog.reviews import addresses, commands
from blog.reviews.models import Review
from tests.builders import make_changes, make_review
from tests.databases import on_both
from tests.desk.desk import fields_of
from tests.desk.drafts.writing import (
    REVIEWS,
    editor_of,
    form_of,
    public_page,
    send,
    write_new,
)
from tests.page import soup_of, text_of

FACTS = {"drama_title": "Run On", "drama_year": 2020}


def links_in(page, place):
    return [link["href"] for link in soup_of(page).select(f"{place} a")]


def test_after_a_new_address_the_reviews_that_link_to_the_old_one_are_listed(desk):
    write_new(desk, "publish")
    make_review(slug="other", body="See [it](/reviews/run-on#cast).")
    make_review(slug="third", body="See [it](/reviews/run-on-2).")
    response = send(desk, form_of(desk), "publish", slug="running-on")
    page = desk.get(response.location)
    assert links_in(page, "#addresses") == [f"{REVIEWS}/2/edit"]
    later = desk.get(f"{REVIEWS}/1/edit")
    assert "/reviews/run-on" in soup_of(later).find(id="addresses").get_text()
    (more,) = links_in(later, "#addresses")
    assert links_in(desk.get(more.partition("#")[0]), "#addresses") == [f"{REVIEWS}/2/edit"]


def test_a_new_review_of_the_same_drama_begins_with_its_facts(desk):
    write_new(desk)
    (link,) = soup_of(desk.get(f"{REVIEWS}/1/edit")).select(".review-foot-links a[href*=new]")[:1]
    form = fields_of(editor_of(desk.get(link["href"])))
    assert (form["drama-title"], form["drama-cast-1-role"]) == ("Run On", "Oh Mi-joo")
    assert (form["title"], form["body"], form["slug"]) == ("", "", "")
    for wrong in ("9", "x", ""):
        assert desk.get(f"{REVIEWS}/new?of={wrong}").status_code == 404


@on_both
def test_publishing_shares_the_facts_of_the_drama_and_nobody_saves_the_former_ones(desk, colleague):
    first = make_review(slug="first", drama_network="KBS", **FACTS)
    drawn = make_review(slug="second", drama_network="KBS", **FACTS)
    make_changes(review=drawn, moderator=desk.moderator, body="Not public.")
    stale = form_of(colleague, first.id)
    page = write_new(desk)
    editor = desk.get(page.location)
    assert links_in(editor, ".shared-facts") == [f"{REVIEWS}/1/edit", f"{REVIEWS}/2/edit"]
    assert send(desk, form_of(desk, 3), "publish", draft_id=3).status_code == 303
    db.session.rollback()
    networks = db.session.execute(select(Review.drama_network)).scalars()
    assert set(networks) == {"JTBC"}
    assert form_of(desk, 2)["body"] == "Not public.", "What is not published stays."
    refused = send(colleague, stale, title="Mine", draft_id=1)
    assert refused.status_code == 409, "They would have saved the former facts unseen."


def test_a_drama_that_leaves_its_series_is_said(desk):
    make_review(slug="first", **FACTS)
    make_review(slug="second", **FACTS)
    send(desk, form_of(desk), **{"drama-year": "2021"})
    page = desk.get(f"{REVIEWS}/1/edit")
    assert "no longer a review of the same drama as" in text_of(page)
    assert links_in(page, ".shared-facts") == [f"{REVIEWS}/2/edit"]


def test_a_review_published_at_the_desk_has_its_link_preview_at_once(desk):
    write_new(desk, "publish")
    before = soup_of(public_page(desk)).find("meta", property="og:image")["content"]
    assert before.endswith(".jpg")
    send(desk, form_of(desk), "publish", title="Another headline")
    after = soup_of(public_page(desk)).find("meta", property="og:image")["content"]
    assert after != before
    with desk.client.get(urlsplit(after).path) as picture:
        assert picture.status_code == 200


def test_readers_are_told_of_an_update_only_if_the_writer_ticks_the_box(desk, clock):
    write_new(desk, "publish")
    clock.advance(days=3)
    send(desk, form_of(desk), "publish", body="A typo less.")
    assert "updated" not in text_of(public_page(desk))
    form = form_of(desk)
    assert "tells_update" not in form
    send(desk, form, "publish", body="A new ending.", tells_update="y")
    assert "updated 4 May 2026" in text_of(public_page(desk))
    assert form_of(desk)["updated"].startswith("2026-05-04")


@on_both
def test_two_who_take_the_same_address_at_the_same_moment_are_told_which_review_has_it(
    desk, monkeypatch
):
    write_new(desk, "publish")
    # The other review got the address after this command had found it free.
    monkeypatch.setattr(commands, "check_slug", lambda **_given: None)
    monkeypatch.setattr(addresses, "check_slug", lambda **_given: None)
    refused = write_new(desk, "publish", title="Another")
    assert refused.status_code == 422
    assert "has this address already" in soup_of(refused).find(id="slug-fault").get_text()
    write_new(desk, "publish", title="A third", slug="third")
    assert send(desk, form_of(desk, 3), "publish", draft_id=3, slug="run-on").status_code == 422
    assert public_page(desk, "third").status_code == 200
