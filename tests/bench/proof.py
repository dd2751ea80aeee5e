"""Measure how long a proof of work takes in Chromium, at full speed and slowed down.

Chromium's own option to slow a page does not slow its workers. To slow them, this module stops all
of Chromium's processes for three quarters of the time; the site's own process keeps running.
"""

import os
import signal
import statistics
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import perf_counter
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

from blog.clock import utc_now
from tests.browser import chromium
from tests.browser.server import running
from tests.builders import make_review
from tests.databases import fresh_sqlite, scratch_folder

ROUNDS = 5
SLOWED = 4
RUN_SECONDS = 0.01
# Seconds from the first key stroke until the form has a proof, with fetching the challenge.
PROVE = """() => new Promise((resolve) => {
  const form = document.querySelector("form.comment-form");
  const began = performance.now();
  const look = () => form.elements.proof?.value && resolve((performance.now() - began) / 1000);
  new MutationObserver(look).observe(form, { childList: true });
  form.elements.body.dispatchEvent(new InputEvent("input", { bubbles: true }));
})"""


class Seconds(NamedTuple):
    """Seconds for a proof of work, at full speed and slowed down."""

    plain: float
    slowed: float


def measure_proof(*, rounds: int = ROUNDS) -> Seconds | None:
    """Return the median seconds of a proof, or None if there is no Chromium."""
    path = chromium.find()
    if path is None:
        return None
    folder = scratch_folder()
    with running(database_url=fresh_sqlite(folder), data_dir=folder) as site:
        with site.app.app_context():
            make_review(published_at=utc_now())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
            page = browser.new_page(base_url=site.url)
            _prove(page)  # The first proof is not counted.
            taken = [_prove_twice(page) for _ in range(rounds)]
            browser.close()
    return Seconds(*map(statistics.median, zip(*taken, strict=True)))


def _prove_twice(page: Page) -> Seconds:
    return Seconds(plain=_prove(page), slowed=_prove(page, slowed=SLOWED))


def _prove(page: Page, *, slowed: int = 1) -> float:
    """Load the page, whose form has no proof yet, and return the seconds until it has one."""
    page.goto("/reviews/run-on")
    with _slowing(_list_browsers(), factor=slowed):
        return page.evaluate(PROVE)


@contextmanager
def _slowing(processes: Sequence[int], *, factor: int) -> Iterator[None]:
    """Slow processes down by `factor`: stop them for all but 1/factor of the time."""
    done = Event()

    def take_turns() -> None:
        stop_seconds = (
            0.0  # A wait lasts longer than requested, so this sum carries over the difference.
        )
        while factor > 1 and not done.is_set():
            began = perf_counter()
            done.wait(RUN_SECONDS)
            _signal(processes, signal.SIGSTOP)
            stopped = perf_counter()
            stop_seconds += (stopped - began) * (factor - 1)
            done.wait(max(stop_seconds, 0))
            _signal(processes, signal.SIGCONT)
            stop_seconds -= perf_counter() - stopped

    thread = Thread(target=take_turns)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _signal(processes: Sequence[int], number: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError):  # A browser may have ended the process.
            os.kill(process, number)


def _list_browsers() -> list[int]:
    """Return the ids of Chromium's processes among all descendants of this process."""
    listing = subprocess.run(
        ("ps", "-A", "-o", "pid=,ppid=,args="), capture_output=True, text=True, check=True
    )
    rows = [line.split(maxsplit=2) for line in listing.stdout.splitlines()]
    children: dict[int, list[int]] = {}
    for pid, parent, *_command in rows:
        children.setdefault(int(parent), []).append(int(pid))
    of_chromium = {int(row[0]) for row in rows if "chrom" in row[-1].lower()}
    found: list[int] = []
    todo = [os.getpid()]
    while todo:
        begun = children.get(todo.pop(), [])
        todo += begun
        found += [process for process in begun if process in of_chromium]
    return found
