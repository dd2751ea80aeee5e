"""A reply locks the comments of a thread on PostgreSQL in the same order as a deletion."""

import threading

from sqlalchemy import text

from blog.db.engine import WRITING, db
from tests.builders import make_published_comment, make_published_reply, make_review
from tests.databases import on_postgresql
from tests.desk.desk import open_desk
from tests.outbox.overlapping import count_waiting
from tests.patience import PATIENCE_SECONDS, wait_until

LOCK = text("SELECT id FROM comments WHERE id = :id FOR UPDATE NOWAIT")


@on_postgresql
def test_a_reply_that_waits_for_its_thread_holds_no_other_comment(app):
    desk, statuses = open_desk(app), []
    first = make_published_comment(review=make_review(), moderator=desk.moderator)
    second = make_published_reply(to=first, moderator=desk.moderator)
    version = second.version

    def reply() -> None:
        statuses.append(desk.reply(second, "Thank you.", version=version).status_code)

    replying = threading.Thread(target=reply)
    with db.engine.connect().execution_options(**{WRITING: True}) as deletion:
        deletion.execute(LOCK, {"id": first.id})
        replying.start()
        wait_until(lambda: count_waiting() > 0)
        # Each would wait for the other if the reply had locked this one.
        deletion.execute(LOCK, {"id": second.id})
    replying.join(PATIENCE_SECONDS)
    assert statuses == [200]
