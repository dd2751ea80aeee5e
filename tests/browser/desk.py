"""What a moderator does at the desk, and what was made of it, in the words of a person."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

from playwright.sync_api import Locator, Page, Request, Route, expect
from sqlalchemy import select

from blog.clock import utc_now
from blog.comments.models import Comment
from blog.comments.states import Status, Verdict
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.models import Decision
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
# A hundred decisions take their time where others are at work on the same machine.
SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu"]
# Longer than a phone shows of it before "More".
LONG = "A line that is long enough to be one on a desk, and two or three on a phone.\n\n" * 12


def fill(review: Review, count: int, *, first: int = 1) -> list[Comment]:
    """Let so many comments wait, which begin with "Row 1." and so on, and are no copies."""
    bodies = [say(number) for number in range(first, first + count)]
    return fill_with(review, bodies, first=first)


def fill_with(review: Review, bodies: list[str], *, first: int = 1) -> list[Comment]:
    """Let comments wait that came from elsewhere: no browser and no address is known of them."""
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


def say(number: int) -> str:
    """Return words that differ in more than a number, as copies do not."""
    return f"Row {number}. {' '.join(SYLLABLES[int(digit)] for digit in str(number))}"


def enter(arrive: Callable, site: Site, *, email: str = "mina@example.org", **options) -> Page:
    """Be at the queue, signed in already; test_keyboard.py signs in by hand."""
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


def here(page: Page) -> str:
    """Return the first words of the row that has the focus, now."""
    return page.evaluate(
        "document.querySelector('.row:focus')?.querySelector('.comment-text, .excerpt')"
        "?.textContent.match(/Row [0-9]+[.]/)[0] ?? ''"
    )


def top_of(page: Page, selector: str = ".row.current") -> float:
    """Return how far below the window's edge something stands."""
    return page.evaluate(
        "name => document.querySelector(name).getBoundingClientRect().top", selector
    )


def expect_left(page: Page, count: int) -> None:
    words = f"{count} left" if count else "Nothing waiting"
    expect(page.locator("#queue-counts")).to_have_text(words)


def expect_quiet(page: Page) -> None:
    """Wait until nothing is on its way."""
    expect(page.locator(".sending, .outgoing, .htmx-request")).to_have_count(0)


def look_again(page: Page) -> None:
    """Come back to a tab, which then asks for what has happened, and wait for its answer."""
    with page.expect_response(CHANGES):
        ask(page)


def ask(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


class Held:
    """Requests that were sent and wait for the test to let them go on, in their order."""

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
        """Do something, and wait until it has sent the next."""
        self._came = 0
        with self.page.expect_request(self.pattern):
            act()
        # Told of the request, the page's own side may not have been given it yet.
        for _ in range(1000):
            if self._came:
                return
            self.page.evaluate("0")

    def let_go(self) -> None:
        self.routes.pop(0).continue_()

    def let_all_go(self) -> None:
        self._is_over = True
        while self.routes:
            self.let_go()


class Sent:
    """Every decision that a page sends, written down; and how many were on their way at once."""

    def __init__(self, page: Page) -> None:
        self.verdicts: list[str] = []
        self.at_once = 0
        self._open: set[Request] = set()
        page.on("request", self._start)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _start(self, request: Request) -> None:
        if request.method != "POST":
            return
        self._open.add(request)
        self.at_once = max(self.at_once, len(self._open))
        self.verdicts += parse_qs(request.post_data or "").get("verdict", [])

    def _end(self, request: Request) -> None:
        self._open.discard(request)


def states() -> dict[str, str]:
    """Return what each comment is now, by its first words."""
    db.session.rollback()
    query = select(Comment.body, Comment.status).order_by(Comment.id)
    return {
        body.partition(".")[0] + ".": status.value for body, status in db.session.execute(query)
    }


def verdicts_on(words: str) -> list[str]:
    """Return all that was decided on a comment, in order."""
    db.session.rollback()
    query = (
        select(Decision.verdict)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(Comment.body.startswith(words))
        .order_by(Decision.id)
    )
    return [verdict.value for verdict in db.session.execute(query).scalars()]


def decide_elsewhere(comment: Comment, *, verdict: Verdict = Verdict.REJECT) -> None:
    """Let another moderator decide, in another building."""
    other = make_moderator(email=f"other{comment.id}@example.org", name="Jun")
    make_decision(comment=comment, moderator=other, verdict=verdict, now=utc_now())
