"""The commands `outbox run`, `outbox list` and `outbox test`."""

import logging
import os
import sys
from pathlib import Path

import pytest

from blog.notices.composing import Composer
from blog.outbox.commands import FIRST_DELAY, KEPT
from blog.outbox.models import State
from tests.builders import make_review
from tests.databases import on_both
from tests.outbox.comments import EMAIL, after_undo_window, make_comment_with_notice
from tests.outbox.mail_server import free_port, run_mail_server
from tests.outbox.sending import change_settings, later, mails, rows

ROOT = Path(__file__).parents[2]
FLASK = str(Path(sys.executable).parent / "flask")


@pytest.fixture
def outbox(app):
    change_settings(app, digest_minutes=0)

    def invoke(*words: str) -> str:
        result = app.test_cli_runner().invoke(args=["outbox", *words])
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


def test_run_once_sends_the_due_messages_and_ends(outbox, app):
    make_comment_with_notice()
    assert outbox("run", "--once") == "0 due\n"
    after_undo_window()
    assert outbox("run", "--once") == "1 sent\n"
    assert len(mails(app)) == 1
    assert outbox("run", "--once") == "0 due\n"


@on_both
def test_list_shows_counts_and_failures_without_addresses(outbox, app):
    with run_mail_server() as server:
        change_settings(app, smtp_url=server.url)
        server.refusal = f"550 5.1.1 <{EMAIL}> unknown"
        make_comment_with_notice()
        after_undo_window()
        assert outbox("run", "--once") == "1 failed\n"
    listing = outbox("list")
    assert "failed\t1\n" in listing
    assert "waiting\t0\n" in listing
    assert "message 1\tdecision\tfailed\t1 attempt\tSMTPRecipientsRefused 550 5.1.1\n" in listing
    assert "@" not in listing


def test_an_unexpected_error_stops_neither_the_loop_nor_the_other_messages(
    outbox, app, monkeypatch, caplog
):
    make_comment_with_notice()
    make_comment_with_notice(
        body="Another one.", email="other@example.org", review=another_review()
    )
    after_undo_window()
    real = Composer.compose_decision

    def compose(composer, message):
        if message.id == 1:
            raise KeyError(f"{EMAIL} is not here")
        return real(composer, message)

    monkeypatch.setattr(Composer, "compose_decision", compose)
    assert outbox("run", "--once") == "1 waiting, 1 sent\n"
    assert rows()[0].note == "KeyError"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert EMAIL not in caplog.text
    monkeypatch.undo()
    later(seconds=FIRST_DELAY.total_seconds())
    assert outbox("run", "--once") == "1 sent\n"


def another_review():
    return make_review(slug="another")


def test_a_message_waits_while_the_mail_server_is_away_and_the_site_keeps_working(
    outbox, app, client
):
    change_settings(app, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    make_comment_with_notice()
    after_undo_window()
    assert outbox("run", "--once") == "1 waiting\n"
    assert rows()[0].state == State.WAITING
    assert client.get("/reviews/run-on").status_code == 200


def test_maintenance_deletes_messages_and_mail_files_after_a_month(outbox, app):
    comment = make_comment_with_notice()
    make_comment_with_notice(review=another_review(), verdict=None)
    after_undo_window()
    outbox("run", "--once")
    (file,) = (app.extensions["settings"].mail_dir).glob("*.eml")
    now = app.extensions["clock"]().timestamp()
    os.utime(file, (now, now))
    maintain = app.test_cli_runner().invoke
    later(days=29)
    assert maintain(args=["maintenance"]).exit_code == 0
    assert [m.subject_id for m in rows()] == [comment.id]
    assert file.exists()
    later(days=2)
    assert maintain(args=["maintenance"]).exit_code == 0
    assert rows() == []
    assert not file.exists()


def test_maintenance_keeps_waiting_messages(outbox, app):
    change_settings(app, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    make_comment_with_notice()
    later(seconds=2 * KEPT.total_seconds())
    assert app.test_cli_runner().invoke(args=["maintenance"]).exit_code == 0
    assert [m.state for m in rows()] == [State.WAITING]


def test_a_test_mail_is_sent_at_once_and_its_answer_shown(outbox, app, server):
    change_settings(app, smtp_url=server.url)
    printed = outbox("test", EMAIL)
    assert printed == f"Sent to {EMAIL} through 127.0.0.1:{server.port}, which answered: 250 OK\n"
    (mail,) = server.mails
    assert (mail["To"], mail["Subject"]) == (EMAIL, "Test mail from Second Lead")
    assert "List-Unsubscribe" not in mail
    assert rows() == []


def test_a_test_mail_without_a_mail_server_is_saved(outbox, app):
    (line,) = outbox("test", EMAIL).splitlines()
    (file,) = app.extensions["settings"].mail_dir.glob("*.eml")
    assert line == f"Saved as {file}. Set SMTP_URL to send mail."


@pytest.mark.parametrize(
    ("email", "refusal", "fault"),
    [
        ("reader", "", "EMAIL is not an e-mail address"),
        (EMAIL, f"550 5.1.1 <{EMAIL}> unknown", "SMTPRecipientsRefused 550 5.1.1."),
        (EMAIL, "450 4.2.0 later", "SMTPRecipientsRefused 450 4.2.0."),
    ],
)
def test_a_test_mail_that_fails_says_why_in_one_line(app, server, email, refusal, fault):
    server.refusal = refusal
    change_settings(app, smtp_url=server.url)
    assert fault in fault_of_test(app, email)


def test_a_test_mail_to_a_server_that_is_away_says_so_in_one_line(app):
    change_settings(app, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert "ConnectionRefusedError." in fault_of_test(app, EMAIL)


def fault_of_test(app, email: str) -> str:
    result = app.test_cli_runner().invoke(args=["outbox", "test", email])
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    return line
