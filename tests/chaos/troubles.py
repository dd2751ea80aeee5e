"""The troubles: what is done to a site while people use it."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from tests.browser.server import ROOT
from tests.chaos.backups import find_backup_obstacle, make_backup
from tests.chaos.deadly_outbox import ALL_STEPS
from tests.chaos.disks import find_mount_obstacle
from tests.chaos.site import POSTGRESQL, SQLITE, Site
from tests.chaos.strike import Strike
from tests.patience import PATIENCE_SECONDS, wait_until

BOTH = (SQLITE, POSTGRESQL)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A trouble, which strikes several times; the end of a strike is when `hit` returns."""

    name: str
    what: str
    hit: Callable[[Site, Strike], None]
    databases: tuple[str, ...] = BOTH
    needs_small_disk: bool = False
    # Returns why it cannot be run, "" if it can.
    find_obstacle: Callable[[], str] = lambda: ""


@dataclass
class Course:
    """How a trouble went: the seconds from the end of each strike to the first comment saved."""

    trouble: Trouble
    recoveries: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def run_trouble(
    trouble: Trouble, site: Site, *, strikes: int, seconds: float, rng: random.Random
) -> Course:
    """Strike a site several times, at random moments, each time after it has recovered."""
    course, traffic = Course(trouble), site.traffic
    traffic.trouble = trouble.name
    for number in range(strikes):
        if not traffic.wait_for_flow():
            course.faults.append("no comments or no decisions came before a strike")
        threading.Event().wait(rng.uniform(0, 0.5))
        try:
            trouble.hit(site, Strike(number=number, seconds=seconds, rng=rng))
        except (
            RuntimeError,
            AssertionError,
            subprocess.SubprocessError,
            OSError,
            psycopg.Error,
        ) as error:
            course.faults.append(str(error))
        recovered = traffic.wait_for_comment(time.monotonic())
        if recovered is None:
            course.faults.append(
                f"no comment was saved for {PATIENCE_SECONDS:.0f} s after a strike"
            )
            break
        course.recoveries.append(recovered)
    return course


def kill_workers(site: Site, strike: Strike) -> None:
    wait_until(lambda: bool(site.web.children()))
    workers = site.web.children()
    for pid in strike.rng.sample(workers, strike.rng.randint(1, len(workers))):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def kill_master(site: Site, strike: Strike) -> None:
    starts = site.web.starts
    site.web.signal(signal.SIGKILL)
    wait_until(lambda: site.web.starts > starts)


def restart_postgres(site: Site, strike: Strike) -> None:
    site.postgres.restart()


def crash_postgres(site: Site, strike: Strike) -> None:
    site.postgres.stop("immediate")
    strike.wait()
    site.postgres.start()


def end_backends(site: Site, strike: Strike) -> None:
    assert site.postgres.terminate_backends(), "There was no connection to end."


def fill_disk(site: Site, strike: Strike) -> None:
    """Fill the disk, and free it some time after the first comment was refused."""
    traffic, before = site.traffic, site.traffic.count_failures()
    disk = site.disk
    disk.fill()
    try:
        is_felt = traffic.wait_until(lambda: traffic.count_failures() > before, PATIENCE_SECONDS)
        strike.wait()
    finally:
        disk.free()
    if site.server is not None:
        site.server.start()  # It ends if it cannot write its log.
    assert is_felt, "The disk was full, and no comment was refused."


def reload(site: Site, strike: Strike) -> None:
    workers = set(site.web.children())
    site.web.signal(signal.SIGHUP)
    wait_until(lambda: not workers & set(site.web.children()))


def stop_and_start(site: Site, strike: Strike) -> None:
    site.web.stop()
    strike.wait()
    site.web.start()


def kill_outbox(site: Site, strike: Strike) -> None:
    """Kill the outbox at a random moment, and let another one kill itself after a step."""
    site.outbox.signal(signal.SIGKILL)
    site.outbox.stop()
    site.add_due_notice()
    step = ALL_STEPS[strike.number % len(ALL_STEPS)]
    command = (sys.executable, "-m", "tests.chaos.deadly_outbox", step)
    with (site.folder / "outbox.log").open("ab") as log:
        done = subprocess.run(
            command, cwd=ROOT, env=site.environment, stdout=log, stderr=log,
            timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip
    site.outbox.start()
    assert done.returncode == -signal.SIGKILL, f"The outbox was not killed when {step}."


TROUBLES = {
    trouble.name: trouble
    for trouble in (
        Trouble(name="workers", what="workers are killed", hit=kill_workers),
        Trouble(name="master", what="the master is killed, and started again", hit=kill_master),
        Trouble(name="reload", what="HUP, until all workers are new", hit=reload),
        Trouble(name="stop", what="TERM, an outage, and started again", hit=stop_and_start),
        Trouble(name="outbox", what="the outbox is killed, after each step", hit=kill_outbox),
        Trouble(
            name="backup",
            what="a backup is made",
            hit=make_backup,
            find_obstacle=find_backup_obstacle,
        ),
        Trouble(
            name="limit",
            what="no file may grow",
            hit=fill_disk,
            databases=(SQLITE,),
        ),
        Trouble(
            name="restart",
            what="PostgreSQL is restarted (fast)",
            hit=restart_postgres,
            databases=(POSTGRESQL,),
        ),
        Trouble(
            name="crash",
            what="PostgreSQL is stopped at once (immediate), an outage, and started",
            hit=crash_postgres,
            databases=(POSTGRESQL,),
        ),
        Trouble(
            name="backends",
            what="PostgreSQL's backends are terminated",
            hit=end_backends,
            databases=(POSTGRESQL,),
        ),
        Trouble(
            name="disk",
            what="the disk is full",
            hit=fill_disk,
            needs_small_disk=True,
            find_obstacle=find_mount_obstacle,
        ),
    )
}
