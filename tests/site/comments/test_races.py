"""Many comments at the same time, from several processes."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from blog.db.transactions import write
from blog.limits.commands import identify_client
from blog.moderation.states import Status
from blog.submissions.resending import ADDRESS_LIMITS, BROWSER_LIMITS
from tests.builders import make_review
from tests.databases import on_both
from tests.page import HTMX
from tests.processes import Post, post_together
from tests.site.comments.sending import COMMENT, URL, comments, count_sent, random_id

pytestmark = [on_both, pytest.mark.serial]

SENDERS = 24
BY_ADDRESS, BY_BROWSER = ADDRESS_LIMITS[0].count, BROWSER_LIMITS[0].count


def owner(number: int = 1) -> dict[str, str]:
    return {"second_lead_owner": f"{number:032x}"}


def post(number: int, **more) -> Post:
    return Post(path=URL, data=COMMENT | {"body": f"Comment {number}"}, **more)


def statuses(responses):
    return Counter(response.status for response in responses)


@pytest.fixture(autouse=True)
def review(app, clock):
    """A review; the day's key is created first, so that no request waits for its creation."""
    write(identify_client, address=None, now=clock())
    return make_review()


def test_concurrent_comments_of_an_address_reach_exactly_its_limit(app):
    responses = post_together(app, [post(number) for number in range(SENDERS)])
    assert statuses(responses) == {303: BY_ADDRESS, 429: SENDERS - BY_ADDRESS}
    assert len(comments()) == BY_ADDRESS


def test_concurrent_comments_after_midnight_still_count_those_before(app, clock):
    clock.now = datetime(2026, 5, 1, 23, 59, 30, tzinfo=UTC)
    write(count_sent, address="127.0.0.1", count=BY_ADDRESS - 5, now=clock.now)
    clock.advance(seconds=40)
    assert clock.now.day == 2
    responses = post_together(app, [post(number) for number in range(SENDERS)])
    assert statuses(responses) == {303: 5, 429: SENDERS - 5}


def test_concurrent_comments_of_a_browser_reach_exactly_its_limit(app):
    posts = [post(number, cookies=owner(), address=f"10.0.0.{number}") for number in range(SENDERS)]
    responses = post_together(app, posts)
    assert statuses(responses) == {303: BY_BROWSER, 429: SENDERS - BY_BROWSER}
    assert len(comments()) == BY_BROWSER


@pytest.mark.parametrize("addresses", [1, 6], ids=["one address", "several addresses"])
def test_one_form_sent_by_all_is_stored_once_with_equal_responses(app, addresses):
    data = COMMENT | {"submission_id": random_id()}
    posts = [
        Post(path=URL, data=data, headers=HTMX, address=f"10.0.0.{number % addresses}")
        for number in range(SENDERS)
    ]
    responses = post_together(app, posts)
    assert statuses(responses) == {201: SENDERS}
    assert len(set(responses)) == 1
    assert len(comments()) == 1


def test_one_form_sent_by_browsers_with_different_tokens_is_stored_once(app):
    data = COMMENT | {"submission_id": random_id()}
    posts = [
        Post(path=URL, data=data, address=f"10.0.0.{number}", cookies=owner(number))
        for number in range(SENDERS)
    ]
    responses = post_together(app, posts)
    assert statuses(responses) == {303: SENDERS}
    assert len({response.location for response in responses}) == 1
    assert len(comments()) == 1


@pytest.mark.parametrize("cookies", [owner(), {}], ids=["same browser", "no cookie"])
def test_a_plain_form_sent_by_all_is_stored_once(app, cookies):
    responses = post_together(app, [post(1, cookies=cookies)] * SENDERS)
    assert statuses(responses) == {303: SENDERS}
    assert len({response.location for response in responses}) == 1
    assert len(comments()) == 1


def test_browsers_that_share_addresses_do_not_deadlock(app):
    posts = [
        post(number, cookies=owner(number % 8), address=f"10.0.0.{number // 4}")
        for number in range(SENDERS)
    ]
    assert statuses(post_together(app, posts)) == {303: SENDERS}
    assert {comment.status for comment in comments()} == {Status.PENDING}
    assert len(comments()) == SENDERS
