"""Helpers for the moderation queue in a browser: comments, keys, requests and decisions."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

from playwright.sync_api import Locator, Page, Request, Route, expect
from sqlalchemy import select

from blog.clock import utc_now
from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.models import Decision
from blog.moderation.states import Status, Verdict
from blog.reviews.models import Review
from blog.submissions.commands import import_comments
from blog.submissions.submission import Prepared
from blog.text.markup import render_comment
from tests.browser.server import Site
from tests.browser.steps import QUEUE
from tests.builders import make_decision, make_moderator, sign_in

DECISIONS = "**/decisions"
BULKS = "**/bulks"
CHANGES = "**/admin/comments/changes?*"
# The text of a row gets one syllable for each digit of its number.
SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu"]
# A text that is cut off with "Show full text", even on a phone.
LONG = "A line that is long enough to be one on a desk, and two or three on a phone.\n\n" * 12


def fill(review: Review, count: int, *, first: int = 1) -> list[Comment]:
    """Add `count` different waiting comments that begin with "Row 1.", "Row 2." and so on."""
    bodies = [row_text(number) for number in range(first, first + count)]
    return fill_with(review, bodies, first=first)


def fill_with(review: Review, bodies: list[str], *, first: int = 1) -> list[Comment]:
    """Import waiting comments with these texts, without browser or address; return them."""
    start = utc_now() - timedelta(hours=1)
    prepared = [
        Prepared(
            review_id=review.id,
            author_name="Mina",
            author_email=None,
            body=body,
            body_html=render_comment(body),
            status=Status.PENDING,
            submitted_at=start + timedelta(seconds=number),
            is_demo=False,
        )
        for number, body in enumerate(bodies, start=first)
    ]
    write(import_comments, prepared=prepared)
    query = select(Comment).where(Comment.body.in_(bodies))
    return list(db.session.scalars(query.order_by(Comment.id)))


def row_text(number: int) -> str:
    """Return a text that differs in letters, because texts that differ in digits are copies."""
    return f"Row {number}. {' '.join(SYLLABLES[int(digit)] for digit in str(number))}"


def open_queue(arrive: Callable, site: Site, *, email: str = "mina@example.org", **options) -> Page:
    """Open the queue in a new browser that is already signed in; return the page."""
    visitor = arrive(site, **options)
    visitor.context.add_cookies([make_session(site, email)])
    page = visitor.open(QUEUE)
    expect(page.locator("h1")).to_have_text("Waiting comments")
    return page


def make_session(site: Site, email: str = "mina@example.org") -> dict[str, str]:
    """Return the cookie of a moderator who has just signed in."""
    client = site.app.test_client()
    sign_in(client, email=email)
    cookie = client.get_cookie("second_lead_admin", path="/admin")
    return {"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": cookie.path}


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def row(page: Page, number: int) -> Locator:
    return page.locator("#queue > .row").filter(has_text=f"Row {number}.")


def decided(page: Page) -> Locator:
    return page.locator("#queue > .decided:not(.sending)")


def focused_row(page: Page) -> str:
    """Return the first words of the focused row, such as "Row 3.", or "" without one."""
    return page.evaluate(
        "document.querySelector('.row:focus')?.querySelector('.comment-text, .excerpt')"
        "?.textContent.match(/Row [0-9]+[.]/)[0] ?? ''"
    )


def top_of(page: Page, selector: str = ".row.current") -> float:
    """Return the distance in pixels of an element from the top edge of the window."""
    return page.evaluate(
        "name => document.querySelector(name).getBoundingClientRect().top", selector
    )


def expect_left(page: Page, count: int) -> None:
    words = f"{count} left" if count else "Nothing waiting"
    expect(page.locator("#total-pending")).to_have_text(words)


def expect_quiet(page: Page) -> None:
    """Wait until no request is under way."""
    expect(page.locator(".sending, .outgoing, .htmx-request")).to_have_count(0)


def fetch_changes(page: Page) -> None:
    """Make the page request updates, and wait for the response."""
    with page.expect_response(CHANGES):
        request_changes(page)


def request_changes(page: Page) -> None:
    """Make the page request updates, as it does when its tab becomes visible."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


class HeldRequests:
    """Requests of a page that the test holds back and releases in order."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.page = page
        self.pattern = pattern
        self.routes: list[Route] = []
        self._is_over = False
        self._came = 0
        page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self._is_over:
            route.continue_()
        else:
            self._came += 1
            self.routes.append(route)

    def after(self, act: Callable[[], object]) -> None:
        """Call `act()`, and wait until the page has sent a further request."""
        self._came = 0
        with self.page.expect_request(self.pattern):
            act()
        # The event of the request can come before the route has received the request.
        for _ in range(1000):
            if self._came:
                return
            self.page.evaluate("0")

    def release(self) -> None:
        """Let the oldest held request continue."""
        self.routes.pop(0).continue_()

    def release_all(self) -> None:
        """Let all held and all later requests continue."""
        self._is_over = True
        while self.routes:
            self.release()


class SentVerdicts:
    """The verdicts that a page sends, and the largest number of concurrent POST requests."""

    def __init__(self, page: Page) -> None:
        self.verdicts: list[str] = []
        self.most_at_once = 0
        self._open: set[Request] = set()
        page.on("request", self._start)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _start(self, request: Request) -> None:
        if request.method != "POST":
            return
        self._open.add(request)
        self.most_at_once = max(self.most_at_once, len(self._open))
        self.verdicts += parse_qs(request.post_data or "").get("verdict", [])

    def _end(self, request: Request) -> None:
        self._open.discard(request)


def states() -> dict[str, str]:
    """Return the current status of each comment by its first words."""
    db.session.rollback()
    query = select(Comment.body, Comment.status).order_by(Comment.id)
    return {
        body.partition(".")[0] + ".": status.value for body, status in db.session.execute(query)
    }


def verdicts_on(words: str) -> list[str]:
    """Return the verdicts on the comments whose text begins with `words`, oldest first."""
    db.session.rollback()
    query = (
        select(Decision.verdict)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(Comment.body.startswith(words))
        .order_by(Decision.id)
    )
    return [verdict.value for verdict in db.session.execute(query).scalars()]


def decide_elsewhere(comment: Comment, *, verdict: Verdict = Verdict.REJECT) -> None:
    """Decide on a comment as another moderator, Jun."""
    other = make_moderator(email=f"other{comment.id}@example.org", name="Jun")
    make_decision(comment=comment, moderator=other, verdict=verdict, now=utc_now())
