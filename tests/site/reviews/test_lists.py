"""GET /people/<name>, /networks/<name>, /years/<year>: the reviews that share these."""

from datetime import timedelta
from urllib.parse import quote, unquote, urlsplit

import pytest

from blog.reviews.queries import PAGE_SIZE
from tests.builders import NOON, make_review
from tests.databases import on_both
from tests.page import soup_of, text_of
from tests.site.reviews.test_index import slugs_on

WOO = {
    "drama_network": "ENA",
    "drama_year": 2022,
    "cast": [("Park Eun-bin", "Woo Young-woo"), ("Kang Tae-oh", "Lee Jun-ho")],
}


@on_both
@pytest.mark.parametrize(
    ("path", "heading", "kicker"),
    [
        ("/people/Kang%20Tae-oh", "Kang Tae-oh", "Dramas with"),
        ("/networks/ENA", "ENA", "Dramas on"),
        ("/years/2022", "2022", "Dramas of"),
    ],
)
def test_a_person_a_network_and_a_year_have_a_page_of_their_reviews(client, path, heading, kicker):
    make_review(slug="older", **WOO, published_at=NOON - timedelta(days=1))
    make_review(slug="newer", **WOO)
    make_review(slug="other", drama_network="tvN", drama_year=2021, cast=[("IU", "Lee Ji-an")])
    page = soup_of(client.get(path))
    assert page.h1.get_text() == heading
    assert page.find(class_="kicker").get_text() == kicker
    assert heading in page.find("meta", attrs={"name": "description"})["content"]
    assert page.find("link", rel="canonical")["href"] == f"https://drama.example{path}"
    assert page.find("meta", attrs={"name": "robots"}) is None
    assert slugs_on(page) == ["newer", "older"]


def test_a_review_leads_to_the_pages_of_its_people_its_network_and_its_year(client):
    make_review(**WOO)
    page = soup_of(client.get("/reviews/run-on"))
    for name in ("Park Eun-bin", "Kang Tae-oh", "ENA", "2022"):
        link = next(each for each in page.find_all("a") if each.get_text().strip() == name)
        assert soup_of(client.get(link["href"])).h1.get_text() == name


def test_the_page_of_a_person_says_the_role_in_each_drama(client):
    make_review(slug="woo", **WOO)
    make_review(slug="twice", cast=[("Kang Tae-oh", "Prince"), ("Kang Tae-oh", "His twin")])
    cards = soup_of(client.get("/people/Kang%20Tae-oh")).find_all(class_="listed")
    assert [card.find_all("p")[-1].get_text().strip() for card in cards] == [
        "as Prince",
        "as Lee Jun-ho",
    ]


def test_only_public_reviews_have_people_networks_and_years(client, clock):
    make_review(slug="draft", **WOO, published_at=None)
    make_review(slug="future", **WOO, published_at=clock.now + timedelta(days=1))
    for path in ("/people/Kang%20Tae-oh", "/networks/ENA", "/years/2022"):
        assert client.get(path).status_code == 404, path
        assert client.get(path).data == client.get("/people/nobody").data
    clock.advance(days=2)
    assert client.get("/people/Kang%20Tae-oh").status_code == 200


def test_the_page_of_demo_reviews_alone_is_not_indexed(client):
    make_review(**WOO, is_demo=True)
    for path in ("/people/Kang%20Tae-oh", "/networks/ENA", "/years/2022"):
        assert soup_of(client.get(path)).find("meta", attrs={"name": "robots"}), path


@on_both
def test_two_spellings_of_a_name_share_a_page_at_the_newest_spelling(client):
    make_review(
        slug="a", cast=[("KANG Tae-oh", "A")], drama_network="TVN",
        published_at=NOON - timedelta(days=1),
    )  # fmt: skip
    make_review(slug="b", cast=[("Kang Tae-oh", "B")], drama_network="tvN")
    for typed, path in {
        "/people/kang tae-oh": "/people/Kang Tae-oh",
        "/people/KANG Tae-oh": "/people/Kang Tae-oh",
        "/networks/TVN": "/networks/tvN",
    }.items():
        response = client.get(f"{quote(typed)}?after=1-1")
        assert response.status_code == 301, typed
        assert unquote(response.location) == f"{path}?after=1-1"
        assert "immutable" not in response.headers["Cache-Control"]
        assert slugs_on(soup_of(client.get(quote(path)))) == ["b", "a"]


@pytest.mark.parametrize("path", ["/years/0999", "/tags/Nothing", "/years/+2020"])
def test_another_spelling_of_what_no_review_has_leads_nowhere(client, path):
    make_review()
    assert client.get(path).status_code == 404


NAMES = [
    "AC/DC", "강태오", "D.P.", "100%", "what? #1", "a\\b", "a;b=c&d+e", "عمر", "É" * 100,
    "<b>", "…", "a: b", "~", "%2F",
]  # fmt: skip


def test_any_name_has_a_page_that_its_link_leads_to(client):
    for number, name in enumerate(NAMES):
        make_review(slug=f"r-{number}", cast=[(name, "A role")], drama_network=name)
        page = soup_of(client.get(f"/reviews/r-{number}"))
        links = [link["href"] for link in page.find_all("a") if link.get_text().strip() == name]
        assert len(links) == 2, name
        for link in links:
            # A browser sends the URL as it is; a script or a proxy may quote the slashes too.
            start, _slash, rest = urlsplit(link).path.removeprefix("/").partition("/")
            for path in (link, f"/{start}/{rest.replace('/', '%2F')}"):
                assert soup_of(client.get(path)).h1.get_text() == name


def test_a_name_that_no_url_can_have_is_shown_without_a_link(client):
    names = ["..", ".", "a/../b", "/", "a//b", "b/"]
    make_review(cast=[(name, "A role") for name in names], drama_network="..")
    page = soup_of(client.get("/reviews/run-on"))
    facts = page.find(id="facts")
    assert [bdi.get_text() for bdi in facts.select("dd > bdi")] == names
    assert not facts.select(".cast a")
    for name in names:
        assert client.get(f"/people/{quote(name, safe='')}").status_code in (301, 404), name
    assert client.get("/people/%2e%2e").status_code == 404


def test_a_year_is_written_in_one_way(client):
    make_review(drama_year=2020)
    assert client.get("/years/02020").status_code == 404
    assert client.get("/years/2020.0").status_code == 404
    assert client.get("/years/٢٠٢٠").status_code == 404
    assert client.get("/years/1999").status_code == 404


@on_both
def test_a_long_list_of_a_person_is_paged(client):
    for number in range(PAGE_SIZE + 1):
        make_review(slug=f"r-{number:02}", published_at=NOON - timedelta(days=number), **WOO)
    first = soup_of(client.get("/people/Kang%20Tae-oh"))
    response = client.get(first.find("a", rel="next")["href"])
    second = soup_of(response)
    assert slugs_on(first) + slugs_on(second) == [f"r-{n:02}" for n in range(PAGE_SIZE + 1)]
    assert "as Lee Jun-ho" in text_of(response)
    assert "after=" in second.find("link", rel="canonical")["href"]


@on_both
def test_every_person_network_year_and_tag_is_reached_from_the_index(client):
    make_review(slug="a", **WOO, tags=["legal", "office"])
    make_review(
        slug="b", tags=["office"], drama_network="tvN", drama_year=2015, cast=[("강태오", "R")]
    )
    make_review(slug="c", drama_network="TVN", published_at=NOON - timedelta(days=1))
    make_review(slug="draft", published_at=None, drama_network="KBS", cast=[("Nobody", "R")])
    page = soup_of(client.get("/dramas"))
    lists = {
        heading["id"]: [link.get_text() for link in heading.find_next_sibling("ul").find_all("a")]
        for heading in page.find_all("h2")
    }
    assert lists["network"] == ["ENA", "tvN"]
    assert lists["year"] == ["2022", "2020", "2015"]
    assert lists["tag"] == ["office", "legal"]
    assert page.find("a", href="/people")
    people = soup_of(client.get("/people"))
    names = [link.get_text() for link in people.select(".people a")]
    assert names == ["Kang Tae-oh", "Park Eun-bin", "강태오"]
    assert [heading["id"] for heading in people.find_all("h2")] == ["K", "P", "가"]
    for link in people.select(".people a"):
        assert client.get(link["href"]).status_code == 200


def test_a_site_without_actors_has_a_page_of_people_too(client):
    assert "No review names an actor yet." in text_of(client.get("/people"))
