"""Back up a site while readers send comments, restore it elsewhere, and measure all of it.

`python -m tests.backups.under_load [COMMENTS]` prints a table for both databases; 100 000 comments
are loaded by default. The slow test does the same with fewer.
"""

import math
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from blog.comments.models import Comment
from blog.db.engine import db
from tests.backups.copying import find_pg_programs, other_site
from tests.browser.server import Site, running
from tests.builders import make_review
from tests.databases import bare_postgres, drop_postgres, fresh_postgres, fresh_sqlite
from tests.patience import PATIENCE_SECONDS, wait_until

WRITERS = 2
# Between two comments of a writer; a reader does not send as fast as the site answers.
PAUSE_SECONDS = 0.02
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A command that ended: its seconds, its most memory in bytes, and what it printed."""

    seconds: float
    memory: int
    output: str


@dataclass(kw_only=True)
class Senders:
    """Threads that send comments until they are stopped.

    `acknowledged` are the bodies that the site said it has, `waits` the seconds of each answer.
    """

    url: str
    acknowledged: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def sending(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._send_all) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _send_all(self) -> None:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE_SECONDS)
        while not self._stop.wait(PAUSE_SECONDS):
            number = next(self._numbers)
            body = f"Comment {number}, which arrived."
            # Each sender is another person, so that no rate limit refuses one.
            address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
            begun = time.perf_counter()
            connection.request(
                "POST",
                "/reviews/run-on/comments",
                urlencode({"author_name": "Mina", "body": body}),
                {**FORM, "X-Forwarded-For": address},
            )
            response = connection.getresponse()
            response.read()
            self.waits.append(time.perf_counter() - begun)
            if response.status == 303:
                self.acknowledged.append(body)
            else:
                self.refused.append(response.status)
        connection.close()


def p99(waits: list[float]) -> float:
    """Return the 99th percentile in milliseconds."""
    return 1000 * sorted(waits)[math.ceil(0.99 * len(waits)) - 1]


def run(environment: Mapping[str, str], *arguments: object) -> Ran:
    """Run `flask backup` in this environment, and measure it."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", *map(str, arguments)]
    begun, memory = time.perf_counter(), 0
    with TemporaryFile("w+") as output:
        process = subprocess.Popen(command, env=dict(environment), stdout=output, stderr=output)
        while process.poll() is None:
            memory = max(memory, _most_memory(process.pid))
            time.sleep(0.05)  # The process tells its memory to nobody.
        seconds = time.perf_counter() - begun
        output.seek(0)
        printed = output.read()
    assert process.returncode == 0, printed
    return Ran(seconds=seconds, memory=memory, output=printed)


def _most_memory(pid: int) -> int:
    """Return the most memory that a process had so far in bytes; 0 if it does not say so.

    What the system counts for an ended child begins with the memory of its parent.
    """
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What happened: `before` and `during` are the waits of senders without and with a backup."""

    created: Ran
    verified: Ran
    restored: Ran
    size: int
    before: list[float]
    during: list[float]
    refused: list[int]
    lost: list[str]
    arrived: int


def measure(
    *, database_url: str, other_url: str, folder: Path, comments: int, sent_before: int
) -> Measured:
    """Back up a site of so many comments while it is written to, and restore it elsewhere.

    `sent_before` comments are sent before the backup begins.
    """
    data_dir, other_dir = folder / "site", folder / "other"
    data_dir.mkdir(exist_ok=True)
    path = folder / "site.tar"
    with running(database_url=database_url, data_dir=data_dir, TRUSTED_PROXIES="1") as site:
        _fill(site, comments)
        senders = Senders(url=site.url)
        with senders.sending():
            _wait_for(senders, sent_before)
            before, sent = list(senders.waits), list(senders.acknowledged)
            created = run(site.environment, "create", "--output", path)
            during = senders.waits[len(before) :]
        environment = site.environment
    verified = run(environment, "verify", path)
    elsewhere = {**environment, "DATABASE_URL": other_url, "DATA_DIR": str(other_dir)}
    restored = run(elsewhere, "restore", path)
    with other_site(other_url, other_dir):
        found = set(db.session.scalars(select(Comment.body).where(~Comment.is_demo)))
    return Measured(
        created=created,
        verified=verified,
        restored=restored,
        size=path.stat().st_size,
        before=before,
        during=during,
        refused=senders.refused,
        lost=[body for body in sent if body not in found],
        arrived=len(found) - len(sent),
    )


def _fill(site: Site, comments: int) -> None:
    with site.app.app_context():
        make_review()
        db.session.remove()
    site.flask("bench", "load", str(comments))


def _wait_for(senders: Senders, number: int) -> None:
    while len(senders.waits) < number:
        former = len(senders.waits)
        wait_until(lambda: len(senders.waits) > former, lambda: f"{senders.refused}")  # noqa: B023  # It is called at once.


def main(comments: int) -> None:
    """Measure both databases, and print a table."""
    os.environ["PATH"] = f"{find_pg_programs()}:{os.environ['PATH']}"
    for name in ("SQLite", "PostgreSQL"):
        with TemporaryDirectory() as place:
            folder = Path(place)
            if name == "SQLite":
                urls = fresh_sqlite(folder), f"sqlite:///{folder / 'other' / 'new.sqlite3'}"
                (folder / "other").mkdir()
            else:
                urls = fresh_postgres(), bare_postgres()
            found = measure(
                database_url=urls[0],
                other_url=urls[1],
                folder=folder,
                comments=comments,
                sent_before=1000,
            )
            if name == "PostgreSQL":
                for url in urls:
                    drop_postgres(url)
        _report(name, found)


def _report(name: str, found: Measured) -> None:
    lines = [f"{name}, a file of {found.size / 1e6:.1f} MB"]
    lines += [
        f"  {label:<9} {ran.seconds:6.1f} s  {ran.memory / 1e6:5.0f} MB of memory"
        for label, ran in (
            ("create", found.created),
            ("verify", found.verified),
            ("restore", found.restored),
        )
    ]
    before, during = p99(found.before), p99(found.during)
    lines += [
        f"  sending   99 % within {before:.0f} ms before, {during:.0f} ms during",
        f"  comments  {len(found.during)} sent during, of them in the backup: {found.arrived};",
        f"            acknowledged before, and lost: {len(found.lost)}",
        f"            refused: {len(found.refused)}",
        f"  {found.restored.output.splitlines()[0]}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
