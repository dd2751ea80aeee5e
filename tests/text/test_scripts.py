"""The languages of texts: told by their letters, or named by a tag."""

import pytest

from blog.text.scripts import (
    direction_of,
    dominant_language,
    language_of_part,
    locale_name,
    normalise_language,
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("런온 정말 좋아요", "ko"),
        ("Run On 정말 좋았다", "ko"),
        ("ㅋㅋㅋㅋ", "ko"),
        ("I said 네 and left the room", None),
        ("ドラマが好き", "ja"),
        ("很好看", "zh"),
        ("مسلسل رائع", "ar"),
        ("سریال خوبی بود", "und-Arab"),
        ("סדרה נהדרת", "he"),
        ("ละครดีมาก", "th"),
        ("Отличный сериал", "und-Cyrl"),
        ("Υπέροχη σειρά", "el"),
        ("बहुत अच्छा", "und-Deva"),
        ("Très bien — “vraiment”", None),
        ("10/10 !!! ฿500", None),
        ("", None),
    ],
)
def test_the_language_is_found_by_the_script_as_far_as_the_script_decides_it(text, language):
    assert dominant_language(text) == language


@pytest.mark.parametrize(
    ("part", "language", "expected"),
    [
        ("山田花子", "ja", "ja"),
        ("山田花子", None, "zh"),
        ("Hana Yoo (하나)", "ko", "ko"),
        ("Hana Yoo", "ko", None),
        ("Hana Yoo", "fr", "fr"),
        ("هناء", "fr", "ar"),
        ("هناء", "fa", "fa"),
        ("Олена", "uk", "uk"),
        ("1988", "ko", None),
    ],
)
def test_a_name_in_another_script_is_in_another_language_than_its_text(part, language, expected):
    assert language_of_part(part, language) == expected


@pytest.mark.parametrize(
    ("tag", "normal", "direction", "locale"),
    [
        ("KO", "ko", "ltr", "ko_KR"),
        ("pt-br", "pt-BR", "ltr", "pt_BR"),
        ("zh-hant", "zh-Hant", "ltr", "zh_TW"),
        ("ar", "ar", "rtl", "ar_EG"),
        ("fa", "fa", "rtl", "fa_IR"),
        ("he-IL", "he-IL", "rtl", "he_IL"),
        ("uz-Arab", "uz-Arab", "rtl", "uz_AF"),
        ("und-Arab", "und-Arab", "rtl", None),
        ("und-Cyrl", "und-Cyrl", "ltr", None),
    ],
)
def test_a_language_tag_tells_direction_and_locale(tag, normal, direction, locale):
    assert normalise_language(tag) == normal
    assert (direction_of(normal), locale_name(normal)) == (direction, locale)


@pytest.mark.parametrize(
    "tag", ["Korean", "kr", "ko_KR", "ko, en", "한국어", "ko-", "", "x", "k" * 999]
)
def test_what_is_no_language_tag_is_not_taken_for_one(tag):
    assert normalise_language(tag) is None
