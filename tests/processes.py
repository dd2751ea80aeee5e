"""Simultaneous requests from several processes, as gunicorn's workers receive them."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask

from blog import create_app
from blog.accounts import passwords
from blog.db import engine, transactions
from blog.db.engine import db
from blog.settings import Settings
from tests.patience import PATIENCE_SECONDS

PROCESSES = 4

_together: Barrier


@dataclass(frozen=True, kw_only=True)
class Post:
    """A POST request of one sender: path, fields, cookies, headers and IP address."""

    path: str
    data: Mapping[str, str]
    cookies: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class PostResult:
    """The response to a Post; `cookies` has the cookies set, each as "name=value"."""

    status: int
    location: str | None
    text: str
    cookies: tuple[str, ...]


def post_together(app: Flask, posts: Sequence[Post]) -> list[PostResult]:
    """Send all posts at the same time from several processes; return the results in order."""
    shares = run_together(app, send_share, [list(posts[n::PROCESSES]) for n in range(PROCESSES)])
    results = [iter(share) for share in shares]
    return [next(results[number % PROCESSES]) for number in range(len(posts))]


def run_together(app: Flask, work: Callable[[Flask, Any], Any], shares: Sequence[Any]) -> list[Any]:
    """Call `work(app, share)` in each process at the same time; return the results in order.

    `work` must be a function of a module, so that it can be pickled.
    """
    assert len(shares) == PROCESSES
    db.session.rollback()  # The processes must not wait for locks of the test's transaction.
    settings, now = app.extensions["settings"], app.extensions["clock"]()
    jobs = [_pool().submit(_run, settings, now, work, share) for share in shares]
    return [job.result(timeout=2 * PATIENCE_SECONDS) for job in jobs]


def send_share(app: Flask, posts: Sequence[Post]) -> list[PostResult]:
    """Send these posts at the same time, each in its own thread; return the results in order."""
    results: dict[int, PostResult] = {}

    def send(number: int, post: Post) -> None:
        client = app.test_client()
        for name, value in post.cookies.items():
            client.set_cookie(name, value)
        response = client.post(
            post.path,
            data=post.data,
            headers=post.headers,
            environ_overrides={"REMOTE_ADDR": post.address},
        )
        results[number] = PostResult(
            status=response.status_code,
            location=response.location,
            text=response.text,
            # Without the time of expiry, which can differ between processes.
            cookies=tuple(c.partition(";")[0] for c in response.headers.getlist("Set-Cookie")),
        )

    threads = [threading.Thread(target=send, args=pair) for pair in enumerate(posts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(posts))]


@cache
def _pool() -> ProcessPoolExecutor:
    """Return the pool of processes, started once and used by all tests of a run."""
    context = get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    return ProcessPoolExecutor(PROCESSES, context, initializer=_enter, initargs=(barrier,))


def _enter(barrier: Barrier) -> None:
    """Prepare a process of the pool: set the barrier, cheap hashing and long lock timeouts."""
    global _together
    _together = barrier
    hash_quickly()
    engine.BUSY_SECONDS = engine.CONNECT_SECONDS = int(PATIENCE_SECONDS)
    transactions.TURN_SECONDS = int(PATIENCE_SECONDS)


@cache
def _app_for(settings: Settings) -> Flask:
    """Return the application that all tests with these settings share in this process."""
    return create_app(settings)


def hash_quickly() -> None:
    """Make password hashing cheap in this process, for passwords hashed from now on."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._HASHER = quick
    passwords._NOBODY = quick.hash("nobody has this password")


def _run(settings: Settings, now: datetime, work: Callable[[Flask, Any], Any], share: Any) -> Any:
    with _application(settings, now) as app:
        # Each process takes one share and waits here until all processes have one.
        _together.wait(PATIENCE_SECONDS)
        return work(app, share)


@contextmanager
def _application(settings: Settings, now: datetime) -> Iterator[Flask]:
    app = _app_for(replace(settings, data_dir=Path("/")))
    app.extensions.update(settings=settings, clock=lambda: now)
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()
