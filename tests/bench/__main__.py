"""Measure the moderation queue with few and with many comments, and print a table.

The two sizes take turns, so that other work of the machine slows both alike. Each figure is the
median of its rounds. Then come the time that a reader's browser needs for a proof of work, and
what Lighthouse says about readers' pages.
"""

import argparse
import platform
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from sqlalchemy import text

from blog.bench.loading import LARGEST
from blog.db.driver import name_version
from blog.db.engine import db
from tests.bench.gains import GAINS, format_gain, measure_gain
from tests.bench.kept import PAGES as PAGES_KEPT
from tests.bench.kept import format_kept, measure_kept, measure_kept_rates
from tests.bench.load import CLIENTS, has_wrk
from tests.bench.measuring import WIDTH, Measure, format_row, is_over, measure_one
from tests.bench.proof import SLOWED, Seconds, measure_proof
from tests.bench.rates import format_rate, measure_rates
from tests.bench.reader_pages import judge_readers_pages
from tests.bench.readers import REPLIES, RULES, SpamChecked, Thread, make_spam_checked, make_threads
from tests.bench.sites import (
    BULK,
    PAGES,
    QUEUE_PAGES,
    Site,
    make_postgres_address,
    make_site,
    make_sqlite_address,
)
from tests.bench.writers import LISTED, LISTS, MOST, Read, ReviewList, make_lists, make_read


class Extent(NamedTuple):
    """How much is measured.

    `rounds` are those of a row, `seconds` and `turns` those of a load. `kept` are names of pages in
    memory, of which there are `pages`.
    """

    sizes: tuple[int, int]
    rounds: int
    seconds: int
    turns: int
    kept: Collection[str]
    pages: int
    approvals: int


WHOLE = Extent(
    sizes=(1_000, 1_000_000),
    rounds=60,
    seconds=5,
    turns=5,
    kept=PAGES_KEPT,
    pages=1_000,
    approvals=40,
)
QUICK = Extent(
    sizes=(1_000, 20_000),
    rounds=7,
    seconds=1,
    turns=2,
    kept=("page", "page.gz"),
    pages=200,
    approvals=10,
)
# Of a thousand comments, a hundred are pending.
MOST_DECISIONS = 90
DATABASES = {"SQLite": make_sqlite_address, "PostgreSQL": make_postgres_address}


def list_measures(rounds: int) -> list[Measure]:
    """Return the measures; those that only read come before those that write."""
    pages = [
        Measure(
            name=f"queue, {page} page",
            act=partial(Site.show, page=page),
            rounds=rounds,
            is_limited=True,
        )
        for page in QUEUE_PAGES
    ]
    others = [
        Measure(name=name, act=partial(Site.show, page=name), rounds=rounds, is_limited=True)
        for name in ("permalink", *PAGES)
    ]
    return [
        *pages,
        *others,
        Measure(name="own comments", act=Site.ask, rounds=rounds, is_limited=True),
        Measure(
            name="log file, 1,000 lines",
            act=Site.download,
            rounds=1,
            units=lambda site: site.lines / 1000,
            is_limited=True,
        ),
        Measure(
            name="maintenance, 100 comments",
            act=Site.forget,
            rounds=1,
            units=lambda site: site.forgotten / 100,
            is_limited=True,
        ),
        Measure(
            name="submissions a second",
            act=Site.submit,
            rounds=rounds,
            is_rate=True,
            is_limited=True,
        ),
        Measure(
            name="decisions a second",
            act=Site.decide,
            rounds=min(rounds, MOST_DECISIONS),
            is_rate=True,
            is_limited=True,
        ),
        Measure(
            name=f"bulk of {BULK}",
            act=Site.decide_many,
            tidy=Site.undo_many,
            rounds=max(1, rounds // 8),
        ),
    ]


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
    parser.add_argument("--sizes", type=int, nargs=2, metavar=("FEW", "MANY"))
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument(
        "--quick", action="store_true", help="fewer comments and rounds, and no browser"
    )
    given = parser.parse_args()
    kind = QUICK if given.quick else WHOLE
    given.sizes, given.rounds = given.sizes or kind.sizes, given.rounds or kind.rounds
    given.seconds, given.turns = kind.seconds, kind.turns
    given.kept, given.pages, given.approvals = kind.kept, kind.pages, kind.approvals
    if not 1_000 <= given.sizes[0] < given.sizes[1] <= LARGEST:
        parser.error(f"--sizes takes two numbers from 1000 to {LARGEST}, the smaller first")
    if not 1 <= given.rounds <= 1000:
        parser.error("--rounds takes a number from 1 to 1000")
    return given


def print_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def print_sites(name: str, given: argparse.Namespace) -> int:
    """Print what costs as much with many comments as with few; return the rows over their limit."""
    sites = [make_site(database_url=DATABASES[name](), size=size) for size in given.sizes]
    titles = "".join(f"{f'{size:,}':>13}" for size in given.sizes) + "    ratio"
    over = print_rows(f"{version_of(sites[0]):<{WIDTH + 2}}{titles}", sites, given.rounds)
    if name == "SQLite":
        # Its planner chooses otherwise when it has counted the rows.
        for site in sites:
            site.analyze()
        over += print_rows(f"{'SQLite, after ANALYZE':<{WIDTH + 2}}{titles}", sites, given.rounds)
    print_line(f"\n{'In bare requests of Flask':<{WIDTH + 2}}{'before':>13}{'now':>13}     gain")
    for gain in GAINS:
        cost = measure_gain(sites[0], gain, rounds=given.rounds)
        print_line(format_gain(gain, name, cost))
        over += gain.before[name] / cost < gain.least
    for site in sites:
        site.close()
    return over


def print_rows(title: str, sites: Sequence[Site], rounds: int) -> int:
    """Measure the sites and print a table; return the number of rows over their limit."""
    print_line(f"\n{title}")
    over = 0
    for one in list_measures(rounds):
        figures = measure_one(sites, one)
        print_line(format_row(one, figures))
        over += is_over(one, figures)
    return over


def print_rates(name: str, given: argparse.Namespace) -> int:
    """Print requests a second beside those of bare servers; return the rows under their share."""
    sender = f"wrk, {CLIENTS} clients" if has_wrk() else f"{CLIENTS} threads of Python"
    title = f"gunicorn and {name}; {sender}"
    print_line(f"\n{title:<{WIDTH + 44}}{'a second':>10}{'bare':>10}    share      99 %")
    under = 0
    extent = {"seconds": given.seconds, "rounds": given.turns}
    kept_rates = measure_kept_rates(name, pages=given.kept, **extent)
    for rate in chain(measure_rates(name, **extent), kept_rates):
        print_line(format_rate(rate))
        under += rate.share < rate.least
    kept = measure_kept(name, pages=given.pages, approvals=given.approvals)
    print_line(format_kept(kept))
    return under + (kept.megabytes > kept.most_megabytes)


def main() -> None:
    given = read_arguments()
    print_line(f"$ {' '.join(['python', *sys.orig_argv[1:]])}")
    version = platform.python_version()
    print_line(f"Python {version}, {given.rounds} rounds; a tenth of the comments is pending.")
    over = 0
    for name in given.database or DATABASES:
        over += print_sites(name, given)
        over += print_rates(name, given)
        if not given.quick:
            for title, row in measure_readers(DATABASES[name], given.rounds):
                print_line(f"\n{title}\n{format_row(*row)}")
                over += is_over(*row)
    faults = [f"{over} rows are over their limit."] if over else []
    if not given.quick:
        print_line(format_proof(measure_proof()))
        judged, under = judge_readers_pages()
        print_line(judged)
        if under:
            faults.append(f"{under} pages are under a bar of Lighthouse.")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
