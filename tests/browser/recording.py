"""Clear the queue of the busy demo by keyboard, and measure the time; run by `make record`.

`make record ARGS="life --picture"` films the whole life of a comment instead, step by step, and
`make record ARGS="write --picture=FILE"` a review's, from its first word to another site.

The keys are pressed as fast as the page responds: each verdict goes to the focused row, and the
next key is pressed as soon as the next row has the focus. The time runs from the first key until
the last decision has been saved.
"""

import argparse
import base64
import io
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.moderation.states import Verdict
from tests.browser import chromium
from tests.browser.everybody import PHONE
from tests.browser.life import Album, prepare
from tests.browser.server import PROMPT, Site, running
from tests.browser.steps import QUEUE
from tests.browser.steps import sign_in as sign_in_at_desk
from tests.browser.written import VIEWPORT as SMALL
from tests.browser.written import Walk
from tests.builders import PASSWORD, make_moderator
from tests.databases import fresh_sqlite
from tests.patience import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
VIEWPORT = {"width": 1280, "height": 900}
UNDONE = 3
# The size of the film and its largest number of frames; a picture in a document must be small.
FILMED = {"format": "jpeg", "quality": 80, "maxWidth": 640, "maxHeight": 450}
MOST_FRAMES = 90
LAST_FRAME_MS = 3000
# Each step has a caption, which takes time to read.
STEP_SECONDS = 2
# Return the reasons of the focused row, or null if no row can be decided.
FOCUSED_REASONS = """() => {
  const row = document.activeElement.closest("#queue > .row:not(.sending, .decided)");
  return row && [...row.querySelectorAll(".reasons a")].map((reason) => reason.textContent);
}"""
FOCUSED = "#queue > .row:focus:not(.sending, .decided), #queue > .empty:focus"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """The result of one run: numbers of comments and keys, duration, median response time."""

    cleared: int
    undone: int
    keys: int
    seconds: float
    response_ms: float

    def __str__(self) -> str:
        """Return a summary such as "300 in 2:41, 3 undone", with minutes and seconds."""
        minutes, seconds = divmod(round(self.seconds), 60)
        return f"{self.cleared} in {minutes}:{seconds:02}, {self.undone} undone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """The numbers of waiting comments, of decisions and of undos in the database."""

    waiting: int
    decisions: int
    reopened: int


class Keyboard:
    """The keyboard of a moderator, with the number of keys pressed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def read_reasons(self) -> list[str] | None:
        """Return the reasons of the focused row; None at the end of the list."""
        reasons = self.page.evaluate(FOCUSED_REASONS)
        if reasons is None:
            # The next page may still be loading.
            self.page.locator(FOCUSED).first.wait_for(timeout=PATIENCE_MS)
            reasons = self.page.evaluate(FOCUSED_REASONS)
        return reasons


def clear(page: Page, *, most: int | None = None) -> Run:
    """Decide on all waiting comments, or on `most` rows, with three undos; return the result."""
    responses = _listen(page)
    before = count()
    rows = most or before.waiting
    undo_after = {rows * part // (UNDONE + 1) for part in range(1, UNDONE + 1)}
    keyboard = Keyboard(page)
    begun = time.monotonic()
    keyboard.press("j")
    decided = undone = 0
    while decided < rows and (reasons := keyboard.read_reasons()) is not None:
        keyboard.press(choose(reasons, decided))
        decided += 1
        if decided in undo_after:
            keyboard.press("z")
            undone += 1
            decided -= 1
            undo_after.discard(decided + 1)
    expect(page.locator(".sending")).to_have_count(0)
    seconds = time.monotonic() - begun
    expect(page.locator(".came-back")).to_have_count(0)
    return Run(
        cleared=before.waiting - count().waiting,
        undone=undone,
        keys=keyboard.keys,
        seconds=seconds,
        response_ms=median(responses),
    )


def choose(reasons: list[str], number: int) -> str:
    """Return the key of the verdict for a row, chosen by its reasons and its number."""
    words = " ".join(reasons)
    if "copies" in words or "Spam trap" in words:
        return "s"
    if "links" in words or "too fast" in words:
        return "r"
    return "f" if number % 40 == 39 else "a"


def count() -> Tally:
    """Count waiting comments, decisions and undos in the database."""
    db.session.rollback()
    waiting = select(func.count()).where(Comment.waiting_since.is_not(None))
    decisions = select(func.count()).select_from(Decision)
    reopened = decisions.where(Decision.verdict == Verdict.REOPEN)
    return Tally(
        waiting=db.session.execute(waiting).scalar_one(),
        decisions=db.session.execute(decisions).scalar_one(),
        reopened=db.session.execute(reopened).scalar_one(),
    )


@contextmanager
def busy_site() -> Iterator[Site]:
    """Run the site with the busy demo on a new database in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="second-lead-") as name:
        folder = Path(name)
        with running(database_url=fresh_sqlite(folder), data_dir=folder, wsgi_app=PROMPT) as site:
            site.flask("demo", "load", "--busy")
            with site.app.app_context():
                make_moderator()
                yield site


def sign_in(browser: Browser, site: Site) -> Page:
    """Sign in by keyboard; return the page of the queue."""
    page = browser.new_context(base_url=site.url, viewport=VIEWPORT).new_page()
    page.goto(QUEUE)
    page.focus("#email")
    page.keyboard.type("mina@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Waiting comments")
    # The heading is visible before the scripts have run, and keys pressed before that are lost.
    page.wait_for_load_state()
    return page


@contextmanager
def filmed(page: Page) -> Iterator[list[bytes]]:
    """Yield a list that collects every frame the browser draws, as JPEG."""
    frames: list[bytes] = []
    session = page.context.new_cdp_session(page)

    def keep(event: dict) -> None:
        frames.append(base64.b64decode(event["data"]))
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    session.on("Page.screencastFrame", keep)
    session.send("Page.startScreencast", FILMED)
    yield frames
    session.send("Page.stopScreencast")


def write_picture(frames: list[bytes], seconds: float, path: Path, *, quality: int = 45) -> None:
    """Write a selection of the frames as an animation that lasts `seconds`."""
    step = max(1, -(-len(frames) // MOST_FRAMES))
    kept = frames[:-1:step] + frames[-1:]
    images = [Image.open(io.BytesIO(frame)) for frame in kept]
    each = max(40, round(seconds * 1000 / len(images)))
    durations = [each] * (len(images) - 1) + [LAST_FRAME_MS]
    images[0].save(
        path,
        save_all=True,
        append_images=images[1:],
        duration=durations,
        loop=0,
        quality=quality,
        method=4,
    )


def write_steps(frames: list[bytes], path: Path) -> None:
    """Write an animation that shows each frame for STEP_SECONDS."""
    write_picture(frames, STEP_SECONDS * len(frames), path, quality=70)


def main() -> None:
    """Record the queue or the life of a comment, as the command line says."""
    options = _read_options()
    path = chromium.find()
    if path is None:
        sys.exit("No Chromium here; `python -m tests.browser.chromium` looks for one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        {"desk": record_desk, "life": record_life, "write": record_walk}[options.what](
            browser, options
        )
        browser.close()
    if options.picture:
        size = options.picture.stat().st_size
        sys.stdout.write(f"{options.picture}: {size / 1024:,.0f} KB\n")


def record_desk(browser: Browser, options: argparse.Namespace) -> None:
    """Clear the queue; print the measured figures and those of the database."""
    with busy_site() as site:
        page = sign_in(browser, site)
        with filmed(page) if options.picture else _unfilmed() as frames:
            run = clear(page, most=options.rows)
        if options.picture:
            write_picture(frames, run.seconds, options.picture)
        page.context.close()
        tally = count()
    sys.stdout.write(
        f"{run}\n"
        f"Keys pressed: {run.keys}, as fast as the page followed;"
        f" a response took {run.response_ms:.0f} ms (median).\n"
        f"The database says: {tally.waiting} waiting, {tally.decisions} decisions,"
        f" {tally.reopened} reopened.\n"
    )


def record_life(browser: Browser, options: argparse.Namespace) -> None:
    """Play the life of a comment on a phone; print the captions of its steps."""
    album = Album()
    with three_browsers(browser, PHONE, ("reader", "stranger", "desk")) as (_site, pages, _folder):
        prepare(is_scripted=True, look=album.take, **pages).live()
    finish(album, options)


def record_walk(browser: Browser, options: argparse.Namespace) -> None:
    """Write a review on a phone and take it to another site; print the captions of its steps."""
    album = Album()
    with three_browsers(browser, SMALL, ("phone", "laptop", "reader")) as (site, pages, folder):
        for who in ("phone", "laptop"):
            sign_in_at_desk(pages[who])
        Walk(site=site, look=album.take, **pages).go(folder)
    finish(album, options)


@contextmanager
def three_browsers(
    browser: Browser, viewport: ViewportSize, names: Sequence[str]
) -> Iterator[tuple[Site, dict[str, Page], Path]]:
    """Run a site with one moderator; yield it, a page for each name, and its folder."""
    with tempfile.TemporaryDirectory(prefix="second-lead-") as name:
        folder = Path(name)
        with (
            running(database_url=fresh_sqlite(folder), data_dir=folder, wsgi_app=PROMPT) as site,
            site.app.app_context(),
        ):
            make_moderator()
            contexts = [
                browser.new_context(base_url=site.url, viewport=viewport) for _name in names
            ]
            pages = [context.new_page() for context in contexts]
            yield site, dict(zip(names, pages, strict=True)), folder
            for context in contexts:
                context.close()


def finish(album: Album, options: argparse.Namespace) -> None:
    """Print the captions of an album, and write its picture if one is asked for."""
    for number, step in enumerate(album.steps, start=1):
        sys.stdout.write(f"{number:2} {step}\n")
    if options.picture:
        write_steps(album.frames, options.picture)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.recording")
    parser.add_argument(
        "what",
        nargs="?",
        choices=["desk", "life", "write"],
        default="desk",
        help="clear the queue (default), play the life of a comment, or write a review",
    )
    parser.add_argument("--rows", type=int, help="number of rows to decide on (default: all)")
    parser.add_argument(
        "--picture",
        type=Path,
        nargs="?",
        const=PICTURES,
        help="write an animation to this file (default: in docs/pictures)",
    )
    options = parser.parse_args()
    if options.picture == PICTURES:
        options.picture = PICTURES / f"{options.what}.webp"
    return options


def _listen(page: Page) -> list[float]:
    """Return a list that collects the response time of each POST request, in milliseconds."""
    times: list[float] = []

    def note(request) -> None:
        if request.method == "POST":
            times.append(request.timing["responseEnd"])

    page.on("requestfinished", note)
    return times


@contextmanager
def _unfilmed() -> Iterator[list[bytes]]:
    yield []


if __name__ == "__main__":
    main()
