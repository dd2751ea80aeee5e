"""One blow of a trouble."""

import random
import threading
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Strike:
    """One blow: its number, how long an outage lasts, and what is random about it."""

    number: int
    seconds: float
    rng: random.Random

    def wait(self) -> None:
        """Wait as long as the outage lasts."""
        threading.Event().wait(self.seconds)
