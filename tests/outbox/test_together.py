"""Several outbox workers at once."""

import threading

import pytest

from blog.cli.outbox import build_courier, run_one_round
from blog.outbox.models import State
from tests.builders import make_moderator, make_review
from tests.databases import on_both
from tests.outbox.comments import after_undo_window, make_comment_with_notice
from tests.outbox.mail_server import run_mail_server
from tests.outbox.sending import change_settings, later, rows
from tests.processes import PROCESSES, run_together

pytestmark = [on_both, pytest.mark.serial]


def work(app, _share) -> dict[State, int]:
    with app.app_context():
        return dict(run_one_round(build_courier(), threading.Event()))


def test_four_workers_send_each_message_once(app):
    review = make_review()
    number = 24
    for reader in range(number):
        make_comment_with_notice(
            review=review, email=f"reader{reader}@example.org", body=f"No. {reader}"
        )
    after_undo_window()
    with run_mail_server() as server:
        change_settings(app, smtp_url=server.url, digest_minutes=0)
        tallies = run_together(app, work, [None] * PROCESSES)
    assert sum(tally.get(State.SENT, 0) for tally in tallies) == number
    assert sorted(server.recipients) == sorted(f"reader{n}@example.org" for n in range(number))
    assert len(set(server.message_ids)) == number
    assert {(m.state, m.attempts, m.recipient) for m in rows()} == {(State.SENT, 1, "")}


def test_workers_at_once_send_one_digest_to_each_moderator(app):
    moderators = [make_moderator(email=f"m{n}@example.org", name=f"M {n}") for n in range(3)]
    make_comment_with_notice(verdict=None)
    with run_mail_server() as server:
        change_settings(app, smtp_url=server.url, digest_minutes=60)
        for _ in range(2):
            run_together(app, work, [None] * PROCESSES)
            later(minutes=59)
        assert sorted(server.recipients) == sorted(m.email for m in moderators)
        later(hours=1)
        run_together(app, work, [None] * PROCESSES)
        assert len(server.mails) == 3, "No new comment is waiting."


def test_an_unconfirmed_address_gets_one_email_from_four_workers_at_once(app):
    review, number = make_review(), 8
    for reader in range(number):
        make_comment_with_notice(review=review, body=f"No. {reader}")
    after_undo_window()
    with run_mail_server() as server:
        change_settings(app, smtp_url=server.url, digest_minutes=0)
        run_together(app, work, [None] * PROCESSES)
        assert len(server.mails) == 1
    states = [m.state for m in rows()]
    assert (states.count(State.SENT), states.count(State.SKIPPED)) == (1, number - 1)
