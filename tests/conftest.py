"""What every test may ask for: an application, a reader, a clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from blog import create_app
from blog.db.engine import db
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
from tests.engine import hurried
from tests.page import Reader
from tests.processes import hash_quickly


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on the databases its marker names; one that names none runs on SQLite."""
    marker = metafunc.definition.get_closest_marker("databases")
    if marker and "database_name" in metafunc.fixturenames:
        marks = {"postgresql": pytest.mark.postgresql}
        names = [pytest.param(name, marks=marks.get(name, ())) for name in marker.args]
        metafunc.parametrize("database_name", names)


# What belongs to a phase of the run that tests/__main__.py begins, by the markers it excludes and
# the one it is about.
PHASES = {
    "together": ({"serial", "slow"}, None),
    "alone": ({"slow"}, "serial"),
    "quick": ({"serial", "slow", "thorough", "browser", "postgresql"}, None),
    "slow": (set(), "slow"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--phase", choices=PHASES, help="run what belongs to this phase alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what belongs to the phase, and give the browser to one worker, which begins with it."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
    if phase := config.getoption("--phase"):
        others = [item for item in items if not belongs(item, phase)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]


def belongs(item: pytest.Item, phase: str) -> bool:
    without, about = PHASES[phase]
    markers = {marker.name for marker in item.iter_markers()}
    return not markers & without and (about is None or about in markers)


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOON + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """Hash passwords quickly; tests/accounts/test_passwords.py looks at what the site does."""
    hash_quickly()


@pytest.fixture
def database_name() -> str:
    return "sqlite"


@pytest.fixture
def database(database_name: str) -> SharedDatabase:
    """This worker's database, emptied."""
    database = shared_database(database_name)
    database.empty()
    return database


@pytest.fixture
def database_url(database: SharedDatabase) -> str:
    return database.url


@pytest.fixture
def own_database_url(database_name: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database that no other test has, to change its tables."""
    if database_name == "sqlite":
        yield fresh_sqlite(tmp_path)
        return
    url = fresh_postgres()
    yield url
    drop_postgres(url)


@pytest.fixture
def bare_database_url(database_name: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a single table."""
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
    """This worker's application, as if it had just been made; `new_app` is one to add to."""
    app = shared_app(database.url)
    app.extensions["settings"] = make_settings(database_url=database.url, data_dir=tmp_path)
    app.extensions["clock"] = clock
    with app.app_context():
        yield app
        db.session.remove()
        if database.url.startswith("sqlite"):
            # Reading the file, as some tests do, drops this process's locks on it without a word.
            db.engine.dispose()


@pytest.fixture
def new_app(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """An application of the test's own, to which it may add what it likes."""
    app = make_app(database_url, tmp_path)
    app.extensions["clock"] = clock
    with app.app_context():
        yield app
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
    """Keep compiled templates for the applications that tests make for themselves."""
    return FileSystemBytecodeCache(str(scratch_folder()))


@pytest.fixture
def client(app: Flask) -> Reader:
    return app.test_client()


@pytest.fixture
def stranger(app: Flask) -> Reader:
    """Another browser, which knows nothing of the first."""
    return app.test_client()


@pytest.fixture
def impatient(app: Flask) -> Iterator[None]:
    """The application, but it waits for the database's locks no longer than a moment."""
    with hurried():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Fail a test that leaves the application it shares with others changed."""
    yield
    for app, state in _shared_apps.items():
        assert state_of(app) == state, "To change an application, ask for `new_app`."


_shared_apps: dict[Flask, tuple[object, ...]] = {}


def state_of(app: Flask) -> tuple[object, ...]:
    """Return all of an application that one test could leave behind for the next."""
    return (
        dict(app.config),
        set(app.view_functions),
        set(app.jinja_env.globals) | set(app.jinja_env.filters),
        {name: len(functions) for name, functions in app.before_request_funcs.items()},
        app.test_client_class,
    )
