"""Measures of a writer's requests: the preview of a review, and the list of reviews."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask

from blog import create_app
from blog.db import migrating
from blog.db.engine import db
from blog.db.transactions import write
from blog.drafts.commands import create_draft
from blog.drafts.models import Writing
from blog.reviews.archiving import archive_review
from blog.reviews.commands import publish
from blog.web.current import current_time
from tests.builders import make_manuscript, make_moderator, make_review, sign_in
from tests.databases import make_settings, scratch_folder

# The most times as long as the public page that a preview may take: it also renders the text.
MOST = 5
SIZE = 16 * 1024
PARAGRAPH = (
    "He has never turned round in a race, and *then* he does: for"
    " [a subtitler](https://example.org/), in the rain, **with the camera on her**.\n\n"
)
HEADING = "## The bench\n\n"

# The numbers of reviews in the lists that are compared.
LISTED = (100, 10_000)
ARCHIVED = 10
# The query string of each list, and whether its cost is limited. A rare state is looked for in all
# reviews, from the newest change on: some 5 ms for 10 000 of them on SQLite.
LISTS = {
    "all": ("", True),
    "published": ("?state=published", True),
    "archived": ("?state=archived", False),
}


@dataclass
class Read:
    """A site with a review of 16 KB, of which a page is fetched: the public one, or its preview."""

    app: Flask
    address: str

    def __post_init__(self) -> None:
        part = HEADING + PARAGRAPH * 8
        text = (part * (SIZE // len(part) + 1))[:SIZE]
        with self.app.app_context():
            migrating.upgrade()
            make_review(published_at=current_time() - timedelta(days=90), body=text)
            make_moderator()
        # The public page is then rendered for each request too.
        self.app.jinja_env.auto_reload = True
        self.client = self.app.test_client()
        sign_in(self.client)

    def show(self) -> None:
        """Fetch the page."""
        response = self.client.get(self.address)
        assert response.status_code == 200, response.status

    def close(self) -> None:
        """Close the connections to the database."""
        with self.app.app_context():
            db.engine.dispose()


def make_read(make_address: Callable[[], str]) -> Sequence[Read]:
    """Return a site whose public page is fetched, and one whose preview is."""
    return [
        Read(_make_app(make_address()), address)
        for address in ("/reviews/run-on", "/admin/reviews/1/preview")
    ]


@dataclass
class ReviewList:
    """A desk with `size` reviews; its oldest are archived, and every fourth is a draft."""

    app: Flask
    size: int

    def __post_init__(self) -> None:
        with self.app.app_context():
            migrating.upgrade()
            moderator_id = make_moderator().id
            now = current_time() - timedelta(days=90)
            for start in range(0, self.size, 100):
                write(_fill, start=start, moderator_id=moderator_id, now=now)
            db.session.remove()
        self.client = self.app.test_client()
        sign_in(self.client)

    def show(self, query: str) -> None:
        """Fetch the first page of the list with this query string."""
        response = self.client.get(f"/admin/reviews{query}")
        assert response.status_code == 200, response.status

    def close(self) -> None:
        """Close the connections to the database."""
        with self.app.app_context():
            db.engine.dispose()


def _fill(*, start: int, moderator_id: int, now: datetime) -> None:
    """Write a hundred reviews, each a minute after the one before."""
    for number in range(start, start + 100):
        moment, slug = now + timedelta(minutes=number), f"review-{number}"
        if number >= ARCHIVED and number % 4 == 0:
            writing = Writing({"title": slug, "slug": slug}, "He runs.")
            create_draft(writing=writing, moderator_id=moderator_id, now=moment)
            continue
        review, _outcome = publish(manuscript=make_manuscript(slug=slug), now=moment)
        if number < ARCHIVED:
            archive_review(review_id=review.id, now=moment)


def make_lists(make_address: Callable[[], str]) -> Sequence[ReviewList]:
    """Return a desk with few reviews, and one with many."""
    return [ReviewList(_make_app(make_address()), size) for size in LISTED]


def _make_app(database_url: str) -> Flask:
    return create_app(
        make_settings(database_url=database_url, data_dir=scratch_folder(), page_cache_mb=0)
    )
