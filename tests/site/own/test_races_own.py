"""Concurrent requests of authors, readers and moderators, from several processes."""

from collections.abc import Sequence

import pytest
from flask import Flask

from blog.comments.models import Comment, Revision
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.models import Decision
from blog.limits.commands import identify_client
from blog.submissions.resending import BROWSER_LIMITS
from tests.builders import make_comment, make_published_comment
from tests.databases import on_both
from tests.desk.decisions.test_races import race, verdicts
from tests.desk.desk import Desk, open_desk, spell
from tests.page import HTMX
from tests.processes import Post, PostResult, post_together, run_together
from tests.site.comments.sending import URL
from tests.site.comments.writing import NOW, TOKEN

pytestmark = [on_both, pytest.mark.serial]

ROUNDS = 8


@pytest.fixture
def desk(app, clock) -> Desk:
    write(identify_client, address=None, now=clock())
    return open_desk(app)


def owner(number: int) -> dict[str, str]:
    return {"second_lead_owner": f"{number + 1:032x}"}


def sent(review, moderator=None) -> list[int]:
    """Make comments of different browsers, published if `moderator` is given; return their ids."""
    return [
        (
            make_published_comment(
                review=review,
                moderator=moderator,
                body=f"Scene {spell(n)}.",
                token=f"{n + 1:032x}",
                now=NOW,
            )
            if moderator
            else make_comment(
                review=review, body=f"Scene {spell(n)}.", token=f"{n + 1:032x}", now=NOW
            )
        ).id
        for n in range(ROUNDS)
    ]


def edits(ids: Sequence[int], words: str, version: int = 1) -> list[Post]:
    return [
        Post(
            path=f"{URL}/{number}/revisions",
            data={"author_name": "Mina", "body": f"{words} {place}.", "version": str(version)},
            cookies=owner(place),
            headers=HTMX,
            address=f"10.0.{place}.1",
        )
        for place, number in enumerate(ids)
    ]


def withdrawals(ids: Sequence[int]) -> list[Post]:
    return [
        Post(path=f"{URL}/{number}/withdrawal", data={}, cookies=owner(place), headers=HTMX)
        for place, number in enumerate(ids)
    ]


def statuses_at(responses: Sequence[Sequence[PostResult]], place: int) -> list[int]:
    return [share[place].status for share in responses]


def present(number: int) -> Comment:
    return db.session.get_one(Comment, number, populate_existing=True)


def revision_of(number: int) -> Revision | None:
    return db.session.scalars(db.select(Revision).filter_by(comment_id=number)).one_or_none()


def decisions_on(number: int) -> list[Decision]:
    query = db.select(Decision).filter_by(comment_id=number).order_by(Decision.id)
    return list(db.session.scalars(query))


def test_of_an_edit_and_an_approval_only_the_first_succeeds(app, desk, review):
    ids = sent(review)
    approvals, changes = verdicts(desk, ids, "approve"), edits(ids, "Other words")
    responses = race(app, approvals, changes, approvals, changes)
    for place, number in enumerate(ids):
        comment, made = present(number), decisions_on(number)
        if made:
            # The approval was first: the author gets an explanation and the text back.
            assert statuses_at(responses, place) == [200, 409, 200, 409]
            assert (comment.status, comment.body) == ("published", f"Scene {spell(place)}.")
            assert "A moderator has published it." in responses[1][place].text
            assert f"Other words {place}." in responses[1][place].text
        else:
            assert statuses_at(responses, place) == [409, 200, 409, 200]
            assert (comment.status, comment.body) == ("pending", f"Other words {place}.")
            assert f"Other words {place}." in responses[0][place].text
        assert comment.version == 2
        assert revision_of(number) is None


def test_of_a_second_edit_and_an_approval_of_the_first_edit_only_one_succeeds(app, desk, review):
    ids = sent(review, desk.moderator)
    run_together(app, send_in_sequence, [edits(ids, "First change", 2)[n::4] for n in range(4)])
    approvals, changes = verdicts(desk, ids, "approve", 3), edits(ids, "Second change", 3)
    responses = race(app, approvals, changes, approvals, changes)
    for place, number in enumerate(ids):
        comment, revision = present(number), revision_of(number)
        if len(decisions_on(number)) == 2:
            assert statuses_at(responses, place) == [200, 409, 200, 409]
            assert (comment.body, revision.state) == (f"First change {place}.", "applied")
        else:
            assert statuses_at(responses, place) == [409, 200, 409, 200]
            assert (comment.body, revision.state) == (f"Scene {spell(place)}.", "waiting")
            assert revision.body == f"Second change {place}."
        assert comment.version == 4


def send_in_sequence(app: Flask, posts: Sequence[Post]) -> list[int]:
    client = app.test_client()
    statuses = []
    for post in posts:
        for name, value in post.cookies.items():
            client.set_cookie(name, value)
        where = {"REMOTE_ADDR": post.address}
        response = client.post(post.path, data=post.data, environ_overrides=where)
        statuses.append(response.status_code)
    assert set(statuses) == {303}
    return statuses


@pytest.mark.parametrize("is_public", [False, True], ids=["waiting", "published"])
def test_of_two_edits_one_is_saved_and_the_other_is_refused(app, desk, review, is_public):
    ids = sent(review, desk.moderator if is_public else None)
    version = 2 if is_public else 1
    here, there = edits(ids, "In this window", version), edits(ids, "In that window", version)
    responses = race(app, here, there, here, there)
    for place, number in enumerate(ids):
        words = (revision_of(number) if is_public else present(number)).body
        has_won = words == f"In this window {place}."
        assert has_won or words == f"In that window {place}."
        assert statuses_at(responses, place) == ([200, 409] if has_won else [409, 200]) * 2
        lost = responses[1 if has_won else 0][place].text
        assert "Your text is kept below." in lost or "can no longer" in lost
        assert present(number).version == version + 1


def test_after_a_withdrawal_and_an_approval_the_comment_is_withdrawn(app, desk, review):
    ids = sent(review)
    approvals = verdicts(desk, ids, "approve")
    responses = race(app, approvals, withdrawals(ids), approvals, withdrawals(ids))
    for place, number in enumerate(ids):
        comment, made = present(number), decisions_on(number)
        assert (comment.status, comment.waiting_since) == ("withdrawn", None)
        assert statuses_at(responses, place)[1::2] == [200, 200]
        # An approval before the withdrawal raised the version; an approval after it was refused.
        assert comment.version == 2 + len(made)
        approved = statuses_at(responses, place)[::2]
        assert (200 in approved) == bool(made)
        if not made:
            assert "Withdrawn by its author." in responses[0][place].text


def reply_or_remove(app: Flask, share: tuple[str, list[int]]) -> list[int]:
    """Send a reply to each of these comments, or delete them if `share` begins with "remove"."""
    work, ids = share
    statuses = []
    for place, number in enumerate(ids):
        if work == "remove":
            with app.app_context():
                write(remove_comment, comment_id=number)
            continue
        data = {"author_name": "Jun", "body": f"To number {number}.", "parent_id": str(number)}
        where = {"REMOTE_ADDR": f"10.{work}.{place}.1"}
        response = app.test_client().post(URL, data=data, environ_overrides=where)
        statuses.append(response.status_code)
    return statuses


def test_replies_and_deletions_of_their_parents_leave_no_reply_without_a_parent(app, desk, review):
    ids = sent(review, desk.moderator)
    # The deletions start from the other end, so that replies come before and after a deletion.
    shares = [("1", ids), ("remove", ids[::-1]), ("2", ids), ("3", ids)]
    taken = run_together(app, reply_or_remove, shares)
    db.session.rollback()
    for place, number in enumerate(ids):
        replies = db.session.scalars(db.select(Comment).filter_by(in_reply_to_id=number)).all()
        statuses = [share[place] for share in taken if share]
        assert set(statuses) <= {303, 409}
        assert len(replies) == statuses.count(303)
        beginning = db.session.get(Comment, number, populate_existing=True)
        assert (beginning is not None) == bool(replies)
        if beginning is not None:
            assert (beginning.is_blank, beginning.has_replies) == (True, True)
            assert beginning.body == "Erased"
            assert {reply.parent_id for reply in replies} == {number}


def test_a_rate_limit_checked_before_the_lock_as_in_waline_and_isso(app, desk, review):
    waiting = make_comment(review=review, token=TOKEN, now=NOW)
    posts = [
        Post(
            path=f"{URL}/{waiting.id}/revisions",
            data={"author_name": "Mina", "body": f"Words {number}.", "version": str(version)},
            cookies={"second_lead_owner": TOKEN},
            address=f"10.0.{number}.1",
        )
        for version in range(1, 9)
        for number in range(version * 3, version * 3 + 3)
    ]
    responses = post_together(app, posts)
    taken = [response.status for response in responses].count(303)
    # Sending the comment counts as the first; each accepted edit made one version.
    assert taken <= BROWSER_LIMITS[0].count - 1
    db.session.rollback()
    assert present(waiting.id).version == taken + 1
    assert {response.status for response in responses} <= {303, 409, 429}
