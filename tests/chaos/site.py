"""A site of its own with all its programs: web server, sender of mail, mail server, database."""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from blog import create_app
from blog.accounts.queries import list_moderators
from blog.clock import utc_now
from blog.comments.models import Comment
from blog.db import migrating
from blog.db.engine import db
from blog.decisions.notifying import UNDO_WINDOW
from blog.outbox.models import OutboxMessage, State
from blog.reviews.queries import find_public_review
from blog.settings import Settings
from tests.browser.server import OURS, free_port
from tests.browser.server import responds as is_answering
from tests.builders import make_comment, make_decision, make_moderator, make_review
from tests.chaos.disks import Disk, FileLimit, SmallDisk, mounted
from tests.chaos.mail_recorder import recording
from tests.chaos.moderators import Moderator
from tests.chaos.postgres import PostgresServer
from tests.chaos.readers import SLUG, Reader
from tests.chaos.services import GUNICORN, OUTBOX, Service
from tests.chaos.traffic import Traffic
from tests.databases import SECRET_KEY
from tests.patience import PATIENCE_SECONDS, wait_until

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
# PostgreSQL's own files take 40 of them.
DISK_MEGABYTES = {SQLITE: 16, POSTGRESQL: 160}


class Site:
    """The programs of one site, and the traffic on it."""

    def __init__(self, *, database: str, folder: Path, environment: dict[str, str]) -> None:
        self.database, self.folder, self.environment = database, folder, environment
        self.traffic = Traffic()
        self.server: PostgresServer | None = None
        self.small_disk: SmallDisk | None = None
        self.app: Flask = create_app(Settings.from_env(environment))
        self.web = self.make_service(GUNICORN, "web")
        self.outbox = self.make_service(OUTBOX, "outbox")
        self._people: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])

    @property
    def mails(self) -> Path:
        return self.folder / "mails"

    @property
    def postgres(self) -> PostgresServer:
        assert self.server is not None, "Only PostgreSQL has a server."
        return self.server

    @property
    def disk(self) -> Disk:
        """Return the disk that can be filled: its own, or a limit of the programs' files."""
        return self.small_disk or FileLimit(self.list_processes)

    def list_processes(self) -> list[int]:
        own = [self.web.pid, self.outbox.pid]
        return [*own, *self.web.children()]

    def make_service(self, command: tuple[str, ...], name: str) -> Service:
        return Service(command, environment=self.environment, log=self.folder / f"{name}.log")

    def fill(self, *, moderators: int) -> list[str]:
        """Create the tables, a review and moderators; return the addresses of these."""
        emails = [f"moderator{number}@example.org" for number in range(1, moderators + 1)]
        with self.app.app_context():
            migrating.upgrade()
            make_review(slug=SLUG, published_at=utc_now() - timedelta(days=1))
            for email in emails:
                make_moderator(email=email, name=email.partition("@")[0].title())
        self.let_go()
        return emails

    def add_due_notice(self) -> None:
        """Publish a comment so long ago that the notice of it is due now."""
        then = utc_now() - UNDO_WINDOW - timedelta(seconds=1)
        with self.app.app_context():
            review = find_public_review(slug=SLUG, now=utc_now())
            assert review is not None
            number = db.session.execute(select(func.max(Comment.id))).scalar() or 0
            comment = make_comment(
                review=review,
                body=f"Someone wrote this before, number {number}.",
                email=f"earlier{number}@example.org",
                wants_notice=True,
                now=then,
            )
            make_decision(comment=comment, moderator=list_moderators()[0], now=then)
        self.let_go()

    def let_go(self) -> None:
        """Close this process's connections to the database."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def begin(self, *, emails: list[str], readers: int, seed: str, pause: float) -> None:
        """Start the programs, and let people in when the site answers."""
        self.web.start()
        self.outbox.start()
        url = f"http://127.0.0.1:{self.port}"
        wait_until(lambda: is_answering(url), lambda: (self.folder / "web.log").read_text()[-3000:])
        common = {"port": self.port, "traffic": self.traffic, "seed": seed, "pause": pause}
        self._people = [
            *(Reader(number, **common) for number in range(1, readers + 1)),
            *(Moderator(email, **common) for email in emails),
        ]
        for person in self._people:
            person.start()

    def end(self, *, settle: float) -> None:
        """Let people finish, let the outbox send for so many seconds at most, stop the programs."""
        self.traffic.close(PATIENCE_SECONDS)
        for person in self._people:
            person.join()
        deadline = time.monotonic() + settle
        while self.count_waiting_messages() and time.monotonic() < deadline:
            time.sleep(0.5)  # The outbox is another process and sends no signal.
        self.stop()

    def stop(self) -> None:
        """Stop the web server and the outbox."""
        self.web.stop()
        self.outbox.stop()

    def count_waiting_messages(self) -> int:
        query = select(func.count()).where(OutboxMessage.state == State.WAITING)
        with self.app.app_context():
            number = db.session.execute(query).scalar_one()
        self.let_go()
        return number


@contextmanager
def running_site(*, database: str, on_small_disk: bool) -> Iterator[Site]:
    """Set up a site in a temporary folder; at the end stop everything and delete the folder.

    On a small disk are SQLite's file, or the files of PostgreSQL.
    """
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="second-lead-chaos-")
        folder = Path(stack.enter_context(temporary))
        # PostgreSQL runs as another user where this process is root's.
        folder.chmod(0o711)
        files = folder / "database"
        files.mkdir()
        size = DISK_MEGABYTES[database]
        is_small = on_small_disk and stack.enter_context(mounted(files, megabytes=size))
        assert is_small == on_small_disk, "The small disk could not be mounted."
        environment = {n: v for n, v in os.environ.items() if n not in OURS} | {
            "DATABASE_URL": f"sqlite:///{files / 'chaos.sqlite3'}",
            "DATA_DIR": str(folder / "data"),
            "SECRET_KEY": SECRET_KEY,
            "PORT": str(free_port()),
            "TRUSTED_PROXIES": "1",
            "DIGEST_MINUTES": "1",
            "SMTP_URL": stack.enter_context(recording(folder / "mails")),
        }
        server = stack.enter_context(_postgres(files)) if database == POSTGRESQL else None
        if server is not None:
            # Its programs make the backup.
            path = f"{server.bin}{os.pathsep}{environment.get('PATH', os.defpath)}"
            environment |= {"DATABASE_URL": server.url, "PATH": path}
        site = Site(database=database, folder=folder, environment=environment)
        site.server = server
        site.small_disk = SmallDisk(files) if is_small else None
        stack.callback(site.let_go)
        stack.callback(site.stop)
        yield site


@contextmanager
def _postgres(folder: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(folder)
    try:
        server.create()
        yield server
    finally:
        with suppress(RuntimeError):
            server.remove()
