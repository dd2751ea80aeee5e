"""A reply locks the comments of a thread on PostgreSQL in the same order as a deletion."""

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from blog.db.engine import WRITING, db
from tests.builders import make_published_comment, make_published_reply, make_review
from tests.databases import on_postgresql
from tests.desk.desk import open_desk
from tests.outbox.overlapping import count_waiting
from tests.patience import PATIENCE_SECONDS, wait_until

LOCK = text("SELECT id FROM comments WHERE id = :id FOR UPDATE NOWAIT")


@pytest.fixture
def thread(app) -> SimpleNamespace:
    """A thread of two published comments, and the two ways to reply to the second one."""
    desk = open_desk(app)
    first = make_published_comment(review=make_review(), moderator=desk.moderator)
    second = make_published_reply(to=first, moderator=desk.moderator)
    number, version = second.id, second.version
    form = {"author_name": "Jo", "body": "Thank you.", "parent_id": number}
    ways = {
        "a moderator": lambda: desk.reply(second, "Thank you.", version=version),
        "a reader": lambda: app.test_client().post("/reviews/run-on/comments", data=form),
    }
    return SimpleNamespace(first=first.id, second=number, ways=ways)


@on_postgresql
@pytest.mark.parametrize(("who", "status"), [("a moderator", 200), ("a reader", 303)])
def test_a_reply_that_waits_for_its_thread_holds_no_other_comment(thread, who, status):
    statuses, reply = [], thread.ways[who]
    replying = threading.Thread(target=lambda: statuses.append(reply().status_code))
    with db.engine.connect().execution_options(**{WRITING: True}) as deletion:
        deletion.execute(LOCK, {"id": thread.first})
        replying.start()
        wait_until(lambda: count_waiting() > 0)
        # Each would wait for the other if the reply had locked this one.
        deletion.execute(LOCK, {"id": thread.second})
    replying.join(PATIENCE_SECONDS)
    assert statuses == [status]
