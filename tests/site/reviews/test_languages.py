"""A review in another language than the site's: its texts are marked wherever they are shown."""

from urllib.parse import quote

import pytest
from bs4 import Tag

from blog.moderation.states import Verdict
from tests.builders import (
    make_comment,
    make_moderator,
    make_published_comment,
    make_review,
)
from tests.desk.desk import open_desk
from tests.notices.reading import html_part
from tests.outbox.comments import after_undo_window, make_comment_with_notice
from tests.outbox.sending import mails, run
from tests.page import soup_of
from tests.site.comments.writing import TOKEN, carry

URL = "/reviews/run-on"
ARABIC = {
    "language": "ar",
    "title": "Run On: حب على مضمار السباق",
    "summary": "عداء ومترجمة يتعلمان الكلام.",
    "body": "قصة هادئة عن عداء.\n\nRun On عن الناس.",
    "byline": "هناء يوسف",
    "tags": ["رومانسي", "sport"],
    "cast": [("Im Si-wan", "العداء")],
    "drama_network": "JTBC",
}


def marks_of(element: Tag) -> tuple[str | None, str | None]:
    """Return the language and the direction of an element."""
    return element.get("lang"), element.get("dir")


def marks_around(page: Tag, text: str) -> list[tuple[str | None, str | None]]:
    """Return the marks of each visible place with this text: of the nearest element that has one.

    The element <html> counts as no mark.
    """
    found = []
    for string in page.body.find_all(string=lambda string: text in string):
        marked = next((tag for tag in string.parents if tag.get("dir")), None)
        found.append(marks_of(marked) if marked else (None, None))
    return found


def test_a_korean_review_says_that_it_is_korean_and_the_page_stays_english(client):
    make_review(
        language="ko", title="달리기의 끝", summary="단거리 선수와 번역가.", body="정말 좋았다.",
        byline="유하나",
    )  # fmt: skip
    page = soup_of(client.get(URL))
    assert page.html["lang"] == "en-GB"
    for element in (page.h1.find(class_="headline"), page.find(class_="prose")):
        assert marks_of(element) == ("ko", "ltr")
    assert marks_around(page, "유하나") == [("ko", "ltr")]
    assert page.find("meta", property="og:locale")["content"] == "ko_KR"
    card = soup_of(client.get("/")).find(class_="card")
    assert (
        marks_of(card.h2.find(class_="headline"))
        == marks_of(card.find(class_="card-summary"))
        == ("ko", "ltr")
    )


def test_an_arabic_review_reads_from_right_to_left_and_keeps_latin_names_apart(client):
    make_review(**ARABIC)
    page = soup_of(client.get(URL))
    # The title begins with a Latin name, by which a browser would guess the wrong direction.
    for text in (ARABIC["title"], "قصة هادئة", ARABIC["byline"], "رومانسي", "العداء"):
        assert marks_around(page, text) == [("ar", "rtl")], text
    for name in ("Im Si-wan", "sport", "JTBC"):
        assert marks_around(page, name) == [(None, "auto")], name
    assert page.article.find("bdi", string="Run On")["dir"] == "auto"


def test_a_review_in_the_sites_language_keeps_its_marks_but_not_a_name_in_another_script(client):
    make_review(byline="هناء يوسف")
    page = soup_of(client.get(URL))
    assert (
        marks_of(page.h1.find(class_="headline"))
        == marks_of(page.find(class_="prose"))
        == (None, "auto")
    )
    assert marks_around(page, "هناء يوسف") == [("ar", "rtl")]
    assert page.find("meta", property="og:locale")["content"] == "en_GB"


@pytest.fixture
def arabic(app):
    """An Arabic review, and a newer one whose page links to it."""
    review = make_review(**ARABIC)
    make_review(slug="newer")
    return review


def test_readers_see_the_title_marked_on_every_page_that_names_the_review(client, arabic):
    carry(client)
    comment = make_published_comment(review=arabic, token=TOKEN)
    tag = quote("رومانسي")
    for path in ("/", "/reviews/newer", f"/tags/{tag}", "/reviews/comments/mine"):
        page = soup_of(client.get(path))
        assert set(marks_around(page, ARABIC["title"])) == {("ar", "rtl")}, path
    # Pages around the review name its drama, here in Latin letters.
    for path in (
        *("/dramas", f"{URL}/comments", f"{URL}/comments/mine"),
        *(f"{URL}/comments/{comment.id}/replies/new", f"{URL}/comments/{comment.id}/replies"),
        *(f"{URL}/comments/{comment.id}/revisions/new", f"{URL}/comments/{comment.id}/reports/new"),
    ):
        page = soup_of(client.get(path))
        assert set(marks_around(page, "Run On")) == {(None, "auto")}, path
    refused = soup_of(client.post(f"{URL}/comments", data={"body": ""}))
    assert set(marks_around(refused, "Run On")) == {(None, "auto")}


def test_moderators_see_the_title_marked_in_the_list_of_reviews(app, arabic):
    page = soup_of(open_desk(app).get("/admin/reviews"))
    assert set(marks_around(page, ARABIC["title"])) == {("ar", "rtl")}


def test_the_queue_marks_the_name_of_the_drama(app):
    desk = open_desk(app)
    make_comment(review=make_review(language="ko", drama_title="런온"))
    assert set(marks_around(soup_of(desk.get()), "런온")) == {("ko", "ltr")}


def test_mail_marks_the_title_of_the_review(app, arabic):
    make_moderator()
    make_comment_with_notice(review=arabic, verdict=Verdict.APPROVE)
    make_comment(review=arabic, body="It waits.")
    after_undo_window()
    run(app)
    found = [html_part(mail).find("bdi") for mail in mails(app)]
    assert {title.get_text() for title in found} == {
        "Run On · 런온", f"Run On · 런온: {ARABIC['title']}",
    }  # fmt: skip
    assert {marks_of(title) for title in found} == {(None, "auto"), ("ar", "rtl")}
