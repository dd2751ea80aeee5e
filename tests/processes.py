"""Requests at the same moment from several processes, as they come to gunicorn's workers."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
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
    """Be one sender's request, with the cookies its browser has."""

    path: str
    data: Mapping[str, str]
    cookies: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Be what came back; of cookies their names and values."""

    status: int
    location: str | None
    text: str
    cookies: tuple[str, ...]


def post_together(app: Flask, posts: Sequence[Post]) -> list[Answer]:
    """Send every post from a thread of its own, spread over processes, all at once."""
    shares = run_together(app, send_share, [list(posts[n::PROCESSES]) for n in range(PROCESSES)])
    responses = [iter(share) for share in shares]
    return [next(responses[number % PROCESSES]) for number in range(len(posts))]


def run_together(app: Flask, work: Callable[[Flask, Any], Any], shares: Sequence[Any]) -> list[Any]:
    """Call `work(app, share)` in each process at the same moment; work stands in a module."""
    assert len(shares) == PROCESSES
    db.session.rollback()  # The test's own transaction must not be what the others wait for.
    settings, now = app.extensions["settings"], app.extensions["clock"]()
    jobs = [_pool().submit(_run, settings, now, work, share) for share in shares]
    return [job.result(timeout=2 * PATIENCE_SECONDS) for job in jobs]


def send_share(app: Flask, posts: Sequence[Post]) -> list[Answer]:
    """Send these posts at once and return the answers in their order."""
    responses: dict[int, Answer] = {}

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
        responses[number] = Answer(
            status=response.status_code,
            location=response.location,
            text=response.text,
            # Without the moment when they expire, which is the server's own.
            cookies=tuple(c.partition(";")[0] for c in response.headers.getlist("Set-Cookie")),
        )

    threads = [threading.Thread(target=send, args=pair) for pair in enumerate(posts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [responses[number] for number in range(len(posts))]


@cache
def _pool() -> ProcessPoolExecutor:
    """Start the processes once; all tests of a run use them."""
    context = get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    return ProcessPoolExecutor(PROCESSES, context, initializer=_enter, initargs=(barrier,))


def _enter(barrier: Barrier) -> None:
    """Take the barrier, and as much patience with the database as a busy machine may need."""
    global _together
    _together = barrier
    hash_quickly()
    engine.BUSY_SECONDS = engine.CONNECT_SECONDS = int(PATIENCE_SECONDS)
    transactions.TURN_SECONDS = int(PATIENCE_SECONDS)


def hash_quickly() -> None:
    """Have passwords hashed, from now on in this process, at next to no cost."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._HASHER = quick
    passwords._NOBODY = quick.hash("nobody has this password")


def _run(settings: Settings, now: datetime, work: Callable[[Flask, Any], Any], share: Any) -> Any:
    with _application(settings, now) as app:
        # Each process takes one share: nobody goes on before all have theirs.
        _together.wait(PATIENCE_SECONDS)
        return work(app, share)


@contextmanager
def _application(settings: Settings, now: datetime) -> Iterator[Flask]:
    app = create_app(settings)
    app.extensions["clock"] = lambda: now
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()
