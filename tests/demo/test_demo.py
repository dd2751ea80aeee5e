"""The commands `demo load` and `demo clear`."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from blog.comments.fields import FIELDS
from blog.comments.models import Comment
from blog.db.engine import db
from blog.moderation.states import Status
from blog.reviews.models import Review
from tests.builders import (
    make_comment,
    make_moderator,
    make_published_comment,
    make_review,
    make_reviewer,
    sign_in,
)
from tests.databases import on_both
from tests.desk.desk import everything
from tests.page import soup_of, text_of

pytestmark = pytest.mark.thorough


def count(*conditions) -> int:
    return db.session.execute(select(func.count()).where(*conditions)).scalar_one()


def test_load_adds_reviews_pictures_and_comments_once(demo, client, clock):
    output = demo("load")
    reviews = db.session.execute(select(Review)).scalars().all()
    assert len(reviews) >= 6
    assert output.startswith(f"{len(reviews)} reviews and ")
    assert 35 <= count(Comment.status == Status.PUBLISHED) <= 50
    assert count(Comment.status == Status.PENDING) == 8
    assert all(review.is_demo and review.published_at < clock.now for review in reviews)
    assert max(review.published_at for review in reviews) > clock.now - timedelta(days=7)
    assert count(Comment.submitted_at >= clock.now) == 0
    early = select(Comment.id).join(Review, Review.id == Comment.review_id)
    assert not db.session.execute(early.where(Comment.submitted_at < Review.published_at)).all()
    assert len({review.picture_id for review in reviews}) == len(reviews)
    bodies = db.session.execute(select(Comment.body)).scalars().all()
    assert sum(any("가" <= letter <= "힣" for letter in body) for body in bodies) >= 8

    for path in ("/", *(f"/reviews/{review.slug}" for review in reviews)):
        page = soup_of(client.get(path))
        assert "noindex" in page.find("meta", attrs={"name": "robots"})["content"]
        for image in page.find_all("img"):
            with client.get(image["src"]) as picture:
                assert picture.status_code == 200

    make_moderator()
    sign_in(client)
    queue = soup_of(client.get("/admin/comments"))
    # Two of the eight comments are copies and share one row.
    assert len(queue.find_all(attrs={"data-reader-text": True})) == 7

    before = everything()
    clock.advance(days=1)
    assert demo("load") == "0 reviews and 0 comments loaded.\n"
    assert everything() == before


def test_clear_deletes_everything_of_the_demo(demo, client, tmp_path):
    empty = everything()
    demo("load")
    assert "demo reviews deleted." in demo("clear")
    left = everything()
    assert left.pop("site_versions") != empty.pop("site_versions")
    assert left == empty
    assert not list((tmp_path / "media").iterdir())
    assert "No review is published yet." in text_of(client.get("/"))
    assert demo("clear").startswith("0 demo reviews deleted.")


def test_the_reviewers_of_the_demo_never_replace_those_of_the_site(demo, client):
    make_reviewer(slug="hana", name="Hana Yoo", biography="Somebody real.")
    demo("load")
    review = soup_of(client.get("/reviews/crash-landing-on-you"))
    assert review.find("a", rel="author")["href"] == "/reviewers/hana"
    page = soup_of(client.get("/reviewers/daniel-osei"))
    assert page.find(class_="reviewer").img
    assert "noindex" in page.find("meta", attrs={"name": "robots"})["content"]
    make_review(byline="Hana Yoo")
    demo("clear")
    assert "Somebody real." in text_of(client.get("/reviewers/hana"))
    make_review(slug="another", byline="Daniel Osei")
    assert client.get("/reviewers/daniel-osei").status_code == 404


@on_both
def test_clear_deletes_only_the_demo_and_saves_readers_comments_to_a_file(demo, client, tmp_path):
    make_review(slug="my-mister", title="My own comment on it")
    demo("load")
    # This review replaces one of the demo and is ours; the demo's comments stay demo comments.
    ours = make_review(slug="reply-1988", title="Ours now")
    make_published_comment(review=ours, body="Kept and public.")
    make_comment(review=ours, body="Kept and waiting.")
    theirs = db.session.execute(select(Review).where(Review.slug == "the-red-sleeve")).scalar_one()
    make_published_comment(review=theirs, name="조", body="울었어요 😭", email="jo@example.org")
    make_comment(review=theirs, name="Kim", body="Me too.")
    headline = soup_of(client.get("/reviews/my-mister")).find(class_="headline")
    assert headline.get_text() == "My own comment on it"

    output = demo("clear")
    slugs = db.session.execute(select(Review.slug).order_by(Review.slug)).scalars().all()
    assert slugs == ["my-mister", "reply-1988"]
    bodies = db.session.execute(select(Comment.body).order_by(Comment.body)).scalars().all()
    assert bodies == ["Kept and public.", "Kept and waiting."]
    assert "Kept and public." in text_of(client.get("/reviews/reply-1988"))

    (file,) = tmp_path.glob("demo-*.json")
    assert str(file) in output
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert [(comment["author_name"], comment["body"]) for comment in kept] == [
        ("조", "울었어요 😭"),
        ("Kim", "Me too."),
    ]
    assert kept[0]["author_email"] == "jo@example.org"
    assert all(FIELDS.keys() <= comment.keys() for comment in kept)
    assert {comment["review"] for comment in kept} == {"the-red-sleeve"}
