"""The whole life of a comment, played by its author, a moderator and a stranger in three browsers.

With scripts the author sees each change in the open page; without them, after loading a page again.
"""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page, expect

from blog.clock import utc_now
from blog.comments.models import Comment
from tests.browser.steps import (
    QUEUE,
    REVIEW,
    check_axe,
    expect_same_page,
    open_contact,
    row_of,
    set_marker,
    sign_in,
)
from tests.builders import make_published_comment, make_published_reply, make_review

MINE = f"{REVIEW}/comments/mine"
ALL_MINE = "/reviews/comments/mine"
TOKEN = "0123456789abcdef0123456789abcdef"
NAME = "Seo Dan"
EMAIL = "dan@example.org"
OLDER = "I came for the running and stayed for the subtitles."
WORDS = "The umbrella was hers from the start."
EDITED = "The umbrella was hers from the start; look at episode three."
CORRECTED = "The umbrella was hers from the start; look at episode four."
# In milliseconds; the page asks for news for the last time 90 seconds after sending.
LATER_MS = 91_000
STRIP = 56
PAPER, INK = "#faf6ef", "#1d1b22"


@dataclass(frozen=True, kw_only=True, slots=True)
class StartingComments:
    """The first comments: `parent` by a stranger, `own` by the reader, and `reply` to `own`."""

    parent: Comment
    own: Comment
    reply: Comment


@dataclass(kw_only=True, slots=True)
class Life:
    """The steps of a comment's life; each step calls `look` with an element and a caption."""

    reader: Page
    stranger: Page
    desk: Page
    start: StartingComments
    is_scripted: bool
    look: Callable[[Locator, str], None]
    own_id: str = ""

    def live(self) -> None:
        """Play all steps, from sending the reply to deleting everything."""
        self.reply()
        self.edit()
        self.see_it_published()
        self.correct()
        self.download()
        self.erase()

    def reply(self) -> None:
        """Send a reply; check that it waits and that the stranger does not see it."""
        page = self.reader
        page.goto(REVIEW)
        set_marker(page)
        parent = self.start.parent.id
        self.look(page.locator(f"#comment-{parent}"), "A reader wants to reply to a comment")
        page.click(f"#to-{parent}")
        form = page.locator(f"#comment-form-{parent}")
        form.locator("[name=author_name]").fill(NAME)
        open_contact(form)
        form.locator("[name=author_email]").fill(EMAIL)
        form.locator("[name=body]").fill(WORDS)
        self.look(form, "The reader writes a reply")
        form.get_by_role("button", name="Send reply").click()
        own = self._own(WORDS)
        expect(own).to_contain_text("Awaiting approval")
        expect(own).to_contain_text(f"in reply to {self.start.parent.author_name}")
        self.own_id = own.get_attribute("id") or ""
        if self.is_scripted:
            expect(own).to_be_focused()
            expect_same_page(page)
        self.look(own, "The reply waits for approval")
        self._expect_hidden(WORDS)

    def edit(self) -> None:
        """Edit the waiting reply."""
        self._save(self._own(WORDS), EDITED)
        own = self._own(EDITED)
        expect(own).to_contain_text("Awaiting approval")
        expect(self.reader.locator("main")).not_to_contain_text(f"{WORDS}\n")
        self._expect_announced("Saved. Your comment is still awaiting approval.")
        self.look(own, "Edited, it waits as it is now")
        self._expect_hidden(EDITED)

    def see_it_published(self) -> None:
        """Approve the reply; check that its author sees that it is published."""
        self._approve(EDITED, "A moderator approves the reply")
        if self.is_scripted:
            self.reader.clock.fast_forward(LATER_MS)
        else:
            self.reader.reload()
        own = self._own(EDITED)
        expect(own.locator(".state").first).to_contain_text("Published.")
        self._expect_announced("Published. Everybody can read it.")
        self.look(own, "The open page shows that it is published")
        self._expect_public(EDITED)

    def correct(self) -> None:
        """Edit the published reply; check that the public text changes only after approval."""
        self._save(self._own(EDITED), CORRECTED)
        own = self._own(CORRECTED)
        expect(own).to_contain_text("Your edit is waiting for approval; until then the original")
        expect(own.locator("[data-reader-text]")).to_have_text(EDITED)
        self._expect_announced(
            "Saved. The published text stays until a moderator approves your edit."
        )
        self.look(own, "After an edit, the public text stays for now")
        self._expect_public(EDITED)
        self._expect_hidden(CORRECTED)
        self._approve(CORRECTED, "A moderator approves the edit")
        self._expect_public(CORRECTED)
        self.reader.reload()
        mine = self.reader.locator(f"#{self.own_id}")
        expect(mine.locator("[data-reader-text]")).to_have_text(CORRECTED)
        expect(mine.locator(".change")).to_have_count(0)
        self.look(mine, "Everybody reads the new text")

    def download(self) -> None:
        """Download everything that this browser has sent."""
        page = self.reader
        if self.is_scripted:
            page.get_by_role("link", name="Your comments on this review").click()
        page.get_by_role("link", name="All your comments").click()
        expect(page.locator("h1")).to_have_text("Your comments")
        expect(page.locator(".own")).to_have_count(2)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download all your comments").click()
        text = Path(download.value.path()).read_text(encoding="utf-8")
        data = json.dumps(json.loads(text), ensure_ascii=False)
        for words in (OLDER, CORRECTED, NAME, EMAIL):
            assert words in data, f"{words!r} is not in the download"
        self.look(page.locator(".own-data"), "All comments can be downloaded")

    def erase(self) -> None:
        """Delete everything; check that a comment with a reply leaves a placeholder."""
        page = self.reader
        page.get_by_label("Delete all comments sent from this browser").check()
        page.get_by_role("button", name="Delete my comments").click()
        expect(page.locator("h1")).to_have_text("Your comments")
        expect(page.locator(".empty")).to_contain_text("You have no comments from this browser")
        self.look(page.locator("main"), "Or deleted, for good")
        cookies = {cookie["name"] for cookie in page.context.cookies()}
        assert not [name for name in cookies if name.startswith("second_lead_")], cookies
        for each in (page, self.stranger):
            each.goto(REVIEW)
            gap = each.locator(f"#comment-{self.start.own.id}")
            expect(gap.locator(":scope > .state")).to_have_text("This comment was deleted.")
            expect(gap.locator(".reply-item")).to_contain_text(self.start.reply.body)
            expect(each.locator(".own, .own-tools")).to_have_count(0)
            expect(each.locator(f"#comment-{self.start.parent.id} .reply-item")).to_have_count(0)
            source = each.request.get(REVIEW).text()
            for words in (OLDER, WORDS, CORRECTED, NAME, EMAIL):
                assert words not in source, f"{words!r} is still on the page"
        # The form no longer remembers the name.
        expect(page.locator("#author_name")).to_have_value("")
        expect(page.locator("#comments .count")).to_have_text("2")
        self.look(gap_of(page), "A deleted comment with a reply leaves a placeholder")

    def _own(self, words: str) -> Locator:
        """Return the reader's own comment that contains `words`."""
        return self.reader.locator(".own").filter(has_text=words)

    def _save(self, own: Locator, words: str) -> None:
        """Replace the text of a comment with its edit form."""
        own.get_by_role("link", name="Edit").click()
        form = self.reader.locator("form[id^=edit-form-]")
        body = form.locator("[name=body]")
        if self.is_scripted:
            expect(body).to_be_focused()
        body.fill(words)
        form.get_by_role("button", name="Save").click()
        expect(form).to_have_count(0)

    def _approve(self, words: str, step: str) -> None:
        """Approve the comment or edit that contains `words` in the moderator's browser."""
        self.desk.goto(QUEUE)
        row = row_of(self.desk, words)
        self.look(row, step)
        approve = re.compile("^Approve( the edit)?( a)?$")
        # On a phone the button is in the bar at the bottom.
        here = row if row.get_by_role("button", name=approve).count() else self.desk
        here.get_by_role("button", name=approve).click()
        expect(self.desk.locator("#total-pending")).to_have_text("Nothing waiting")

    def _expect_announced(self, words: str) -> None:
        """With scripts: check the announcement for screen readers, without a reload."""
        if self.is_scripted:
            expect(self.reader.locator("#own-news")).to_contain_text(words)
            if words.startswith("Saved."):
                expect(self.reader.locator(".own-tools > .saved")).to_have_text(words)
            expect_same_page(self.reader)

    def _expect_public(self, words: str) -> None:
        self.stranger.goto(REVIEW)
        replies = self.stranger.locator(f"#comment-{self.start.parent.id} .reply-item")
        expect(replies.locator("[data-reader-text]")).to_have_text([words])

    def _expect_hidden(self, words: str) -> None:
        self.stranger.goto(REVIEW)
        expect(self.stranger.locator("#comment-list")).to_contain_text(OLDER)
        assert words not in self.stranger.content()


class Album:
    """Screenshots of a life, numbered and with captions, one for each step."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.steps: list[str] = []

    def take(self, at: Locator, step: str) -> None:
        """Add a screenshot centred on an element, with the step as its caption."""
        at.evaluate("el => el.scrollIntoView({block: 'center', behavior: 'instant'})")
        self.steps.append(step)
        picture = Image.open(io.BytesIO(at.page.screenshot())).convert("RGB")
        self.frames.append(_caption(picture, f"{len(self.steps)}  {step}"))


def make_starting_comments() -> StartingComments:
    """Publish a review and its starting comments; return the comments."""
    now = utc_now()
    review = make_review(published_at=now)
    parent = make_published_comment(
        review=review, name="Hana", body="Why does nobody talk about the umbrella?", now=now
    )
    own = make_published_comment(
        review=review, name=NAME, body=OLDER, email=EMAIL, token=TOKEN, now=now
    )
    reply = make_published_reply(to=own, name="Jun", body="And the subtitles ran too.", now=now)
    return StartingComments(parent=parent, own=own, reply=reply)


def set_token(page: Page, *, token: str = TOKEN) -> Page:
    """Set the cookies of the browser that sent the comments with this token; return the page."""
    cookies = {"second_lead_owner": token, "second_lead_wrote": "1"}
    for name, value in cookies.items():
        page.context.add_cookies(
            [{"name": name, "value": value, "domain": "127.0.0.1", "path": "/reviews"}]
        )
    return page


def look_closely(at: Locator, _step: str = "") -> None:
    """Check the page of an element with axe in dark colours."""
    at.page.emulate_media(color_scheme="dark")
    check_axe(at.page)


def prepare(*, reader: Page, stranger: Page, desk: Page, **more) -> Life:
    """Prepare the three browsers for the first step; return a `Life` that plays the steps."""
    start = make_starting_comments()
    set_token(reader)
    if more["is_scripted"]:
        # The test moves the clock instead of waiting.
        reader.clock.install()
    sign_in(desk)
    return Life(reader=reader, stranger=stranger, desk=desk, start=start, **more)


def gap_of(page: Page) -> Locator:
    return page.locator("#comment-list > .gap")


def _caption(picture: Image.Image, words: str) -> bytes:
    """Return a picture with a caption below it, as PNG."""
    framed = Image.new("RGB", (picture.width, picture.height + STRIP), PAPER)
    framed.paste(picture, (0, 0))
    draw = ImageDraw.Draw(framed)
    draw.line((0, picture.height, picture.width, picture.height), fill=INK)
    place = (12, picture.height + STRIP // 2)
    draw.text(place, words, fill=INK, font=ImageFont.load_default(size=15), anchor="lm")
    png = io.BytesIO()
    framed.save(png, format="PNG")
    return png.getvalue()
