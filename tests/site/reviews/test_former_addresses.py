"""Former slugs of a review: its old addresses lead to the new ones for ever."""

import pytest

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.listings.linking import list_reviews_linking_to
from blog.reviews.addresses import (
    RESERVED_SLUGS,
    ReservedSlugError,
    TakenSlugError,
    change_slug,
)
from blog.reviews.commands import publish, remove_review
from blog.reviews.models import FormerSlug, Review
from tests.builders import (
    NOON,
    make_draft,
    make_manuscript,
    make_moderator,
    make_published_comment,
    make_review,
    sign_in,
)
from tests.databases import on_both
from tests.page import HTMX, soup_of, text_of
from tests.site.reviews.test_feed import SITE, feed_of, texts

BELOW = "/reviews/<slug>"


def make_moved(*, slug: str = "old", to: str = "new", **more) -> Review:
    review = make_review(slug=slug, **more)
    write(change_slug, review_id=review.id, slug=to)
    return review


def list_paths(app, method: str, comment_id: int) -> list[str]:
    """Return the path after the slug of each route below the page of a review."""
    return [
        rule.rule.removeprefix(BELOW).replace(f"<{argument}>", str(comment_id))
        for rule in app.url_map.iter_rules()
        if f"{rule.rule}/".startswith(f"{BELOW}/") and method in rule.methods
        for argument in [rule.rule.rpartition("<")[2].partition(">")[0]]
    ]


@on_both
def test_every_old_address_of_a_review_leads_to_the_same_place_at_the_new_one(client, app):
    comment = make_published_comment(review=make_moved())
    paths = list_paths(app, "GET", comment.id)
    assert len(paths) >= 10
    for path in paths:
        response = client.get(f"/reviews/old{path}?after=%EA%B0%80&x=1")
        assert response.status_code == 301, path
        assert response.location == f"/reviews/new{path}?after=%EA%B0%80&x=1"
        assert client.head(f"/reviews/old{path}").location == f"/reviews/new{path}"
    assert client.get("/reviews/new").status_code == 200
    assert client.get("/reviews/older").status_code == 404


def test_browsers_ask_again_before_they_follow_an_old_address(client):
    make_moved()
    assert client.get("/reviews/old").headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in client.get("/reviews/old").headers


def test_a_comment_form_that_was_open_when_the_address_changed_loses_nothing(client):
    make_moved()
    form = {"author_name": "Mina", "body": "The bench scene."}
    response = client.post("/reviews/old/comments", data=form)
    assert response.status_code == 303
    assert response.location.startswith("/reviews/new/comments/mine#comment-")
    assert "The bench scene." in text_of(client.get("/reviews/new/comments/mine"))
    fragment = client.post("/reviews/old/comments", data=form | {"body": "Again."}, headers=HTMX)
    assert fragment.status_code == 201
    refused = client.post("/reviews/old/comments", data=form | {"author_name": ""})
    assert refused.status_code == 422
    assert soup_of(refused).find("form", method="post")["action"] == "/reviews/new/comments"


def test_the_drafts_that_browsers_keep_are_found_again_after_the_address_changed(client):
    def names() -> set[str]:
        pages = [client.get("/reviews/old", follow_redirects=True)]
        pages.append(client.get("/reviews/old/comments/mine", follow_redirects=True))
        own = f"/reviews/old/comments/{db.session.query(Comment).one().id}/revisions/new"
        pages.append(client.get(own, follow_redirects=True))
        tags = [tag for page in pages for tag in soup_of(page).select("[data-draft]")]
        return {tag[name] for tag in tags for name in tag.attrs if name.endswith("-draft")}

    review = make_review(slug="old")
    form = {"author_name": "Mina", "body": "The bench scene."}
    client.post("/reviews/old/comments", data=form)
    before = names()
    assert len(before) == 2
    write(change_slug, review_id=review.id, slug="new")
    assert names() == before


def test_every_form_of_a_review_is_accepted_at_its_old_address(client, app):
    review = make_review(slug="old")
    form = {"author_name": "Mina", "body": "The bench scene."}
    client.post("/reviews/old/comments", data=form)
    own = db.session.query(Comment).one()
    write(change_slug, review_id=review.id, slug="new")
    paths = list_paths(app, "POST", own.id)
    assert len(paths) == 4
    revised = form | {"body": "The bench scene, again.", "version": str(own.version)}
    response = client.post(f"/reviews/old/comments/{own.id}/revisions", data=revised)
    assert response.location == f"/reviews/new/comments/mine#comment-{own.id}"
    response = client.post(f"/reviews/old/comments/{own.id}/withdrawal")
    assert response.location == f"/reviews/new/comments/mine#comment-{own.id}"
    published = make_published_comment(review=review)
    reports = f"/comments/{published.id}/reports"
    response = client.post(f"/reviews/old{reports}", data={"kind": "spoiler"})
    assert response.location == f"/reviews/new{reports}/thanks"


def test_old_addresses_lead_to_the_newest_at_once_and_a_review_may_return_to_one(client):
    review = make_moved(slug="one", to="two")
    write(change_slug, review_id=review.id, slug="three")
    for slug in ("one", "two"):
        assert client.get(f"/reviews/{slug}").location == "/reviews/three"
    write(change_slug, review_id=review.id, slug="one")
    assert client.get("/reviews/one").status_code == 200
    for slug in ("two", "three"):
        assert client.get(f"/reviews/{slug}").location == "/reviews/one"


@pytest.mark.parametrize("published_at", [None, NOON.replace(year=2999)])
def test_the_old_address_of_a_review_that_is_not_public_is_not_found(client, published_at):
    make_moved(published_at=published_at)
    nowhere = client.get("/reviews/nowhere")
    old = client.get("/reviews/old")
    assert (old.status_code, old.data) == (404, nowhere.data)
    form = {"author_name": "Mina", "body": "The bench scene."}
    assert client.post("/reviews/old/comments", data=form).status_code == 404


@on_both
def test_a_slug_that_another_review_has_or_had_is_taken(app):
    moved = make_moved()
    other = make_review(slug="other")
    for slug in ("old", "new"):
        with pytest.raises(TakenSlugError) as taken:
            write(change_slug, review_id=other.id, slug=slug)
        assert taken.value.review.id == moved.id
    with pytest.raises(TakenSlugError):
        make_review(slug="old")
    with pytest.raises(ReservedSlugError):
        write(change_slug, review_id=other.id, slug="comments")


def test_publishing_a_review_by_its_id_may_change_its_slug(client):
    review = make_review(slug="old")
    manuscript = make_manuscript(slug="new")
    changed, outcome = write(publish, manuscript=manuscript, draft_id=review.id, now=NOON)
    assert (changed.id, changed.slug, outcome) == (review.id, "new", "changed")
    assert client.get("/reviews/old").location == "/reviews/new"
    draft = make_draft(moderator=make_moderator())
    third = make_manuscript(slug="third")
    created, outcome = write(publish, manuscript=third, draft_id=draft.id, now=NOON)
    assert (created.id, outcome) == (draft.id, "new")


def test_the_feed_keeps_the_id_of_a_review_whose_address_changed(client):
    review = make_moved()
    write(change_slug, review_id=review.id, slug="newest")
    (entry,) = texts(feed_of(client), "a:entry")
    assert texts(entry, "a:id/text()") == [f"{SITE}/reviews/old"]
    assert texts(entry, "a:link/@href") == [f"{SITE}/reviews/newest"]
    assert f"{SITE}/reviews/newest</loc>" in client.get("/sitemap.xml").text
    assert "/reviews/old" not in client.get("/sitemap.xml").text
    write(change_slug, review_id=review.id, slug="old")
    assert texts(feed_of(client), "a:entry/a:id/text()") == [f"{SITE}/reviews/old"]


def test_the_desk_finds_the_comments_of_a_review_by_its_old_slug(client):
    make_moderator()
    sign_in(client)
    make_moved(drama_title="Run On")
    page = client.get("/admin/comments?review=old")
    assert page.status_code == 200
    assert "Run On" in text_of(page)


def test_reviews_that_link_to_an_old_address_are_listed(app):
    make_moved()
    links = {
        "a": "[before](/reviews/old)",
        "b": f"[before]({SITE}/reviews/old#part-1)",
        "c": "[before](old?x=1)",
        "d": "[comments](/reviews/old/comments)",
        "no-1": "[elsewhere](https://other.example/reviews/old)",
        "no-2": "[other](/reviews/old-boy) and the words /reviews/old",
        "no-3": "[tag](/tags/old)",
    }
    for slug, body in links.items():
        make_review(slug=slug, body=body)
    found = list_reviews_linking_to(slug="old", address_of=lambda slug: f"{SITE}/reviews/{slug}")
    assert [review.slug for review in found] == ["a", "b", "c", "d"]


def test_every_part_of_the_sites_addresses_is_a_reserved_slug(app):
    rules = [rule.rule.split("/") for rule in app.url_map.iter_rules()]
    below = {parts[2] for parts in rules if parts[1] == "reviews" and len(parts) > 2}
    assert below - {"<slug>"} == RESERVED_SLUGS


def test_a_deleted_review_leaves_no_old_address(client):
    review = make_moved()
    write(remove_review, review=review)
    assert db.session.query(FormerSlug).count() == 0
    assert client.get("/reviews/old").status_code == 404
    make_review(slug="old")
