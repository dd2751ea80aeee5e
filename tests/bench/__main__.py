"""Measure the moderation queue with few and with many comments, and print a table.

The two sizes take turns, so that other work of the machine slows both alike. Each figure is the
median of its rounds. Then come the time that a reader's browser needs for a proof of work, and
what Lighthouse says about readers' pages.
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
from tests.bench.reader_pages import judge_readers_pages
from tests.bench.readers import REPLIES, RULES, SpamChecked, Thread, make_spam_checked, make_threads
from tests.bench.sites import (
    BULK,
    Site,
    make_postgres_address,
    make_site,
    make_sqlite_address,
)
from tests.bench.writers import LISTED, LISTS, MOST, Read, ReviewList, make_lists, make_read

LIMIT = 1.2
SIZES = (1_000, 100_000)
ROUNDS = 60
# Of a thousand comments, a hundred are pending.
MOST_DECISIONS = 90
DATABASES = {"SQLite": make_sqlite_address, "PostgreSQL": make_postgres_address}
WIDTH = 26


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One row of the table: an action, its number of rounds and the unit of its figures.

    `tidy` undoes the action after each round. `is_rate` shows actions per second. The last figure
    may be `limit` times the first if the measure is limited.
    """

    name: str
    act: Callable[[Any], None]
    rounds: int
    tidy: Callable[[Any], None] | None = None
    is_rate: bool = False
    is_limited: bool = False
    limit: float = LIMIT


def list_measures(rounds: int) -> list[Measure]:
    """Return the measures; those that only read come before those that write."""
    pages = [
        Measure(
            name=f"queue, {page} page",
            act=partial(Site.show, page=page),
            rounds=rounds,
            is_limited=True,
        )
        for page in ("first", "middle", "last", "reported")
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
    """Return the median seconds of one measure on each site."""
    times: list[list[float]] = [[] for _site in sites]
    for turn in range(one.rounds + 1):
        for site, taken in list(zip(sites, times, strict=True))[:: 1 if turn % 2 else -1]:
            seconds = time_one(partial(one.act, site))
            if one.tidy:
                one.tidy(site)
            if turn:  # The first round is not counted.
                taken.append(seconds)
    return [statistics.median(taken) for taken in times]


def time_one(act: Callable[[], None]) -> float:
    """Return the seconds that an action takes, with garbage collection switched off."""
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        act()
        return perf_counter() - start
    finally:
        gc.enable()


def format_row(one: Measure, figures: Sequence[float]) -> str:
    """Return a row of the table."""
    texts = [f"{1 / s:,.0f}" if one.is_rate else f"{s * 1000:,.1f} ms" for s in figures]
    cells = "".join(f"{cell:>13}" for cell in texts)
    limit = f"   at most {one.limit}" if one.is_limited else ""
    over = "  OVER" if is_over(one, figures) else ""
    return f"  {one.name:<{WIDTH}}{cells}{figures[-1] / figures[0]:>9.2f}{limit}{over}"


def is_over(one: Measure, figures: Sequence[float]) -> bool:
    """Return whether a limited measure takes more than its limit times as long as at first."""
    return one.is_limited and figures[-1] / figures[0] > one.limit


def measure_readers(
    make_address: Callable[[], str], rounds: int
) -> Iterator[tuple[str, tuple[Measure, Sequence[float]]]]:
    """Measure readers' requests, a writer's preview and the list of reviews.

    Yields (column titles, (measure, figures)) for each table.
    """
    threads = make_threads(make_address)
    page = Measure(name="its review's page", act=Thread.show, rounds=rounds, is_limited=True)
    sizes = "".join(f"{f'{size:,}':>13}" for size in REPLIES)
    yield f"{'Replies to one comment':<{WIDTH + 2}}{sizes}    ratio", (
        page, measure_one(threads, page)
    )  # fmt: skip
    checked = make_spam_checked(make_address)
    for site in checked:
        site.prepare_forms(rounds + 1)
    submission = Measure(name="a comment is sent", act=SpamChecked.submit, rounds=rounds)
    titles = f"{'no check':>13}{'every check':>13}    ratio"
    yield f"{f'Spam protection, {RULES} rules':<{WIDTH + 2}}{titles}", (
        submission, measure_one(checked, submission)
    )  # fmt: skip
    read = make_read(make_address)
    preview = Measure(
        name="a page is shown", act=Read.show, rounds=rounds, is_limited=True, limit=MOST
    )
    titles = f"{'public':>13}{'preview':>13}    ratio"
    yield f"{'A review of 16 KB':<{WIDTH + 2}}{titles}", (preview, measure_one(read, preview))
    lists = make_lists(make_address)
    sizes = "".join(f"{f'{size:,}':>13}" for size in LISTED)
    for name, (query, is_limited) in LISTS.items():
        show = partial(ReviewList.show, query=query)
        one = Measure(name=name, act=show, rounds=rounds, is_limited=is_limited)
        yield f"{'The list of reviews':<{WIDTH + 2}}{sizes}    ratio", (
            one, measure_one(lists, one)
        )  # fmt: skip
    for site in (*threads, *checked, *read, *lists):
        site.close()


def format_proof(seconds: Seconds | None) -> str:
    """Return the rows about the proof of work; they have no limit, because machines differ."""
    if seconds is None:
        return "\nChromium is not here; `python -m tests.browser.chromium` looks for one."
    cells = "".join(f"{s * 1000:>10,.0f} ms" for s in seconds)
    title = f"{'Chromium':<{WIDTH + 2}}{'as it is':>13}{f'slowed by {SLOWED}':>13}    ratio"
    row = f"  {'proof of work':<{WIDTH}}{cells}{seconds.slowed / seconds.plain:>9.2f}"
    return f"\n{title}\n{row}"


def version_of(site: Site) -> str:
    """Return the name and version of the site's database."""
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


def print_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    given = read_arguments()
    measures = list_measures(given.rounds)
    print_line(f"$ {' '.join(['python', *sys.orig_argv[1:]])}")
    version = platform.python_version()
    print_line(f"Python {version}, {given.rounds} rounds; a tenth of the comments is pending.")
    over = 0
    for name in given.database or DATABASES:
        sites = [make_site(database_url=DATABASES[name](), size=size) for size in given.sizes]
        sizes = "".join(f"{f'{size:,}':>13}" for size in given.sizes)
        print_line(f"\n{version_of(sites[0]):<{WIDTH + 2}}{sizes}    ratio")
        for one, figures in zip(measures, measure(sites, measures), strict=True):
            print_line(format_row(one, figures))
            over += is_over(one, figures)
        for site in sites:
            site.close()
        for title, row in measure_readers(DATABASES[name], given.rounds):
            print_line(f"\n{title}\n{format_row(*row)}")
            over += is_over(*row)
    print_line(format_proof(measure_proof()))
    judged, under = judge_readers_pages()
    print_line(judged)
    faults = []
    if over:
        faults.append(f"{over} rows are over their limit.")
    if under:
        faults.append(f"{under} pages are under a bar of Lighthouse.")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
