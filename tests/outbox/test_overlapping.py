"""Two workers whose transactions overlap on PostgreSQL.

SQLite runs one writing transaction at a time, so these tests skip SQLite.
"""

from datetime import timedelta
from functools import partial

from blog.db.engine import db
from blog.db.transactions import write
from blog.notices.commands import plan_digest
from blog.outbox.commands import AskedRecentlyError, allow_mail, claim, enqueue
from blog.web.current import current_time
from tests.builders import make_moderator
from tests.databases import on_postgresql
from tests.outbox.comments import make_comment_with_notice
from tests.outbox.overlapping import run_overlapping
from tests.outbox.sending import PLAIN, enqueue_notices, later, make_notice, rows

pytestmark = on_postgresql


def test_two_workers_that_plan_a_digest_plan_one(app):
    make_moderator()
    make_comment_with_notice(verdict=None)
    plan = partial(plan_digest, pause=timedelta(hours=1), has_hook=True, now=current_time())
    assert run_overlapping(app, plan, plan) == [None, None]
    assert sorted(message.kind for message in rows()) == ["digest", "hook"]


def test_an_unconfirmed_address_is_mailed_by_one_of_two_workers(app):
    def ask(number):
        return partial(
            allow_mail,
            address_hash="0" * 64,
            asked_by=number,
            needs_confirmation=True,
            now=current_time(),
        )

    write(ask(1))
    later(days=1)
    first, second = run_overlapping(app, ask(2), ask(3))
    assert first.asked_by == 2
    assert isinstance(second, AskedRecentlyError)


def test_two_workers_claim_different_messages(app):
    enqueue_notices(make_notice(), make_notice())
    take = partial(claim, kinds=[PLAIN], now=current_time())
    first, second = run_overlapping(app, take, take)
    assert {first.id, second.id} == {message.id for message in rows()}
    assert run_overlapping(app, take, take) == [None, None]


def test_one_key_enqueued_twice_at_once_is_one_message(app):
    notice, now = make_notice(), current_time()
    enqueue_notice = partial(enqueue, notices=[notice], due_at=now, now=now)
    assert run_overlapping(app, enqueue_notice, enqueue_notice) == [None, None]
    assert len(rows()) == 1
    db.session.rollback()
