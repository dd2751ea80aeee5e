"""When the e-mail about a decision is sent, and when not: undone, overruled, erased."""

import pytest
from sqlalchemy import select

from blog.comments.models import Comment
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.db.types import Base
from blog.decisions.notifying import UNDO_WINDOW
from blog.moderation.states import Verdict
from blog.outbox.commands import LEASE, confirm_address
from blog.outbox.models import MailAddress, State
from blog.web.current import current_time
from tests.builders import make_comment, make_review
from tests.outbox.comments import (
    EMAIL,
    WORDS,
    after_undo_window,
    decide,
    make_comment_with_notice,
    within_undo_window,
)
from tests.outbox.sending import change_settings, later, mails, row, run

REASON = "Unmarked spoiler"


@pytest.fixture(autouse=True)
def _no_digests(app):
    change_settings(app, digest_minutes=0)


def test_an_author_who_asked_for_no_notice_gets_none(app):
    review = make_review()
    decide(make_comment(review=review, email=EMAIL, now=current_time()))
    decide(make_comment(review=review, body="No address.", wants_notice=True, now=current_time()))
    after_undo_window()
    assert run(app) == {}
    assert not mails(app)


@pytest.mark.parametrize("first", [None, Verdict.APPROVE])
def test_spam_sends_no_email(app, first):
    comment = make_comment_with_notice(verdict=first)
    decide(comment, Verdict.SPAM)
    after_undo_window()
    run(app)
    assert not mails(app)


def test_no_email_is_sent_before_the_time_for_an_undo_ends(app):
    make_comment_with_notice()
    within_undo_window()
    assert run(app) == {}
    later(seconds=1)
    assert run(app) == {State.SENT: 1}


def test_undo_within_the_window_stops_the_mail(app):
    comment = make_comment_with_notice()
    within_undo_window()
    decide(comment, Verdict.REOPEN)
    later(days=1)
    assert run(app) == {}
    assert not mails(app)
    message = row(f"decision:{comment.id}:2")
    assert (message.state, message.recipient) == (State.CANCELLED, "")


def test_only_the_last_of_two_decisions_is_mailed(app):
    comment = decide(decide(make_comment_with_notice(), Verdict.REOPEN), Verdict.REJECT)
    after_undo_window()
    run(app)
    (mail,) = mails(app)
    assert "was not published" in mail["Subject"]
    assert row(f"decision:{comment.id}:4").state == State.SENT


def test_an_overruled_decision_is_not_mailed(app):
    comment = make_comment_with_notice()
    within_undo_window()
    decide(comment, Verdict.REJECT)
    after_undo_window()
    assert run(app) == {State.SENT: 1, State.SKIPPED: 1}
    (mail,) = mails(app)
    assert "is no longer published" in mail["Subject"]


def test_an_undo_stops_a_message_that_a_dead_worker_had_claimed(app):
    comment = make_comment_with_notice()
    # A worker whose clock is ahead claimed the message and died.
    message = row(f"decision:{comment.id}:2")
    db.session.rollback()
    until = current_time() + UNDO_WINDOW + LEASE
    write(claim_for_long, message_id=message.id, until=until)
    decide(comment, Verdict.REOPEN)
    later(seconds=(until - current_time()).total_seconds())
    assert run(app) == {State.SKIPPED: 1}
    assert not mails(app)
    assert row(message.key).recipient == ""


def test_no_email_is_sent_if_the_status_changed_without_a_decision(app):
    comment = make_comment_with_notice()
    db.session.rollback()
    write(remove, comment_id=comment.id)
    after_undo_window()
    assert run(app) == {State.SKIPPED: 1}


def remove(*, comment_id: int) -> None:
    table = Base.metadata.tables["comments"]
    db.session.execute(table.update().where(table.c.id == comment_id).values(status="removed"))


def test_a_decision_repeated_after_an_undo_is_mailed_once(app):
    comment = make_comment_with_notice()
    first = row(f"decision:{comment.id}:2")
    db.session.rollback()
    write(claim_for_long, message_id=first.id, until=current_time() + UNDO_WINDOW / 6)
    decide(decide(comment, Verdict.REOPEN), Verdict.APPROVE)
    after_undo_window()
    assert run(app) == {State.SENT: 1, State.SKIPPED: 1}
    assert row(f"decision:{comment.id}:2").state == State.SKIPPED
    assert row(f"decision:{comment.id}:4").state == State.SENT


def claim_for_long(*, message_id: int, until) -> None:
    table = Base.metadata.tables["outbox_messages"]
    db.session.execute(
        table.update().where(table.c.id == message_id).values(lease="x", leased_until=until)
    )


def test_removing_the_spoiler_flag_still_sends_one_email(app):
    comment = make_comment_with_notice(verdict=Verdict.APPROVE_SPOILER)
    within_undo_window()
    decide(comment, Verdict.NOT_SPOILER)
    after_undo_window()
    assert run(app) == {State.SENT: 1}
    assert "is published" in mails(app)[0]["Subject"]


def test_an_erased_comment_sends_no_email_and_leaves_no_address(app):
    comment = make_comment_with_notice()
    write(remove_comment, comment_id=comment.id)
    after_undo_window()
    run(app)
    assert not mails(app)
    assert row(f"decision:{comment.id}:2").recipient == ""


def test_a_sent_message_keeps_no_address_and_no_text(app):
    comment = make_comment_with_notice()
    after_undo_window()
    run(app)
    write(remove_comment, comment_id=comment.id)
    db.session.rollback()
    everything = [
        repr(tuple(found))
        for table in Base.metadata.sorted_tables
        for found in db.session.execute(select(table))
    ]
    assert everything
    assert not [found for found in everything if EMAIL in found or WORDS in found]


def test_a_waiting_message_contains_no_text_of_the_comment(app):
    make_comment_with_notice(verdict=Verdict.REJECT, reason=REASON, shares_reason=True)
    table = Base.metadata.tables["outbox_messages"]
    db.session.rollback()
    (found,) = db.session.execute(select(table)).all()
    assert not [word for word in (WORDS, REASON, "Mina", "finish line") if word in repr(found)]


def test_a_message_with_a_malformed_recipient_fails_and_stops_no_other(app):
    review = make_review()
    broken = make_comment_with_notice(review=review, body="A broken one.")
    make_comment_with_notice(review=review, email="other@example.org")
    db.session.rollback()
    write(break_recipient, comment_id=broken.id)
    after_undo_window()
    assert run(app) == {State.FAILED: 1, State.SENT: 1}
    assert row(f"decision:{broken.id}:2").note == "the recipient is not an e-mail address"


def break_recipient(*, comment_id: int) -> None:
    table = Base.metadata.tables["outbox_messages"]
    db.session.execute(
        table.update().where(table.c.subject_id == comment_id).values(recipient="a\r\nBcc: b@c.d")
    )


def test_a_decision_is_mailed_once_even_if_the_address_is_confirmed_later(app):
    comment = make_comment_with_notice()
    after_undo_window()
    run(app)
    db.session.rollback()
    (address,) = db.session.execute(select(MailAddress)).scalars()
    write(confirm_address, address_id=address.id, now=current_time())
    later(days=2)
    assert run(app) == {}
    assert db.session.get(Comment, comment.id) is not None
    assert len(mails(app)) == 1
