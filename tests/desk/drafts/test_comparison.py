"""The parts of a page that show two versions of a review."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import render_template

from blog.text.comparing import compare_keys, compare_texts

OLD = "One.\n\nTwo.\n\nThree.\n\nHe <b>waits</b> in the rain & sings."
NEW = "One.\n\nTwo.\n\nThree.\n\nHe <b>waits</b> in the snow & sings.\n\n<script>New.</script>"
TOO_LONG = "\n\n".join(map(str, range(6_000)))


@pytest.fixture
def show(app):
    """A function that returns the shown comparison of two texts."""

    def show(old: str, new: str) -> BeautifulSoup:
        with app.test_request_context():
            html = render_template(
                "desk/drafts/_comparison.html",
                comparison=compare_texts(old, new),
                language=None,
                old_label="Saved 14:02",
                new_label="This page",
            )
        return BeautifulSoup(html, "html.parser")

    return show


def test_a_change_is_told_apart_by_its_element_and_in_words_and_not_by_colour_alone(show):
    page = show(OLD, NEW)
    changed, added = page.select("p.version")[-2:]
    assert changed.get_text() == (
        "He <b>waits</b> in the removed: rain end of removed text added: snow end of added text "
        " & sings."
    )
    assert [change.name for change in changed("del") + changed("ins")] == ["del", "ins"]
    assert not page.select("script, b")
    assert "<script>New.</script>" in added.ins.get_text()
    legend = "Struck out: only in “Saved 14:02”. Underlined: only in “This page”."
    assert page.select_one(".meta").get_text(strip=True) == legend


def test_the_spaces_and_line_breaks_of_a_text_are_shown_as_they_are(show):
    html = str(show("- one\n  - two\u00a0\nthree", "- one\n  - two three").select_one("p.version"))
    text = re.sub(r'<span class="unseen">.*?</span>|<[^>]*>', "", html)
    assert text == "- one\n  - two↵\u00a0\n␣ three"


def test_paragraphs_far_from_a_change_wait_behind_their_number(show):
    folded = show(OLD, NEW).details
    assert folded.summary.get_text() == "2 unchanged paragraphs"
    assert [p.get_text() for p in folded("p")] == ["One.", "Two."]
    assert "No word of the text is different." in show(OLD, f"{OLD}\n").get_text()


def test_versions_too_different_to_compare_are_both_shown(show):
    page = show(TOO_LONG, NEW)
    assert "too different to compare word by word" in page.get_text()
    assert [version.get_text() for version in page.select("div.version")] == [TOO_LONG, NEW]
    # Long texts scroll, also with the keyboard.
    assert [version["tabindex"] for version in page.select("div.version")] == ["0", "0"]
    assert [heading.get_text() for heading in page("h3")] == ["Saved 14:02", "This page"]


def test_a_changed_field_has_its_label_and_both_values(app):
    changes = compare_keys({"title": "Run"}, {"title": "Run on", "tags": ["rain"]})
    with app.test_request_context():
        html = render_template(
            "desk/drafts/_changed_keys.html",
            changes=changes,
            labels={"title": "Title"},
            language="ko",
        )
    page = BeautifulSoup(html, "html.parser")
    assert [term.get_text() for term in page("dt")] == ["Title", "tags"]
    assert [value["lang"] for value in page("dd")] == ["ko", "ko"]
    assert "on" in page.dd.ins.get_text()
