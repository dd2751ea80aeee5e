"""GET /admin/comments?q=…: search in the queue."""

from datetime import timedelta

import pytest
from lxml import html

from blog.desk.queue import matching, queries
from tests.builders import (
    NOON,
    make_comment,
    make_moderator,
    make_published_comment,
    make_review,
    sign_in,
)
from tests.databases import on_both
from tests.desk.desk import make_crowd, next_of, numbers_of
from tests.page import soup_of, text_of

URL = "/admin/comments"


# Search texts, and the names of the authors found.
SEARCHES = [
    ("bench", ["Jo", "은수"]),
    ("BENCH", ["Jo", "은수"]),
    ("eunsu@example.org", ["은수"]),
    ("EXAMPLE.org", ["은수"]),
    ("은", ["은수"]),
    ("벤치", ["은수"]),
    # A Mac sends decomposed Hangul (jamo).
    ("\u1107\u1166\u11ab\u110e\u1175", ["은수"]),
    ("jo", ["Jo"]),
    ("  jo  ", ["Jo"]),
    ("100%", ["%"]),
    ("%", ["%"]),
    ("_", ["_"]),
    ("T_T", ["_"]),
    ("\\", ["\\"]),
    ("C:\\temp", ["\\"]),
    ("'", ["'"]),
    ("' OR 1=1 --", []),
    ("/", ["/"]),
    ("and/or", ["/"]),
    ('"', []),
    ("😭", ["😭"]),
    ("<b>", []),
    ("a\0nd/or", ["/"]),
]


@pytest.fixture(autouse=True)
def _signed_in(client):
    make_moderator()
    sign_in(client)


@pytest.fixture
def review(app):
    return make_review()


def find(client, words: str, status: str = "pending") -> list[str]:
    """Search for `words`; return the names of the authors found, in order."""
    page = client.get(URL, query_string={"q": words, "status": status})
    assert page.status_code == 200
    names = html.fromstring(page.text).xpath('//*[@id="queue"]//*[@data-reader-name]')
    return [name.text_content() for name in names]


@on_both
def test_a_search_finds_text_name_and_e_mail_and_special_characters(client, review):
    make_comment(review=review, name="Jo", body="The bench scene.")
    make_comment(review=review, name="은수", email="eunsu@example.org", body="벤치 bench 장면")
    make_comment(review=review, name="%", body="I agree 100%.")
    make_comment(review=review, name="_", body="T_T")
    make_comment(review=review, name="\\", body="C:\\temp")
    make_comment(review=review, name="'", body="It's me.")
    make_comment(review=review, name="/", body="and/or")
    make_comment(review=review, name="😭", body="TxT")
    for words, names in SEARCHES:
        assert find(client, words) == names, words


def test_a_search_finds_only_comments_of_the_chosen_state(client, review):
    make_comment(review=review, name="Waiting", body="The bench.")
    make_published_comment(review=review, name="Published", body="The bench.")
    assert find(client, "bench") == ["Waiting"]
    assert find(client, "bench", status="published") == ["Published"]
    assert find(client, "bench", status="spam") == []


def test_the_page_shows_the_limit_of_the_search_and_a_link_back(client, review):
    make_comment(review=review)
    page = client.get(URL, query_string={"q": "bench", "status": "pending"})
    assert "newest 10,000 comments with this status" in text_of(page)
    assert soup_of(page).find("input", id="q")["value"] == "bench"
    assert soup_of(page).find("a", string="Show all")["href"] == f"{URL}?status=pending"


def test_a_search_without_matches_shows_the_search_text(client):
    page = client.get(URL, query_string={"q": "<b>'\"&"})
    assert "No comments match “ <b>'\"& ”." in text_of(page)
    assert soup_of(page).find("input", id="q")["value"] == "<b>'\"&"


@on_both
def test_a_search_has_several_pages(client, review):
    make_crowd(review, queries.PAGE_SIZE, now=NOON - timedelta(hours=1))
    make_comment(review=review, name="other", body="The café.")
    last = make_comment(review=review, body="A crowd, and the last of it.")
    rest = client.get(next_of(client.get(URL, query_string={"q": "crowd"})))
    assert numbers_of(rest) == [last.id]


@on_both
def test_a_search_covers_only_the_newest_comments(client, review, monkeypatch):
    monkeypatch.setattr(matching, "MAX_SEARCHED", 2)
    for name in ("first", "second", "third"):
        make_comment(review=review, name=name, body=f"The bench, {name}.")
    assert find(client, "bench") == ["second", "third"]
