"""How long the tests wait for a condition before they fail: 60 seconds, or PATIENCE seconds.

A condition that becomes true ends the wait at once, so the time is long enough for a busy machine.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = float(os.environ.get("PATIENCE", "60"))
PATIENCE_MS = 1000 * PATIENCE_SECONDS


def wait_until(condition: Callable[[], bool], describe: Callable[[], str] = lambda: "") -> None:
    """Wait until `condition()` is true; after PATIENCE_SECONDS fail with the text `describe()`."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, f"It took too long. {describe()}"
        time.sleep(0.05)  # Another process makes the condition true and sends no signal.


@contextmanager
def within_patience() -> Iterator[None]:
    """Fail if the block takes PATIENCE_SECONDS or longer."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < PATIENCE_SECONDS, "It took too long."
