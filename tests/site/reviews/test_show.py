"""GET /reviews/<slug>: the page of a review."""

from datetime import timedelta
from decimal import Decimal

from tests.builders import NOON, make_review
from tests.databases import on_both
from tests.page import soup_of, text_of

URL = "/reviews/run-on"

EVERYTHING = {
    "title": "K-Drama: Why Do We Fall? 😌",
    "byline": "Rebecca Kim",
    "drama_network": "JTBC",
    "drama_episodes": 16,
    "watch": [("Netflix", "https://www.netflix.com/"), ("Viki", "https://www.viki.com/")],
    "cast": [("Im Si-wan", "Ki Seon-gyeom"), ("Shin Se-kyung", "Oh Mi-joo")],
    "tags": ["romance", "로맨스"],
    "trailer_url": "https://www.youtube.com/watch?v=aaaaaaaaaaa",
    "rating": Decimal("8.5"),
    "body": "They run 🎨 and *then* they talk.\n\nThe end.",
}


def test_the_page_shows_all_data_of_the_review(client):
    make_review(**EVERYTHING)
    response = client.get(URL)
    words = text_of(response)
    for fact in (
        *("K-Drama: Why Do We Fall? 😌", "Reviewed by Rebecca Kim", "Run On", "런온", "2020"),
        *("JTBC", "16 episodes", "They run 🎨 and then they talk.", "The end.", "1 May 2026"),
        *("Im Si-wan Ki Seon-gyeom", "Shin Se-kyung Oh Mi-joo", "Netflix", "Viki", "8.5"),
        *("romance", "로맨스", "Leave a comment", "A moderator approves comments before"),
    ):
        assert fact in words
    links = {link["href"] for link in soup_of(response).find_all("a")}
    assert {EVERYTHING["trailer_url"], "https://www.netflix.com/", "/tags/romance"} <= links
    assert {"/privacy", "/terms"} <= links


def test_korean_words_are_marked_as_korean(client):
    make_review(**EVERYTHING)
    page = soup_of(client.get(URL))
    assert page.find(class_="korean", string="런온")["lang"] == "ko"
    assert page.find("a", rel="tag", string="로맨스")["lang"] == "ko"


def test_missing_data_is_not_mentioned(client):
    make_review(drama_korean_title=None, drama_year=None)
    words = text_of(client.get(URL))
    for absent in ("rating", "With", "Where to watch", "Trailer", "None", "episode"):
        assert absent not in words


def test_a_rating_is_shown_without_a_trailing_zero(client):
    for rating, shown in {"0": "0", "7.0": "7", "7.5": "7.5", "10": "10"}.items():
        make_review(rating=Decimal(rating))
        assert soup_of(client.get(URL)).find(class_="score").b.get_text() == shown


def test_the_reading_time_counts_words_of_every_script(client):
    for words in ("They run. ", "قصة هادئة ", "Чудовий серіал. ", "Él corrió. "):
        make_review(body=words * 575)
        assert "5 min read" in text_of(client.get(URL)), words


def test_an_update_after_another_day_is_shown(client, clock):
    make_review(updated_at=NOON + timedelta(hours=1))
    assert "updated" not in soup_of(client.get(URL)).find(class_="title-card").get_text()
    make_review(updated_at=NOON + timedelta(days=3))
    assert "updated 4 May 2026" in text_of(client.get(URL))


@on_both
def test_the_page_links_to_the_previous_and_next_review(client, clock):
    for number, slug in enumerate(("oldest", "run-on", "newest")):
        make_review(slug=slug, published_at=NOON + timedelta(minutes=number))
    make_review(slug="draft", published_at=None)
    make_review(slug="future", published_at=clock.now + timedelta(days=1))
    neighbours = soup_of(client.get(URL)).find(class_="neighbours")
    assert neighbours.find("a", rel="prev")["href"] == "/reviews/oldest"
    assert neighbours.find("a", rel="next")["href"] == "/reviews/newest"
    edge = soup_of(client.get("/reviews/newest")).find(class_="neighbours")
    assert edge.find("a", rel="prev")["href"] == URL
    assert edge.find("a", rel="next") is None


def test_a_review_alone_has_no_neighbours(client):
    make_review()
    assert soup_of(client.get(URL)).find(class_="neighbours") is None


def test_closed_comments_leave_no_form(client):
    make_review(comments_open=False)
    response = client.get(URL)
    assert "Comments on this review are closed." in text_of(response)
    assert soup_of(response).find("form") is None


def test_draft_future_and_unknown_are_the_same_404(client, clock):
    make_review(slug="draft", title="Secret", published_at=None)
    make_review(slug="future", title="Secret", published_at=clock.now + timedelta(seconds=1))
    responses = [client.get(f"/reviews/{slug}") for slug in ("draft", "future", "unknown")]
    assert [response.status_code for response in responses] == [404] * 3
    assert len({response.data for response in responses}) == 1
    assert len({tuple(response.headers) for response in responses}) == 1


@on_both  # PostgreSQL cannot store a NUL and would raise an error.
def test_an_invalid_address_is_not_found(client):
    for path in ("/reviews/%00", "/reviews/%ff", "/reviews/..%2f", "/tags/%00"):
        assert client.get(path).status_code == 404, path


def test_a_future_review_becomes_public_when_its_time_has_come(client, clock):
    make_review(published_at=clock.now + timedelta(minutes=1))
    assert client.get(URL).status_code == 404
    clock.advance(minutes=1)
    assert client.get(URL).status_code == 200


def test_a_comment_on_a_hidden_review_is_given_back_without_naming_the_review(client, clock):
    make_review(slug="draft", title="Secret", published_at=None)
    make_review(slug="future", title="Secret", published_at=clock.now + timedelta(days=1))
    words = "I typed this <b>for an hour</b>.\r\n\r\nAll of it."
    for slug in ("draft", "future", "unknown"):
        form = {"author_name": "Jo", "body": words}
        response = client.post(f"/reviews/{slug}/comments", data=form)
        assert response.status_code == 404, slug
        assert soup_of(response).find("textarea").get_text().split() == words.split(), slug
        assert "Secret" not in text_of(response), slug
