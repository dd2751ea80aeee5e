"""The kept numbers of published comments, compared with the comments after each command."""

import pytest
from sqlalchemy import text

from blog.comments.models import Comment
from blog.db.engine import db
from blog.moderation.states import Status
from tests.builders import (
    make_comment,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_report,
    make_review,
    make_revision,
)
from tests.databases import on_both
from tests.db.old_rows import insert_old_rows
from tests.db.tables import forward, opened, writing
from tests.desk.bulks.test_create_purge import open_form
from tests.desk.decisions.test_races import race, request_by, verdicts
from tests.desk.desk import BULKS, PURGES, Desk, item, log, make_crowd, open_desk
from tests.desk.reviews.test_deletion import delete
from tests.page import Reader
from tests.privacy.people import carry

TOKEN = "0123456789abcdef0123456789abcdef"
KEPT = (
    "SELECT review_id, published_count, top_level_count FROM comment_counts"
    " WHERE published_count > 0"
)
COUNTED = (
    "SELECT review_id, count(*), count(CASE WHEN parent_id IS NULL THEN 1 END) FROM comments"
    " WHERE status = 'published' GROUP BY review_id"
)


@pytest.fixture
def desk(app) -> Desk:
    return open_desk(app)


def counts() -> dict[int, tuple[int, int]]:
    """Return the kept numbers by review id, after a comparison with the comments."""
    db.session.rollback()
    kept, counted = (
        {row[0]: (row[1], row[2]) for row in db.session.execute(text(query))}
        for query in (KEPT, COUNTED)
    )
    assert kept == counted
    return kept


def items(*comments: Comment) -> list[str]:
    return [item(comment) for comment in comments]


def shown(client: Reader, slug: str = "run-on") -> str:
    return client.get(f"/reviews/{slug}/comments").text.partition(" comment")[0].rpartition(">")[2]


@on_both
@pytest.mark.thorough
def test_each_command_changes_the_kept_number(app, client, desk, clock):
    review, other = make_review(), make_review(slug="my-mister")
    by = {"moderator": desk.moderator}
    first = make_comment(review=review, token=TOKEN)
    crowd = [make_comment(review=each, body=f"{n}") for n in range(4) for each in (review, other)]
    assert counts() == {}
    make_moderator_reply(comment=first, **by)
    assert counts() == {review.id: (2, 1)}
    desk.bulk("approve", items(*crowd))
    assert counts() == {review.id: (6, 5), other.id: (4, 4)}
    reply = make_published_reply(to=first, token=TOKEN, **by)
    assert counts()[review.id] == (7, 5)
    # This takes down the moderator's reply too; the other reply is hidden, but still published.
    desk.decide(first, "reopen")
    assert counts()[review.id] == (5, 4)
    desk.decide(first, "approve")
    assert counts()[review.id] == (6, 5)
    make_report(comment=crowd[0])
    make_revision(comment=reply, body="Another text.")
    desk.decide(reply, "approve")
    desk.decide(crowd[0], "take_down", reason="Off topic.")
    assert counts() == {review.id: (5, 4), other.id: (4, 4)}
    desk.bulk("spam", items(crowd[1], crowd[2]))
    assert counts() == {review.id: (4, 3), other.id: (3, 3)}
    desk.post(PURGES, open_form(desk), htmx=False)
    assert counts() == {review.id: (4, 3), other.id: (3, 3)}
    carry(client, TOKEN).post(f"/reviews/run-on/comments/{reply.id}/withdrawal")
    assert counts()[review.id] == (3, 3)
    run = app.test_cli_runner().invoke
    run(args=["comments", "remove", str(first.id), str(crowd[3].id)])
    # The first comment is only blanked, as it has a reply.
    assert counts() == {review.id: (2, 2), other.id: (2, 2)}
    make_crowd(other, 3, status=Status.PUBLISHED)
    assert counts() == {review.id: (2, 2), other.id: (5, 5)}
    delete(desk, other.id)
    clock.advance(days=31)
    assert "Counts of published comments" not in run(args=["maintenance"]).stdout
    assert counts() == {review.id: (2, 2)}


@on_both
def test_replies_below_a_waiting_comment_are_not_counted_on_pages(client, desk):
    first, other = (
        make_published_comment(review=make_review(slug=slug), moderator=desk.moderator)
        for slug in ("run-on", "my-mister")
    )
    for comment in (first, other):
        make_published_reply(to=comment, moderator=desk.moderator)
    assert shown(client) == "2"
    desk.decide(first, "reopen")
    assert (shown(client), shown(client, "my-mister")) == ("0", "2")
    assert counts()[first.review_id] == (1, 0)


@on_both
def test_maintenance_corrects_wrong_numbers(app, client, desk):
    review = make_review()
    for slug in ("my-mister", "signal"):
        make_published_comment(review=make_review(slug=slug), moderator=desk.moderator)
    make_published_comment(review=review, moderator=desk.moderator)
    with writing() as connection:
        connection.execute(
            text("UPDATE comment_counts SET published_count = 7 WHERE review_id = 1")
        )
        connection.execute(text("DELETE FROM comment_counts WHERE review_id = 2"))
    assert (shown(client), shown(client, "my-mister")) == ("7", "0")
    run = app.test_cli_runner().invoke
    assert "Counts of published comments: 2 corrected." in run(args=["maintenance"]).stdout
    assert len(counts()) == 3
    assert (shown(client), shown(client, "my-mister")) == ("1", "1")


@on_both
@pytest.mark.slow
def test_an_upgrade_counts_the_comments_that_are_there(bare_database_url):
    with opened(bare_database_url):
        forward("0024")
        with writing() as connection:
            insert_old_rows(connection, "0024")
        forward()
        assert counts() == {1: (2, 1)}


@on_both
@pytest.mark.serial
def test_concurrent_decisions_on_several_reviews_are_all_counted(app):
    reviews = [make_review(slug=f"review-{number}") for number in range(3)]
    desks = [open_desk(app, email=f"m{n}@example.org", name=f"M{n}") for n in range(4)]
    groups = [
        [make_comment(review=reviews[n * step % 3], body=f"{step} {n}") for n in range(12)]
        for step in (1, 2, 1, 2)
    ]
    for desk, group in zip(desks[2:], groups[2:], strict=True):
        desk.bulk("approve", items(*group))
    key = log()[-1].bulk_key
    posts = [
        *(
            [request_by(desks[n], BULKS, verdict="approve", items=items(*groups[n]))]
            for n in (0, 1)
        ),
        verdicts(desks[2], [comment.id for comment in groups[2]], "spam", 2),
        [request_by(desks[3], BULKS, verdict="reopen", bulk=key)],
    ]
    responses = race(app, *posts)
    assert {each.status for results in responses for each in results} == {200}
    assert sum(published for published, _top in counts().values()) == 24
