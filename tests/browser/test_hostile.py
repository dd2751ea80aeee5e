"""Hostile comments, sent and approved, are plain text on every page in a browser."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from blog.clock import utc_now
from blog.comments.models import BODY_LENGTH, NAME_LENGTH, Comment, Seen
from blog.comments.queries import count_public_comments
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import decide
from blog.decisions.recording import Ruling
from blog.moderation.states import Status, Verdict
from blog.reviews.models import Review
from blog.submissions.commands import import_comments
from blog.submissions.submission import Prepared, hash_token
from blog.text.markup import render_comment
from blog.text.normalising import has_visible_character, normalise_line, normalise_text
from tests.browser.desk import make_session
from tests.browser.server import Site
from tests.browser.steps import QUEUE, REVIEW, set_token
from tests.browser.visitor import Visitor
from tests.builders import make_moderator

pytestmark = pytest.mark.browser

OURS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "<a href='java&#115;cript:alert(1)'>x</a>",
    "[x](javascript:alert(1)) and [y](data:text/html,<script>alert(1)</script>)",
    "![x](https://elsewhere.example/x.png)",
    '<div hx-get="/admin/comments" hx-trigger="load" data-hx-get="/" data-hx-swap="x">x</div>',
    '<p style="position:fixed;inset:0" class="skip" id="main" onclick="alert(1)">x</p>',
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    '<form action="https://elsewhere.example"><button name="body">x</button></form>',
    "</div></article></main></body><script>alert(1)</script>",
    "http://nobody_@.1 https://[::1 and http://",
    "<template><hx-partial hx-target='body'>x</hx-partial></template>",
    "{{ config }} {% raw %} ${7*7} <%= 7*7 %>",
    "\u202eright to left <b>override</b>",
    "https://example.org/\"onmouseover=\"alert(1) `<img src=x onerror=alert(1)>`",
]  # fmt: skip
# Characters that a browser or the markup could treat as more than text; other texts are sent by
# tests/site/comments/test_hostile.py.
CAN_MEAN_MORE = re.compile(r"""[<>&"'`\[\u202a-\u202e]|:|[{$]{2}""")
# Two hundred of the collected texts differ only in one control character or number.
ANY_CHARACTER = re.compile(r"\\x[0-9A-Fa-f]{2}|[\x00-\x1f]|\d+")
PAGE = 50
READ = """() => {
  const bad = [];
  for (const text of document.querySelectorAll("[data-reader-text], [data-reader-name]"))
    for (const inner of text.querySelectorAll("*")) {
      if (!/^(P|BR|EM|STRONG|CODE|A|BLOCKQUOTE|UL|OL|LI)$/.test(inner.tagName)) bad.push(inner.outerHTML);
      for (const { name } of inner.attributes)
        if (!(inner.tagName === "A" && (name === "href" || name === "rel"))) bad.push(inner.outerHTML);
      if (inner.tagName === "A" && !/^https?:[/][/]/i.test(inner.getAttribute("href"))) bad.push(inner.outerHTML);
    }
  const comments = [...document.querySelectorAll(".comment, article.row")].map((el) => [
    Number(el.id.split("-")[1]),
    [...el.querySelectorAll("[data-reader-name]")].map((name) => name.textContent),
    [...el.querySelectorAll("[data-reader-text]")].map((text) => text.textContent),
  ]);
  return { bad, comments, ran: window.ran };
}"""  # noqa: E501  # A script reads better unbroken.


def test_our_hostile_texts_are_plain_text_on_every_page(site, arrive, review):
    statuses = send_all(site, [form for words in OURS for form in forms_of(words)])
    assert set(statuses) <= {303, 422}, "every form must be accepted, or refused with a message"
    # Each form has an address of its own, because equal comments of one client are stored once.
    assert len(find_all()) == statuses.count(303)
    check_all_pages(site, arrive, review)


@pytest.mark.slow
def test_collected_hostile_texts_are_plain_text_on_every_page(site, arrive, review, shared):
    folder = shared / "data"
    if not (folder / "xss").is_dir():
        pytest.skip("the collections of hostile text are not on this machine")
    # An import is faster than sending; tests/site/comments/test_hostile.py sends these texts.
    forms = [form for words in read_collections(folder) for form in forms_of(words)]
    import_forms(review, [form for form in forms if is_valid(form)])
    check_all_pages(site, arrive, review)


def read_collections(folder: Path) -> list[str]:
    """Return the hostile texts of all collections, without those that differ in one character."""
    attacks = json.loads((folder / "xss" / "dompurify-expect.json").read_text("utf-8"))
    markdown = (folder / "xss" / "markdown-xss-payloads.txt").read_text("utf-8").splitlines()
    naughty = json.loads((folder / "text" / "blns.json").read_text("utf-8"))
    words = [attack["payload"] for attack in attacks] + [*filter(None, markdown)] + naughty
    kinds = {ANY_CHARACTER.sub("?", one): one for one in words if CAN_MEAN_MORE.search(one)}
    return list(kinds.values())


def is_valid(form: dict[str, str]) -> bool:
    """Return whether the normalised name and text of a form have a valid length."""
    name, body = (
        normalise_line(form["author_name"], most=NAME_LENGTH),
        normalise_text(form["body"], most=BODY_LENGTH),
    )
    return bool(name) and has_visible_character(body) and len(body) <= BODY_LENGTH


def import_forms(review: Review, forms: list[dict[str, str]]) -> None:
    prepared = [
        Prepared(
            review_id=review.id,
            author_name=normalise_line(form["author_name"], most=NAME_LENGTH),
            author_email=None,
            body=normalise_text(form["body"], most=BODY_LENGTH),
            body_html=render_comment(normalise_text(form["body"], most=BODY_LENGTH)),
            status=Status.PENDING,
            submitted_at=utc_now(),
            is_demo=False,
        )
        for form in forms
    ]
    write(import_comments, prepared=prepared)


def find_all() -> list[Comment]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def check_all_pages(site: Site, arrive, review: Review) -> None:
    """Check all pages of waiting comments, approve the comments, and check all public pages."""
    comments = find_all()
    waiting, published = ExpectedComments(comments), ExpectedComments(comments)

    own = arrive(site)
    count_script_calls(own)
    for start in range(0, len(comments), 150):
        batch = [comment.id for comment in comments[start : start + 150]]
        check_own_pages(own, waiting, token=f"{start:032x}", ids=batch)
    desk = arrive(site)
    count_script_calls(desk)
    desk.context.add_cookies([make_session(site)])
    page = desk.context.new_page()
    check_pages_from(page, waiting, QUEUE)
    assert waiting.seen == waiting.expected

    colleague = make_moderator(email="second@example.org")
    write(approve_all, comments=comments, moderator_id=colleague.id)
    public = count_public_comments(review_ids=[review.id])[review.id]
    assert public >= 0.95 * len(comments)
    stranger = arrive(site)
    count_script_calls(stranger)
    page = stranger.context.new_page()
    check_pages_from(page, published, f"{REVIEW}/comments")
    assert len(published.seen) >= 0.95 * len(comments)
    check_loaded_comments(page, published, min(public, 3 * PAGE))


def forms_of(words: str) -> list[dict[str, str]]:
    """Return forms with a text as name and as body, as far as its length allows."""
    length = len(normalise_line(words, most=NAME_LENGTH))
    if length > NAME_LENGTH:
        return [{"author_name": "Plain", "body": words}]
    return [{"author_name": words, "body": words}]


def approve_all(*, comments: list[Comment], moderator_id: int) -> None:
    ruling = Ruling(verdict=Verdict.APPROVE, moderator_id=moderator_id, now=utc_now())
    decide(seen=[Seen(comment.id, 1) for comment in comments], ruling=ruling)


class ExpectedComments:
    """The names and texts that pages must show, and the ids of the comments found so far."""

    def __init__(self, comments: list[Comment]) -> None:
        self.names = {comment.id: comment.author_name for comment in comments}
        self.bodies = {comment.id: comment.body for comment in comments}
        self.expected = set(self.names)
        self.seen: set[int] = set()

    def check(self, page: Page) -> None:
        """Check that every comment on a page is plain text and unchanged."""
        read = page.evaluate(READ)
        assert read["ran"] == 0, "a script ran"
        assert read["bad"] == []
        for number, names, texts in read["comments"]:
            assert names == [self.names[number]]
            assert len(texts) == 1, "a reader's text must appear exactly once"
            if is_plain(self.bodies[number]):
                assert without_spaces(texts[0]) == without_spaces(self.bodies[number])
            self.seen.add(number)


def is_plain(body: str) -> bool:
    """Return whether a text contains none of our markup, so that a page shows it unchanged."""
    return not re.search(r"[*`\[]|^ {0,3}([>+-]|\d+[.)])", body, re.MULTILINE)


def without_spaces(text: str) -> str:
    return "".join(text.split())


def count_script_calls(visitor: Visitor) -> None:
    """Count the calls of alert() and similar functions in every page, instead of running them."""
    visitor.context.add_init_script(
        "window.ran = 0; for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])"
        " window[name] = () => { window.ran += 1 };"
    )


def check_own_pages(
    visitor: Visitor, expected: ExpectedComments, *, token: str, ids: list[int]
) -> None:
    """Assign comments to a browser, and check its own page and the review's page."""
    values = {"owner_hash": hash_token(token)}
    write(db.session.execute, update(Comment).where(Comment.id.in_(ids)).values(**values))
    set_token(visitor, token=token)
    page = visitor.open(f"{REVIEW}/comments/mine")
    expect(page.locator(".waiting")).to_have_count(len(ids))
    expected.check(page)
    page.goto(REVIEW)
    expect(page.locator("#waiting .waiting")).to_have_count(len(ids))
    expected.check(page)
    page.close()


def check_pages_from(page: Page, expected: ExpectedComments, address: str) -> None:
    """Check a page and all pages that follow."""
    page.goto(address)
    while True:
        expected.check(page)
        following = page.locator("main a[rel=next]")
        if not following.count():
            return
        page.goto(following.get_attribute("href"))


def check_loaded_comments(page: Page, expected: ExpectedComments, count: int) -> None:
    """Load `count` comments into the review's page with htmx, and check the page."""
    page.goto(REVIEW)
    for shown in range(PAGE, count, PAGE):
        page.click("#more-comments a")
        expect(page.locator("#comment-list > .comment")).to_have_count(min(shown + PAGE, count))
    expected.check(page)


def send_all(site: Site, fields: list[dict[str, str]]) -> list[int]:
    """Send forms as plain POST requests, each from its own address; return the status codes."""
    client = site.app.test_client(use_cookies=False)
    return [
        client.post(
            f"{REVIEW}/comments",
            data=urlencode(form, encoding="utf-8", errors="surrogatepass"),
            content_type="application/x-www-form-urlencoded",
            environ_overrides={"REMOTE_ADDR": f"203.0.{number // 256}.{number % 256}"},
        ).status_code
        for number, form in enumerate(fields)
    ]
