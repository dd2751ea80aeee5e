"""Fixtures: the site with gunicorn as in production, and nginx in front of it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.server import Site, running
from tests.builders import make_moderator, make_published_comment, make_review
from tests.databases import fresh_sqlite, scratch_folder
from tests.deploy.nginx import EMAIL, HOST, Nginx, running_nginx


@pytest.fixture(scope="session")
def nginx_site() -> Iterator[Site]:
    """A site with one review, one published comment and a moderator."""
    folder = scratch_folder()
    with running(
        database_url=fresh_sqlite(folder),
        data_dir=folder,
        TRUSTED_PROXIES="1",
        SITE_URL=f"https://{HOST}",
    ) as site:
        with site.app.app_context():
            review = make_review()
            make_published_comment(review=review, moderator=make_moderator(email=EMAIL))
        yield site


@pytest.fixture(scope="session")
def nginx(nginx_site: Site) -> Iterator[Nginx]:
    port = urlsplit(nginx_site.url).port
    with running_nginx(
        folder=scratch_folder(),
        upstream=port,
        data_dir=nginx_site.data_dir,
        changes={"rate=20r/s": "rate=9999r/s"},
    ) as nginx:
        yield nginx
