"""Readers, who send one comment after another, each until the site says that it has the comment."""

import random
import re
import threading
from uuid import UUID

from tests.chaos.browsing import Answer, Browser
from tests.chaos.traffic import LOST, Submission, Traffic, rest

SLUG = "run-on"
URL = f"/reviews/{SLUG}/comments"
MARK = re.compile(r"chaos-[0-9a-f]{16}")
_ANCHOR = re.compile(r"#comment-(\d+)")
_LETTERS = "abcdefghijklmnoprstuvwxyz가나다라마바사아자차카타파하"
# What a careless program would change or cut.
_AWKWARD = ("<b>&amp;</b>", '"quoted"', "a < b & c", "😀", "line\r\nbreak", "100 %", "\\n", "'--")


def make_words(rng: random.Random, mark: str) -> str:
    """Return a text like no other, so that the queue does not show it as a copy of another."""
    words = ["".join(rng.choices(_LETTERS, k=rng.randint(3, 9))) for _ in range(rng.randint(8, 40))]
    words.insert(rng.randrange(len(words)), rng.choice(_AWKWARD))
    return f"{mark} {' '.join(words)}"


class Reader(threading.Thread):
    """A thread that sends comments until the traffic closes, each as a browser of its own.

    Each has an address of its own too, because the site limits how often one may write.
    """

    def __init__(self, number: int, *, port: int, traffic: Traffic, seed: str, pause: float):
        super().__init__(name=f"reader {number}", daemon=True)
        self.port, self.traffic, self.pause = port, traffic, pause
        self.number = number
        self.rng = random.Random(f"{seed}:reader:{number}")
        self.sent = 0

    def run(self) -> None:
        while not self.traffic.closing.wait(self.rng.uniform(0, self.pause)):
            submission = self._make_submission()
            self.traffic.submissions.append(submission)
            self._send(submission)

    def _make_submission(self) -> Submission:
        mark = f"chaos-{self.rng.getrandbits(64):016x}"
        is_htmx = self.rng.random() < 0.5
        # Half of the plain forms come from browsers without a script, which send no id.
        has_id = is_htmx or self.rng.random() < 0.5
        self.sent += 1
        return Submission(
            trouble=self.traffic.trouble,
            mark=mark,
            name=f"Reader {mark[-4:]}",
            email=f"{mark}@example.org",
            body=make_words(self.rng, mark),
            submission_id=UUID(int=self.rng.getrandbits(128)).hex if has_id else None,
            is_htmx=is_htmx,
        )

    def _send(self, submission: Submission) -> None:
        """Send a comment, and again after each refusal or lost answer."""
        address = f"10.{self.number}.{self.sent // 250 % 250}.{self.sent % 250 + 1}"
        fields = {
            "author_name": submission.name,
            "author_email": submission.email,
            "body": submission.body,
            "wants_notice": "y",
        }
        if submission.submission_id:
            fields["submission_id"] = submission.submission_id
        while not submission.is_acknowledged and not self.traffic.is_over:
            browser, hangs_up = Browser(self.port, address), self.rng.random() < LOST
            answer = browser.post(URL, fields, htmx=submission.is_htmx, hangs_up=hangs_up)
            self.traffic.note_answer(submission, answer, hung_up=hangs_up)
            if answer is not None:
                self._read(submission, answer)
            if not submission.is_acknowledged:
                rest(self.rng)

    def _read(self, submission: Submission, answer: Answer) -> None:
        if answer.status == (201 if submission.is_htmx else 303):
            found = _ANCHOR.search(answer.location)
            submission.comment_id = int(found[1]) if found else None
            self.traffic.acknowledge(submission)
        elif answer.gives_back(submission.body):
            submission.refused += 1
        else:
            submission.wordless.append(answer.status)
