"""Compare requests with what they cost before, in units that are alike on all machines.

The unit is what a Flask view costs that returns two bytes, measured in the same run.
"""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Flask

from tests.bench.measuring import WIDTH, leave_out_of_collections, time_one
from tests.bench.sites import Site

UNITS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Gain:
    """One row: a request, its cost before in units by database, and how much less it must cost."""

    name: str
    act: Callable[[Site], None]
    before: dict[str, float]
    least: float


GAINS = (
    Gain(name="a decision", act=Site.decide, before={"SQLite": 107, "PostgreSQL": 169}, least=3),
    Gain(
        name="a queue page",
        act=partial(Site.show, page="first"),
        before={"SQLite": 467, "PostgreSQL": 527},
        least=2.5,
    ),
    Gain(name="a reader's poll", act=Site.ask, before={"SQLite": 43, "PostgreSQL": 60}, least=3),
)


def measure_gain(site: Site, gain: Gain, *, rounds: int) -> float:
    """Return the median cost of a request in units; unit and request take turns."""
    bare = Flask(__name__)
    bare.add_url_rule("/", view_func=lambda: "ok")
    client = bare.test_client()

    def unit() -> None:
        for _number in range(UNITS):
            client.get("/")

    leave_out_of_collections()
    ratios = []
    for turn in range(rounds + 1):
        one = time_one(unit) / UNITS
        cost = time_one(partial(gain.act, site))
        if turn:  # The first round is not counted.
            ratios.append(cost / one)
    return statistics.median(ratios)


def format_gain(gain: Gain, database: str, cost: float) -> str:
    """Return a row of the table: the cost in units before and now, and how many times less."""
    before = gain.before[database]
    under = "  UNDER" if before / cost < gain.least else ""
    cells = f"{before:>13,.0f}{cost:>13,.0f}{before / cost:>9.1f}"
    return f"  {gain.name:<{WIDTH}}{cells}   at least {gain.least}{under}"
