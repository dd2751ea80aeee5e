"""GET /dramas: all dramas by letter; and how letters and plates are chosen."""

from datetime import timedelta

import pytest

from blog.pictures.commands import PictureFile
from blog.reviews.models import Review
from blog.site.reviews.letters import letter_of
from blog.site.reviews.plates import Plate
from tests.builders import NOON, make_review
from tests.databases import on_both
from tests.page import soup_of, text_of


def rows_of(page) -> dict[str, list[str]]:
    """Return the texts of the links on the page under each heading, in order."""
    return {
        heading.get_text(): [
            link.get_text() for link in heading.find_next_sibling("ul").find_all("a")
        ]
        for heading in page.find_all(
            "h2", id=lambda letter: not letter.isascii() or len(letter) == 1
        )
    }


@on_both
def test_dramas_are_listed_by_their_latin_and_their_korean_letters(client):
    titles = [
        ("run-on", "Run On", "런온"),
        ("reply", "Reply 1988", "응답하라 1988"),
        ("dp", "D.P.", None),
        ("sign", "Sign", "싸인"),
        ("love", "Crash Landing on You", "사랑의 불시착"),
        ("numbers", "1% of Something", "1%의 어떤 것"),
        ("moving", "무빙", None),
    ]
    for slug, title, korean in titles:
        make_review(slug=slug, drama_title=title, drama_korean_title=korean)
    make_review(slug="later", drama_title="Later", published_at=NOON + timedelta(days=9))
    make_review(slug="draft", drama_title="Draft", published_at=None)
    page = soup_of(client.get("/dramas"))
    assert rows_of(page) == {
        "C": ["Crash Landing on You"],
        "D": ["D.P."],
        "R": ["Reply 1988", "Run On"],
        "S": ["Sign"],
        "0–9": ["1% of Something"],
        "마": ["무빙"],
        "라": ["런온 · Run On"],
        "사": ["사랑의 불시착 · Crash Landing on You", "싸인 · Sign"],
        "아": ["응답하라 1988 · Reply 1988"],
    }
    letters = page.find(class_="letters").find_all("a")
    assert [letter["href"].removeprefix("#") for letter in letters] == list(rows_of(page))


def test_a_drama_is_listed_with_its_year_its_network_and_its_rating(client):
    make_review(drama_year=2020, drama_network="JTBC", rating=8.5)
    row = soup_of(client.get("/dramas")).find(class_="drama-list").li.get_text(" ")
    for fact in ("2020", "JTBC", "8.5"):
        assert fact in row


def test_a_site_without_reviews_has_an_index_too(client):
    assert "No review is published yet." in text_of(client.get("/dramas"))


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("Été", "E"), ("goblin", "G"), ("  Move to Heaven", "M"), ("까치", "가"), ("힘쎈", "하"),
        ("18 Again", "0–9"), ("#Alive", "A"), ("“My Mister”", "M"), ("愛", "愛"),
        ("", "0–9"), ("️", "0–9"),
    ],
)  # fmt: skip
def test_the_letter_of_a_title(title, letter):
    assert letter_of(title) == letter


@pytest.mark.parametrize(
    ("korean", "english", "is_vertical"),
    [
        ("사랑의 불시착", "Crash Landing on You", True),
        ("런온", "Run On", True),
        ("이상한 변호사 우영우", "Extraordinary Attorney Woo", False),
        ("옷소매 붉은 끝동", "The Red Sleeve", True),
        ("열여덟 18", "Eighteen", True),
        ("모범택시 2", "Taxi Driver 2", True),
        ("응답하라 1988", "Reply 1988", False),
        ("응답 1988", "Reply", False),
        ("SKY 캐슬", "SKY Castle", False),
        (None, "D.P.", False),
        (None, "런온", True),
    ],
)
def test_a_short_korean_title_is_one_column_and_any_other_is_horizontal(
    korean, english, is_vertical
):
    plate = Plate.of(Review(slug="a", drama_title=english, drama_korean_title=korean))
    assert plate.is_vertical == is_vertical
    assert "".join(plate.parts) == (korean or english)


def test_a_plate_loses_no_word_of_a_long_title(client):
    title = "세상에서 가장 아름다운 이별 그리고 다시 만난 우리"
    make_review(drama_korean_title=title)
    plate = soup_of(client.get("/")).find(class_="plate")
    assert plate.get_text().strip() == title
    assert "vertical" not in plate["class"]


def test_reviews_without_a_picture_have_colours_of_their_own(client):
    for slug in ("run-on", "reply-1988", "my-mister"):
        make_review(slug=slug)
    colours = {card["class"][-1] for card in soup_of(client.get("/")).find_all(class_="card")}
    assert len(colours) == 3
    assert "hue-none" not in colours


def test_a_picture_too_small_for_a_plate_is_not_stretched_over_it(client):
    for slug, width in (("small", 479), ("large", 480)):
        name = f"{width:032x}"
        picture = PictureFile(
            source_hash=name, width=width, height=300, renditions=[[width, f"{name}.webp"]], hue=3
        )
        make_review(slug=slug, pictures=[picture])
    cards = soup_of(client.get("/")).find_all(class_="card")
    assert [bool(card.find("img")) for card in cards] == [True, False]
    assert all("hue-3" in card["class"] for card in cards)
