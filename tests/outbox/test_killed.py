"""A worker is killed at each step: every e-mail it repeats has the same Message-ID."""

import signal
import threading
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import BaseContext

import pytest

from blog import create_app
from blog.cli.outbox import build_courier, run_one_round
from blog.outbox.commands import LEASE
from blog.outbox.models import State
from tests.databases import on_both
from tests.outbox.comments import after_undo_window, make_comment_with_notice
from tests.outbox.deadly import STEPS, kill_itself, make_deadly
from tests.outbox.mail_server import run_mail_server
from tests.outbox.sending import change_settings, later, row, run
from tests.patience import PATIENCE_SECONDS

pytestmark = on_both


class Killed(BaseException):
    """Raised in place of a kill; no code catches it."""


def die() -> None:
    """Raise Killed."""
    raise Killed


def run_deadly(step: str, dying) -> None:
    """Run one round in which the worker calls `dying` after `step`."""
    courier = build_courier()
    make_deadly(courier, step, dying)
    run_one_round(courier, threading.Event())


def work_and_die(settings, now, step: str) -> None:
    """Run one round in a process of its own that kills itself after `step`."""
    app = create_app(settings)
    app.extensions["clock"] = lambda: now
    with app.app_context():
        run_deadly(step, kill_itself)


def kill_within(_app, step: str) -> None:
    with pytest.raises(Killed):
        run_deadly(step, die)


@cache
def processes() -> BaseContext:
    """Return a context that forks processes from one that has imported this module."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def kill_process(app, step: str) -> None:
    arguments = (app.extensions["settings"], app.extensions["clock"](), step)
    worker = processes().Process(target=work_and_die, args=arguments)
    worker.start()
    worker.join(PATIENCE_SECONDS)
    assert worker.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kill", [kill_within, kill_process])
def test_a_worker_killed_at_any_step_sends_one_message_id(app, kill, step):
    with run_mail_server() as server:
        change_settings(app, smtp_url=server.url, digest_minutes=0)
        comment = make_comment_with_notice()
        after_undo_window()
        kill(app, step)
        message = row(f"decision:{comment.id}:2")
        assert (message.state, message.attempts) == (State.WAITING, 1)
        assert run(app) == {}, "No other worker claims the message before its lease ends."
        later(seconds=LEASE.total_seconds())
        assert run(app) == {State.SENT: 1}
        later(days=2)
        assert run(app) == {}
    assert set(server.message_ids) == {f"<{message.message_id}@drama.example>"}
    assert len(server.mails) == (2 if step == "sent" else 1)


def test_workers_killed_again_and_again_send_one_message_id(app):
    with run_mail_server() as server:
        change_settings(app, smtp_url=server.url, digest_minutes=0)
        comment = make_comment_with_notice()
        after_undo_window()
        for step in STEPS * 3:
            kill_within(app, step)
            later(seconds=LEASE.total_seconds())
        assert run(app) == {State.SENT: 1}
    assert len(server.mails) == 4
    assert len(set(server.message_ids)) == 1
    assert row(f"decision:{comment.id}:2").attempts == 10
