"""Hurt the site while readers write and moderators decide, then count what it kept.

Each trouble strikes several times, at random moments. Afterwards the databases and the record of
the mail server are compared with what readers and moderators were told. The exit status is 1 if
anything was lost, is there twice or is wrong.
"""

import argparse
import random
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from blog.db.driver import sqlite
from blog.db.engine import db
from tests.chaos.arguments import DATABASES, Dose, read_arguments
from tests.chaos.audit import find_faults
from tests.chaos.mail_recorder import count_mails, read_mails
from tests.chaos.postgres import find_postgres_obstacle
from tests.chaos.site import POSTGRESQL, Site, running_site
from tests.chaos.stored import Fault, Stored
from tests.chaos.table import Report, format_report
from tests.chaos.troubles import run_trouble


def run_on(
    database: str, doses: Sequence[Dose], given: argparse.Namespace, *, on_small_disk: bool
) -> Report:
    """Run these troubles on a new site; return what came of it."""
    title = f"{database}, on a small disk" if on_small_disk else database
    seed = f"{given.seed}:{title}"
    with running_site(database=database, on_small_disk=on_small_disk) as site:
        emails = site.fill(moderators=given.moderators)
        tell(f"{title}: http://127.0.0.1:{site.port} is started")
        site.begin(emails=emails, readers=given.readers, seed=seed, pause=given.pause)
        courses = []
        for dose in doses:
            tell(f"{title}: {dose.trouble.what}")
            rng = random.Random(f"{seed}:{dose.trouble.name}")
            courses.append(
                run_trouble(dose.trouble, site, strikes=dose.strikes, seconds=dose.seconds, rng=rng)
            )
        tell(f"{title}: the last are finished, and what was promised is counted")
        site.end(settle=given.settle)
        faults = [
            *(Fault("wrong", c.trouble.name, what) for c in courses for what in c.faults),
            *check_site(site),
        ]
        if given.logs:
            copy_logs(site, given.logs / title)
        mails = count_mails(read_mails(site.mails))
        return Report(title, site.traffic, courses, mails, faults)


def check_site(site: Site) -> Iterator[Fault]:
    """Yield all faults of a site whose programs have ended."""
    mails = read_mails(site.mails)
    with site.app.app_context():
        yield from list(find_faults(Stored.read(), site.traffic, mails))
        damage = _find_sqlite_damage() if site.server is None else ""
    site.let_go()
    if site.server is not None:
        damage = site.server.find_damage()
    if damage:
        yield Fault("wrong", "", f"the database is damaged: {damage}")


def copy_logs(site: Site, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for log in site.folder.glob("*.log"):
        shutil.copy(log, folder)


def _find_sqlite_damage() -> str:
    """Return what SQLite's own checks say of a damaged file, "" if nothing."""
    raw = db.session.connection().connection.dbapi_connection
    assert isinstance(raw, sqlite.Connection)
    found = [row[0] for row in raw.execute("PRAGMA integrity_check")]
    orphans = raw.execute("PRAGMA foreign_key_check").fetchall()
    return "; ".join([*(text for text in found if text != "ok"), *map(str, orphans)])


def tell(line: str) -> None:
    sys.stderr.write(f"{line} …\n")
    sys.stderr.flush()


def print_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def end_in_order(_number: int, _frame: object) -> NoReturn:
    """Leave by an exception, so that everything that was started is stopped."""
    sys.exit("Stopped.")


def main(arguments: Sequence[str]) -> int:
    given = read_arguments(arguments, __doc__)
    # A shell may have started this in the background, with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end_in_order)
    print_line(f"$ python -m tests.chaos {' '.join(arguments)}\nSeed: {given.seed}")
    reports = [
        report
        for database in given.database or DATABASES
        for report in run_on_database(database, given)
    ]
    count = sum(len(report.faults) for report in reports)
    if count or not reports:
        print_line(f"\n{count} faults." if reports else "\nNothing was run.")
        return 1
    print_line("\nNothing was lost, and nothing is there twice.")
    return 0


def run_on_database(database: str, given: argparse.Namespace) -> Iterator[Report]:
    """Run the chosen troubles on a kind of database; print and yield each report."""
    missing = find_postgres_obstacle() if database == POSTGRESQL else ""
    runnable = []
    for dose in given.doses:
        if database not in dose.trouble.databases:
            continue
        if obstacle := missing or dose.trouble.find_obstacle():
            print_line(f"\nNot run on {database}: {dose.trouble.name}, as {obstacle}.")
        else:
            runnable.append(dose)
    for on_small_disk in (False, True):
        doses = [dose for dose in runnable if dose.trouble.needs_small_disk == on_small_disk]
        if doses:
            report = run_on(database, doses, given, on_small_disk=on_small_disk)
            print_line(f"\n{format_report(report)}")
            yield report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
