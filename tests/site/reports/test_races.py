"""Many reports at the same time, from several processes."""

from collections import Counter
from typing import Any

import pytest
from flask import Flask

from blog.comments.models import Seen
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import decide
from blog.decisions.recording import Ruling
from blog.limits.commands import identify_client
from blog.moderation.states import Status, Verdict
from blog.reports.models import Kind
from blog.submissions.resending import ADDRESS_LIMITS, BROWSER_LIMITS
from tests.builders import make_moderator, make_published_comment, make_review
from tests.databases import on_both
from tests.processes import PROCESSES, Post, post_together, run_together, send_share
from tests.site.comments.sending import reasons
from tests.site.reports.reporting import REPORT, now_of, reports, url_of

pytestmark = [on_both, pytest.mark.serial]

SENDERS = 30


def statuses(responses):
    return Counter(response.status for response in responses)


@pytest.fixture
def review(app, clock):
    """A review; the day's key is created first, so that no request waits for its creation."""
    write(identify_client, address=None, now=clock())
    return make_review()


def test_concurrent_reports_of_an_address_reach_exactly_its_limit(app, review):
    moderator = make_moderator()
    made = [make_published_comment(review=review, moderator=moderator) for _ in range(SENDERS)]
    responses = post_together(app, [Post(path=url_of(comment), data=REPORT) for comment in made])
    limit = ADDRESS_LIMITS[0].count
    assert statuses(responses) == {303: limit, 429: SENDERS - limit}
    assert len(reports()) == limit
    assert sum(now_of(comment).waits_again for comment in made) == limit


def test_concurrent_reports_of_a_browser_reach_exactly_its_limit(app, comment):
    posts = [
        Post(
            path=url_of(comment),
            data={"kind": "other", "body": f"Number {number}."},
            cookies={"second_lead_owner": "0" * 32},
            address=f"10.0.0.{number}",
        )
        for number in range(SENDERS)
    ]
    limit = BROWSER_LIMITS[0].count
    assert statuses(post_together(app, posts)) == {303: limit, 429: SENDERS - limit}
    assert len(reports()) == limit


def test_concurrent_reports_of_different_people_are_all_stored(app, comment):
    posts = [
        Post(path=url_of(comment), data=REPORT, address=f"10.0.0.{number}")
        for number in range(SENDERS)
    ]
    assert statuses(post_together(app, posts)) == {303: SENDERS}
    assert len(reports()) == SENDERS
    assert now_of(comment).version == 2 + SENDERS
    assert reasons() == {comment.id: {"reported": None}}


def test_one_report_sent_many_times_at_once_is_stored_once(app, comment):
    responses = post_together(app, [Post(path=url_of(comment), data=REPORT)] * SENDERS)
    assert statuses(responses) == {303: SENDERS}
    assert len(reports()) == 1
    assert now_of(comment).version == 3


def report_or_take_down(app: Flask, share: dict[str, Any]) -> Any:
    """Send the reports of `share` and return the statuses, or take the comment down.

    For a decision, return whether the decision was made.
    """
    if "posts" in share:
        return [response.status for response in send_share(app, share["posts"])]
    with app.app_context():
        (outcome,) = write(decide, **share["decision"])
        return outcome.is_done


ATTEMPTS = 4


def test_of_a_report_and_a_decision_at_once_the_first_counts(app, review, clock):
    moderator = make_moderator()
    for attempt in range(ATTEMPTS):
        comment = make_published_comment(review=review, moderator=moderator)
        count = len(reports())
        decision = {
            "seen": [Seen(comment.id, comment.version)],
            "ruling": Ruling(
                verdict=Verdict.TAKE_DOWN,
                moderator_id=moderator.id,
                reason="It tells something private.",
                now=clock.now,
            ),
        }
        posts = [
            [Post(path=url_of(comment), data={"kind": kind.value}, address=f"10.{attempt}.{n}.1")]
            for n, kind in enumerate([Kind.INSULT, Kind.ADVERT, Kind.PRIVATE])
        ]
        shares = [{"decision": decision}, *({"posts": share} for share in posts)]
        assert len(shares) == PROCESSES
        is_taken_down, *responses = run_together(app, report_or_take_down, shares)
        sent = Counter(status for response in responses for status in response)
        db.session.rollback()
        comment = now_of(comment)
        if is_taken_down:
            # The decision was first: the comment could no longer be reported.
            assert sent == {404: 3}
            assert (comment.status, comment.waiting_since) == (Status.REMOVED, None)
        else:
            # A report was first: the decision was refused because the comment had changed.
            assert sent == {303: 3}
            assert comment.is_public
            assert comment.waits_again
        assert len(reports()) - count == sent[303]
