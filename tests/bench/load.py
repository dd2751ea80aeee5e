"""Serve an application with gunicorn, and count the requests that it answers a second."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import cycle, repeat
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from tests.browser.server import OURS, ROOT, free_port, wait
from tests.databases import SECRET_KEY
from tests.patience import PATIENCE_SECONDS

CLIENTS = 8
THREADS = 2  # Of wrk; each has a file of forms of its own.
# A connection for each request, as Caddy opens them. One that is kept stays with its process, and
# one process may have all of them (docs/decisions/0060).
HEADERS = {"Connection": "close"}
# Those of the page's script.
FORM_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
    "HX-Request": "true",
    "HX-Request-Type": "partial",
}
SCRIPT = Path(__file__).with_name("send.lua")
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_LAST = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
_UNITS = {"us": 0.001, "ms": 1, "s": 1000}
_FAULTS = re.compile(r"Non-2xx or 3xx responses: \d+|Socket errors: .*")


@dataclass(frozen=True, slots=True)
class Load:
    """What one run measured: requests a second, and the 99th percentile in milliseconds."""

    rate: float
    slowest: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A URL to send requests to; with `forms`, POST requests with the lines of files of that name.

    If `repeats`, the lines are sent again when there are no more. `headers` are sent with each.
    """

    url: str
    forms: Path | None = None
    repeats: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def has_wrk() -> bool:
    """Return whether wrk is installed, which sends the requests."""
    return shutil.which("wrk") is not None


def disk_folder() -> Path:
    """Create a temporary folder on a disk, as /tmp may be in memory."""
    return Path(tempfile.mkdtemp(prefix="second-lead-bench-", dir="/var/tmp"))


@contextmanager
def serving(app: str, folder: Path, **variables: str) -> Iterator[str]:
    """Run gunicorn with the site's settings until the block ends; yield its URL."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {
        "DATA_DIR": str(folder),
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": f"sqlite:///{folder / 'unused.sqlite3'}",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "TRUSTED_PROXIES": "1",
        **variables,
    }
    log = folder / "gunicorn.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            (sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", app),
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait(server, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_SECONDS)


def measure_in_turn(
    targets: Sequence[Target], *, seconds: int, rounds: int
) -> list[tuple[Load, ...]]:
    """Return the loads of each target; the targets take turns, so that all meet the same noise."""
    found: list[list[Load]] = [[] for _target in targets]
    for turn in range(rounds):
        for target, loads in list(zip(targets, found, strict=True))[:: 1 if turn % 2 else -1]:
            loads.append(send(target, seconds=seconds, turn=turn))
    return [tuple(loads) for loads in found]


def median_of(loads: Sequence[Load]) -> Load:
    """Return the medians of several runs."""
    return Load(
        statistics.median(load.rate for load in loads),
        statistics.median(load.slowest for load in loads),
    )


def send(target: Target, *, seconds: int, turn: int) -> Load:
    """Send requests for some seconds; a response that is an error ends the benchmark."""
    return (_send_by_wrk if has_wrk() else _send_by_threads)(target, seconds, turn)


def _send_by_wrk(target: Target, seconds: int, turn: int) -> Load:
    command = ["wrk", f"-t{THREADS}", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout=30s"]
    environment = dict(os.environ)
    if target.forms is not None:
        command += ["-s", str(SCRIPT)]
        environment |= {"FORMS": str(target.forms), "TURN": str(turn)}
        environment["REPEATS"] = "1" if target.repeats else ""
    for name, value in (HEADERS | target.headers).items():
        command += ["-H", f"{name}: {value}"]
    command += ["--latency", target.url]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    faults = _FAULTS.findall(done.stdout)
    rate, last = _RATE.search(done.stdout), _LAST.search(done.stdout)
    assert not faults, done.stdout
    assert rate, done.stdout
    assert last, done.stdout
    return Load(float(rate[1]), float(last[1]) * _UNITS[last[2]])


def _send_by_threads(target: Target, seconds: int, turn: int) -> Load:
    """Send requests from threads of this process, which takes more of the processor than wrk."""
    forms = _read_forms(target, turn)
    times: list[float] = []
    end = perf_counter() + seconds

    def run(number: int) -> None:
        parts = urlsplit(target.url)
        with closing(HTTPConnection(parts.netloc)) as connection:
            while (begun := perf_counter()) < end:
                form = next(forms, None)
                assert form or target.forms is None, "the files of forms are too short"
                address = {"X-Forwarded-For": f"10.{turn}.{number}.{len(times) % 250}"}
                headers = HEADERS | dict(target.headers) | (FORM_HEADERS | address if form else {})
                connection.request("POST" if form else "GET", parts.path, form, headers)
                response = connection.getresponse()
                response.read()
                assert response.status < 400, response.status
                times.append(perf_counter() - begun)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(run, range(CLIENTS)))
    return Load(len(times) / seconds, 1000 * statistics.quantiles(times, n=100)[-1])


def _read_forms(target: Target, turn: int) -> Iterator[str | None]:
    """Yield the forms of a run, each once, or again and again if the target repeats them."""
    if target.forms is None:
        return repeat(None)
    names = (f"{target.forms}.{THREADS * turn + number}" for number in range(THREADS))
    lines = [line for name in names for line in Path(name).read_text().splitlines()]
    return iter(cycle(lines) if target.repeats else lines)
