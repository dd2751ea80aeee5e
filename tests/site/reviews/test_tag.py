"""GET /tags/<tag>: the reviews with a tag."""

import unicodedata
from datetime import timedelta
from urllib.parse import quote, unquote

from blog.reviews.queries import PAGE_SIZE
from tests.builders import NOON, make_review
from tests.databases import on_both
from tests.page import soup_of
from tests.site.reviews.test_index import slugs_on


@on_both
def test_the_page_lists_the_reviews_with_the_tag_newest_first(client):
    make_review(slug="older", tags=["romance"], published_at=NOON - timedelta(days=1))
    make_review(slug="newer", tags=["sport", "romance"])
    make_review(slug="other", tags=["sport"])
    page = soup_of(client.get("/tags/romance"))
    assert page.h1.get_text() == "romance"
    assert slugs_on(page) == ["newer", "older"]


def test_a_korean_tag_has_its_page(client):
    make_review(tags=["로맨스"])
    page = soup_of(client.get("/reviews/run-on"))
    response = client.get(page.find("a", rel="tag")["href"])
    assert response.status_code == 200
    assert soup_of(response).h1["lang"] == "ko"


def test_a_tag_without_public_reviews_is_not_found(client, clock):
    make_review(slug="draft", tags=["romance"], published_at=None)
    make_review(slug="future", tags=["romance"], published_at=clock.now + timedelta(days=1))
    assert client.get("/tags/romance").status_code == 404
    assert client.get("/tags/unknown").status_code == 404
    assert client.get("/tags/romance").data == client.get("/tags/unknown").data


@on_both
def test_a_long_list_is_paged(client):
    for number in range(PAGE_SIZE + 2):
        make_review(
            slug=f"r-{number:02}", tags=["long"], published_at=NOON - timedelta(days=number)
        )
    first = soup_of(client.get("/tags/long"))
    second = soup_of(client.get(first.find("a", rel="next")["href"]))
    assert slugs_on(first) + slugs_on(second) == [f"r-{n:02}" for n in range(PAGE_SIZE + 2)]
    assert second.find("a", rel="next") is None


def test_another_spelling_of_a_tag_leads_to_its_page(client):
    make_review(tags=["로맨스", "enemies-to-lovers"])
    for typed, tag in (
        (unicodedata.normalize("NFD", "로맨스"), "로맨스"),
        ("Enemies-To-Lovers", "enemies-to-lovers"),
        (" ENEMIES-to-lovers ", "enemies-to-lovers"),
    ):
        response = client.get(f"/tags/{quote(typed)}?after=2026-05-01T12:00:00.000000-1")
        assert response.status_code == 301, typed
        assert unquote(response.location) == f"/tags/{tag}?after=2026-05-01T12:00:00.000000-1"
    assert client.get("/tags/" + "x" * 5000).status_code == 404
