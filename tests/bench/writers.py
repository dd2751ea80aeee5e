"""Measures of a writer's requests: the preview of a review, and its public page beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from blog import create_app
from blog.db import migrating
from blog.db.engine import db
from blog.web.current import current_time
from tests.builders import make_moderator, make_review, sign_in
from tests.databases import make_settings, scratch_folder

# The most times as long as the public page that a preview may take: it also renders the text.
MOST = 5
SIZE = 16 * 1024
PARAGRAPH = (
    "He has never turned round in a race, and *then* he does: for"
    " [a subtitler](https://example.org/), in the rain, **with the camera on her**.\n\n"
)
HEADING = "## The bench\n\n"


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


def _make_app(database_url: str) -> Flask:
    return create_app(make_settings(database_url=database_url, data_dir=scratch_folder()))
