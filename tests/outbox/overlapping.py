"""Helper that runs two overlapping transactions on PostgreSQL."""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import text

from blog.db.engine import db
from blog.db.transactions import write
from tests.patience import PATIENCE_SECONDS, wait_until

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def run_overlapping(app: Flask, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Run two commands in two threads and return the result or the error of each.

    The first command is committed only after the second waits for a lock or has ended.
    """
    results: list[Any] = [None, None]
    has_run, may_commit = threading.Event(), threading.Event()

    def run_and_wait() -> Any:
        result = first()
        has_run.set()
        assert may_commit.wait(PATIENCE_SECONDS)
        return result

    def work(number: int, command: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                results[number] = write(command)
            except Exception as error:  # noqa: BLE001  # The error is the result.
                results[number] = error

    threads = [
        threading.Thread(target=work, args=pair) for pair in ((0, run_and_wait), (1, second))
    ]
    threads[0].start()
    assert has_run.wait(PATIENCE_SECONDS)
    threads[1].start()
    wait_until(lambda: not threads[1].is_alive() or count_waiting() > 0)
    may_commit.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return results


def count_waiting() -> int:
    """Return how many lock requests are waiting in PostgreSQL."""
    db.session.rollback()
    return db.session.execute(WAITING).scalar_one()
