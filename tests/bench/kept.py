"""Measure the pages that are kept in memory, beside servers that return the same bytes."""

import re
import shutil
import statistics
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple
from urllib.request import Request, urlopen

from flask import Flask

from blog import create_app
from blog.db.engine import db
from blog.db.transactions import write
from blog.reviews.commands import publish
from blog.reviews.models import Review
from blog.web.current import current_time
from tests.bench.load import Load, Target, disk_folder, has_wrk, measure_in_turn, median_of, serving
from tests.bench.measuring import WIDTH
from tests.bench.rates import COMMENTS, PAGE, Rate, fill, make_address, serve_bare
from tests.builders import make_manuscript, make_moderator, make_published_comment
from tests.databases import make_settings
from tests.deploy.nginx import HOST, running_nginx

GZIP = {"Accept-Encoding": "gzip"}
# The pages by the name of the file with their bytes, and the shares of a bare server's rate that
# they must reach.
PAGES = {
    "page": (f"review page, {COMMENTS} comments", PAGE, {}),
    "page.gz": ("the same, gzip", PAGE, GZIP),
    "front": ("front page", "/", {}),
    "comments": ("comments page", f"{PAGE}/comments", {}),
    "feed": ("feed", "/feed.atom", {}),
}
LEAST, LEAST_WHILE_APPROVING, LEAST_BEHIND_NGINX = 0.8, 0.5, 0.85
APPROVALS_A_SECOND = 10
# For a thousand pages.
MOST_MEGABYTES = 80
_COUNT = re.compile(rb'class="count">([0-9,]+)<')


class Kept(NamedTuple):
    """Figures of one process: megabytes that pages take, and milliseconds until a change shows."""

    pages: int
    megabytes: float
    approvals: int
    median: float
    slowest: float

    @property
    def most_megabytes(self) -> float:
        """Return how much memory the pages may take."""
        return MOST_MEGABYTES * self.pages / 1000


def format_kept(kept: Kept) -> str:
    """Return the rows about one process."""
    most = kept.most_megabytes
    over = "  OVER" if kept.megabytes > most else ""
    memory = f"memory of a process, {kept.pages:,} pages kept"
    shown = f"until another process shows an approval, of {kept.approvals}"
    return (
        f"  {memory:<{WIDTH + 10}}{kept.megabytes:>+10,.0f} MB   at most {most:,.0f}{over}\n"
        f"  {shown:<{WIDTH + 10}}{kept.median:>10,.0f} ms, {kept.slowest:,.0f} at most"
    )


def measure_kept_rates(
    database: str, *, seconds: int, rounds: int, pages: Collection[str] = PAGES
) -> Iterator[Rate]:
    """Yield the rates of kept pages, on one database; `pages` are names in PAGES."""
    folder = disk_folder()
    try:
        url = make_address(database, folder, "site")
        app = create_app(make_settings(database_url=url, data_dir=folder))
        review_id = fill(app)
        with ExitStack() as stack:
            site = stack.enter_context(
                serving("wsgi:app", folder, DATABASE_URL=url, SITE_URL=f"https://{HOST}")
            )
            (folder / "bare").mkdir()
            for name, (_title, path, headers) in PAGES.items():
                (folder / "bare" / name).write_bytes(_read(site + path, headers))
            bare = serve_bare("content", stack, folder / "server", str(folder / "bare"))

            def measure(
                name: str, ours: Target, theirs: Target, least: float, against: str = "WSGI"
            ) -> Rate:
                loads = measure_in_turn([ours, theirs], seconds=seconds, rounds=rounds)
                return _rate(name, against, loads, least)

            for name in pages:
                title, path, headers = PAGES[name]
                ours = Target(url=site + path, headers=headers)
                yield measure(title, ours, Target(url=f"{bare}/{name}", headers=headers), LEAST)
            with approving(app, review_id):
                yield measure(
                    f"review page, {APPROVALS_A_SECOND} approvals a second",
                    Target(url=site + PAGE),
                    Target(url=f"{bare}/page"),
                    LEAST_WHILE_APPROVING,
                )
            if has_wrk():
                ours, theirs = _serve_nginx(stack, folder, site)
                yield measure(
                    "review page behind nginx", ours, theirs, LEAST_BEHIND_NGINX, "nginx, a file"
                )
        with app.app_context():
            db.engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure_kept(database: str, *, pages: int, approvals: int) -> Kept:
    """Return what kept pages cost one process, and how soon it shows what another approves."""
    folder = disk_folder()
    try:
        url = make_address(database, folder, "site")
        app = create_app(make_settings(database_url=url, data_dir=folder))
        review_id = fill(app)
        with app.app_context():
            slugs = [f"kept-{number}" for number in range(pages)]
            write(_publish_all, slugs=slugs)
            moderator = make_moderator()
            review = db.session.get_one(Review, review_id)
            db.session.expunge_all()
        settings = {"DATABASE_URL": url, "WEB_CONCURRENCY": "1"}
        with serving("wsgi:app", folder, **settings) as site, app.app_context():
            # What the first page needs of memory is not that of the page.
            _read(site + PAGE, GZIP)
            before = _megabytes_of(folder)
            for slug in slugs:
                _read(f"{site}/reviews/{slug}", GZIP)
            after = _megabytes_of(folder)
            times = []
            for number in range(approvals):
                make_published_comment(review=review, moderator=moderator, body=f"Scene {number}.")
                begun = perf_counter()
                while _count(site + PAGE) < COMMENTS + number + 1:
                    pass
                times.append(1000 * (perf_counter() - begun))
            db.session.remove()
            db.engine.dispose()
        return Kept(pages, after - before, approvals, statistics.median(times), max(times))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _publish_all(*, slugs: Sequence[str]) -> None:
    """Publish a short review for each slug, in one transaction."""
    now = current_time()
    for slug in slugs:
        publish(manuscript=make_manuscript(slug=slug), now=now)


@contextmanager
def approving(app: Flask, review_id: int) -> Iterator[None]:
    """Send and approve APPROVALS_A_SECOND comments a second until the block ends."""
    is_over = threading.Event()

    def work() -> None:
        with app.app_context():
            moderator = make_moderator()
            review = db.session.get_one(Review, review_id)
            number = 0
            while not is_over.wait(1 / APPROVALS_A_SECOND):
                number += 1
                make_published_comment(review=review, moderator=moderator, body=f"One {number}.")
            db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _rate(name: str, against: str, loads: list[tuple[Load, ...]], least: float) -> Rate:
    site, bare = map(median_of, loads)
    return Rate(name=name, against=against, site=site, bare=bare, least=least)


def _serve_nginx(stack: ExitStack, folder: Path, site: str) -> tuple[Target, Target]:
    """Serve the site behind deploy/nginx; return its page, and a file with the same bytes."""
    home = folder / "nginx"
    home.mkdir()
    changes = {"rate=20r/s": "rate=900000r/s", "rate=100r/s": "rate=900000r/s"}
    upstream = int(site.rpartition(":")[2])
    nginx = stack.enter_context(
        running_nginx(folder=home, upstream=upstream, data_dir=folder, changes=changes)
    )
    static = home / "cache/static/000000000000"
    static.mkdir(parents=True)
    shutil.copy(folder / "bare/page", static / "page.css")
    host = {"Host": HOST}
    address = f"https://127.0.0.1:{nginx.port}"
    return (
        Target(url=address + PAGE, headers=host),
        Target(url=f"{address}/static/{static.name}/page.css", headers=host),
    )


def _read(url: str, headers: dict[str, str]) -> bytes:
    with urlopen(Request(url, headers=headers)) as response:
        content: bytes = response.read()
        return content


def _count(url: str) -> int:
    """Return the number of comments that a review's page says it has."""
    found = _COUNT.search(_read(url, {}))
    return int(found[1].replace(b",", b"")) if found else 0


def _megabytes_of(folder: Path) -> float:
    """Return the memory that only the process of the server in this folder uses."""
    booted = re.findall(r"Booting worker with pid: (\d+)", (folder / "gunicorn.log").read_text())
    rollup = Path(f"/proc/{booted[-1]}/smaps_rollup").read_text()
    private = re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+) kB", rollup, re.MULTILINE)
    return sum(map(int, private)) / 1024
