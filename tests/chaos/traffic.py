"""What readers sent and moderators decided, which answers they got, and during which trouble."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.browsing import Answer
from tests.patience import PATIENCE_SECONDS

CALM = "calm"
# How often a browser hangs up before it has the answer, as when a phone loses its network.
LOST = 0.1


@dataclass(kw_only=True)
class Sent:
    """Something that a browser sends until it is acknowledged, with the answers that it got."""

    trouble: str
    tries: int = 0
    # How often the browser hung up before the answer, and how often no answer came.
    hung_up: int = 0
    unanswered: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged_at: float | None = None

    @property
    def is_acknowledged(self) -> bool:
        return self.acknowledged_at is not None


@dataclass(kw_only=True)
class Submission(Sent):
    """A comment. `submission_id` is None for a browser without a script.

    `comment_id` is the id that the answer named. `refused` counts the refusals that gave the words
    back, `wordless` lists the statuses of those that did not.
    """

    mark: str
    name: str
    email: str
    body: str
    submission_id: str | None
    is_htmx: bool
    comment_id: int | None = None
    refused: int = 0
    wordless: list[int] = field(default_factory=list)


@dataclass(kw_only=True)
class Ruling(Sent):
    """A moderator's decision on a version of a comment."""

    moderator: str
    comment_id: int
    version: int
    verdict: str
    # True if the site said that the comment had changed meanwhile.
    is_stale: bool = False


class Traffic:
    """Everything that was sent, and the trouble of the moment."""

    def __init__(self) -> None:
        self.trouble = CALM
        self.submissions: list[Submission] = []
        self.rulings: list[Ruling] = []
        # Set when nothing new is to be sent.
        self.closing = threading.Event()
        # The moment after which nothing is sent again.
        self.ends_at: float | None = None
        self._news = threading.Condition()

    def close(self, patience: float) -> None:
        """Let readers and moderators finish what they have begun, for so many seconds at most."""
        self.ends_at = time.monotonic() + patience
        self.closing.set()

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and time.monotonic() > self.ends_at

    def note_answer(self, sent: Sent, answer: Answer | None, *, hung_up: bool) -> None:
        """Count an answer, or why there was none."""
        with self._news:
            sent.tries += 1
            if hung_up:
                sent.hung_up += 1
            elif answer is None:
                sent.unanswered += 1
            else:
                sent.statuses[answer.status] += 1
            self._news.notify_all()

    def acknowledge(self, sent: Sent) -> None:
        with self._news:
            sent.acknowledged_at = time.monotonic()
            self._news.notify_all()

    def wait_for_comment(self, since: float, patience: float = PATIENCE_SECONDS) -> float | None:
        """Wait until a comment is acknowledged after the moment `since`; return the seconds.

        Return None if that takes longer than `patience`.
        """

        def find() -> float | None:
            times = [s.acknowledged_at for s in self.submissions if s.is_acknowledged]
            return next((t - since for t in times if t is not None and t >= since), None)

        with self._news:
            return self._news.wait_for(find, patience)

    def wait_for_flow(self) -> bool:
        """Wait until comments and a decision are acknowledged again; return whether they were."""
        since = time.monotonic()

        def flows() -> bool:
            counts = [
                sum(
                    sent.acknowledged_at is not None and sent.acknowledged_at > since
                    for sent in all_sent
                )
                for all_sent in (self.submissions, self.rulings)
            ]
            return counts[0] >= 3 and counts[1] >= 1

        return self.wait_until(flows, PATIENCE_SECONDS)

    def wait_until(self, condition: Callable[[], bool], patience: float) -> bool:
        """Wait until a condition about what was sent is true; return whether it is."""
        with self._news:
            return self._news.wait_for(condition, patience)

    def count_failures(self) -> int:
        """Return how often a comment was refused or not answered."""
        return sum(s.unanswered + s.refused + len(s.wordless) for s in self.submissions)


def rest(rng: random.Random) -> None:
    """Wait as a person does before sending something again."""
    time.sleep(rng.uniform(0.1, 0.4))  # Without it, refused clients would use all of the processor.
