"""Measure how long the desk takes with few comments and with many, and print a table.

The sizes take turns, so that whatever else the machine does slows both alike. A figure is the
median of its rounds. Last comes what a reader's browser computes before a comment is sent.
"""

import argparse
import gc
import platform
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

from sqlalchemy import text

from blog.bench.loading import LARGEST
from blog.db.driver import name_version
from blog.db.engine import db
from tests.bench.proof import SLOWED, Seconds, measure_proof
from tests.bench.readers import ANSWERS, RULES, Gate, Thread, make_gates, make_threads
from tests.bench.sites import (
    BULK,
    Site,
    make_postgres_address,
    make_site,
    make_sqlite_address,
)

LIMIT = 1.2
SIZES = (1_000, 100_000)
ROUNDS = 60
# Of a thousand comments a hundred wait.
MOST_DECISIONS = 90
DATABASES = {"SQLite": make_sqlite_address, "PostgreSQL": make_postgres_address}
WIDTH = 26


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Say what is done over and over, how often, and how its time is told."""

    name: str
    act: Callable[[Any], None]
    rounds: int
    tidy: Callable[[Any], None] | None = None
    is_rate: bool = False
    is_limited: bool = False


def list_measures(rounds: int) -> list[Measure]:
    """Return what is measured; what only reads comes first, while nothing has been written."""
    pages = [
        Measure(
            name=f"queue, {page} page",
            act=partial(Site.show, page=page),
            rounds=rounds,
            is_limited=True,
        )
        for page in ("first", "middle", "last")
    ]
    return [
        *pages,
        Measure(name="submissions a second", act=Site.submit, rounds=rounds, is_rate=True),
        Measure(
            name="decisions a second",
            act=Site.decide,
            rounds=min(rounds, MOST_DECISIONS),
            is_rate=True,
        ),
        Measure(
            name=f"bulk of {BULK}",
            act=Site.decide_many,
            tidy=Site.undo_many,
            rounds=max(1, rounds // 8),
        ),
    ]


def measure(sites: Sequence[Site], measures: Sequence[Measure]) -> list[list[float]]:
    """Return the median seconds of each measure on each site."""
    return [measure_one(sites, one) for one in measures]


def measure_one(sites: Sequence[Any], one: Measure) -> list[float]:
    times: list[list[float]] = [[] for _site in sites]
    for turn in range(one.rounds + 1):
        for site, taken in list(zip(sites, times, strict=True))[:: 1 if turn % 2 else -1]:
            seconds = time_one(partial(one.act, site))
            if one.tidy:
                one.tidy(site)
            if turn:  # The first warms up.
                taken.append(seconds)
    return [statistics.median(taken) for taken in times]


def time_one(act: Callable[[], None]) -> float:
    """Return the seconds that something takes, without those of collecting garbage."""
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        act()
        return perf_counter() - start
    finally:
        gc.enable()


def tell(one: Measure, figures: Sequence[float]) -> str:
    """Return a row of the table."""
    told = [f"{1 / s:,.0f}" if one.is_rate else f"{s * 1000:,.1f} ms" for s in figures]
    cells = "".join(f"{cell:>13}" for cell in told)
    limit = f"   at most {LIMIT}" if one.is_limited else ""
    over = "  OVER" if is_over(one, figures) else ""
    return f"  {one.name:<{WIDTH}}{cells}{figures[-1] / figures[0]:>9.2f}{limit}{over}"


def is_over(one: Measure, figures: Sequence[float]) -> bool:
    """Tell whether it takes longer with many comments than it may."""
    return one.is_limited and figures[-1] / figures[0] > LIMIT


def measure_readers(
    make_address: Callable[[], str], rounds: int
) -> Iterator[tuple[str, tuple[Measure, Sequence[float]]]]:
    """Give what readers wait for, each with the title of its columns."""
    threads = make_threads(make_address)
    page = Measure(name="its review's page", act=Thread.show, rounds=rounds, is_limited=True)
    sizes = "".join(f"{f'{size:,}':>13}" for size in ANSWERS)
    yield f"{'Answers under one comment':<{WIDTH + 2}}{sizes}    ratio", (
        page, measure_one(threads, page)
    )  # fmt: skip
    gates = make_gates(make_address)
    for gate in gates:
        gate.stock(rounds + 1)
    submission = Measure(name="a comment is sent", act=Gate.submit, rounds=rounds)
    titles = f"{'no check':>13}{'every check':>13}    ratio"
    yield f"{f'Gate, {RULES} rules':<{WIDTH + 2}}{titles}", (
        submission, measure_one(gates, submission)
    )  # fmt: skip
    for site in (*threads, *gates):
        site.close()


def tell_proof(seconds: Seconds | None) -> str:
    """Return the part of the table on the proof of work; it has no limit, machines differ."""
    if seconds is None:
        return "\nChromium is not here; `python -m tests.browser.chromium` looks for one."
    cells = "".join(f"{s * 1000:>10,.0f} ms" for s in seconds)
    title = f"{'Chromium':<{WIDTH + 2}}{'as it is':>13}{f'slowed by {SLOWED}':>13}    ratio"
    row = f"  {'proof of work':<{WIDTH}}{cells}{seconds.slowed / seconds.plain:>9.2f}"
    return f"\n{title}\n{row}"


def version_of(site: Site) -> str:
    """Name the version of the site's database."""
    with site.app.app_context():
        if db.engine.name == "sqlite":
            return name_version()
        return f"PostgreSQL {db.session.execute(text('SHOW server_version')).scalar_one()}"


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES, metavar=("FEW", "MANY"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--database", choices=DATABASES, action="append")
    given = parser.parse_args()
    if not 1_000 <= given.sizes[0] < given.sizes[1] <= LARGEST:
        parser.error(f"--sizes takes two numbers from 1000 to {LARGEST}, the smaller first")
    if not 1 <= given.rounds <= 1000:
        parser.error("--rounds takes a number from 1 to 1000")
    return given


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    given = read_arguments()
    measures = list_measures(given.rounds)
    say(f"$ {' '.join(['python', *sys.orig_argv[1:]])}")
    say(f"Python {platform.python_version()}, {given.rounds} rounds; a tenth of the comments wait.")
    over = 0
    for name in given.database or DATABASES:
        sites = [make_site(database_url=DATABASES[name](), size=size) for size in given.sizes]
        sizes = "".join(f"{f'{size:,}':>13}" for size in given.sizes)
        say(f"\n{version_of(sites[0]):<{WIDTH + 2}}{sizes}    ratio")
        for one, figures in zip(measures, measure(sites, measures), strict=True):
            say(tell(one, figures))
            over += is_over(one, figures)
        for site in sites:
            site.close()
        for title, row in measure_readers(DATABASES[name], given.rounds):
            say(f"\n{title}\n{tell(*row)}")
            over += is_over(*row)
    say(tell_proof(measure_proof()))
    if over:
        sys.exit(f"{over} of them grow with the number of comments by more than {LIMIT}.")


if __name__ == "__main__":
    main()
