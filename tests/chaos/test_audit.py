"""What `make chaos` counts: each broken promise is found and named."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import delete, update

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Verdict
from blog.outbox.models import OutboxMessage, State
from tests.builders import make_comment, make_decision, make_moderator, make_review
from tests.chaos.audit import find_faults
from tests.chaos.mail_recorder import Mail
from tests.chaos.stored import Fault, Stored
from tests.chaos.traffic import Ruling, Submission, Traffic

_numbers = count(1)


@pytest.fixture
def review(app):
    return make_review()


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
def jo(app):
    return make_moderator(email="jo@example.org")


def sent(traffic: Traffic, **more) -> Submission:
    """Return a submission of the traffic that was acknowledged."""
    mark = f"chaos-{next(_numbers):016x}"
    submission = Submission(
        trouble="master",
        mark=mark,
        name="Mina",
        email=f"{mark}@example.org",
        body=f"{mark} The bench\r\nscene.",
        submission_id=None,
        is_htmx=True,
        acknowledged_at=1.0,
    )
    traffic.submissions.append(replace(submission, **more))
    return traffic.submissions[-1]


def store(review, submission: Submission, **more) -> Comment:
    fields = {
        "name": submission.name,
        "body": submission.body.replace("\r\n", "\n"),
        "email": submission.email,
        "wants_notice": True,
    }
    return make_comment(review=review, **(fields | more))


def decided(traffic: Traffic, comment: Comment, jo, verdict: Verdict) -> Ruling:
    """Decide on a comment, in the database and in the traffic."""
    ruling = Ruling(
        trouble="crash",
        moderator=jo.email,
        comment_id=comment.id,
        version=comment.version,
        verdict=verdict.value,
        acknowledged_at=1.0,
    )
    make_decision(comment=comment, moderator=jo, verdict=verdict)
    traffic.rulings.append(ruling)
    return ruling


def faults(traffic: Traffic, mails: Sequence[Mail] = ()) -> list[str]:
    return [str(fault) for fault in find_faults(Stored.read(), traffic, mails)]


def change(statement) -> None:
    """Change the database as no command of the site would."""
    write(db.session.execute, statement)


def test_what_was_promised_and_kept_is_no_fault(traffic, review, jo):
    comment = store(review, sent(traffic))
    store(review, sent(traffic))
    decided(traffic, comment, jo, Verdict.APPROVE)
    decided(traffic, comment, jo, Verdict.REOPEN)
    decided(traffic, comment, jo, Verdict.REJECT)
    # It was sent, and nobody knows whether it arrived.
    sent(traffic, acknowledged_at=None)
    assert faults(traffic) == []


def test_a_comment_that_was_acknowledged_and_is_missing_is_lost(traffic, review):
    submission = sent(traffic)
    assert faults(traffic) == [f"lost (master): comment {submission.mark}, acknowledged"]


def test_a_comment_stored_twice_is_found_even_if_it_was_never_acknowledged(traffic, review):
    submission = sent(traffic, acknowledged_at=None)
    ids = [store(review, submission).id for _ in range(2)]
    expected = f"twice (master): comment {submission.mark}: rows {ids[0]}, {ids[1]}"
    assert faults(traffic) == [expected]


@pytest.mark.parametrize("field", ["name", "body", "email"])
def test_other_words_than_those_sent_are_found(traffic, review, field):
    submission = sent(traffic)
    comment = store(review, submission, **{field: f"{getattr(submission, field)}x"})
    expected = f"wrong (master): comment {comment.id} has other words than {submission.mark}"
    assert faults(traffic) == [expected]


def test_answers_without_the_words_or_about_another_comment_are_found(traffic, review):
    comment = store(review, first := sent(traffic, wordless=[502]))
    first.comment_id = comment.id + 1
    first.statuses[500] = 1
    assert faults(traffic) == [
        f"wrong (master): {first.mark} is {comment.id}; the answer named {comment.id + 1}",
        f"wrong (master): {first.mark}: a 502 without the words",
        f"wrong (master): {first.mark}: the site answered 500",
    ]


def test_a_comment_that_nobody_sent_is_found(traffic, review):
    submission = sent(traffic)
    store(review, submission)
    traffic.submissions.clear()
    assert faults(traffic) == [f"wrong (): comment {submission.mark}, which nobody sent"]


def test_a_decision_that_was_acknowledged_and_is_not_in_the_log_is_lost(traffic, review, jo):
    comment = store(review, sent(traffic))
    ruling = decided(traffic, comment, jo, Verdict.SPAM)
    ruling.version = 7
    assert faults(traffic) == [
        f"lost (crash): spam on version 7 of comment {comment.id} by jo@example.org, acknowledged"
    ]


def test_a_state_that_does_not_follow_from_the_log_is_found(traffic, review, jo):
    comment = store(review, sent(traffic))
    decided(traffic, comment, jo, Verdict.SPAM)
    change(update(Comment).values(status="rejected"))
    assert faults(traffic) == [
        f"wrong (): comment {comment.id} is rejected in version 2, not spam in 2"
    ]


def test_a_log_row_without_its_comment_is_found(traffic, review, jo):
    comment = store(review, sent(traffic))
    decided(traffic, comment, jo, Verdict.SPAM)
    traffic.submissions.clear()
    change(delete(Comment))
    assert faults(traffic) == [f"lost (): comment {comment.id} of log row 1"]


def test_a_log_row_that_does_not_follow_from_the_one_before_is_found(traffic, review, jo):
    comment = store(review, sent(traffic))
    decided(traffic, comment, jo, Verdict.SPAM)
    decided(traffic, comment, jo, Verdict.REOPEN)
    rows = Stored.read()
    kept = replace(rows, decisions=rows.decisions[1:])
    found = [fault.what for fault in find_faults(kept, traffic, [])]
    assert "log row 2 does not follow from the one before it" in found


@pytest.fixture
def notice(traffic, review, jo) -> OutboxMessage:
    """The notice of a published comment, in the outbox."""
    decided(traffic, store(review, sent(traffic)), jo, Verdict.APPROVE)
    (message,) = Stored.read().messages
    return message


def mail_of(message: OutboxMessage, recipient: str = "x@example.org") -> Mail:
    return Mail(f"<{message.message_id}@drama.example>", recipient)


def test_a_mail_repeated_with_its_message_id_is_what_was_promised(traffic, notice):
    change(update(OutboxMessage).values(state=State.SENT, attempts=2, recipient=""))
    mail = mail_of(notice, recipient=traffic.submissions[0].email)
    assert faults(traffic, [mail, mail]) == []


def test_a_message_that_no_server_has_is_lost(traffic, notice):
    change(update(OutboxMessage).values(state=State.SENT, attempts=1, recipient=""))
    comment_id = notice.subject_id
    assert faults(traffic) == [
        f"lost (): message {notice.id} is sent, but no server has it",
        f"lost (): the notice of published comment {comment_id}: {notice.key} sent",
    ]


def test_more_mails_than_attempts_are_found(traffic, notice):
    change(update(OutboxMessage).values(attempts=1))
    mail = mail_of(notice)
    assert faults(traffic, [mail, mail]) == [
        f"twice (): message {notice.id}: 2 mails in 1 attempts"
    ]


def test_mails_that_the_outbox_cancelled_or_never_knew_are_found(traffic, notice):
    change(update(OutboxMessage).values(state=State.CANCELLED, attempts=1, recipient=""))
    own = mail_of(notice, recipient=traffic.submissions[0].email)
    assert faults(traffic, [own, Mail("<strange@drama.example>", "x@example.org")]) == [
        f"wrong (): message {notice.id} was accepted and is cancelled",
        "wrong (): a mail strange that the outbox does not know",
    ]


def test_two_messages_to_one_reader_are_found(traffic, notice):
    change(update(OutboxMessage).values(attempts=1))
    recipient = traffic.submissions[0].email
    mails = [mail_of(notice, recipient=recipient), Mail("<strange@drama.example>", recipient)]
    expected = f"twice (): 2 messages to the author of comment {notice.subject_id}"
    assert expected in faults(traffic, mails)


def test_a_decision_whose_notice_was_never_queued_is_found(traffic, notice):
    change(delete(OutboxMessage))
    assert faults(traffic) == [
        "lost (): the notice of log row 1",
        f"lost (): the notice of published comment {notice.subject_id}: ",
    ]


def test_a_fault_names_its_trouble():
    assert str(Fault("lost", "disk", "comment 7")) == "lost (disk): comment 7"
