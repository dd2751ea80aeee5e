"""Enqueuing, cancelling, erasing and claiming the messages of the outbox."""

from datetime import timedelta

from blog.db.transactions import write
from blog.outbox.commands import LEASE, cancel, claim, conclude, enqueue, erase
from blog.outbox.models import State
from blog.web.current import current_time
from tests.databases import on_both
from tests.engine import statements
from tests.outbox.sending import PLAIN, enqueue_notices, later, make_notice, row, rows

pytestmark = on_both


def take(kinds=(PLAIN,)):
    """Claim the next due message of these kinds; None if there is none."""
    return write(claim, kinds=kinds, now=current_time())


def end(message, state=State.SENT, note=None):
    """Conclude a claimed message and return its new state; None if the lease was lost."""
    return write(conclude, claim=message, state=state, note=note, now=current_time())


def test_a_key_is_enqueued_once(app):
    notice = make_notice(key="decision:7:2", recipient="first@example.org")
    enqueue_notices(notice)
    enqueue_notices(make_notice(key="decision:7:2", recipient="second@example.org"), notice)
    assert [(m.key, m.recipient) for m in rows()] == [("decision:7:2", "first@example.org")]


def test_many_messages_are_enqueued_in_one_statement(app):
    for number in (0, 1, 500):
        notices = [make_notice() for _ in range(number)]
        now = current_time()
        with statements() as given:
            write(enqueue, notices=notices, due_at=now, now=now)
        assert len([s for s in given if s.startswith("INSERT")]) == min(number, 1), number
    assert len({m.message_id for m in rows()}) == 501


def test_a_cancelled_message_is_not_sent_and_loses_its_recipient(app):
    keys = enqueue_notices(make_notice(), make_notice())
    write(cancel, keys=[keys[0], "unknown"])
    assert (row(keys[0]).state, row(keys[0]).recipient) == (State.CANCELLED, "")
    assert take().id == row(keys[1]).id
    assert take() is None
    # A claimed message cannot be cancelled.
    write(cancel, keys=keys)
    assert row(keys[1]).state == State.WAITING


def test_a_thousand_keys_or_none_can_be_cancelled_at_once(app):
    keys = enqueue_notices(*[make_notice() for _ in range(500)])
    write(cancel, keys=[])
    write(cancel, keys=keys + [f"unknown:{number}" for number in range(500)])
    assert {m.state for m in rows()} == {State.CANCELLED}


def test_a_sent_message_can_be_neither_cancelled_nor_erased(app):
    (key,) = enqueue_notices()
    assert end(take()) == State.SENT
    write(cancel, keys=[key])
    write(erase, kind=PLAIN, subject_ids=[row(key).subject_id])
    assert row(key).state == State.SENT


def test_an_erased_message_loses_its_recipient_even_while_claimed(app):
    keys = enqueue_notices(
        make_notice(subject_id=1), make_notice(subject_id=2), make_notice(subject_id=3)
    )
    claimed = take()
    write(erase, kind=PLAIN, subject_ids=[1, 2])
    assert [m.state for m in rows()] == [State.CANCELLED, State.CANCELLED, State.WAITING]
    assert [m.recipient for m in rows()] == ["", "", "reader@example.org"]
    assert end(claimed) is None
    assert row(keys[0]).state == State.CANCELLED


def test_many_messages_can_be_erased_at_once(app):
    keys = enqueue_notices(make_notice(subject_id=1), make_notice(subject_id=70_000))
    write(erase, kind=PLAIN, subject_ids=[])
    write(erase, kind=PLAIN, subject_ids=list(range(2, 70_001)))
    assert [row(key).state for key in keys] == [State.WAITING, State.CANCELLED]


def test_messages_are_claimed_when_due_and_the_longest_due_first(app):
    (late,) = enqueue_notices(due_at=current_time() + timedelta(seconds=30))
    (later_still,) = enqueue_notices(due_at=current_time() + timedelta(seconds=31))
    (early,) = enqueue_notices(due_at=current_time() + timedelta(seconds=29))
    assert take() is None
    later(seconds=29)
    assert take().id == row(early).id
    assert take() is None
    later(seconds=2)
    assert [take().id, take().id] == [row(late).id, row(later_still).id]


def test_only_messages_of_the_given_kinds_are_claimed(app):
    enqueue_notices(make_notice(kind="other"))
    assert take() is None
    assert take(kinds=()) is None
    assert take(kinds=("other", PLAIN)).kind == "other"


def test_a_claimed_message_is_not_claimed_again_before_its_lease_ends(app):
    enqueue_notices()
    first = take()
    later(seconds=LEASE.total_seconds() - 1)
    assert take() is None
    later(seconds=1)
    second = take()
    assert (second.id, second.message_id, second.attempts) == (first.id, first.message_id, 2)
    # The first worker comes back after its lease and changes nothing.
    assert end(first) is None
    assert rows()[0].lease == second.lease
    assert end(second) == State.SENT
    assert end(second) is None


def test_a_concluded_message_loses_its_recipient_in_every_state(app):
    for state in (State.SENT, State.SKIPPED, State.FAILED):
        (key,) = enqueue_notices()
        end(take(), state)
        assert (row(key).state, row(key).recipient, row(key).lease) == (state, "", None)


def test_a_failing_message_is_retried_after_growing_pauses_and_then_fails(app):
    (key,) = enqueue_notices()
    pauses, tries = [], 0
    while row(key).state == State.WAITING and tries < 200:
        due_at = row(key).due_at
        later(seconds=(due_at - current_time()).total_seconds())
        message, tries = take(), tries + 1
        end(message, State.WAITING, note="the server slept")
        pauses.append((row(key).due_at - current_time()).total_seconds() / 60)
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert (row(key).state, row(key).recipient) == (State.FAILED, "")
    assert timedelta(days=3) <= current_time() - row(key).enqueued_at < timedelta(days=3, hours=2)


def test_claims_at_the_same_time_take_different_messages(app):
    enqueue_notices(*[make_notice() for _ in range(20)])
    taken = [take().id for _ in range(20)]
    assert len(set(taken)) == 20
