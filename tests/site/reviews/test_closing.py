"""When the comments of a review close, and pages that expire at a time known in advance."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest

from blog.db.transactions import write
from blog.reviews.closing import Closing, closing_of, comments_close_at, takes_comments
from blog.reviews.commands import override_comments
from blog.reviews.models import CommentsOverride, Review
from tests.builders import NOON, make_review
from tests.page import HTMX, soup_of, text_of

URL = "/reviews/run-on"
DAYS = 90
CLOSES = NOON + timedelta(days=DAYS)
SECOND = timedelta(seconds=1)
OPEN, CLOSED = CommentsOverride


@pytest.fixture
def closing_app(app):
    app.extensions["settings"] = replace(app.extensions["settings"], comments_close_days=DAYS)
    return app


@pytest.mark.parametrize(
    ("override", "by_file", "days", "now", "expected"),
    [
        (None, True, 0, CLOSES, Closing.OPEN),
        (None, True, DAYS, CLOSES - SECOND, Closing.CLOSES),
        (None, True, DAYS, CLOSES, Closing.CLOSED_BY_AGE),
        (None, False, DAYS, CLOSES - SECOND, Closing.CLOSED_BY_FILE),
        (OPEN, False, DAYS, CLOSES, Closing.OPEN_BY_HAND),
        (CLOSED, True, 0, NOON, Closing.CLOSED_BY_HAND),
    ],
)
def test_a_moderators_override_beats_the_file_and_the_file_beats_the_age(
    override, by_file, days, now, expected
):
    review = Review(published_at=NOON, comments_open=by_file, comments_override=override)
    assert closing_of(review, days, now) == expected
    assert takes_comments(review, days, now) == expected.value.startswith(("open", "closes"))
    by_age = expected in (Closing.CLOSES, Closing.CLOSED_BY_AGE)
    assert comments_close_at(review, days) == (CLOSES if by_age else None)


def test_the_comments_of_a_draft_do_not_close():
    review = Review(published_at=None, comments_open=True, comments_override=None)
    assert closing_of(review, DAYS, NOON) == Closing.OPEN


def read(client, etag: str = ""):
    return client.get(URL, headers={"If-None-Match": etag})


def line(response):
    """Return the line about closing under the heading of the comments, or None."""
    found = soup_of(response).find(class_="closing")
    return found and found.get_text().strip()


def expiry(response):
    value = response.headers.get("Expires")
    return parsedate_to_datetime(value) if value else None


def test_a_page_shows_when_its_comments_close_and_expires_then(closing_app, client, clock):
    make_review()
    far = read(client)
    assert line(far) is None
    assert expiry(far) == CLOSES - timedelta(days=30)

    clock.now = CLOSES - timedelta(days=30)
    near = read(client, far.headers["ETag"])
    assert near.status_code == 200
    assert line(near) == "Comments close on 30 July 2026."
    assert expiry(near) == CLOSES

    clock.now = CLOSES - SECOND
    same = read(client, near.headers["ETag"])
    assert (same.status_code, expiry(same)) == (304, CLOSES)
    assert "no-cache" in same.headers["Cache-Control"]

    clock.now = CLOSES
    after = read(client, near.headers["ETag"])
    assert after.status_code == 200
    assert after.headers["ETag"] != near.headers["ETag"]
    assert line(after) == "Comments closed on 30 July 2026."
    assert soup_of(after).find("form") is None
    assert expiry(after) is None


def test_the_day_of_closing_is_in_the_time_zone_of_the_review(closing_app, client):
    seoul = timezone(timedelta(hours=9))
    make_review(published_at=datetime(2026, 2, 10, 0, 30, tzinfo=seoul))
    page = read(client)
    assert line(page) == "Comments close on 11 May 2026."
    assert expiry(page) == datetime(2026, 5, 10, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_comment_sent_after_closing_is_refused_and_given_back(
    closing_app, client, clock, headers
):
    make_review()
    form = {"author_name": "Mina", "body": "The bench scene, at last."}
    clock.now = CLOSES - SECOND
    before = client.post(f"{URL}/comments", data=form, headers=headers)
    assert before.status_code in (201, 303)
    clock.now = CLOSES
    late = client.post(f"{URL}/comments", data=form | {"body": "Too late."}, headers=headers)
    assert late.status_code == 409
    given_back = soup_of(late).find("form", id="comment-form")
    assert given_back.find("textarea", attrs={"name": "body"}).get_text().strip() == "Too late."
    assert given_back.find("button", attrs={"type": "submit"}) is None


def test_comments_opened_by_a_moderator_do_not_close_by_age(closing_app, client, clock):
    make_review()
    write(override_comments, review_id=1, override=OPEN)
    clock.now = CLOSES + timedelta(days=1000)
    page = read(client)
    assert soup_of(page).find("form", id="comment-form").find("button")
    assert expiry(page) is None
    form = {"author_name": "Mina", "body": "Still here."}
    assert client.post(f"{URL}/comments", data=form).status_code == 303


def test_importing_a_review_again_keeps_the_moderators_override(client):
    make_review()
    write(override_comments, review_id=1, override=CLOSED)
    make_review(comments_open=True, body="Another text.")
    page = read(client)
    assert "Another text." in text_of(page)
    assert soup_of(page).find("form") is None


SCHEDULED = ["/", URL, "/tags/romance", "/feed.atom", "/sitemap.xml"]


def test_a_page_expires_when_the_next_scheduled_review_is_published(client, clock):
    make_review(tags=["romance"])
    for path in SCHEDULED:
        assert client.get(path).headers.get("Expires") is None, path
    publication = clock.now.replace(microsecond=0) + timedelta(hours=3)
    for hours in (0, 5):
        later = publication + timedelta(hours=hours)
        make_review(slug=f"soon-{hours}", published_at=later, tags=["romance"])
    before = {path: client.get(path) for path in SCHEDULED}
    clock.now = publication
    for path, page in before.items():
        assert expiry(page) == publication, path
        after = client.get(path, headers={"If-None-Match": page.headers["ETag"]})
        assert after.status_code == 200, path
        assert b"soon-0" in after.data, path
        # A review page with a newer review beside it may get a related one.
        assert expiry(after) == publication + timedelta(hours=5), path


def test_a_page_of_a_tag_ignores_scheduled_reviews_of_other_tags(client, clock):
    make_review(tags=["romance"])
    make_review(slug="soon", published_at=clock.now + timedelta(hours=3), tags=["thriller"])
    assert client.get("/tags/romance").headers.get("Expires") is None
