"""Compare processor times so that work beside the tests does not change the result."""

import math
from collections.abc import Callable
from time import process_time

ROUNDS = 10
# The clock of some machines goes on in steps of ten milliseconds.
LEAST_SECONDS = 0.02


def cost_ratio(dear: Callable[[], float], cheap: Callable[[], float], *, most: float) -> float:
    """Return the cost of `dear` divided by the cost of `cheap`.

    Both return a processor time, and are measured one after the other: what slows one of them then
    slows the other. A ratio above `most` is measured again, ROUNDS times in all; the lowest counts.
    """
    lowest = math.inf
    for _ in range(ROUNDS):
        lowest = min(lowest, dear() / cheap())
        if lowest <= most:
            break
    return lowest


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of one call; a short one is made often enough to be measured."""
    begun, calls, taken = process_time(), 0, 0.0
    while taken < LEAST_SECONDS:
        work()
        calls, taken = calls + 1, process_time() - begun
    return taken / calls
