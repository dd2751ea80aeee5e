"""Archived reviews: readable at their URLs, in no list, closed to comments."""

from datetime import timedelta

import pytest

from blog.db.transactions import write
from blog.reviews.archiving import NotYetPublicError, archive_review, unarchive_review
from blog.reviews.commands import override_comments
from blog.reviews.models import CommentsOverride
from blog.reviews.queries import UnknownReviewError
from tests.builders import (
    NOON,
    csrf_token,
    make_moderator,
    make_published_comment,
    make_review,
    make_reviewer,
    sign_in,
)
from tests.databases import on_both
from tests.page import soup_of, text_of

SHARED = {
    "drama_title": "Run On",
    "drama_network": "JTBC",
    "cast": [("IU", "A role")],
    "tags": ["romance"],
    "byline": "Hana Yoo",
}
# What the rules of the public pages take; a new page with another argument is added here.
ARGUMENTS = {
    "reviews.tag": {"tag": "romance"},
    "reviews.person": {"name": "IU"},
    "reviews.network": {"name": "JTBC"},
    "reviews.year": {"year": "2020"},
    "reviews.reviewer": {"slug": "hana-yoo"},
}
# These show no list of reviews.
OTHERS = {
    *("monitoring.ready", "monitoring.metrics", "monitoring.forwarding"),
    *("reviews.picture", "pages.security", "notices.show", "shared_drafts.show"),
    *("static", "favicon"),
}


def make_archived(slug: str = "archived", **more):
    review = make_review(slug=slug, **(SHARED | more))
    write(archive_review, review_id=review.id, now=NOON + timedelta(minutes=30))
    return review


def list_public_pages(app) -> dict[str, str]:
    """Return the URL of every public page, except those below the review, by endpoint."""
    urls = app.url_map.bind("localhost")
    return {
        rule.endpoint: urls.build(rule.endpoint, ARGUMENTS.get(rule.endpoint, {}))
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
        and rule.endpoint not in OTHERS
        and not rule.rule.startswith(("/admin", "/reviews/"))
    }


def test_an_archived_review_is_in_no_list(client, app):
    make_reviewer()
    for number, slug in enumerate(("older", "newer")):
        make_review(slug=slug, published_at=NOON + timedelta(minutes=number * 2), **SHARED)
    make_archived(published_at=NOON + timedelta(minutes=1))
    pages = {**list_public_pages(app), "neighbours": "/reviews/older", "other": "/reviews/newer"}
    assert {"reviews.index", "feeds.feed", "feeds.sitemap", "reviews.people"} < set(pages)
    found = {name: client.get(url) for name, url in pages.items()}
    assert {name: page.status_code for name, page in found.items()} == dict.fromkeys(pages, 200)
    assert [name for name, page in found.items() if "/reviews/archived" in page.text] == []
    assert [name for name, page in found.items() if "/reviews/newer" in page.text] != []


def test_what_only_archived_reviews_share_has_no_page(client):
    make_reviewer()
    make_archived()
    for url in ("/tags/romance", "/people/IU", "/networks/JTBC", "/years/2020"):
        assert client.get(url).status_code == 404
    assert client.get("/reviewers/hana-yoo").status_code == 404
    assert "IU" not in text_of(client.get("/people"))


@on_both
def test_an_archived_review_is_read_at_its_address_which_says_since_when(client):
    review = make_archived()
    page = client.get("/reviews/archived")
    assert "Archived on 1 May 2026" in text_of(page)
    assert "They run, and then they talk." in text_of(page)
    assert soup_of(page).find("meta", {"name": "robots"}) is None
    write(archive_review, review_id=review.id, now=NOON + timedelta(days=3))
    assert "Archived on 1 May 2026" in text_of(client.get("/reviews/archived"))
    write(unarchive_review, review_id=review.id)
    assert "Archived" not in text_of(client.get("/reviews/archived"))
    assert "/reviews/archived" in client.get("/").text


def test_a_comment_on_an_archived_review_is_refused_with_its_words(client):
    review = make_archived()
    write(override_comments, review_id=review.id, override=CommentsOverride.OPEN)
    response = client.post(
        "/reviews/archived/comments", data={"author_name": "Mina", "body": "I liked it."}
    )
    assert response.status_code == 409
    refusal = "This review is archived and takes no more comments. Your text is kept below."
    assert refusal in text_of(response)
    assert soup_of(response).find("textarea").get_text().strip() == "I liked it."
    page = client.get("/reviews/archived")
    assert soup_of(page).find("textarea") is None
    assert text_of(page).count("This review is archived and takes no more comments.") == 1
    comment = make_published_comment(review=review)
    assert client.get(f"/reviews/archived/comments/{comment.id}").status_code == 303
    assert client.get("/reviews/archived/comments/mine").status_code == 200
    assert client.get(f"/reviews/archived/comments/{comment.id}/reports/new").status_code == 200


def test_the_desk_says_why_an_archived_review_takes_no_comments(client):
    make_moderator()
    sign_in(client)
    make_archived()
    assert "Closed, because the review is archived" in text_of(client.get("/admin/reviews"))
    form = {"state": "open", "csrf_token": csrf_token(client)}
    client.post("/admin/reviews/archived/closure", data=form)
    assert "Closed, because the review is archived" in text_of(client.get("/admin/reviews"))


def test_only_a_public_review_is_archived(app):
    for review in (
        make_review(slug="draft", published_at=None),
        make_review(slug="later", published_at=NOON + timedelta(days=1)),
    ):
        with pytest.raises(NotYetPublicError):
            write(archive_review, review_id=review.id, now=NOON)
    for command, more in ((archive_review, {"now": NOON}), (unarchive_review, {})):
        with pytest.raises(UnknownReviewError):
            write(command, review_id=99, **more)
