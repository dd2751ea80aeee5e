"""What attackers send, through submit and approve, looked at in a browser on every page."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from blog.clock import utc_now
from blog.comments.models import BODY_LENGTHS, NAME_LENGTH, Comment, Seen
from blog.comments.queries import count_public_comments
from blog.comments.states import Status, Verdict
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import decide
from blog.decisions.recording import Ruling
from blog.reviews.models import Review
from blog.submissions.commands import import_comments
from blog.submissions.submission import Prepared, hash_token
from blog.text.markup import render_comment
from blog.text.normalising import normalise_line, normalise_text
from tests.browser.desk import make_session
from tests.browser.server import Site
from tests.browser.steps import QUEUE, REVIEW, come_back
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
# What a browser might take for something else than text; tests/site/comments/test_hostile.py sends
# the rest.
CAN_MEAN_MORE = re.compile(r"""[<>&"'`\[\u202a-\u202e]|:|[{$]{2}""")
# Two hundred of theirs differ in one character alone, written out or as it is.
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


def test_hostile_words_of_ours_are_text_on_every_page(site, arrive, review):
    statuses = send_all(site, [form for words in OURS for form in forms_of(words)])
    assert set(statuses) <= {303, 422}, "everything is taken, or refused in words"
    # The same payload twice from one client would be one comment; each has a client of its own.
    assert len(find_all()) == statuses.count(303)
    go_through(site, arrive, review)


def test_other_peoples_hostile_words_are_text_on_every_page(site, arrive, review, shared):
    folder = shared / "data"
    if not (folder / "xss").is_dir():
        pytest.skip("the collections of hostile text are not on this machine")
    # Brought in at one stroke; tests/comments/ sends them, in test_hostile.py and beside it.
    forms = [form for words in read_collections(folder) for form in forms_of(words)]
    bring_in(review, [form for form in forms if is_taken(form)])
    go_through(site, arrive, review)


def read_collections(folder: Path) -> list[str]:
    attacks = json.loads((folder / "xss" / "dompurify-expect.json").read_text("utf-8"))
    markdown = (folder / "xss" / "markdown-xss-payloads.txt").read_text("utf-8").splitlines()
    naughty = json.loads((folder / "text" / "blns.json").read_text("utf-8"))
    words = [attack["payload"] for attack in attacks] + [*filter(None, markdown)] + naughty
    kinds = {ANY_CHARACTER.sub("?", one): one for one in words if CAN_MEAN_MORE.search(one)}
    return list(kinds.values())


def is_taken(form: dict[str, str]) -> bool:
    """Tell whether the form would be taken, as it is after it was normalised."""
    name, body = (
        normalise_line(form["author_name"], most=NAME_LENGTH),
        normalise_text(form["body"], most=BODY_LENGTHS[1]),
    )
    return bool(name) and BODY_LENGTHS[0] <= len(body) <= BODY_LENGTHS[1]


def bring_in(review: Review, forms: list[dict[str, str]]) -> None:
    prepared = [
        Prepared(
            review_id=review.id,
            author_name=normalise_line(form["author_name"], most=NAME_LENGTH),
            author_email=None,
            body=normalise_text(form["body"], most=BODY_LENGTHS[1]),
            body_html=render_comment(normalise_text(form["body"], most=BODY_LENGTHS[1])),
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


def go_through(site: Site, arrive, review: Review) -> None:
    """Look at every page of what waits, approve it, and look at every page of what is published."""
    comments = find_all()
    waiting, published = Look(comments), Look(comments)

    own = arrive(site)
    watch(own)
    for start in range(0, len(comments), 150):
        batch = [comment.id for comment in comments[start : start + 150]]
        look_at_own(own, waiting, token=f"{start:032x}", ids=batch)
    desk = arrive(site)
    watch(desk)
    desk.context.add_cookies([make_session(site)])
    page = desk.context.new_page()
    look_along(page, waiting, QUEUE)
    assert waiting.seen == waiting.expected

    colleague = make_moderator(email="second@example.org")
    write(approve_all, comments=comments, moderator_id=colleague.id)
    public = count_public_comments(review_ids=[review.id])[review.id]
    assert public >= 0.95 * len(comments)
    stranger = arrive(site)
    watch(stranger)
    page = stranger.context.new_page()
    look_along(page, published, f"{REVIEW}/comments")
    assert len(published.seen) >= 0.95 * len(comments)
    look_at_more_on_one_page(page, published, min(public, 3 * PAGE))


def forms_of(words: str) -> list[dict[str, str]]:
    """Use words as name and as body; of a name that is too long tests/comments has its own."""
    length = len(normalise_line(words, most=NAME_LENGTH))
    if length > NAME_LENGTH:
        return [{"author_name": "Plain", "body": words}]
    if length >= BODY_LENGTHS[0]:
        return [{"author_name": words, "body": words}]
    return [{"author_name": words, "body": "Plain."}, {"author_name": "Plain", "body": words}]


def approve_all(*, comments: list[Comment], moderator_id: int) -> None:
    ruling = Ruling(verdict=Verdict.APPROVE, moderator_id=moderator_id, now=utc_now())
    decide(seen=[Seen(comment.id, 1) for comment in comments], ruling=ruling)


class Look:
    """What should be read, and which comments were found to say it."""

    def __init__(self, comments: list[Comment]) -> None:
        self.names = {comment.id: comment.author_name for comment in comments}
        self.bodies = {comment.id: comment.body for comment in comments}
        self.expected = set(self.names)
        self.seen: set[int] = set()

    def check(self, page: Page) -> None:
        read = page.evaluate(READ)
        assert read["ran"] == 0, "a script ran"
        assert read["bad"] == []
        for number, names, texts in read["comments"]:
            assert names == [self.names[number]]
            assert len(texts) == 1, "a reader's words stand in exactly one place"
            if is_plain(self.bodies[number]):
                assert squeeze(texts[0]) == squeeze(self.bodies[number])
            self.seen.add(number)


def is_plain(body: str) -> bool:
    """Tell whether a body has none of our markup, so that it must come out as it went in."""
    return not re.search(r"[*`\[]|^ {0,3}([>+-]|\d+[.)])", body, re.MULTILINE)


def squeeze(text: str) -> str:
    return "".join(text.split())


def watch(visitor: Visitor) -> None:
    """Put something in reach of every page's scripts, for a payload that reports in silence."""
    visitor.context.add_init_script(
        "window.ran = 0; for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])"
        " window[name] = () => { window.ran += 1 };"
    )


def look_at_own(visitor: Visitor, look: Look, *, token: str, ids: list[int]) -> None:
    """Give a browser these comments, and look at its own page and at the review's."""
    values = {"owner_hash": hash_token(token)}
    write(db.session.execute, update(Comment).where(Comment.id.in_(ids)).values(**values))
    come_back(visitor, token=token)
    page = visitor.open(f"{REVIEW}/comments/mine")
    expect(page.locator(".waiting")).to_have_count(len(ids))
    look.check(page)
    page.goto(REVIEW)
    expect(page.locator("#waiting .waiting")).to_have_count(len(ids))
    look.check(page)
    page.close()


def look_along(page: Page, look: Look, address: str) -> None:
    """Look at a page and at all that follow it."""
    page.goto(address)
    while True:
        look.check(page)
        following = page.locator("main a[rel=next]")
        if not following.count():
            return
        page.goto(following.get_attribute("href"))


def look_at_more_on_one_page(page: Page, look: Look, count: int) -> None:
    """Let htmx bring so many comments into the review's page."""
    page.goto(REVIEW)
    for shown in range(PAGE, count, PAGE):
        page.click("#more-comments a")
        expect(page.locator("#comment-list > .comment")).to_have_count(min(shown + PAGE, count))
    look.check(page)


def send_all(site: Site, fields: list[dict[str, str]]) -> list[int]:
    """Send forms as browsers without script do, each from an address of its own."""
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
