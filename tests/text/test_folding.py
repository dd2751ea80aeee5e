"""Folding text for the search, so that different spellings of the same words are equal."""

import unicodedata

import pytest

from blog.text.folding import LONGEST_FOLDED, fold_for_search

# Spellings that are equal, the folded one first.
SPELLINGS = [
    ["run on", "Run On", "RUN\n\tON", "run\u00a0on", "Ｒｕｎ　Ｏｎ", "ru\u200bn o\u00adn"],
    ["cafe", "Café", "cafe\u0301", "CAFÉ", "ｃａｆé"],
    ["it's", "it’s", "it‘s", "it´s", "it`s", "it＇s"],
    ['"so"', "“so”", "„so“", "«so»", "＂so＂"],
    ["1-2", "1–2", "1—2", "1−2", "1‑2", "１－２"],
    ["strasse", "Straße", "STRASSE"],
    ["smorrebrod & lodz", "Smørrebrød & Łódź"],
    ["istanbul", "İstanbul", "ISTANBUL", "ıstanbul"],
    ["oeuvre", "Œuvre"],
    ["ωμεγα", "Ωμέγα", "ΩΜΈΓΑ"],
    ["ガラスのドア", "ｶﾞﾗｽのドア", "ガラスのドア"],
    ["벤치", "\u1107\u1166\u11ab\u110e\u1175", "ㅂㅔㄴㅊㅣ", "ﾲￇﾤﾺￜ"],
    ["닭 과자", "ㄷㅏㄺ ㄱㅘㅈㅏ"],
    ["ㅋㅋㅋ", "\u110f\u110f\u110f", "ﾻﾻﾻ"],
    ["하ㅋㅋㅋ 어ㅠㅠ", "하\u110f\u110f\u110f 어ￗￗ"],
    ["정보ㄳ", "정보ㄳ"],
    ["❤ 👩👧", "❤\ufe0f 👩\u200d👧"],
    ["...", "…"],
]
# Texts that differ although they look alike.
DIFFERENT = [
    ("か", "が"),
    ("한", "하나"),
    ("은", "으네"),
    ("हिन्दी", "हनद"),
]


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: spellings[0])
def test_spellings_of_the_same_words_are_equal(spellings):
    for spelling in spellings:
        assert fold_for_search(spelling) == spellings[0], ascii(spelling)


def test_a_part_of_a_text_is_folded_as_in_the_whole_text():
    for whole, part in (
        ("정보ㄳ", "ㄳ"),
        ("하ㅋㅋㅋ", "ㅋㅋㅋ"),
        ("하ㅋㅋㅋ", "하"),
        ("Ça va", "a v"),
    ):
        assert fold_for_search(part) in fold_for_search(whole)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_letters_of_other_scripts_stay_different(one, other):
    assert fold_for_search(one) not in fold_for_search(other)


def test_a_text_of_which_nothing_would_be_left_is_unchanged():
    for text in ("\u0301", "\u200b", "\u3164"):
        assert fold_for_search(text) == text


def test_a_text_does_not_grow_without_end():
    assert len(fold_for_search("\ufdfa" * 5_000)) == LONGEST_FOLDED


def test_folding_twice_changes_nothing_and_decomposed_text_is_equal():
    for spellings in SPELLINGS:
        for text in spellings:
            folded = fold_for_search(text)
            assert fold_for_search(folded) == folded, ascii(text)
            assert fold_for_search(unicodedata.normalize("NFD", text)) == folded, ascii(text)
