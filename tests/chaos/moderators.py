"""Moderators, who decide on comments of the queue without pause, and sometimes undo it."""

import random
import threading
from dataclasses import dataclass

from lxml.html import HtmlElement

from tests.builders import PASSWORD
from tests.chaos.browsing import Answer, Browser
from tests.chaos.traffic import LOST, Ruling, Traffic, rest

QUEUE = "/admin/comments"
LOGIN = "/admin/login"
VERDICTS = {"approve": 6, "reject": 2, "spam": 2}
UNDONE = 0.2  # The share of decisions that are undone.
ROWS = 6  # The number of rows decided on before the queue is opened again.


@dataclass(frozen=True)
class Row:
    """A waiting comment, as the queue shows it."""

    comment_id: int
    version: int
    token: str


class Moderator(threading.Thread):
    """A thread that decides until the traffic closes."""

    def __init__(self, email: str, *, port: int, traffic: Traffic, seed: str, pause: float):
        super().__init__(name=email, daemon=True)
        self.email, self.traffic, self.pause = email, traffic, pause
        self.rng = random.Random(f"{seed}:{email}")
        self.browser = Browser(port, f"10.250.0.{self.rng.randint(1, 250)}")
        self.is_signed_in = False

    def run(self) -> None:
        while not self.traffic.closing.wait(self.rng.uniform(0, self.pause)):
            if not self.is_signed_in:
                self._sign_in()
                continue
            for row in self._open_queue():
                self._decide_on(row)
                if self.traffic.closing.wait(self.rng.uniform(0, self.pause)):
                    break

    def _sign_in(self) -> None:
        page = self.browser.get(LOGIN)
        token = _token_of(page.page) if page is not None and page.status == 200 else None
        if token is None:
            return
        form = {"email": self.email, "password": PASSWORD, "csrf_token": token}
        answer = self.browser.post(LOGIN, form, htmx=False)
        self.is_signed_in = answer is not None and answer.status == 303

    def _open_queue(self) -> list[Row]:
        """Return some rows of the first page of the queue."""
        answer = self.browser.get(QUEUE)
        if answer is None or answer.status != 200:
            self.is_signed_in = self.is_signed_in and not self._leads_to_login(answer)
            return []
        rows = [_read_row(element) for element in answer.page.iter("article")]
        found = [row for row in rows if row is not None]
        return self.rng.sample(found, min(ROWS, len(found)))

    def _decide_on(self, row: Row) -> None:
        (verdict,) = self.rng.choices(list(VERDICTS), list(VERDICTS.values()))
        is_decided = self._rule(row, row.version, verdict)
        if is_decided and self.rng.random() < UNDONE:
            self._rule(row, row.version + 1, "reopen")

    def _rule(self, row: Row, version: int, verdict: str) -> bool:
        """Send a verdict, and again after a refusal or a lost answer; return whether it counts."""
        ruling = Ruling(
            trouble=self.traffic.trouble,
            moderator=self.email,
            comment_id=row.comment_id,
            version=version,
            verdict=verdict,
        )
        self.traffic.rulings.append(ruling)
        form = {"csrf_token": row.token, "version": str(version), "verdict": verdict}
        is_htmx = self.rng.random() < 0.5
        while not self.traffic.is_over and self.is_signed_in:
            hangs_up = self.rng.random() < LOST
            path = f"{QUEUE}/{row.comment_id}/decisions"
            answer = self.browser.post(path, form, htmx=is_htmx, hangs_up=hangs_up)
            self.traffic.note_answer(ruling, answer, hung_up=hangs_up)
            if self._leads_to_login(answer):
                self.is_signed_in = False
            elif answer is not None and answer.status == (200 if is_htmx else 303):
                self.traffic.acknowledge(ruling)
                return True
            elif answer is not None and answer.status in (404, 409):
                ruling.is_stale = True
                return False
            rest(self.rng)
        return False

    @staticmethod
    def _leads_to_login(answer: Answer | None) -> bool:
        return answer is not None and LOGIN in answer.location


def _token_of(element: HtmlElement) -> str | None:
    fields = element.xpath(".//input[@name='csrf_token']/@value")
    return str(fields[0]) if fields else None


def _read_row(element: HtmlElement) -> Row | None:
    """Return the comment of a row of the queue, None for a row that stands for several copies."""
    number, version = element.get("data-row"), element.get("data-version")
    forms = element.xpath(".//form[@class='verdict-form']")
    if number is None or version is None or not forms or forms[0].xpath(".//input[@name='items']"):
        return None
    token = _token_of(forms[0])
    return Row(int(number), int(version), token) if token else None
