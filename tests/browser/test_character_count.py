"""The count of characters beside a text: near its limit, and as the server counts."""

from pathlib import PurePosixPath

import pytest
from playwright.sync_api import Locator, Page, expect

from blog.comments.models import BODY_LENGTH
from blog.text.normalising import normalise_text
from tests.browser.everybody import check_everywhere
from tests.browser.steps import expect_focus, send, write_comment

pytestmark = pytest.mark.browser

COUNT = "#body-count"
TEXTS = [
    *("", " \t\n", "가나다", "😍👍🏽 ", "e\u0301\u0323", "\u1112\u1161\u11ab", "\ufeff a \ufeff"),
    *(
        "a\r\nb\rc\u2028d\u2029e",
        "a\x00b\x07c\x85d\x1f",
        "\xa0\u3000x\u2003",
        "\u200bx\u200b",
        "\x1cx",
    ),
]


def announced(page: Page) -> Locator:
    return page.locator(f"{COUNT} + [role=status]")


def test_the_count_appears_in_the_last_tenth_and_says_how_many_are_too_many(reader):
    reader.fill("#body", "가" * (BODY_LENGTH - 501))
    expect(reader.locator(COUNT)).to_be_hidden()
    reader.focus("#body")
    for key, shown in (("b", "500 characters left"), ("c", "499 characters left")):
        reader.keyboard.press("End")
        reader.keyboard.type(key)
        expect(reader.locator(COUNT)).to_have_text(shown)
        # A screen reader hears only the first.
        expect(announced(reader)).to_have_text("500 characters left")
    reader.fill("#body", f"  {'😍' * (BODY_LENGTH - 1)}\n")
    expect(reader.locator(COUNT)).to_have_text("1 character left")
    reader.fill("#body", "가" * (BODY_LENGTH + 12))
    for place in (reader.locator(COUNT), announced(reader)):
        expect(place).to_have_text("12 characters too many")
    check_everywhere(reader)


def test_the_count_is_there_after_a_refusal_and_for_a_draft(reader):
    write_comment(reader, body="가" * (BODY_LENGTH + 12))
    send(reader)
    expect_focus(reader, "#faults")
    expect(reader.locator("#body-fault")).to_contain_text(f"{BODY_LENGTH + 12:,} characters")
    expect(reader.locator(COUNT)).to_have_text("12 characters too many")
    reader.reload()
    expect(reader.locator(COUNT)).to_have_text("12 characters too many")
    assert "body-count" in (reader.get_attribute("#body", "aria-describedby") or "").split()
    expect(announced(reader)).to_be_empty()


def test_the_browser_counts_characters_as_the_server_does(reader):
    counting = [
        link.get_attribute("href") or ""
        for link in reader.locator("link[rel=modulepreload]").all()
        if "characters" in PurePosixPath(link.get_attribute("href") or "").name
    ]
    counted = reader.evaluate(
        "async ([script, texts]) =>"
        " { const { countCharacters } = await import(script); return texts.map(countCharacters); }",
        [*counting, TEXTS],
    )
    assert counted == [len(normalise_text(text, most=BODY_LENGTH)) for text in TEXTS]
