"""Concurrent requests of moderators and readers about the same comments, from four processes."""

import re
from collections import Counter
from collections.abc import Sequence
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.limits.commands import identify_client
from blog.moderation.states import Status
from blog.reports.models import Report
from tests.builders import make_comment, make_decision
from tests.databases import on_both
from tests.desk.desk import (
    BULKS,
    SESSION,
    URL,
    Desk,
    item,
    log,
    make_crowd,
    messages,
    open_desk,
    rows_of,
    spell,
    words_of,
)
from tests.desk.log.log import list_wrong_tallies
from tests.page import HTMX
from tests.processes import PROCESSES, Post, PostResult, post_together, run_together

pytestmark = [on_both, pytest.mark.serial]

ROUNDS = 12


def send_in_order(app: Flask, posts: Sequence[Post]) -> list[PostResult]:
    """Send requests one after the other, each from a new browser; return their responses."""
    responses = []
    for post in posts:
        client = app.test_client()
        for name, value in post.cookies.items():
            client.set_cookie(name, value)
        response = client.post(
            post.path,
            data=post.data,
            headers=post.headers,
            environ_overrides={"REMOTE_ADDR": post.address},
        )
        responses.append(
            PostResult(
                status=response.status_code,
                location=response.location,
                text=response.text,
                cookies=(),
            )
        )
    return responses


def race(app: Flask, *lists: Sequence[Post]) -> list[list[PostResult]]:
    """Send each list of requests in a process of its own, all starting at the same time."""
    assert len(lists) == PROCESSES
    responses = run_together(app, send_in_order, [list(posts) for posts in lists])
    db.session.rollback()
    assert not list_wrong_tallies()
    return responses


def request_by(desk: Desk, path: str, **data: object) -> Post:
    """Return an htmx request of a moderator with its token and cookie."""
    # The token comes before the cookie, because reading the token may change the session.
    form = {"csrf_token": desk.token, **data}
    cookie = desk.client.get_cookie(SESSION, path="/admin").value
    return Post(path=path, data=form, cookies={SESSION: cookie}, headers=HTMX)


def verdicts(desk: Desk, ids: Sequence[int], verdict: str, version: int = 1) -> list[Post]:
    """Return one request for each comment id with this verdict."""
    return [
        request_by(desk, f"{URL}/{number}/decisions", version=version, verdict=verdict)
        for number in ids
    ]


def statuses(responses: Sequence[Sequence[PostResult]], place: int) -> list[int]:
    """Return the status code of the response at index `place` of each list."""
    return [list_[place].status for list_ in responses]


@pytest.fixture
def ids(review) -> list[int]:
    return [
        make_comment(
            review=review, body=f"Scene {spell(n)}.", email=f"{n}@example.org", wants_notice=True
        ).id
        for n in range(ROUNDS)
    ]


def test_of_two_concurrent_verdicts_one_wins(app, desk, colleague, ids):
    approve, spam = verdicts(desk, ids, "approve"), verdicts(colleague, ids, "spam")
    responses = race(app, approve, spam, approve, spam)
    rows = sorted(log(), key=lambda row: row.comment_id)
    assert [row.comment_id for row in rows] == ids
    for place, row in enumerate(rows):
        has_won = row.verdict == "approve"
        assert statuses(responses, place) == ([200, 409] if has_won else [409, 200]) * 2
        loser = responses[1 if has_won else 0][place]
        by_mina, by_jun = "Mina Park published this comment", "Jun Ha marked this comment as spam"
        assert f"{by_mina if has_won else by_jun} at 13:00 UTC" in loser.text
        comment = db.session.get_one(Comment, row.comment_id)
        assert (comment.status, comment.version) == (row.to_status, 2)
        assert row.from_status == Status.PENDING
    approved = [row.comment_id for row in rows if row.verdict == "approve"]
    assert messages() == {f"decision:{number}:2": "waiting" for number in approved}


def test_concurrent_bulks_decide_each_comment_once(app, review):
    make_crowd(review, 200)
    every = list(db.session.scalars(select(Comment.id).order_by(Comment.id)))
    desks = [open_desk(app, email=f"m{n}@example.org", name=f"M{n}") for n in range(PROCESSES)]
    # The bulks overlap, and each moderator sends the same bulk four times.
    shares = [every[:150], every[:50:-1], every[1::2], every[::-1]]
    posts = [
        [request_by(desk, BULKS, verdict=verdict, items=",".join(f"{n}.1" for n in share))] * 4
        for desk, verdict, share in zip(
            desks, ["approve", "spam", "reject", "approve_spoiler"], shares, strict=True
        )
    ]
    responses = race(app, *posts)
    total = Counter[str]()
    for desk, again, share in zip(desks, responses, shares, strict=True):
        results = [re.search(r"<strong>(\d[^<]*)\.</strong>", each.text)[1] for each in again]
        done, *elsewhere = (int(number) for number in re.findall(r"(?:^|, )([\d]+)", results[0]))
        assert {response.status for response in again} == {200 if done else 409}, results
        assert done + sum(elsewhere) == len(share)
        assert {words.partition(",")[0] for words in results} == {results[0].partition(",")[0]}
        total[desk.moderator.name] = done
    rows = log()
    assert sorted(row.comment_id for row in rows) == every
    assert Counter(row.moderator.name for row in rows) == +total
    assert set(db.session.scalars(select(Comment.version))) == {2}


def test_of_a_concurrent_decision_and_undo_one_wins(app, desk, colleague, ids):
    for number in ids:
        make_decision(comment=db.session.get_one(Comment, number), moderator=desk.moderator)
    undo, spam = verdicts(desk, ids, "reopen", 2), verdicts(colleague, ids, "spam", 2)
    responses = race(app, undo, spam, undo, spam)
    for place, number in enumerate(ids):
        first, second = [row for row in log() if row.comment_id == number]
        has_undone = second.verdict == "reopen"
        assert statuses(responses, place) == ([200, 409] if has_undone else [409, 200]) * 2
        assert second.undoes_id == (first.id if has_undone else None)
        comment = db.session.get_one(Comment, number)
        assert comment.status == ("pending" if has_undone else "spam")
        assert comment.version == 3
        assert messages()[f"decision:{number}:2"] == ("cancelled" if has_undone else "waiting")


def test_concurrent_undos_of_a_bulk_undo_it_once(app, desk, colleague, ids):
    comments = [db.session.get_one(Comment, number) for number in ids]
    desk.bulk("spam", item(*comments))
    key = log()[0].bulk_key
    posts = [[request_by(who, BULKS, verdict="reopen", bulk=key)] * 3 for who in (desk, colleague)]
    responses = race(app, *posts, *posts)
    winner = log()[-1].moderator.name
    undone = [row for row in log() if row.verdict == "reopen"]
    assert [row.comment_id for row in undone] == ids
    assert {row.moderator.name for row in undone} == {winner}
    has_won = winner == "Mina Park"
    for place in range(3):
        assert statuses(responses, place) == ([200, 409] if has_won else [409, 200]) * 2


def test_of_a_concurrent_decision_and_report_the_later_sees_the_first(app, desk, ids):
    for number in ids:
        make_decision(comment=db.session.get_one(Comment, number), moderator=desk.moderator)
    spam = verdicts(desk, ids, "spam", 2)
    reports = [
        [
            Post(
                path=f"/reviews/run-on/comments/{number}/reports",
                data={"kind": "insult"},
                address=f"10.{place}.0.{number}",
            )
            for number in ids
        ]
        for place in range(2)
    ]
    responses = race(app, spam, reports[0], spam, reports[1])
    reported = Counter(db.session.scalars(select(Report.comment_id)))
    for place, number in enumerate(ids):
        comment = db.session.get_one(Comment, number)
        accepted = [list_[place].status for list_ in (responses[1], responses[3])].count(303)
        assert reported[number] == accepted
        if comment.status == "spam":
            # The decision was made before the first report.
            assert (statuses(responses, place), comment.version) == ([200, 404, 200, 404], 3)
        else:
            assert (statuses(responses, place), comment.version) == ([409, 303, 409, 303], 4)
            assert comment.waits_again
            assert "The comment was reported after you opened" in responses[0][place].text


def test_a_text_replaced_during_approval_is_never_published_unseen(app, desk, review):
    forms = [uuid4().hex for _ in range(ROUNDS)]
    path = "/reviews/run-on/comments"

    def posts(words: str) -> list[Post]:
        return [
            Post(
                path=path,
                data={"author_name": "Jo", "body": f"{words} {spell(n)}.", "submission_id": form},
                address=f"10.0.1.{n}",
                headers=HTMX,
            )
            for n, form in enumerate(forms)
        ]

    assert {response.status for response in send_in_order(app, posts("First"))} == {201}
    db.session.rollback()
    ids = list(db.session.scalars(select(Comment.id).order_by(Comment.id)))
    approve, correct = verdicts(desk, ids, "approve"), posts("Second")
    responses = race(app, approve, correct, approve, correct)
    for place, number in enumerate(ids):
        comment = db.session.get_one(Comment, number)
        if comment.status == "published":
            assert comment.body.startswith("First")
            assert statuses(responses, place) == [200, 201, 200, 201]
        else:
            assert comment.body.startswith("Second")
            assert statuses(responses, place) == [409, 201, 409, 201]
    # A replacement that comes after publication waits as a comment of its own.
    waiting = db.session.scalars(select(Comment).where(Comment.status == "pending"))
    assert sorted(one.body for one in waiting) == sorted(post.data["body"] for post in correct)


def test_a_reply_sent_by_several_windows_at_once_is_stored_once(app, desk, ids):
    posts = [
        request_by(desk, f"{URL}/{number}/replies", version=1, body=f"Thanks for {number}.")
        for number in ids
    ]
    responses = race(app, posts, posts, posts, posts)
    assert {response.status for list_ in responses for response in list_} == {200}
    parents = list(
        db.session.scalars(select(Comment.parent_id).where(Comment.parent_id.is_not(None)))
    )
    assert sorted(parents) == ids
    assert len(log()) == 2 * len(ids)
    assert len(messages()) == len(ids)


def test_thirty_concurrent_copies_are_one_row(app, desk, review, clock):
    write(identify_client, address=None, now=clock())
    words = "Best drama streams free at our site, no sign-up, every episode subtitled."
    posts = [
        Post(
            path="/reviews/run-on/comments",
            data={"author_name": f"Fan {n}", "body": words},
            address=f"10.0.2.{n}",
        )
        for n in range(30)
    ]
    responses = post_together(app, posts)
    # Senders whose response was 503 send again.
    late = [post for post, response in zip(posts, responses, strict=True) if response.status == 503]
    assert {response.status for response in responses} <= {303, 503}
    assert {response.status for response in send_in_order(app, late)} <= {303}
    (row,) = rows_of(desk.get())
    assert "30 copies, 30 addresses" in words_of(row)
    desk.press(row, "spam")
    assert len(log()) == 30
