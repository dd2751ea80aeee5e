"""What attackers send, through submit and approve, looked at in a browser on every page."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from blog.clock import utc_now
from blog.comments.decisions import decide
from blog.comments.models import BODY_LENGTHS, NAME_LENGTH, Comment, Verdict
from blog.comments.queries import count_public_comments
from blog.comments.submission import hash_token
from blog.database import db, write
from blog.text import normalise_line
from tests.browser.server import Site
from tests.browser.steps import QUEUE, REVIEW, come_back, sign_in
from tests.browser.visitor import Visitor
from tests.builders import make_moderator, make_review

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


def test_hostile_words_of_ours_are_text_on_every_page(site, arrive):
    go_through(site, arrive, OURS)


def test_other_peoples_hostile_words_are_text_on_every_page(site, arrive, shared):
    folder = shared / "data"
    if not (folder / "xss").is_dir():
        pytest.skip("the collections of hostile text are not on this machine")
    go_through(site, arrive, read_collections(folder))


def read_collections(folder: Path) -> list[str]:
    attacks = json.loads((folder / "xss" / "dompurify-expect.json").read_text("utf-8"))
    markdown = (folder / "xss" / "markdown-xss-payloads.txt").read_text("utf-8").splitlines()
    naughty = json.loads((folder / "text" / "blns.json").read_text("utf-8"))
    return [attack["payload"] for attack in attacks] + [*filter(None, markdown)] + naughty


def go_through(site: Site, arrive, payloads: list[str]) -> None:
    """Send each as a name and as a body, approve them in bulk, and look at every page."""
    review = make_review(published_at=utc_now())
    moderator = make_moderator()
    statuses = send_all(site, [form for words in payloads for form in forms_of(words)])
    assert set(statuses) <= {303, 422}, "everything is taken, or refused in words"
    comments = db.session.execute(select(Comment).order_by(Comment.id)).scalars().all()
    # The same payload twice from one client would be one comment; each has a client of its own.
    assert len(comments) == statuses.count(303)
    waiting, published = Look(comments), Look(comments)

    own = arrive(site)
    watch(own)
    for start in range(0, len(comments), 150):
        batch = [comment.id for comment in comments[start : start + 150]]
        look_at_own(own, waiting, token=f"{start:032x}", ids=batch)
    desk = arrive(site)
    watch(desk)
    page = desk.context.new_page()
    sign_in(page)
    look_along(page, waiting, QUEUE)
    assert waiting.seen == waiting.expected

    write(approve_all, comments=comments, moderator_id=moderator.id)
    public = count_public_comments(review_ids=[review.id])[review.id]
    assert public >= 0.95 * len(comments)
    stranger = arrive(site)
    watch(stranger)
    page = stranger.context.new_page()
    look_along(page, published, f"{REVIEW}/comments")
    assert len(published.seen) >= 0.95 * len(comments)
    look_at_more_on_one_page(page, published, min(public, 3 * PAGE))


def forms_of(words: str) -> list[dict[str, str]]:
    """Use words as name and as body: in one comment where both take them, else in two."""
    if BODY_LENGTHS[0] <= len(normalise_line(words)) <= NAME_LENGTH:
        return [{"author_name": words, "body": words}]
    return [{"author_name": words, "body": "Plain."}, {"author_name": "Plain", "body": words}]


def approve_all(*, comments: list[Comment], moderator_id: int) -> None:
    for comment in comments:
        decide(
            comment_id=comment.id,
            version=1,
            verdict=Verdict.APPROVE,
            moderator_id=moderator_id,
            now=utc_now(),
        )


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
    numbered = list(enumerate(fields))
    with ThreadPoolExecutor(4) as pool:
        parts = pool.map(lambda part: send_some(site, part), [numbered[i::4] for i in range(4)])
        return [status for part in parts for status in part]


def send_some(site: Site, numbered: list[tuple[int, dict[str, str]]]) -> list[int]:
    connection = HTTPConnection(urlsplit(site.url).netloc)
    statuses = []
    for number, form in numbered:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"203.0.{number // 256}.{number % 256}",
        }
        words = urlencode(form, encoding="utf-8", errors="surrogatepass")
        connection.request("POST", f"{REVIEW}/comments", words, headers)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    return statuses
