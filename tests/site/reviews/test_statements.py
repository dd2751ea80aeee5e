"""A page needs the same number of SQL statements for twelve reviews as for three."""

from datetime import timedelta

from blog.comments.models import Comment
from blog.db.engine import db
from blog.pictures.commands import PictureFile
from blog.reviews.models import Review
from blog.site.comments.queries import list_public_comments
from tests.builders import (
    NOON,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_review,
    make_reviewer,
)
from tests.engine import statements


def make_full_review(number: int) -> Review:
    """Make a review with tags, a cast, streaming services and a picture."""
    name = f"{number:032x}"
    return make_review(
        slug=f"r-{number}",
        published_at=NOON - timedelta(days=number),
        tags=["romance", f"tag-{number}"],
        drama_network="JTBC",
        cast=[("Im Si-wan", "Ki Seon-gyeom"), ("Shin Se-kyung", "Oh Mi-joo")],
        watch=[("Netflix", "https://www.netflix.com/")],
        pictures=[
            PictureFile(
                source_hash=name, width=64, height=48, renditions=[[64, f"{name}.webp"]], hue=3
            )
        ],
    )


def first_of(review: Review) -> Comment:
    """Return the first comment on the public page of the review."""
    return db.session.get_one(Comment, list_public_comments(review_id=review.id).items[0].id)


PATHS = [
    "/",
    *("/tags/romance", "/people/Im%20Si-wan", "/networks/JTBC", "/years/2020"),
    *("/dramas", "/people", "/reviewers/hana-yoo"),
    "/feed.atom",
    "/sitemap.xml",
    "/reviews/r-1",
    "/reviews/r-1/comments",
    "/reviews/r-1/comments/1/replies",
]


def test_the_number_of_statements_does_not_grow_with_reviews_and_comments(client):
    moderator = make_moderator()
    make_reviewer()
    counted = []
    for numbers in (range(3), range(3, 12)):
        for number in numbers:
            make_full_review(number)
        for review in db.session.query(Review).where(Review.slug == "r-1"):
            for _ in numbers:
                comment = make_published_comment(review=review, moderator=moderator)
                reply = make_moderator_reply(comment=comment, moderator=moderator)
                make_published_reply(to=reply, moderator=moderator)
                for _ in range(2):
                    make_published_reply(to=first_of(review), moderator=moderator)
        client.get("/")  # A new connection executes a few statements itself.
        counted.append({path: list_statements(client, path) for path in PATHS})
    few, many = counted
    for path in PATHS:
        assert few[path], path
        assert len(few[path]) == len(many[path]), "\n".join([path, *many[path]])


def list_statements(client, path):
    """Get a page and return the SQL statements that were executed."""
    with statements() as executed:
        assert client.get(path).status_code == 200, path
    return executed


def test_the_sitemap_does_not_load_the_texts_of_reviews(client):
    make_full_review(1)
    with statements() as executed:
        assert "/reviews/r-1" in client.get("/sitemap.xml").text
    assert not [statement for statement in executed if "body" in statement]
