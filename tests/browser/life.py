"""The whole life of a comment: its writer, a moderator and a stranger, each in their own browser.

What differs between a browser that runs scripts and one that does not is how the writer comes to
see what has changed: it shows in place, or on a page that is opened again.
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
from tests.browser.steps import QUEUE, REVIEW, check_axe, expect_same_page, mark, row_of, sign_in
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
# Past the last time that the page asks by itself.
LATER_MS = 91_000
STRIP = 56
PAPER, INK = "#faf6ef", "#1d1b22"


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """Hold what stands under the review already."""

    answered: Comment
    own: Comment
    answer: Comment


@dataclass(kw_only=True, slots=True)
class Life:
    """Lead a comment through its life; `look` is given each thing there is to see, and its name."""

    reader: Page
    stranger: Page
    desk: Page
    begun: Begun
    is_scripted: bool
    look: Callable[[Locator, str], None]
    own_id: str = ""

    def live(self) -> None:
        """Go all the way, from a reader's answer to the gap that is left."""
        self.answer()
        self.edit()
        self.see_it_published()
        self.correct()
        self.take_it_along()
        self.erase()

    def answer(self) -> None:
        """Answer what somebody said; it waits, and nobody else sees it."""
        page = self.reader
        page.goto(REVIEW)
        mark(page)
        answered = self.begun.answered.id
        self.look(page.locator(f"#comment-{answered}"), "A reader finds something to answer")
        page.click(f"#to-{answered}")
        form = page.locator(f"#comment-form-{answered}")
        form.locator("[name=author_name]").fill(NAME)
        form.locator("[name=author_email]").fill(EMAIL)
        form.locator("[name=body]").fill(WORDS)
        self.look(form, "Answers it")
        form.get_by_role("button", name="Send reply").click()
        own = self._own(WORDS)
        expect(own).to_contain_text("Awaiting approval")
        expect(own).to_contain_text(f"in reply to {self.begun.answered.author_name}")
        self.own_id = own.get_attribute("id") or ""
        if self.is_scripted:
            expect(own).to_be_focused()
            expect_same_page(page)
        self.look(own, "And watches it wait")
        self._expect_hidden(WORDS)

    def edit(self) -> None:
        """Change it while it waits."""
        self._save(self._own(WORDS), EDITED)
        own = self._own(EDITED)
        expect(own).to_contain_text("Awaiting approval")
        expect(self.reader.locator("main")).not_to_contain_text(f"{WORDS}\n")
        self._expect_told("Saved. It still awaits approval.")
        self.look(own, "Edited, it waits as it is now")
        self._expect_hidden(EDITED)

    def see_it_published(self) -> None:
        """Let a moderator approve what they see; the writer sees that it is published."""
        self._approve(EDITED, "A moderator approves what they see")
        if self.is_scripted:
            self.reader.clock.fast_forward(LATER_MS)
        else:
            self.reader.reload()
        own = self._own(EDITED)
        expect(own.locator(".state").first).to_contain_text("Published.")
        self._expect_told("Published. Everybody can read it.")
        self.look(own, "Published, while the page is open")
        self._expect_public(EDITED)

    def correct(self) -> None:
        """Change it once more; what everybody reads changes when that is approved."""
        self._save(self._own(EDITED), CORRECTED)
        own = self._own(CORRECTED)
        expect(own).to_contain_text("What you changed awaits approval; until then it stands as it")
        expect(own.locator("[data-reader-text]")).to_have_text(EDITED)
        self._expect_told(
            "Saved. What everybody reads stays as it is until the change is approved."
        )
        self.look(own, "Corrected: what everybody reads stays")
        self._expect_public(EDITED)
        self._expect_hidden(CORRECTED)
        self._approve(CORRECTED, "The change is approved as well")
        self._expect_public(CORRECTED)
        self.reader.reload()
        mine = self.reader.locator(f"#{self.own_id}")
        expect(mine.locator("[data-reader-text]")).to_have_text(CORRECTED)
        expect(mine.locator(".change")).to_have_count(0)
        self.look(mine, "And now everybody reads the new words")

    def take_it_along(self) -> None:
        """Download all that this browser has sent."""
        page = self.reader
        if self.is_scripted:
            page.get_by_role("link", name="Your comments here").click()
        page.get_by_role("link", name="All your comments").click()
        expect(page.locator("h1")).to_have_text("Your comments")
        expect(page.locator(".own")).to_have_count(2)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download all of it").click()
        text = Path(download.value.path()).read_text(encoding="utf-8")
        told = json.dumps(json.loads(text), ensure_ascii=False)
        for words in (OLDER, CORRECTED, NAME, EMAIL):
            assert words in told, f"{words!r} is not in what was downloaded"
        self.look(page.locator(".own-data"), "Everything can be taken along")

    def erase(self) -> None:
        """Have it all deleted; what others have answered leaves a gap."""
        page = self.reader
        page.get_by_label("Delete everything this browser has sent").check()
        page.get_by_role("button", name="Delete my comments").click()
        expect(page.locator("h1")).to_have_text("Your comments")
        expect(page.locator(".empty")).to_contain_text("Nothing of yours is here")
        self.look(page.locator("main"), "Or deleted, for good")
        cookies = {cookie["name"] for cookie in page.context.cookies()}
        assert not [name for name in cookies if name.startswith("second_lead_")], cookies
        for each in (page, self.stranger):
            each.goto(REVIEW)
            gap = each.locator(f"#comment-{self.begun.own.id}")
            expect(gap.locator(":scope > .state")).to_have_text("This comment was deleted.")
            expect(gap.locator(".reply-item")).to_contain_text(self.begun.answer.body)
            expect(each.locator(".own, .own-tools")).to_have_count(0)
            expect(each.locator(f"#comment-{self.begun.answered.id} .reply-item")).to_have_count(0)
            source = each.request.get(REVIEW).text()
            for words in (OLDER, WORDS, CORRECTED, NAME, EMAIL):
                assert words not in source, f"{words!r} is still on the page"
        # Nor does the next form know their name any more.
        expect(page.locator("#author_name")).to_have_value("")
        expect(page.locator("#comments .count")).to_have_text("2")
        self.look(gap_of(page), "A gap is left where somebody has answered")

    def _own(self, words: str) -> Locator:
        """Return the comment as its writer sees it, and nobody else."""
        return self.reader.locator(".own").filter(has_text=words)

    def _save(self, own: Locator, words: str) -> None:
        """Edit the comment from where it stands."""
        own.get_by_role("link", name="Edit").click()
        form = self.reader.locator("form[id^=edit-form-]")
        body = form.locator("[name=body]")
        if self.is_scripted:
            expect(body).to_be_focused()
        body.fill(words)
        form.get_by_role("button", name="Save").click()
        expect(form).to_have_count(0)

    def _approve(self, words: str, step: str) -> None:
        self.desk.goto(QUEUE)
        row = row_of(self.desk, words)
        self.look(row, step)
        approve = re.compile("^Approve( the change)?( a)?$")
        # On a phone it stands in the bar below.
        here = row if row.get_by_role("button", name=approve).count() else self.desk
        here.get_by_role("button", name=approve).click()
        expect(self.desk.locator("#queue-counts")).to_have_text("Nothing waiting")

    def _expect_told(self, words: str) -> None:
        """Where scripts run nothing was loaded again, and a screen reader says what happened."""
        if self.is_scripted:
            expect(self.reader.locator("#own-news")).to_contain_text(words)
            expect_same_page(self.reader)

    def _expect_public(self, words: str) -> None:
        self.stranger.goto(REVIEW)
        replies = self.stranger.locator(f"#comment-{self.begun.answered.id} .reply-item")
        expect(replies.locator("[data-reader-text]")).to_have_text([words])

    def _expect_hidden(self, words: str) -> None:
        self.stranger.goto(REVIEW)
        expect(self.stranger.locator("#comment-list")).to_contain_text(OLDER)
        assert words not in self.stranger.content()


class Album:
    """Numbered pictures of a life, one for each step."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.steps: list[str] = []

    def take(self, at: Locator, step: str) -> None:
        """Take a picture of what there is to see now, and write under it what it is."""
        at.evaluate("here => here.scrollIntoView({block: 'center', behavior: 'instant'})")
        self.steps.append(step)
        picture = Image.open(io.BytesIO(at.page.screenshot())).convert("RGB")
        self.frames.append(_caption(picture, f"{len(self.steps)}  {step}"))


def begin() -> Begun:
    """Publish a review; a comment to answer; and one of the reader's, which somebody answered."""
    now = utc_now()
    review = make_review(published_at=now)
    answered = make_published_comment(
        review=review, name="Hana", body="Why does nobody talk about the umbrella?", now=now
    )
    own = make_published_comment(
        review=review, name=NAME, body=OLDER, email=EMAIL, token=TOKEN, now=now
    )
    reply = make_published_reply(to=own, name="Jun", body="And the subtitles ran too.", now=now)
    return Begun(answered=answered, own=own, answer=reply)


def come_back(page: Page, *, token: str = TOKEN) -> Page:
    """Be the browser that has sent what came with this token."""
    cookies = {"second_lead_owner": token, "second_lead_wrote": "1"}
    for name, value in cookies.items():
        page.context.add_cookies(
            [{"name": name, "value": value, "domain": "127.0.0.1", "path": "/reviews"}]
        )
    return page


def look_closely(at: Locator, _step: str = "") -> None:
    """Ask axe about what there is to see now, by night; test_pages_axe.py looks by day as well."""
    at.page.emulate_media(color_scheme="dark")
    check_axe(at.page)


def prepare(*, reader: Page, stranger: Page, desk: Page, **more) -> Life:
    """Bring the three to where the life of a comment begins."""
    begun = begin()
    come_back(reader)
    if more["is_scripted"]:
        # Nobody waits a minute and a half.
        reader.clock.install()
    sign_in(desk)
    return Life(reader=reader, stranger=stranger, desk=desk, begun=begun, **more)


def gap_of(page: Page) -> Locator:
    return page.locator("#comment-list > .gap")


def _caption(picture: Image.Image, words: str) -> bytes:
    framed = Image.new("RGB", (picture.width, picture.height + STRIP), PAPER)
    framed.paste(picture, (0, 0))
    draw = ImageDraw.Draw(framed)
    draw.line((0, picture.height, picture.width, picture.height), fill=INK)
    place = (12, picture.height + STRIP // 2)
    draw.text(place, words, fill=INK, font=ImageFont.load_default(size=15), anchor="lm")
    kept = io.BytesIO()
    framed.save(kept, format="PNG")
    return kept.getvalue()
