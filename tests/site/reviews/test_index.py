"""GET /: the list of reviews."""

from datetime import timedelta

from blog.reviews.queries import PAGE_SIZE
from tests.builders import NOON, make_comment, make_published_comment, make_review
from tests.databases import on_both
from tests.page import soup_of, text_of


def make_reviews(count: int) -> None:
    for number in range(count):
        make_review(slug=f"review-{number:02}", published_at=NOON - timedelta(hours=number))


def slugs_on(page) -> list[str]:
    return [
        card.h2.a["href"].removeprefix("/reviews/") for card in page.find_all("article", "card")
    ]


def test_an_empty_site_explains_how_to_import_a_review(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "No review is published yet." in text_of(response)
    assert "review import" in text_of(response)


@on_both
def test_the_newest_review_leads_and_the_others_are_in_a_grid(client):
    make_reviews(3)
    page = soup_of(client.get("/"))
    assert slugs_on(page) == ["review-00", "review-01", "review-02"]
    assert slugs_on(page.find(class_="shelf")) == ["review-01", "review-02"]
    assert len(page.find_all("article", "lead")) == 1


@on_both
def test_of_two_reviews_published_at_the_same_time_the_later_imported_is_first(client):
    make_review(slug="first-written")
    make_review(slug="then-written")
    assert slugs_on(soup_of(client.get("/"))) == ["then-written", "first-written"]


def test_a_card_shows_the_drama_and_who_reviewed_it(client):
    make_review(title="Why we fall 😌", drama_network="JTBC", drama_episodes=1)
    words = text_of(client.get("/"))
    for fact in ("Why we fall 😌", "런온", "Run On", "2020", "JTBC", "1 episode", "Hana Yoo"):
        assert fact in words
    assert "A runner and a translator." in words
    assert "1 May 2026" in words


@on_both
def test_a_card_counts_the_comments_that_are_published(client):
    review = make_review()
    assert "comment" not in soup_of(client.get("/")).find("article").get_text()
    make_comment(review=review)
    make_published_comment(review=review)
    assert "1 comment" in text_of(client.get("/"))
    make_published_comment(review=review)
    assert "2 comments" in text_of(client.get("/"))


@on_both
def test_drafts_and_future_reviews_are_absent(client, clock):
    make_review(slug="here")
    make_review(slug="draft", published_at=None)
    make_review(slug="future", published_at=clock.now + timedelta(seconds=1))
    assert slugs_on(soup_of(client.get("/"))) == ["here"]


def test_a_future_review_appears_when_its_time_has_come(client, clock):
    make_review(slug="future", published_at=clock.now + timedelta(minutes=1))
    clock.advance(minutes=1)
    assert slugs_on(soup_of(client.get("/"))) == ["future"]


@on_both
def test_the_pages_together_list_every_review_once(client):
    make_reviews(2 * PAGE_SIZE + 1)
    seen, url = [], "/"
    while url:
        page = soup_of(client.get(url))
        seen += slugs_on(page)
        link = page.find("a", rel="next")
        url = link and link["href"]
    assert seen == [f"review-{number:02}" for number in range(2 * PAGE_SIZE + 1)]


def test_a_full_last_page_has_no_link_to_a_next_page(client):
    make_reviews(PAGE_SIZE)
    assert soup_of(client.get("/")).find("a", rel="next") is None


def test_a_later_page_has_no_lead(client):
    make_reviews(PAGE_SIZE + 1)
    page = soup_of(client.get(soup_of(client.get("/")).find("a", rel="next")["href"]))
    assert page.h1.get_text() == "Older reviews"
    assert not page.find_all("article", "lead")


def test_an_invalid_cursor_is_not_found(client):
    for cursor in ("x", "1", "1-", "-1-1", "99999999999999999-999999999999999999x", "%00"):
        assert client.get(f"/?after={cursor}").status_code == 404
