"""Time what a benchmark does: one action on several sites, which take turns."""

import gc
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

# How many times the cost of few comments that of many may be.
LIMIT = 1.2
WIDTH = 26


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One row of the table: an action, its number of rounds and the unit of its figures.

    `tidy` undoes the action after each round. `is_rate` shows actions per second. The last figure
    may be `limit` times the first if the measure is limited. `units` is how many things the action
    does, if the figure is that of one thing.
    """

    name: str
    act: Callable[[Any], None]
    rounds: int
    tidy: Callable[[Any], None] | None = None
    is_rate: bool = False
    is_limited: bool = False
    limit: float = LIMIT
    units: Callable[[Any], float] | None = None


def measure_one(sites: Sequence[Any], one: Measure) -> list[float]:
    """Return the median seconds of one measure on each site."""
    leave_out_of_collections()
    times: list[list[float]] = [[] for _site in sites]
    for turn in range(one.rounds + 1):
        for site, taken in list(zip(sites, times, strict=True))[:: 1 if turn % 2 else -1]:
            seconds = time_one(partial(one.act, site))
            if one.tidy:
                one.tidy(site)
            if turn:  # The first round is not counted.
                taken.append(seconds / one.units(site) if one.units else seconds)
    return [statistics.median(taken) for taken in times]


def leave_out_of_collections() -> None:
    """Let the collections of `time_one` look only at what is made from now on; it saves seconds."""
    gc.collect()
    gc.freeze()


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
