"""Pictures are dropped, pasted or chosen in the editor, and each keeps its place in the text."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from blog.db.transactions import write
from blog.drafts.commands import create_draft
from blog.drafts.models import Writing
from blog.web.current import current_time
from tests.browser.desk import make_session
from tests.browser.server import Site
from tests.builders import make_moderator

pytestmark = pytest.mark.browser

UPLOADS = "**/admin/reviews/1/pictures"
# Drop or paste files, given as names and base64, on the text.
HAND_OVER = """(text, [type, files]) => {
  const data = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: "image/jpeg" }));
  }
  const options = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
  const event = type === "paste" ? new ClipboardEvent(type, options) : new DragEvent(type, options);
  return text.dispatchEvent(event);
}"""


def photo(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def editor(site: Site, arrive: Callable) -> Iterator[Page]:
    """The editor of a review whose text is "Rain."; the cursor is at its end.

    At the end of a test the text is saved, or the next test would get it into its own review.
    """
    writer = make_moderator(name="Mina Park")
    writing = Writing({"title": "The runner stops", "author": "Mina Park"}, "Rain.")
    write(create_draft, writing=writing, moderator_id=writer.id, now=current_time())
    visitor = arrive(site)
    visitor.context.add_cookies([make_session(site)])
    page = visitor.open("/admin/reviews/1/edit")
    page.locator("#body").evaluate("(text) => { text.focus(); text.setSelectionRange(5, 5); }")
    yield page
    expect(page.locator("#saving")).to_contain_text("Saved")


def hand_over(page: Page, how: str, *files: tuple[str, bytes]) -> None:
    named = [[name, b64encode(content).decode()] for name, content in files]
    assert not page.locator("#body").evaluate(HAND_OVER, [how, named])


def test_dropped_pictures_keep_their_places_while_somebody_writes_and_undo_still_works(editor):
    held: list[Route] = []
    editor.route(UPLOADS, lambda route: route.continue_() if held else held.append(route))
    with editor.expect_request(UPLOADS):
        hand_over(editor, "drop", ("a.jpg", photo("teal")), ("b.jpg", photo("red")))
    body, rows = editor.locator("#body"), editor.locator("#uploads li")
    places = "Rain.\n\n![Uploading a.jpg…]()\n\n![Uploading b.jpg…]()\n\n"
    expect(body).to_have_value(places)
    expect(rows).to_have_count(2)
    expect(rows.first.get_by_role("progressbar", name="a.jpg")).to_be_visible()
    editor.keyboard.type("Snow")
    held[0].continue_()
    expect(rows).to_have_count(0)
    done = "Rain.\n\n![](pictures/a.jpg)\n\n![](pictures/b.jpg)\n\nSnow"
    expect(body).to_have_value(done)
    expect(editor.locator("#picture-list li [data-used=yes]:visible")).to_have_count(2)
    editor.keyboard.type(".")
    expect(body).to_have_value(f"{done}.")
    editor.get_by_label("Description").first.fill("A bench")
    editor.get_by_label("Description").first.blur()
    expect(body).to_have_value(f"{done}.".replace("![](pictures/a", "![A bench](pictures/a"))
    body.focus()
    editor.keyboard.press("Control+z")
    expect(body).to_have_value(f"{done}.")


def test_a_pasted_picture_is_kept_when_the_connection_goes_and_sent_again(editor):
    editor.route(UPLOADS, lambda route: route.abort())
    hand_over(editor, "paste", ("image.png", photo("teal")))
    row = editor.locator("#uploads li")
    expect(row).to_contain_text("The site did not respond. The picture is still here")
    expect(editor.locator("#body")).to_have_value("Rain.\n\n![Uploading image.png…]()\n\n")
    editor.unroute(UPLOADS)
    row.get_by_role("button", name="Try again").click()
    expect(editor.locator("#body")).to_have_value("Rain.\n\n![](pictures/image.png)\n\n")
    expect(editor.locator("#picture-list li")).to_have_count(1)


def test_a_chosen_file_that_is_no_picture_is_refused_in_words_and_left_out(editor):
    with editor.expect_file_chooser() as chooser:
        editor.get_by_role("button", name="Picture", exact=True).click()
    assert chooser.value.is_multiple()
    chooser.value.set_files({"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"words"})
    row = editor.locator("#uploads li")
    expect(row).to_contain_text("is no picture this site can read. It takes a JPEG")
    row.get_by_role("button", name="Leave it out").click()
    expect(editor.locator("#body")).to_have_value("Rain.\n\n")
    expect(row).to_have_count(0)
