"""How often a page asks the database: as often for twelve reviews as for three."""

from datetime import timedelta

from blog.comments.models import Comment
from blog.db.engine import db
from blog.reviews.commands import PictureFile
from blog.reviews.models import Review
from blog.site.comments.queries import list_public_comments
from tests.builders import (
    NOON,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_review,
)
from tests.databases import on_both
from tests.engine import statements


def make_full_review(number: int) -> Review:
    """Make a review with something in each of its lists."""
    name = f"{number:032x}"
    return make_review(
        slug=f"r-{number}",
        published_at=NOON - timedelta(days=number),
        tags=["romance", f"tag-{number}"],
        cast=[("Im Si-wan", "Ki Seon-gyeom"), ("Shin Se-kyung", "Oh Mi-joo")],
        watch=[("Netflix", "https://www.netflix.com/")],
        pictures=[
            PictureFile(
                source_hash=name, width=64, height=48, renditions=[[64, f"{name}.webp"]], hue=3
            )
        ],
    )


def first_of(review: Review) -> Comment:
    """Return where the review's first thread begins, of which the page shows a part in the end."""
    return list_public_comments(review_id=review.id).items[0]


PATHS = [
    "/",
    "/tags/romance",
    "/feed.atom",
    "/sitemap.xml",
    "/reviews/r-1",
    "/reviews/r-1/comments",
    "/reviews/r-1/comments/1/replies",
]


@on_both
def test_a_page_asks_as_often_for_many_reviews_and_comments_as_for_few(client):
    moderator = make_moderator()
    asked = []
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
        client.get("/")  # A new connection asks a few questions of its own.
        asked.append({path: ask(client, path) for path in PATHS})
    few, many = asked
    for path in PATHS:
        assert few[path], path
        assert len(few[path]) == len(many[path]), "\n".join([path, *many[path]])


def ask(client, path):
    """Get a page and return what the database was asked for it."""
    with statements() as said:
        assert client.get(path).status_code == 200, path
    return said


def test_a_sitemap_asks_for_no_text_of_a_review(client):
    make_full_review(1)
    with statements() as said:
        assert "/reviews/r-1" in client.get("/sitemap.xml").text
    assert not [statement for statement in said if "body" in statement]
