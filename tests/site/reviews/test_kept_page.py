"""The HTML of a review's page is kept, and whatever the page shows of anything is seen at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from blog.db.engine import db
from blog.db.transactions import write
from blog.pictures.commands import PictureFile
from blog.pictures.models import Picture
from blog.reviewers.models import Reviewer
from blog.reviews.models import CommentsOverride, Review
from blog.reviews.rows import LONGEST_KEPT
from blog.site.reviews.rendering import _render
from tests.builders import NOON, make_published_comment, make_review, make_reviewer
from tests.made_up import Foreigner
from tests.outbox.sending import change_settings
from tests.page import text_of

# Else the whole page would be kept.
pytestmark = pytest.mark.usefixtures("no_kept_pages")

PATH = "/reviews/run-on"
NAME = "0" * 31
PICTURE = PictureFile(
    source_hash="a", width=640, height=480, renditions=[[640, f"{NAME}a.webp"]], hue=3
)


def make_reviews() -> None:
    """Make a review with all that a page shows, and reviews before, after and like it."""
    make_reviewer()
    drama = {"drama_title": "Run On", "drama_year": 2020}
    cast = [("Im Si-wan", "Ki Seon-gyeom")]
    make_review(
        published_at=NOON - timedelta(days=2),
        pictures=[PICTURE],
        cast=cast,
        watch=[("Netflix", "https://www.netflix.com/")],
        tags=["romance"],
        **drama,
    )
    make_review(slug="finale", published_at=NOON - timedelta(days=9), **drama)
    for slug, days in (("newer", 1), ("older", 3), ("like", 4)):
        make_review(slug=slug, published_at=NOON - timedelta(days=days), cast=cast)


def set_in(kind: type, slug: str, /, **values: Any) -> Callable[[], None]:
    """Return a command that changes columns of the object with this slug."""

    def change() -> None:
        found = db.session.query(kind).filter_by(slug=slug).one()
        for name, value in values.items():
            setattr(found, name, value)

    return change


def set_in_list(name: str, attribute: str, value: str) -> Callable[[], None]:
    """Return a command that changes the first entry of a list of the review."""

    def change() -> None:
        review = db.session.query(Review).filter_by(slug="run-on").one()
        setattr(getattr(review, name)[0], attribute, value)

    return change


def replace_picture() -> None:
    db.session.query(Picture).one().renditions = [[640, f"{NAME}b.webp"]]


# What the page shows after each change, and not before it.
CHANGES = {
    "Another title": set_in(Review, "run-on", title="Another title"),
    "9.5": set_in(Review, "run-on", rating=9.5),
    f"{NAME}b.webp": replace_picture,
    "hue-7": lambda: setattr(db.session.query(Picture).one(), "hue", 7),
    "Viki": set_in_list("watch", "service", "Viki"),
    "Oh Mi-joo": set_in_list("cast", "role", "Oh Mi-joo"),
    "/tags/sport": set_in_list("tags", "name", "sport"),
    "The one before": set_in(Review, "older", title="The one before"),
    "The one after": set_in(Review, "newer", title="The one after"),
    "The end": set_in(Review, "finale", part="The end"),
    "The one alike": set_in(Review, "like", title="The one alike"),
    "/reviewers/hana-2": set_in(Reviewer, "hana-yoo", slug="hana-2"),
    "Somebody else": set_in(Review, "run-on", byline="Somebody else"),
    "are closed": set_in(Review, "run-on", comments_override=CommentsOverride.CLOSED),
    "Archived on": set_in(Review, "run-on", archived_at=NOON),
}


def test_every_change_is_seen_at_once(client):
    make_reviews()
    before = client.get(PATH).text
    for words, change in CHANGES.items():
        assert words not in before, words
        write(change)
        before = client.get(PATH).text
        assert words in before, words


def test_the_number_of_comments_the_settings_and_the_language_are_seen_at_once(app, client):
    review = make_review()
    assert "1 comment" not in text_of(client.get(PATH))
    make_published_comment(review=review)
    assert "1 comment" in text_of(client.get(PATH))
    change_settings(app, site_name="Third Lead", comments_close_days=20)
    assert "Third Lead" in text_of(client.get(PATH))
    assert "Comments close on" in text_of(client.get(PATH))
    assert "⟦" in Foreigner(app, app.response_class).get(PATH).text
    below = client.get(PATH, base_url="http://localhost/blog")
    assert 'href="/blog/about"' in below.text


def count_rendered(app: Flask) -> int:
    """Get the page of a review twice; return how often it was rendered."""
    before = _render.cache_info()
    pages = [app.test_client().get(PATH).data for _twice in range(2)]
    assert pages[0] == pages[1]
    after = _render.cache_info()
    return after.misses - before.misses


def test_a_page_is_rendered_once_and_a_long_one_takes_no_memory(app):
    make_review()
    assert count_rendered(app) == 1
    kept = _render.cache_info().currsize
    make_review(body="long " * (LONGEST_KEPT // 5 + 1), source_hash="2")
    assert count_rendered(app) == 0
    assert _render.cache_info().currsize == kept


def test_a_page_is_rendered_each_time_while_somebody_works_on_the_templates(new_app):
    make_review()
    new_app.jinja_env.auto_reload = True
    assert count_rendered(new_app) == 0
