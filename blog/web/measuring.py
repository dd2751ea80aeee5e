"""Measure how many requests there are and how long they take, for /metrics.

Gunicorn's workers count into files of one folder, and whichever worker answers /metrics adds them
up. A file belongs to a slot, the number of a place that workers fill one after another: with files
named by process id, each worker that was ever started would leave one. Nothing is measured without
METRICS_TOKEN, nor by other servers than gunicorn.
"""

import os
import shutil
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import Histogram, values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from blog.settings import Settings

# prometheus-client finds the folder by this variable.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
REQUESTS = "second_lead_request_seconds"
# Seconds; pages take some milliseconds, and gunicorn stops a worker after 30.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
# A stranger may invent methods and paths, and each would be kept for ever.
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
OTHER = "other"

_slot: int | None = None
_seconds: Histogram | None = None


def make_folder() -> None:
    """Make the folder for the files of all workers, when gunicorn starts."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # mkdtemp is safe there.
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="second-lead-metrics-", dir=memory)


def choose_slot(server: Any, worker: Any) -> None:
    """Give a new worker of gunicorn the lowest slot that no living worker has (`pre_fork`)."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(slot for slot in count() if slot not in taken)


def take_slot(_server: Any, worker: Any) -> None:
    """Let this process, a new worker, count into the files of its slot (`post_fork`)."""
    global _slot
    _slot = worker.slot


def remove_folder(_server: Any) -> None:
    """Remove the folder when gunicorn stops (`on_exit`)."""
    if FOLDER in os.environ:
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def init_app(app: Flask, settings: Settings) -> None:
    """Measure the application's requests if metrics are on and a worker of gunicorn serves them.

    Gunicorn makes the application before the workers, so the slot is known only at a request.
    """
    if settings.metrics_token is None:
        return
    # The library's own choice names the files by process id.
    values.ValueClass = values.MultiProcessValue(lambda: _slot)  # type: ignore[no-untyped-call]  # As the library does.
    global _seconds
    _seconds = seconds = Histogram(
        REQUESTS, "How long requests took.", ("view", "method", "status"),
        buckets=BUCKETS, registry=None,
    )  # fmt: skip

    def begin() -> None:
        g.begun = time.perf_counter()

    def count_response(response: Response) -> Response:
        if _slot is None:
            return response
        method = request.method if request.method in METHODS else OTHER
        status = f"{response.status_code // 100}xx"
        child = seconds.labels(request.endpoint or OTHER, method, status)
        child.observe(time.perf_counter() - g.begun)
        return response

    app.before_request(begin)
    app.after_request(count_response)


class Stopwatch:
    """Measures an answer that Flask does not see."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()

    def count(self, view: str, method: str, status: str) -> None:
        """Count an answer for this view."""
        if _slot is not None and _seconds is not None:
            child = _seconds.labels(view or OTHER, method, f"{status[0]}xx")
            child.observe(time.perf_counter() - self._begun)


def collect_requests() -> list[Metric]:
    """Return the measured requests of all workers; none if nothing is measured."""
    folder = os.environ.get(FOLDER)
    if _slot is None or folder is None:
        return []
    collector: Any = MultiProcessCollector  # It has no types.
    return list(collector(None, path=folder).collect())
