"""Several reviews of one drama: they link to each other, and may share its facts."""

from datetime import timedelta

from blog.db.engine import db
from blog.db.transactions import write
from blog.reviews.archiving import archive_review
from blog.reviews.queries import find_review
from blog.reviews.series import share_facts
from tests.builders import NOON, make_review
from tests.databases import on_both
from tests.engine import statements
from tests.page import soup_of
from tests.site.reviews.test_feed import feed_of, texts

DRAMA = {"drama_title": "Run On", "drama_year": 2020}


def days_ago(number: int) -> dict:
    return DRAMA | {"published_at": NOON - timedelta(days=number)}


def series_on(client, slug: str) -> list[tuple[str, str, bool]]:
    """Return the slug and the words of each review in the series, and whether it is marked."""
    links = soup_of(client.get(f"/reviews/{slug}")).select(".series a")
    return [
        (link["href"].removeprefix("/reviews/"), link.get_text(), link.has_attr("aria-current"))
        for link in links
    ]


@on_both
def test_the_reviews_of_a_drama_link_to_each_other_in_the_order_of_publication(client):
    make_review(slug="finale", part="Finale", **days_ago(1))
    make_review(slug="first", part="First impressions", **days_ago(9))
    make_review(slug="mid", title="Half the way", **days_ago(5) | {"drama_title": "RUN  on"})
    make_review(slug="remake", **days_ago(2) | {"drama_year": 2026})
    make_review(slug="without-year", **days_ago(2) | {"drama_year": None})
    make_review(slug="draft", **days_ago(2) | {"published_at": None})
    make_review(slug="later", **days_ago(-99))
    assert series_on(client, "mid") == [
        ("first", "First impressions", False),
        ("mid", "Half the way", True),
        ("finale", "Finale", False),
    ]
    assert series_on(client, "remake") == series_on(client, "without-year") == []
    make_review(slug="without-year-2", **days_ago(3) | {"drama_year": None})
    assert len(series_on(client, "without-year")) == 2


def test_an_archived_review_names_its_series_but_is_not_named_by_it(client):
    archived = make_review(slug="first", part="First impressions", **days_ago(9))
    make_review(slug="mid", part="Mid-way", **days_ago(5))
    write(archive_review, review_id=archived.id, now=NOON)
    assert series_on(client, "mid") == []
    assert [slug for slug, _words, _marked in series_on(client, "first")] == ["first", "mid"]


def test_related_reviews_leave_out_the_series_and_keep_their_places(client):
    for number in range(6):
        make_review(slug=f"part-{number}", tags=["romance"], **days_ago(number))
    for number in range(3):
        made = NOON - timedelta(days=30 + number)
        make_review(slug=f"other-{number}", tags=["romance"], published_at=made)
    page = soup_of(client.get("/reviews/part-0"))
    found = [link["href"] for link in page.select(".related a")]
    assert found == [f"/reviews/other-{number}" for number in range(3)]


def test_the_part_stands_beside_the_headline_on_pages_lists_and_in_the_feed(client):
    make_review(slug="newest")
    make_review(slug="first", title="Rain", part="First impressions", **days_ago(1))
    whole = "Run On · 런온, First impressions: Rain"
    page = soup_of(client.get("/reviews/first"))
    assert page.title.get_text().startswith(whole)
    for heading in (page.h1, soup_of(client.get("/")).select_one("#review-2 h2")):
        assert heading.get_text().replace("\xa0", " ").split() == whole.split()
    assert "First impressions" in soup_of(client.get("/dramas")).get_text()
    assert texts(feed_of(client), "a:entry[2]/a:title/text()") == [whole]


def test_a_series_costs_the_page_one_statement(client):
    make_review(slug="alone")
    for number in range(9):
        make_review(slug=f"part-{number}", **days_ago(number))
    client.get("/")  # A new connection executes a few statements itself.
    counts = []
    for slug in ("part-4", "part-0"):
        with statements() as executed:
            client.get(f"/reviews/{slug}")
        counts.append(sum("drama_title_key = " in statement for statement in executed))
    assert counts == [1, 1]


@on_both
def test_the_facts_of_a_drama_are_copied_to_the_other_reviews_of_its_series(client):
    facts = {
        "drama_korean_title": "런 온",
        "drama_network": "JTBC",
        "drama_episodes": 16,
        "watch": [("Netflix", "https://www.netflix.com/")],
        "cast": [("Im Si-wan", "Ki Seon-gyeom"), ("Shin Se-kyung", "Oh Mi-joo")],
    }
    make_review(slug="first", cast=[("Im Si-wan", "?")], **days_ago(9))
    make_review(slug="other")
    finale = make_review(slug="finale", **days_ago(1), **facts)
    draft = make_review(slug="draft", **DRAMA | {"published_at": None})
    assert write(share_facts, review_id=finale.id) == ["first", "draft"]
    assert write(share_facts, review_id=finale.id) == []
    page = soup_of(client.get("/reviews/first"))
    shown = soup_of(client.get("/reviews/finale")).find(class_="facts")
    assert page.find(class_="facts").get_text() == shown.get_text()
    assert page.find(class_="kicker").get_text() == "2020JTBC16 episodes"
    assert client.get("/networks/jtbc").location == "/networks/JTBC"
    assert "/reviews/first" in client.get("/people/Shin%20Se-kyung").text
    db.session.rollback()
    assert find_review(slug="other").drama_network is None
    assert find_review(slug="draft").id == draft.id
