"""Normalising and checking the text of readers."""

import unicodedata

import pytest

from blog.text.normalising import (
    email_fault,
    has_visible_character,
    marks_fault,
    normalise_line,
    normalise_text,
)

FAMILY = "👩\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        (unicodedata.normalize("NFD", "런온 café"), "런온 café"),
        ("a\x00b\x07c\x1bd\x7fe\x85f", "abcdef"),
        ("a\ud800b\udfffc", "abc"),
        ("  a  \n\n b \n", "a  \n\n b"),
        ("a\tb", "a\tb"),
        # Invisible characters that carry meaning are kept.
        (FAMILY, FAMILY),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u202eabc\u2066d\u2069", "\u202eabc\u2066d\u2069"),
        ("❤\ufe0f", "❤\ufe0f"),
    ],
)
def test_a_text_is_normalised_and_keeps_its_meaning(typed, kept):
    assert normalise_text(typed, most=100) == kept
    assert normalise_text(kept, most=100) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mi\r\nna", "Mi na"),
        ("Mi\n\n\tna\u2029Park", "Mi na Park"),
        ("\x00Mina\x00", "Mina"),
        ("Mi  na", "Mi  na"),
        ("\t\n", ""),
    ],
)
def test_a_line_break_becomes_a_space(typed, kept):
    assert normalise_line(typed, most=100) == kept


@pytest.mark.parametrize("text", ["a", "ㅋ", "7", "!", "<", "♥", "😀", "🫩", "\u200bx", "٣", "中"])
def test_letters_numbers_and_symbols_are_visible(text):
    assert has_visible_character(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\u3000", "\u3164", "\u2800", "\u115f\u1160", "\uffa0", "\u200b\u200d\ufeff"),
        *("\u00ad", "\u202e", "\u0301", "\u034f", "\ufe0f", "\u3164 \u2800", "\U000e0041"),
    ],
)
def test_fillers_and_combining_marks_alone_are_not_visible(text):
    assert not has_visible_character(text)


@pytest.mark.parametrize(
    ("text", "is_address"),
    [
        ("mina@example.org", True),
        ("mina@mail.test", True),
        ("미나@예시.한국", True),
        ("mina", False),
        ("mina@", False),
        ("a@b@c.example", False),
        (f"{'m' * 250}@a.example", False),
        ("mina\ud800@a.example", False),
    ],
)
def test_only_the_syntax_of_an_address_is_checked(text, is_address):
    assert (email_fault(text) is None) == is_address


# A letter may have 30 accents, more than any language uses; 31 are refused.
@pytest.mark.parametrize("marks", ["\u0301", "\u0300\u0323", "\u0344"])
def test_too_many_accents_are_refused_and_the_text_stays_unchanged(marks):
    right, heap = f"a{(marks * 30)[:30]}", f"a{(marks * 31)[:31]}"
    assert marks_fault(right) is None
    assert unicodedata.is_normalized("NFC", normalise_text(right, most=100))
    assert marks_fault(heap) == "One letter has more than 30 accents; please remove some."
    assert normalise_text(heap, most=100) == heap


def test_a_text_too_long_in_every_unicode_form_stays_unchanged():
    decomposed = unicodedata.normalize("NFD", "\u1f82")
    assert len(decomposed) == 4
    assert normalise_text(decomposed * 100, most=100) == "\u1f82" * 100
    assert normalise_text(decomposed * 101, most=100) == decomposed * 101
