"""Take a picture of every kind of page into a folder; run by `make pictures`.

Each page is taken whole on a phone and on a desktop, in light and dark colours. The pages are
those of the demo, a reader's and a moderator's steps in it, and the reviews of extremes.py.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from tests.browser import chromium, steps
from tests.browser.extremes import EXTREMES
from tests.browser.server import PROMPT, Site, running
from tests.browser.steps import QUEUE
from tests.browser.talk import TOKEN, make_talk
from tests.builders import make_moderator
from tests.databases import fresh_sqlite
from tests.patience import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
REVIEW = "/reviews/run-on"
DEMO = {
    "front": "/",
    "dramas": "/dramas",
    "people": "/people",
    "person": "/people/Park Bo-gum",
    "network": "/networks/tvN",
    "year": "/years/2015",
    "reviewer": "/reviewers/daniel-osei",
    "tag": "/tags/family",
    "review": "/reviews/reply-1988",
    "about": "/about",
    "privacy": "/privacy",
    "terms": "/terms",
    "not-found": "/nothing-here",
    "sign-in": "/admin/login",
}
DESK = {
    "queue-full": QUEUE,
    "queue-reported": f"{QUEUE}?status=reported",
    "queue-published": f"{QUEUE}?status=published",
    "queue-search": f"{QUEUE}?q=episode",
    "desk-comment": f"{QUEUE}/1",
    "desk-rules": "/admin/rules",
    "desk-new-rule": "/admin/rules/new",
    "desk-log": "/admin/log",
    "desk-moderators": "/admin/log/moderators",
    "desk-reviews": "/admin/reviews",
    "desk-new-review": "/admin/reviews/new",
    "desk-edit-review": "/admin/reviews/1/edit",
    "desk-account": "/admin/account",
}


def refuse(page: Page) -> None:
    """Send the comment form with faults in it."""
    page.goto(REVIEW)
    steps.write_comment(page, name="", email="nonsense", body="")
    steps.send(page)
    expect(page.locator("#faults")).to_be_focused()


def send_comment(page: Page) -> None:
    """Send a comment, and stay at the words that it awaits approval."""
    page.goto(REVIEW)
    steps.write_comment(page, body="The bench scene, again and again. *그 장면* 하나로 충분하다.")
    steps.send(page)
    expect(page.locator("#waiting .waiting").first).to_be_focused()


def report(page: Page) -> None:
    """Open the form that reports a comment."""
    page.goto(REVIEW)
    address = page.locator(".report").first.get_attribute("href")
    page.goto(str(address))


def reply(page: Page) -> None:
    """Open the form of a reply."""
    page.goto(REVIEW)
    page.locator(".reply").first.click()
    expect(page.locator(".reply-place textarea").first).to_be_focused()


def look_at_own(page: Page) -> None:
    """List the reader's own comments in every state, one of them being withdrawn."""
    cookies = {"second_lead_owner": TOKEN, "second_lead_wrote": "1"}
    page.context.add_cookies(
        [
            {"name": name, "value": value, "domain": "127.0.0.1", "path": "/reviews"}
            for name, value in cookies.items()
        ]
    )
    page.goto(f"{REVIEW}/comments/mine")
    page.locator(".withdraw > summary").first.click()


STEPS: Mapping[str, Callable[[Page], None]] = {
    "comment-refused": refuse,
    "comment-waiting": send_comment,
    "comment-reported": report,
    "comment-answered": reply,
    "comments-own": look_at_own,
}


class Camera:
    """Takes pictures of pages into a folder, of those whose name contains `wanted`."""

    def __init__(self, browser: Browser, folder: Path, wanted: str) -> None:
        self.browser, self.folder, self.wanted = browser, folder, wanted
        self.taken = 0

    def take(self, site: Site, scenes: Mapping[str, Callable[[Page], None]], *, desk: bool) -> None:
        """Play each scene in a new browser, in each size and colour scheme; take its picture.

        With `desk`, the browsers are signed in.
        """
        chosen = {name: play for name, play in scenes.items() if self.wanted in name}
        state = self._sign_in(site) if desk and chosen else None
        for size, scheme in product(SIZES, SCHEMES):
            for name, play in chosen.items():
                context = self.browser.new_context(
                    base_url=site.url,
                    viewport=SIZES[size],
                    color_scheme=scheme,
                    reduced_motion="reduce",
                    device_scale_factor=2 if size == "phone" else 1,
                    storage_state=state,
                )
                page = context.new_page()
                play(page)
                self._shoot(page, f"{name}-{size}-{scheme}")
                context.close()

    def _sign_in(self, site: Site) -> StorageState:
        """Return the cookies of a signed-in moderator."""
        context = self.browser.new_context(base_url=site.url)
        steps.sign_in(context.new_page())
        state = context.storage_state()
        context.close()
        return state

    def _shoot(self, page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        # Pictures far below are loaded when they come near.
        page.locator("img").evaluate_all(
            "all => Promise.all(all.map(one => { one.loading = 'eager'; return one.decode() }))"
        )
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        self.taken += 1


def opening(paths: Mapping[str, str]) -> dict[str, Callable[[Page], None]]:
    """Return a scene for each path: opening it."""
    return {name: lambda page, path=path: page.goto(path) for name, path in paths.items()}


@contextmanager
def new_site(name: str) -> Iterator[Site]:
    """Run a site with a moderator and an empty database."""
    with tempfile.TemporaryDirectory(prefix=f"second-lead-{name}-") as folder:
        data_dir = Path(folder)
        database_url = fresh_sqlite(data_dir)
        with (
            running(database_url=database_url, data_dir=data_dir, wsgi_app=PROMPT) as site,
            site.app.app_context(),
        ):
            make_moderator()
            yield site


def take_all(camera: Camera) -> None:
    """Take the pictures of the demo, then those of the extremes, whose queue is empty."""
    with new_site("demo") as site:
        site.flask("demo", "load", "--busy")
        camera.take(site, opening(DEMO), desk=False)
        camera.take(site, opening(DESK), desk=True)
    with new_site("talk") as site:
        make_talk()
        camera.take(site, STEPS, desk=False)
    with new_site("extremes") as site:
        camera.take(site, opening({"front-empty": "/", "queue-empty": QUEUE}), desk=True)
        slugs = [make().slug for make in EXTREMES]
        pages = {f"extreme-{slug}": f"/reviews/{slug}" for slug in slugs}
        camera.take(site, opening(pages | {"extreme-front": "/"}), desk=False)


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("pictures"))
    parser.add_argument("--only", default="", help="take only pages whose name contains this")
    given = parser.parse_args()
    path = chromium.find()
    if path is None:
        sys.exit("No Chromium here; `python -m tests.browser.chromium` looks for one.")
    given.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        camera = Camera(browser, given.folder, given.only)
        take_all(camera)
        browser.close()
    if not camera.taken:
        sys.exit(f"No page has a name that contains {given.only!r}.")
    sys.stdout.write(f"{camera.taken} pictures in {given.folder}\n")


if __name__ == "__main__":
    main()
