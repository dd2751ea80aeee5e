"""A browser and a running site for each worker, and visitors for each test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from blog.clock import utc_now
from blog.demo.loading import load_demo
from tests.browser import chromium
from tests.browser.server import Site, running
from tests.browser.visitor import Visitor
from tests.builders import make_moderator, make_review
from tests.databases import fresh_postgres, fresh_sqlite, scratch_folder
from tests.patience import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
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
    folder = scratch_folder()
    with running(
        database_url=fresh_sqlite(folder), data_dir=folder, TRUSTED_PROXIES="1"
    ) as running_site:
        yield running_site


@pytest.fixture(scope="session")
def postgresql_site() -> Iterator[Site]:
    folder = scratch_folder()
    with running(
        database_url=fresh_postgres(), data_dir=folder, TRUSTED_PROXIES="1"
    ) as running_site:
        yield running_site


@pytest.fixture
def site(browser: Browser, sqlite_site: Site) -> Iterator[Site]:
    """The site on SQLite, empty; what a test makes, it makes in the site's own database."""
    sqlite_site.empty()
    with sqlite_site.app.app_context():
        yield sqlite_site


@pytest.fixture(scope="session")
def demo_site(browser: Browser) -> Iterator[Site]:
    """The site as `make run` leaves it, to be looked at and not written to."""
    folder = scratch_folder()
    with running(database_url=fresh_sqlite(folder), data_dir=folder) as running_site:
        with running_site.app.app_context():
            load_demo(now=utc_now())
        yield running_site


@pytest.fixture(params=["sqlite", "postgresql"])
def either_site(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Site]:
    """The site on each database, empty."""
    site: Site = request.getfixturevalue(f"{request.param}_site")
    site.empty()
    with site.app.app_context():
        yield site


@pytest.fixture
def arrive(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Let visitors arrive at a site; the test fails on what must never happen to one of them."""
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
    """A reader on the page of the one review there is."""
    make_review(published_at=utc_now())
    return arrive(site).open("/reviews/run-on")


@pytest.fixture
def moderator(site: Site) -> None:
    make_moderator()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Where real data lies on the machines that have it."""
    return Path(__file__).parents[2] / ".." / "shared"
