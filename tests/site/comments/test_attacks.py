"""Known attacks on other comment systems, tried on comments; each test is named after one."""

import pytest

from blog.moderation.states import Verdict
from blog.site.comments.queries import REPLIES_SIZE
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_review,
)
from tests.page import soup_of, text_of
from tests.site.comments.sending import COMMENT, URL, comments, everything_stored, reasons, send
from tests.site.comments.writing import TOKEN

pytestmark = pytest.mark.usefixtures("review")


def test_a_parent_of_another_page_as_in_cusdis(client, review):
    elsewhere = make_published_comment(review=make_review(slug="my-mister"))
    for parent in (elsewhere.id, make_comment(review=review).id, 999):
        response = send(client, COMMENT | {"parent_id": str(parent)})
        assert response.status_code == 409
    assert len(comments()) == 2


def test_a_reply_saved_before_its_missing_parent_is_noticed_as_in_waline(client):
    before = everything_stored()
    assert send(client, COMMENT | {"parent_id": "999"}).status_code == 409
    assert everything_stored() == before


# Fields that a form may not set; the site ignores them.
FORGED = {
    "status": "published",
    "is_public": "1",
    "version": "9",
    "published_at": "2020-01-01",
    "moderator_id": "1",
    "owner_hash": "0" * 64,
    "is_demo": "1",
    "id": "1",
    "review_id": "2",
    "copies_key": "x",
    "waiting_since": "",
    "client_name": "x",
    "is_trapped": "0",
}


def test_mass_assignment_of_other_columns(client, review):
    moderator = make_moderator()
    send(client, COMMENT | FORGED | {"moderator_id": str(moderator.id), "message": "x"})
    [comment] = comments()
    assert comment.is_pending
    assert (comment.moderator_id, comment.parent_id, comment.version) == (None, None, 1)
    assert comment.review_id == review.id
    assert not comment.is_demo
    assert "trap" in reasons()[comment.id]


def test_a_claimed_name_and_email_as_in_artalk(client, review):
    moderator = make_moderator()
    for number, verdict in enumerate((None, Verdict.REJECT)):
        made = make_comment(
            review=review, name="Jo", email="jo@example.org", body=f"Held {number}.", token=TOKEN
        )
        if verdict:
            make_decision(
                comment=made, moderator=moderator, verdict=verdict, reason="No.", shares_reason=True
            )
    send(client, {"author_name": "Jo", "author_email": "jo@example.org", "body": "Hello."})
    for path in (f"{URL}/mine", f"{URL}/mine?email=jo@example.org&name=Jo&scope=user&type=pending"):
        page = client.get(path)
        assert "Hello." in page.text
        assert "Held" not in page.text


def test_a_forged_cookie_as_with_wordpress_comment_author_email(client, review):
    made = make_comment(review=review, email="jo@example.org", body="Held.", token=TOKEN)
    make_decision(
        comment=made,
        moderator=make_moderator(),
        verdict=Verdict.REJECT,
        reason="No.",
        shares_reason=True,
    )
    for name in ("comment_author_email", "comment_author", "second_lead_wrote", "isso-1"):
        client.set_cookie(name, "jo@example.org", path="/reviews")
    for value in ("jo@example.org", str(made.id), made.owner_hash, "1"):
        client.set_cookie("second_lead_owner", value, path="/reviews")
        assert "Held." not in client.get(f"{URL}/mine").text


def test_comments_of_private_posts_as_in_wordpress_cve_2023_39999(client):
    draft = make_review(slug="draft", published_at=None)
    comment = make_published_comment(review=draft, body="Under a draft.", is_spoiler=True)
    reply = make_moderator_reply(comment=comment, body="An answer under a draft.")
    paths = ["", "/comments", "/comments/mine"]
    paths += [f"/comments/{number}" for number in (comment.id, reply.id)]
    paths += [f"/comments/{comment.id}/reports/{page}" for page in ("new", "thanks")]
    for path in paths:
        assert client.get(f"/reviews/draft{path}").status_code == 404
    for path in ("/", "/feed.atom", "/sitemap.xml"):
        assert "reviews/draft" not in client.get(path).text


def test_whole_rows_in_public_pages_as_in_waline_587(client, review):
    moderator = make_moderator()
    comment = make_published_comment(
        review=review,
        moderator=moderator,
        email="jo@example.org",
        wants_notice=True,
        typed_seconds=1,
        is_trapped=True,
        body="See https://example.org/a.",
    )
    make_moderator_reply(comment=comment, moderator=moderator)
    stored = comments()[0]
    secrets = [
        *("jo@example.org", "mina@example.org", stored.owner_hash, stored.client_name),
        *(stored.copies_key, "hasty", "trap"),
    ]
    for path in ("/", "/reviews/run-on", URL, "/feed.atom", "/sitemap.xml"):
        page = client.get(path)
        assert not [secret for secret in secrets if secret in page.text], path


def test_a_refusal_with_internal_details_as_in_isso(client):
    data = {"author_name": "", "body": "x", "parent_id": "7", "typed_seconds": "0", "message": "x"}
    response = send(client, data, address="203.0.113.77")
    assert response.status_code == 422
    words = text_of(response)
    for inside in ("203.0.113.77", "parent_id", "typed_seconds", "honeypot", "trap", "None"):
        assert inside not in words


def test_endless_recursion_of_replies_as_in_cusdis(client, review):
    moderator = make_moderator()
    comment = make_published_comment(review=review, moderator=moderator)
    for number in range(REPLIES_SIZE // 2 + 1):
        make_moderator_reply(comment=comments()[0], moderator=moderator, body=f"Number {number}.")
    # Each of these replies to the reply before it.
    for number in range(REPLIES_SIZE // 2 + 1):
        newest = comments()[-1]
        make_moderator_reply(comment=newest, moderator=moderator, body=f"Deeper {number}.")
    first = soup_of(client.get(URL)).find("li", id=f"comment-{comment.id}")
    rest = soup_of(client.get(first.select_one("li.more a")["href"]))
    shown = first.select("ol.replies > li.reply-item") + rest.select("li.reply-item")
    assert len(shown) == REPLIES_SIZE + 2
    for page in (first, rest):
        assert not page.select("ol.replies ol")
