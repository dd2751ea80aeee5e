"""A review from its first word to another site, written on a phone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from blog.clock import utc_now
from blog.db.engine import db
from blog.db.transactions import write
from blog.reviews.models import Review
from tests.browser.server import PROMPT, Site, running
from tests.databases import fresh_sqlite

VIEWPORT = {"width": 390, "height": 844}
NEW = "/admin/reviews/new"
EDITOR = "/admin/reviews/1/edit"
FIRST, SECOND = "/reviews/run-on-the-runner-stops", "/reviews/run-on-finale"
BEGINNING = "He has never turned round in a race. In the rain he does."
LOST = "The umbrella was hers from the start."
PICTURES = {"bench.jpg": ("#2f6f73", "The bench in the rain"), "lamp.jpg": ("#a4432f", "A lamp")}


@dataclass(kw_only=True, slots=True)
class Walk:
    """The steps of a review; each step calls `look` with an element and a caption."""

    site: Site
    phone: Page
    laptop: Page
    reader: Page
    look: Callable[[Locator, str], None]
    described: str = ""

    def go(self, folder: Path) -> None:
        """Take all steps; at the end a new site in the folder has the same review."""
        self.write()
        self.upload()
        self.lose_the_connection()
        self.preview()
        self.share()
        self.schedule()
        self.correct()
        self.settle()
        self.restore()
        self.move()
        self.take_elsewhere(folder)

    def write(self) -> None:
        """Write the fields that a review needs."""
        page = self.phone
        page.goto(NEW)
        page.fill("#title", "The runner stops")
        page.fill("#body", BEGINNING)
        page.fill("#summary", "A sprinter and a subtitler meet in the rain.")
        page.fill("#author", "Mina Park")
        page.fill("#drama-title", "Run On")
        self._save()
        self.look(page.locator("#body"), "A review is written on a phone")

    def upload(self) -> None:
        """Choose two pictures at once, and describe them."""
        page = self.phone
        page.locator("#body").focus()
        page.locator("#body").press("Control+End")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Picture", exact=True).click()
        chooser.value.set_files(
            [
                {"name": name, "mimeType": "image/jpeg", "buffer": _draw(colour)}
                for name, (colour, _description) in PICTURES.items()
            ]
        )
        rows = page.locator("#picture-list > li")
        expect(rows).to_have_count(2)
        for name, (_colour, description) in PICTURES.items():
            row = page.locator(f"#picture-list > li[data-path='pictures/{name}']")
            row.get_by_label("Description").fill(description)
            row.get_by_label("Description").blur()
        expect(page.locator("#body")).to_have_value(_contains("![A lamp](pictures/lamp.jpg)"))
        self.described = page.input_value("#body")
        self._save()
        self.look(rows.first, "Two pictures are uploaded and described")

    def lose_the_connection(self) -> None:
        """Write without a connection, close the tab, and get the words back."""
        page = self.phone
        # Chromium sends what a closing page wants to save, even where it is told to be offline.
        page.evaluate("void (fetch = () => Promise.reject(new TypeError('Failed to fetch')))")
        page.fill("#body", f"{page.input_value('#body')}\n\n{LOST}")
        page.locator("#summary").focus()
        expect(page.locator("#saving")).to_contain_text("Not saved; kept in this browser.")
        self.look(page.locator("#body"), "The connection is lost; the words are kept here")
        page.close()
        self.phone = page = page.context.new_page()
        page.goto(EDITOR)
        offer = page.locator("#kept-words")
        expect(offer.locator("textarea")).to_have_value(_contains(LOST))
        self.look(offer, "They are offered when the review is opened again")
        offer.get_by_role("button", name="Use them").click()
        self._save()

    def preview(self) -> None:
        """Look at the page that publishing will make."""
        page = self.phone
        page.get_by_role("button", name="Save and preview").click()
        expect(page.locator(".prose img")).to_have_count(2)
        expect(page.locator(".prose")).to_contain_text(LOST)
        self.look(page.locator("h1").first, "The preview is the page")

    def share(self) -> None:
        """Give a friend a link to the draft."""
        page = self.phone
        page.goto(EDITOR)
        page.get_by_role("link", name="Share a draft").click()
        page.locator("form.rule-form button").click()
        address = page.locator("input[readonly]").input_value()
        self.look(page.locator("input[readonly]"), "A friend gets a link")
        self.reader.goto(address)
        expect(self.reader.locator("h1")).to_contain_text("The runner stops")
        self.look(self.reader.locator("h1"), "The friend reads the draft")

    def schedule(self) -> None:
        """Schedule the review; it appears by itself when its minute has come."""
        page = self.phone
        page.goto(EDITOR)
        soon = utc_now() + timedelta(hours=2)
        page.fill("#published", soon.strftime("%Y-%m-%d %H:%M"))
        page.get_by_role("button", name="Schedule").click()
        expect(page.locator("#review-state")).to_contain_text("Scheduled")
        self.look(page.locator("#review-state"), "It is scheduled")
        assert self.reader.goto(FIRST).status == 404
        # The server's clock cannot be moved, so the minute is.
        write(_let_the_minute_come)
        assert self.reader.goto(FIRST).status == 200
        self.look(self.reader.locator("h1"), "At its minute it is public")

    def correct(self) -> None:
        """Correct the public review; readers see it when it is published."""
        page = self.phone
        page.goto(EDITOR)
        page.fill("#body", page.input_value("#body").replace("never", "hardly ever"))
        self._save()
        self.reader.reload()
        expect(self.reader.locator(".prose")).to_contain_text("has never turned")
        self._publish()
        self.reader.reload()
        expect(self.reader.locator(".prose")).to_contain_text("has hardly ever turned")
        self.look(self.reader.locator(".prose"), "A correction is published")

    def settle(self) -> None:
        """Save from two devices at once, and settle the conflict."""
        page, laptop = self.phone, self.laptop
        page.goto(EDITOR)
        laptop.goto(EDITOR)
        laptop.fill("#body", f"{laptop.input_value('#body')}\n\nFrom the laptop.")
        _press(laptop.locator(".writing-bar").get_by_role("button", name="Save"), "saved")
        page.fill("#body", f"{page.input_value('#body')}\n\nFrom the phone.")
        page.locator("#summary").focus()
        page.locator("#saving").get_by_role("button", name="See both").click()
        expect(page.locator(".theirs")).to_contain_text("From the laptop.")
        self.look(page.locator(".theirs"), "A second device has saved; both texts are shown")
        page.fill("#body", f"{page.input_value('#body')}\n\nFrom the laptop.")
        self._save()
        self._publish()

    def restore(self) -> None:
        """Compare the oldest revision with what is written now, and restore it."""
        page = self.phone
        page.goto(EDITOR)
        page.get_by_role("link", name="Revisions").click()
        page.locator(".revisions > li").last.get_by_role("link").first.click()
        expect(page.locator("ins", has_text="From the laptop.")).to_have_count(1)
        self.look(page.locator("ins").first, "Revisions are compared word by word")
        _press(page.locator("main form button").first, "restored")
        assert page.input_value("#body") == BEGINNING
        self.look(page.locator("#body"), "The first one is restored")

    def move(self) -> None:
        """Change the address of the review; the former one leads to it."""
        page = self.phone
        page.fill("#body", self.described)
        page.fill("#slug", SECOND.removeprefix("/reviews/"))
        self._publish()
        self.reader.goto(FIRST)
        self.reader.wait_for_url(f"**{SECOND}")
        self.look(self.reader.locator("h1"), "The former address leads to the new one")

    def take_elsewhere(self, folder: Path) -> None:
        """Export the review, import it into an empty site, and compare the two pages."""
        text = self.reader.locator("article.review > .prose").inner_html()
        assert text.count("<img") == len(PICTURES)
        self.site.flask("review", "export", "--all", str(folder / "export"))
        (file,) = (folder / "export").rglob("run-on-finale.md")
        other = folder / "other"
        other.mkdir()
        with running(database_url=fresh_sqlite(other), data_dir=other, wsgi_app=PROMPT) as site:
            site.flask("review", "import", str(file))
            # A browser of its own, as tests let others ask no second site for anything.
            context = self.reader.context.browser.new_context(viewport=VIEWPORT)
            page = context.new_page()
            page.goto(f"{site.url}{SECOND}")
            assert page.locator("article.review > .prose").inner_html() == text
            self.look(page.locator("h1"), "Exported, it is the same on another site")
            context.close()

    def _save(self) -> None:
        _press(self.phone.locator(".writing-bar").get_by_role("button", name="Save"), "saved")

    def _publish(self) -> None:
        _press(self.phone.get_by_role("button", name="Publish the changes"), "published")


def _let_the_minute_come() -> None:
    db.session.execute(update(Review).values(published_at=utc_now()))


def _press(button: Locator, done: str) -> None:
    """Press a button of the editor; wait for the page that says what was done."""
    with button.page.expect_navigation(url=f"**done={done}**"):
        button.click()


def _contains(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def _draw(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (960, 640), colour).save(file, "JPEG")
    return file.getvalue()
