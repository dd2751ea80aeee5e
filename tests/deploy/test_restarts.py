"""gunicorn is reloaded, restarted and stopped while readers ask through nginx."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from blog.comments.models import Comment
from blog.db.engine import db
from tests.browser.server import OURS, ROOT
from tests.builders import make_published_comment, make_review
from tests.conftest import make_app
from tests.databases import SECRET_KEY, fresh_sqlite, scratch_folder
from tests.deploy.load import Load, under_load
from tests.deploy.nginx import HOST, running_nginx
from tests.patience import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.serial]

RECYCLING = "--max-requests=30 --max-requests-jitter=10"
# systemd hands its socket over as file 3, to the process that these variables name.
START = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
command = (sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py")
os.execv(sys.executable, command)
"""


@contextmanager
def kept_socket() -> Iterator[socket.socket]:
    """Yield a listening socket that stays open while gunicorn restarts, as systemd keeps one."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        yield listener


class Gunicorn:
    """A gunicorn that was given a listening socket in the way of systemd."""

    def __init__(self, listener: socket.socket, folder: Path, *, arguments: str = "") -> None:
        self.log = folder / f"gunicorn-{len(list(folder.glob('gunicorn-*')))}.log"
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                (sys.executable, "-c", START, str(listener.fileno())),
                cwd=ROOT,
                env={
                    **kept,
                    "DATABASE_URL": f"sqlite:///{folder / 'test.sqlite3'}",
                    "DATA_DIR": str(folder),
                    "SECRET_KEY": SECRET_KEY,
                    "SITE_URL": f"https://{HOST}",
                    "TRUSTED_PROXIES": "1",
                    "WEB_CONCURRENCY": "2",
                    "GUNICORN_CMD_ARGS": arguments,
                },
                pass_fds=(listener.fileno(),),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, text: str, number: int) -> None:
        """Wait until the log has a text so many times."""
        wait_until(
            lambda: self.log.read_text().count(text) >= number or self.process.poll() is not None,
            self.log.read_text,
        )
        assert self.process.poll() is None, self.log.read_text()

    def reload(self) -> None:
        """Reload, and wait until both processes are replaced."""
        exits = self.log.read_text().count("Worker exiting")
        self.process.send_signal(signal.SIGHUP)
        self.wait_for("Worker exiting", exits + 2)

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(PATIENCE_SECONDS) == 0, self.log.read_text()


def test_no_request_fails_while_gunicorn_is_reloaded_and_restarted():
    folder = scratch_folder()
    app = make_app(fresh_sqlite(folder), folder)
    with app.app_context():
        make_published_comment(review=make_review())
    with kept_socket() as listener:
        port = listener.getsockname()[1]
        gunicorn = Gunicorn(listener, folder)
        try:
            with (
                running_nginx(
                    folder=scratch_folder(),
                    upstream=port,
                    data_dir=folder,
                    changes={"rate=20r/s": "rate=9999r/s"},
                ) as nginx,
                under_load(nginx) as load,
            ):
                gunicorn.wait_for("Booting worker", 2)
                assert_opens_no_database(gunicorn.process.pid)
                for _ in range(2):
                    wait_for_more(load)
                    gunicorn.reload()
                wait_for_more(load)
                gunicorn.stop()
                gunicorn = Gunicorn(listener, folder, arguments=RECYCLING)
                # Processes are replaced after so many requests; then the next request comes.
                gunicorn.wait_for("Autorestarting worker", 3)
                wait_for_more(load)
        finally:
            gunicorn.stop()
        assert load.failures == []
        with app.app_context():
            stored = list(db.session.scalars(select(Comment.body).where(Comment.id > 1)))
            assert sorted(stored) == sorted(load.sent)
            assert len(stored) > 10
            db.engine.dispose()


def assert_opens_no_database(pid: int) -> None:
    """The processes are forked from this one, and must not share its connections."""
    opened = [path.readlink() for path in Path(f"/proc/{pid}/fd").iterdir()]
    assert not [path for path in opened if "sqlite3" in path.name]


def wait_for_more(load: Load) -> None:
    """Wait until a hundred more requests are answered, or one failed."""
    count = load.count
    wait_until(lambda: load.count > count + 100 or bool(load.failures), lambda: str(load.failures))
