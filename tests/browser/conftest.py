"""Fixtures: one browser and running site for each worker, and visitors for each test."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from blog.clock import utc_now
from blog.db.engine import db
from blog.db.transactions import write
from blog.demo.loading import load_demo
from blog.reviews.models import Review
from blog.web.current import current_settings
from tests.browser import chromium
from tests.browser.server import PROMPT, Site, running
from tests.browser.visitor import Visitor
from tests.builders import make_moderator, make_review
from tests.databases import fresh_sqlite, scratch_folder, shared_database
from tests.patience import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def only_browser() -> Iterator[None]:
    """Fail in the second of two workers that ask for a browser: one of them must get all tests."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        yield
        return
    claim = Path(tempfile.gettempdir()) / f"second-lead-browser-{run}"
    claim.touch(exist_ok=False)
    yield
    claim.unlink()


@pytest.fixture(scope="session")
def browser(only_browser: None) -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        reason = "no Chromium here; `python -m tests.browser.chromium` looks for one"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sqlite_site() -> Iterator[Site]:
    with site_on("sqlite") as site:
        yield site


@pytest.fixture(scope="session")
def postgresql_site() -> Iterator[Site]:
    with site_on("postgresql") as site:
        yield site


def site_on(name: str) -> AbstractContextManager[Site]:
    """Return a context that runs the site on this worker's database, "sqlite" or "postgresql"."""
    database_url = shared_database(name).url
    return running(
        database_url=database_url, data_dir=scratch_folder(), wsgi_app=PROMPT, TRUSTED_PROXIES="1"
    )


@contextmanager
def emptied(name: str, site: Site) -> Iterator[Site]:
    """Empty the site's database, and yield the site inside its application context."""
    shared_database(name).empty()
    with site.app.app_context():
        yield site
        db.session.remove()


@pytest.fixture
def site(browser: Browser, sqlite_site: Site) -> Iterator[Site]:
    """The running site on an empty SQLite database."""
    with emptied("sqlite", sqlite_site) as site:
        yield site


@pytest.fixture(scope="session")
def demo_site(browser: Browser) -> Iterator[Site]:
    """The running site with the demo content, shared by all tests and therefore never changed."""
    folder = scratch_folder()
    with running(
        database_url=fresh_sqlite(folder), data_dir=folder, wsgi_app=PROMPT
    ) as running_site:
        with running_site.app.app_context():
            load_demo(write=write, media_dir=current_settings().media_dir, now=utc_now())
        yield running_site


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def either_site(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Site]:
    """The running site on an empty database, SQLite and then PostgreSQL."""
    with emptied(request.param, request.getfixturevalue(f"{request.param}_site")) as site:
        yield site


@pytest.fixture
def arrive(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """A function that opens a new browser context on a site; faults it records fail the test."""
    visitors: list[Visitor] = []

    def arrive(site: Site, **options) -> Visitor:
        visitors.append(Visitor(browser, site.url, **options))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    faults = [fault for visitor in visitors for fault in visitor.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture
def reader(site: Site, arrive: Callable[..., Visitor]) -> Page:
    """A reader's page of the only review."""
    make_review(published_at=utc_now())
    return arrive(site).open("/reviews/run-on")


@pytest.fixture
def moderator(site: Site) -> None:
    make_moderator()


@pytest.fixture
def review(site: Site, moderator: None) -> Review:
    """The only review, on a site with one moderator."""
    return make_review(published_at=utc_now())


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of optional test data, which may be missing."""
    return Path(__file__).parents[2] / ".." / "shared"
