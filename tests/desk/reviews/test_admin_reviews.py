"""GET /admin/reviews and POST /admin/reviews/<slug>/closure: open and close comments."""

from dataclasses import replace
from datetime import timedelta

import pytest

from blog.db.engine import db
from blog.desk.reviews.queries import PAGE_SIZE
from blog.moderation.states import Verdict
from blog.reviews.models import Review
from tests.builders import (
    NOON,
    csrf_token,
    enter,
    make_comment,
    make_decision,
    make_draft,
    make_moderator,
    make_published_comment,
    make_review,
)
from tests.databases import on_both
from tests.engine import statements
from tests.page import HTMX, soup_of, text_of

URL = "/admin/reviews"


@pytest.fixture
def moderator(app, client):
    moderator = make_moderator()
    enter(client, moderator)
    return moderator


def row(response, slug="run-on"):
    """Return the element of a review in a response, or None."""
    return soup_of(response).find(id=f"review-{id_of(slug)}")


def id_of(slug) -> int:
    """Return the id of a review, 0 if there is none."""
    return db.session.query(Review.id).where(Review.slug == slug).scalar() or 0


def closure_text(response, slug="run-on") -> str:
    """Return the text that says whether a review is open for comments."""
    return " ".join(row(response, slug).find(class_="closure-state").get_text(" ").split())


def set_closure(client, state, slug="run-on", headers=None, **more):
    """Send the form that opens or closes the comments of a review; return the response."""
    form = {"csrf_token": csrf_token(client), "state": state, **more}
    return client.post(f"{URL}/{id_of(slug)}/closure", data=form, headers=headers)


def override(slug="run-on"):
    """Return the moderator's stored choice for a review: "open", "closed" or None."""
    db.session.rollback()
    return db.session.query(Review).where(Review.slug == slug).one().comments_override


@on_both
def test_reviews_are_listed_with_their_state_and_comment_counts_the_newest_change_first(
    client, moderator, clock
):
    review = make_review()
    make_review(slug="older", published_at=NOON - timedelta(days=1))
    make_review(slug="soon", title="A title to come", published_at=clock.now + timedelta(days=1))
    make_review(slug="draft", published_at=None)
    make_comment(review=review)
    for _ in range(2):
        make_published_comment(review=review, moderator=moderator)
    spam = make_comment(review=review, body="Buy this.")
    make_decision(comment=spam, moderator=moderator, verdict=Verdict.SPAM)
    page = client.get(URL)
    titles = [item.h2.find(class_="headline").get_text() for item in soup_of(page)("li", "closure")]
    last = "The finish line of draft"
    assert titles == [
        last,
        "A title to come",
        "The finish line of older",
        "The finish line of run-on",
    ]
    assert "1 waiting 2 published" in " ".join(row(page).get_text(" ").split())
    assert row(page).find("a", href="/admin/comments?review=run-on")
    assert "0 waiting 0 published" in " ".join(row(page, "older").get_text(" ").split())
    assert "Scheduled for 2 May 2026" in " ".join(row(page, "soon").get_text(" ").split())
    assert row(page, "soon").find("a", href="/reviews/soon") is None


def test_the_page_shows_whether_each_review_is_open_for_comments(app, client, moderator, clock):
    make_review()
    make_review(slug="shut", comments_open=False)
    page = client.get(URL)
    assert closure_text(page) == "Open"
    assert closure_text(page, "shut") == "Closed by the review"
    assert "Comments stay open until you" in text_of(page)
    app.extensions["settings"] = replace(app.extensions["settings"], comments_close_days=30)
    page = client.get(URL)
    assert closure_text(page) == "Closes on 31 May 2026"
    assert closure_text(page, "shut") == "Closed by the review"
    assert "30 days after a review is published" in text_of(page)
    clock.advance(days=31)
    assert closure_text(client.get(URL)) == "Closed automatically on 31 May 2026"


@on_both
@pytest.mark.parametrize("headers", [None, HTMX], ids=["plain", "htmx"])
def test_a_moderator_opens_closes_and_resets_a_review(client, moderator, headers):
    make_review(comments_open=False)
    steps = {
        "open": "Opened by a moderator",
        "closed": "Closed by a moderator",
        "auto": "Closed by the review",
    }
    for state, expected in steps.items():
        response = set_closure(client, state, headers=headers)
        if headers:
            assert response.status_code == 200
            assert not soup_of(response).find("h1")
        else:
            assert (response.status_code, response.location) == (303, f"{URL}#review-1")
            response = client.get(URL)
        assert closure_text(response) == expected
        assert bool(row(response).find(class_="saved")) == bool(headers)
        pressed = row(response)("button", attrs={"aria-pressed": "true"})
        assert [button["value"] for button in pressed] == [state]
        assert override() == (None if state == "auto" else state)
        form = soup_of(client.get("/reviews/run-on")).find("form", id="comment-form")
        assert bool(form) == (state == "open")
    assert set_closure(client, "auto").status_code == 303


FAULTS = [
    ({"state": "shut"}, "state must be one of open, closed, auto."),
    ({"state": ""}, "state must be one of open, closed, auto."),
    ({"state": "closed", "csrf_token": "stale"}, "This page had expired"),
]


@pytest.mark.parametrize("headers", [None, HTMX], ids=["plain", "htmx"])
def test_an_invalid_form_is_refused_with_a_message_beside_the_review(client, moderator, headers):
    make_review()
    for form, fault in FAULTS:
        response = set_closure(client, headers=headers, **form)
        assert response.status_code == 422, form
        assert fault in row(response).find(role="alert").get_text(), form
        assert row(response).find("input", attrs={"name": "csrf_token"})["value"], form
        assert bool(soup_of(response).h1) == (headers is None), form
    assert override() is None


def test_an_unknown_review_is_a_404(client, moderator):
    make_review(slug="draft", published_at=None)
    for slug in ("unknown", "draft"):
        for state in ("closed", "nonsense"):
            assert set_closure(client, state, slug).status_code == 404, (slug, state)


def test_a_stranger_closes_nothing(client):
    make_review()
    response = client.post(f"{URL}/1/closure", data={"state": "closed"})
    assert response.location == "/admin/login"
    assert override() is None


@on_both
def test_the_list_has_pages_and_the_same_number_of_queries_for_many_reviews(client, moderator):
    def make(numbers):
        for number in numbers:
            published_at = NOON - timedelta(minutes=number // 2)
            review = make_review(slug=f"r-{number}", published_at=published_at)
        make_comment(review=review)

    def ask(address):
        with statements() as executed:
            return client.get(address), len(executed)

    make(range(1))
    ask(URL)
    _, few = ask(URL)
    make(range(1, PAGE_SIZE + 3))
    first, many = ask(URL)
    assert few == many
    onward = soup_of(first).find("a", rel="next")["href"]
    second = client.get(onward)
    slugs = [item["id"] for page in (first, second) for item in soup_of(page)("li", "closure")]
    assert len(slugs) == len(set(slugs)) == PAGE_SIZE + 3
    assert soup_of(second).find("a", rel="next") is None
    # A form on the second page leads back to the second page.
    slug = "r-0"
    after = row(second, slug).find("input", attrs={"name": "after"})["value"]
    back = set_closure(client, "closed", slug, after=after).location
    assert back == f"{onward}#review-{id_of(slug)}"
    assert (
        set_closure(client, "open", slug, after="nonsense").location
        == f"{URL}#review-{id_of(slug)}"
    )


def test_an_invalid_cursor_is_a_404(client, moderator):
    for after in ("x", "1-1", "0-0"):
        assert client.get(f"{URL}?after={after}").status_code == 404, after


def titles(client, **query):
    """Return the headlines in the list, of one of its tabs or of a search."""
    page = client.get(URL, query_string=query)
    return [row.find(class_="headline").get_text() for row in soup_of(page)("li", "closure")]


@on_both
def test_each_tab_has_the_reviews_in_its_state_and_search_finds_titles_and_bylines(
    client, moderator, clock
):
    make_review(title="Out")
    make_review(slug="soon", title="To come", published_at=clock.now + timedelta(days=1))
    make_review(slug="file", title="From a file", published_at=None, byline="Jun Ha")
    make_draft(moderator=moderator, keys={"title": "Begun", "drama": {"korean_title": "미생"}})
    assert titles(client) == ["Begun", "From a file", "To come", "Out"]
    assert titles(client, state="draft") == ["Begun", "From a file"]
    assert titles(client, state="scheduled") == ["To come"]
    assert titles(client, state="published") == ["Out"]
    assert titles(client, state="deleted") == []
    assert titles(client, q="미생") == ["Begun"]
    assert titles(client, q="JUN") == ["From a file"]
    assert titles(client, q="100%") == []
    assert titles(client, q="to", state="published") == []
    assert client.get(URL, query_string={"state": "lost"}).status_code == 400
