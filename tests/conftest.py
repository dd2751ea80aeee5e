"""Fixtures and hooks for all tests: databases, applications, clients, a clock and the phases."""

import gc
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from blog import create_app
from blog.db.engine import db
from blog.web.kept.store import Store
from tests.builders import NOON
from tests.databases import (
    SharedDatabase,
    bare_postgres,
    drop_postgres,
    fresh_postgres,
    fresh_sqlite,
    make_settings,
    scratch_folder,
    shared_database,
)
from tests.engine import short_lock_timeouts
from tests.kept import compared
from tests.page import Reader
from tests.pictures.converting import convert_once
from tests.processes import hash_quickly


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each database in its `databases` marker; without a marker, on SQLite."""
    marker = metafunc.definition.get_closest_marker("databases")
    if marker and "database_name" in metafunc.fixturenames:
        marks = {"postgresql": pytest.mark.postgresql}
        names = [pytest.param(name, marks=marks.get(name, ())) for name in marker.args]
        metafunc.parametrize("database_name", names)


# For each phase of tests/__main__.py: the markers that exclude a test from the phase, and the
# markers that a test must have to be in the phase.
PHASES: dict[str, tuple[set[str], set[str]]] = {
    "together": ({"serial", "slow"}, set()),
    "alone": ({"slow"}, {"serial"}),
    "quick": ({"serial", "slow", "thorough", "browser", "postgresql"}, set()),
    "slow": ({"serial"}, {"slow"}),
    "slow-alone": (set(), {"serial", "slow"}),
}


# The variable that names the folder of what all workers of a run use, and one of them makes:
# compiled templates and converted pictures.
MADE_ONCE = "SECOND_LEAD_MADE_ONCE"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--phase", choices=PHASES, help="run only the tests of this phase")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip a file that does not name the markers of the phase: importing all files takes long."""
    _excluded, required = PHASES.get(config.getoption("--phase"), ((), ()))
    if not required or not collection_path.match("test_*.py"):
        return None
    text = collection_path.read_text(encoding="utf-8")
    return any(f"mark.{marker}" not in text for marker in required) or None


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Iterator[int]:
    """Use a worker more than there are cores for tests that wait for other programs."""
    cores = yield
    return cores + (config.getoption("--phase") == "together")


def pytest_configure() -> None:
    """Search for garbage seldom: with this many objects alive, searches take a sixth of the time.

    pytest searches at the end of a run, and then reports what was not closed.
    """
    gc.set_threshold(20_000, 20, 50)
    if MADE_ONCE not in os.environ:
        os.environ[MADE_ONCE] = str(scratch_folder())


def pytest_collection_finish() -> None:
    """Leave the modules and the collected tests out of later searches for garbage."""
    gc.collect()
    gc.freeze()


class Scheduling(LoadScopeScheduling):
    """Give each file to one worker, as its tests may share what is slow to make.

    All tests in a browser go to one worker, because they share a browser and its sites. The groups
    of xdist's own `loadgroup` have no effect since pytest 9.2: it changes `_nodeid`.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    return Scheduling(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the phase; put files first that take long, so that no worker is left idle.

    The browser tests are one group, which takes longest; then come the files with thorough tests.
    """
    thorough = {item.path for item in items if item.get_closest_marker("thorough")}
    items.sort(
        key=lambda item: (item.get_closest_marker("browser") is None, item.path not in thorough)
    )
    if phase := config.getoption("--phase"):
        others = [item for item in items if not belongs(item, phase)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]


def belongs(item: pytest.Item, phase: str) -> bool:
    excluded, required = PHASES[phase]
    markers = {marker.name for marker in item.iter_markers()}
    return not markers & excluded and required <= markers


class Clock:
    """A clock whose time changes only when `advance` is called."""

    def __init__(self) -> None:
        self.now = NOON + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """Make password hashing cheap; tests/accounts/test_passwords.py tests the real cost."""
    hash_quickly()


@pytest.fixture(scope="session", autouse=True)
def _pictures_converted_once() -> Iterator[None]:
    """Convert each picture once in this run: the result depends on its bytes alone."""
    with convert_once(Path(os.environ[MADE_ONCE])):
        yield


@pytest.fixture
def database_name() -> str:
    return "sqlite"


@pytest.fixture
def database(database_name: str) -> SharedDatabase:
    """The database that all tests of this worker share, emptied before each test."""
    database = shared_database(database_name)
    database.empty()
    return database


@pytest.fixture
def database_url(database: SharedDatabase) -> str:
    return database.url


@pytest.fixture
def own_database_url(database_name: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that only this test uses, so that the test may change its tables."""
    if database_name == "sqlite":
        yield fresh_sqlite(tmp_path)
        return
    url = fresh_postgres()
    yield url
    drop_postgres(url)


@pytest.fixture
def bare_database_url(database_name: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a new database without tables."""
    if database_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite3'}"
        return
    url = bare_postgres()
    yield url
    drop_postgres(url)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(database: SharedDatabase, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """The application that all tests of this worker share, with new settings and a new clock.

    A test that changes the application uses `new_app` instead.
    """
    app = shared_app(database.url)
    app.extensions["settings"] = make_settings(database_url=database.url, data_dir=tmp_path)
    app.extensions["clock"] = clock
    app.extensions["page_cache"].close()
    with app.app_context():
        with compared(app):
            yield app
        app.extensions["page_cache"].close()
        db.session.remove()
        if database.url.startswith("sqlite"):
            # A test that reads the database file drops this process's locks on the file, so no
            # connection may be kept.
            db.engine.dispose()


@pytest.fixture
def new_app(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """An application that only this test uses, so that the test may change it."""
    app = make_app(database_url, tmp_path)
    app.extensions["clock"] = clock
    with app.app_context():
        with compared(app):
            yield app
        app.extensions["page_cache"].close()
        db.session.remove()
        db.engine.dispose()


@cache
def shared_app(database_url: str) -> Flask:
    app = make_app(database_url, scratch_folder())
    _shared_apps[app] = state_of(app)
    return app


def make_app(database_url: str, data_dir: Path) -> Flask:
    app = create_app(make_settings(database_url=database_url, data_dir=data_dir))
    app.test_client_class = Reader
    app.jinja_env.bytecode_cache = compiled_templates()
    return app


@cache
def compiled_templates() -> FileSystemBytecodeCache:
    """Return a cache of compiled templates that all applications of this run share."""
    return FileSystemBytecodeCache(os.environ[MADE_ONCE])


@pytest.fixture
def client(app: Flask) -> Reader:
    return app.test_client()


@pytest.fixture
def stranger(app: Flask) -> Reader:
    """A second client, which has none of the cookies of `client`."""
    return app.test_client()


@pytest.fixture
def no_kept_pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let views answer every request, as with PAGE_CACHE_MB=0."""
    monkeypatch.setattr(app.extensions["page_cache"], "store", Store(0))


@pytest.fixture
def short_timeouts(app: Flask) -> Iterator[None]:
    """Make the application wait for database locks only 30 milliseconds."""
    with short_lock_timeouts():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Fail a test that changed the shared application and did not restore it."""
    yield
    for app, state in _shared_apps.items():
        assert state_of(app) == state, "To change an application, ask for `new_app`."


_shared_apps: dict[Flask, tuple[object, ...]] = {}


def state_of(app: Flask) -> tuple[object, ...]:
    """Return the parts of an application that a test could change for later tests."""
    return (
        dict(app.config),
        set(app.view_functions),
        set(app.jinja_env.globals) | set(app.jinja_env.filters),
        {name: len(functions) for name, functions in app.before_request_funcs.items()},
        app.test_client_class,
    )
