"""How long the suite waits for a condition before it gives up.

A wait that is met costs nothing, so this is long enough for a machine that is busy with other
things; PATIENCE in the environment sets it.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = float(os.environ.get("PATIENCE", "60"))
PATIENCE_MS = 1000 * PATIENCE_SECONDS


def wait_until(is_so: Callable[[], bool], what: Callable[[], str] = lambda: "") -> None:
    """Ask until it is so; fail with what `what` says when patience has run out."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, f"It took too long. {what()}"
        time.sleep(0.05)  # Who is waited for is another process; it can only be asked again.


@contextmanager
def in_good_time() -> Iterator[None]:
    """Fail where what is done inside takes as long as patience lasts."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < PATIENCE_SECONDS, "It took too long."
