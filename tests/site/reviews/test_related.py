"""The reviews that a review's page names because they share actors or tags."""

from datetime import timedelta

from tests.builders import NOON, make_review
from tests.databases import on_both
from tests.page import soup_of

IU, LEE, SON = ("IU", "A role"), ("Lee Sun-kyun", "Another"), ("Son Ye-jin", "A third")


def days_ago(number: int) -> dict:
    return {"published_at": NOON - timedelta(days=number)}


def related_on(page) -> list[tuple[str, str]]:
    """Return the slug and the reason of each related review on a page."""
    return [
        (
            item.a["href"].removeprefix("/reviews/"),
            " ".join(item.find(class_="meta").get_text().split()),
        )
        for item in page.select(".related li")
    ]


@on_both
def test_related_reviews_share_actors_then_tags_and_the_newest_come_first(client):
    make_review(slug="newer")
    make_review(slug="mine", cast=[SON, IU, LEE], tags=["family", "slow-burn"], **days_ago(1))
    make_review(slug="older", **days_ago(2))
    make_review(slug="two-actors", cast=[LEE, ("iu", "B"), ("IU", "C")], **days_ago(9))
    make_review(slug="one-actor", cast=[LEE], **days_ago(8))
    make_review(slug="one-tag", tags=["slow-burn"], **days_ago(3))
    make_review(slug="two-tags", tags=["slow-burn", "family"], **days_ago(4))
    make_review(slug="nothing", cast=[("Bona", "D")], tags=["sport"], **days_ago(5))
    page = soup_of(client.get("/reviews/mine"))
    assert related_on(page) == [
        ("two-actors", "Also with IU"),
        ("one-actor", "Also with Lee Sun-kyun"),
        ("two-tags", "Also tagged family"),
    ]
    make_review(slug="draft", cast=[SON, IU, LEE], published_at=None)
    make_review(slug="later", cast=[SON, IU, LEE], **days_ago(-99))
    assert related_on(soup_of(client.get("/reviews/mine"))) == related_on(page)


def test_the_previous_and_the_next_review_are_not_named_twice(client):
    make_review(slug="newer", tags=["a"])
    make_review(slug="mine", tags=["a"], **days_ago(1))
    make_review(slug="older", cast=[IU], tags=["a"], **days_ago(2))
    assert related_on(soup_of(client.get("/reviews/mine"))) == []
    make_review(slug="oldest", tags=["a"], **days_ago(3))
    page = soup_of(client.get("/reviews/mine"))
    assert related_on(page) == [("oldest", "Also tagged a")]


def test_every_review_that_a_page_names_has_its_rating(client):
    for number, rating in enumerate((7, 8, 9, 9.5)):
        make_review(slug=f"r-{number}", tags=["a"], rating=rating, **days_ago(number))
    page = soup_of(client.get("/reviews/r-1"))
    ratings = [link.find(class_="score").b.get_text() for link in page.select(".neighbours a")]
    assert ratings == ["9", "7"]
    (related,) = page.select(".related li")
    assert related.find(class_="score").b.get_text() == "9.5"


def test_a_review_that_shares_nothing_names_no_related_reviews(client):
    make_review(slug="mine", cast=[IU], tags=["a"])
    make_review(slug="other", cast=[LEE], tags=["b"])
    make_review(slug="bare", **days_ago(1))
    for slug in ("mine", "bare"):
        assert soup_of(client.get(f"/reviews/{slug}")).find(class_="related") is None


def test_a_page_expires_when_a_related_review_becomes_public(client, clock):
    make_review(slug="newer")
    make_review(slug="mine", cast=[IU], **days_ago(1))
    assert client.get("/reviews/mine").headers.get("Expires") is None
    make_review(slug="later", cast=[IU], published_at=clock.now + timedelta(hours=1))
    before = client.get("/reviews/mine")
    assert before.headers["Expires"]
    clock.advance(hours=2)
    etag = {"If-None-Match": before.headers["ETag"]}
    assert client.get("/reviews/mine", headers=etag).status_code == 200
