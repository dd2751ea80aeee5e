"""The trouble "a backup is made": it is verified, restored elsewhere and read."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import make_url, select

from blog import create_app
from blog.comments.models import Comment
from blog.db.engine import db
from blog.settings import Settings
from tests.browser.server import ROOT
from tests.chaos.browsing import one_form_of
from tests.chaos.site import Site
from tests.chaos.strike import Strike
from tests.patience import PATIENCE_SECONDS


@cache
def find_backup_obstacle() -> str:
    """Return why no backup can be made, "" if one can."""
    done = _run_flask(os.environ, "backup", "--help")
    return "" if done.returncode == 0 else "this release has no `flask backup`"


def make_backup(site: Site, strike: Strike) -> None:
    """Make a backup; what was acknowledged before it began must be in what is restored from it."""
    before = [s.body for s in site.traffic.submissions if s.is_acknowledged]
    file = site.folder / f"backup-{strike.number}"
    _must(_run_flask(site.environment, "backup", "create", "--output", file))
    _must(_run_flask(site.environment, "backup", "verify", file))
    place = _make_place(site, strike.number)
    _must(_run_flask(place, "backup", "restore", file))
    missing = set(map(one_form_of, before)) - set(_read_bodies(place))
    assert not missing, f"{len(missing)} comments are not in the backup, such as {min(missing)!r}"


def _make_place(site: Site, number: int) -> Mapping[str, str]:
    """Return the environment of an empty site on the same kind of database."""
    folder = site.folder / f"restored-{number}"
    if site.server is None:
        url = f"sqlite:///{folder / 'restored.sqlite3'}"
    else:
        name = f"restored_{number}"
        with site.server.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url = make_url(site.server.url).set(database=name).render_as_string(hide_password=False)
    return site.environment | {"DATABASE_URL": url, "DATA_DIR": str(folder)}


def _read_bodies(environment: Mapping[str, str]) -> Iterable[str]:
    app = create_app(Settings.from_env(environment))
    with app.app_context():
        bodies = list(db.session.execute(select(Comment.body)).scalars())
        db.session.remove()
        db.engine.dispose()
    return bodies


def _run_flask(environment: Mapping[str, str], *words: object) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "flask", "--app", "wsgi", *map(str, words))
    return subprocess.run(
        command, cwd=ROOT, env=dict(environment), capture_output=True, text=True,
        timeout=4 * PATIENCE_SECONDS, check=False,
    )  # fmt: skip


def _must(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, f"{' '.join(done.args[4:])}: {done.stderr.strip()[-500:]}"
