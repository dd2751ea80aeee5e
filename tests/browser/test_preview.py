"""The preview beside the text of a review: what was saved, where one writes."""

import pytest
from playwright.sync_api import Page, expect

from blog.db.transactions import write
from blog.drafts.commands import save_draft
from blog.drafts.models import Draft, Writing
from tests.browser.desk import make_session
from tests.browser.steps import check_axe
from tests.builders import make_draft, make_moderator

pytestmark = pytest.mark.browser

WIDE = {"width": 1440, "height": 900}
TEXT = "\n\n".join(f"Paragraph {number} of a long text." for number in range(80))


@pytest.fixture
def draft(site) -> Draft:
    return make_draft(moderator=make_moderator(), body=TEXT)


@pytest.fixture
def editor(site, arrive, draft) -> Page:
    visitor = arrive(site, viewport=WIDE)
    visitor.context.add_cookies([make_session(site)])
    return visitor.open(f"/admin/reviews/{draft.id}/edit")


def save(page: Page, draft: Draft, body: str) -> None:
    """Save another text, and tell the page as the script that saves does."""
    former = draft.writing
    write(
        save_draft,
        draft_id=draft.id,
        version=draft.version,
        writing=Writing(former.keys, body),
        former=former,
        moderator_id=draft.changed_by_id,
        now=draft.changed_at,
        is_revision=False,
    )
    page.evaluate("document.querySelector('#editor').dispatchEvent(new Event('writing:saved'))")


def test_the_preview_shows_each_save_where_one_writes(editor, draft):
    frame = editor.frame_locator("#preview iframe")
    expect(frame.locator("h1")).to_contain_text("A first thought")
    place = TEXT.index("Paragraph 60")
    editor.locator("#body").evaluate("(text, at) => text.setSelectionRange(at, at)", place)
    expect(frame.get_by_text("Paragraph 60 ")).to_be_in_viewport()
    main = editor.locator("#preview iframe").evaluate_handle("frame => frame.contentWindow")
    save(editor, draft, TEXT.replace("Paragraph 60", "Another thought, number 60"))
    expect(frame.get_by_text("Another thought, number 60")).to_be_in_viewport()
    assert main.evaluate("window => window.scrollY > 500"), "The same page, still scrolled."
    link = frame.get_by_role("link", name="About").first
    expect(link).to_have_attribute("target", "_blank")
    check_axe(editor)
    toggle = editor.get_by_role("button", name="Preview beside the text")
    toggle.click()
    expect(editor.locator("#preview")).to_be_hidden()
    editor.reload()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(editor.locator("#preview")).to_be_hidden()
    toggle.click()
    expect(frame.locator("h1")).to_be_visible()
    editor.set_viewport_size({"width": 390, "height": 800})
    expect(editor.locator("#preview")).to_be_hidden()
    expect(toggle).to_be_hidden()
    expect(editor.get_by_role("link", name="Preview")).to_be_visible()
