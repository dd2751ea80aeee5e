"""Sending e-mail to a real server on loopback that accepts, refuses, sleeps or hangs up."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from blog.db.engine import db
from blog.outbox import transports
from blog.outbox.commands import FIRST_DELAY
from blog.outbox.delivery import UNREACHABLE_PAUSE, Route
from blog.outbox.models import State
from blog.outbox.transports import UnreachableError
from tests.outbox.mail_server import free_port, run_mail_server, run_scripted_server
from tests.outbox.sending import (
    PLAIN,
    compose_plain,
    deliver,
    describe_failure,
    enqueue_notices,
    later,
    make_courier,
    make_notice,
    make_plain_courier,
    row,
    rows,
)
from tests.patience import within_patience

READER = "reader@example.org"


@contextmanager
def short_timeouts() -> Iterator[None]:
    """Wait less than a second for a slow server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transports, "ANSWER_SECONDS", 0.3)
        patch.setattr(transports, "LONGEST_SECONDS", 0.8)
        yield


def after_the_pauses() -> None:
    """Advance the clock until a delayed message and an unreachable server are tried reload."""
    later(seconds=(FIRST_DELAY + UNREACHABLE_PAUSE).total_seconds())


def test_a_mail_arrives_once_and_whole(app, server):
    (key,) = enqueue_notices()
    courier = make_plain_courier(server.url)
    assert deliver(courier) == {State.SENT: 1}
    assert deliver(courier) == {}
    (mail,) = server.mails
    assert server.recipients == [READER]
    assert mail["To"] == READER
    assert mail["From"] == "Second Lead <no-reply@drama.example>"
    assert mail["Message-ID"] == f"<{row(key).message_id}@drama.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://drama.example/mail/stop>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    # The site greets with its own host name, not with that of this machine.
    assert server.sessions[0].host_name == "drama.example"


@pytest.mark.parametrize(
    ("refusal", "verdict", "expected"),
    [
        (f"550 5.1.1 <{READER}> is unknown here", "", "failed: SMTPRecipientsRefused 550 5.1.1"),
        (f"450 4.2.0 <{READER}> is grey", "", "waiting: SMTPRecipientsRefused 450 4.2.0"),
        ("", f"554 5.7.1 {READER} wants no such mail", "failed: SMTPDataError 554 5.7.1"),
        ("", "452 4.3.1 full", "waiting: SMTPDataError 452 4.3.1"),
    ],
    ids=["recipient, permanent", "recipient, temporary", "mail, permanent", "mail, temporary"],
)
def test_a_refusal_is_stored_without_the_address(app, server, caplog, refusal, verdict, expected):
    enqueue_notices()
    server.refusal, server.verdict = refusal, verdict
    courier = make_plain_courier(server.url)
    deliver(courier)
    assert describe_failure() == expected
    assert READER not in caplog.text
    assert "was not sent" in caplog.text
    server.refusal = server.verdict = ""
    after_the_pauses()
    deliver(courier)
    assert len(server.mails) == (0 if expected.startswith("failed") else 1)


def test_a_refused_recipient_delays_no_other_message(app, server):
    enqueue_notices(make_notice(), make_notice())
    server.refusal = "450 4.2.0 later"
    courier = make_plain_courier(server.url)
    assert deliver(courier) == {State.WAITING: 2}
    server.refusal = ""
    enqueue_notices()
    assert deliver(courier) == {State.SENT: 1}


@pytest.mark.parametrize("fault", ["slow", "dropped"])
def test_an_email_waits_if_the_server_sleeps_or_hangs_up(app, server, fault):
    enqueue_notices()
    server.fault = fault
    courier = make_plain_courier(server.url)
    with within_patience(), short_timeouts():
        assert deliver(courier) == {State.WAITING: 1}
    assert describe_failure() in ("waiting: SMTPServerDisconnected", "waiting: TimeoutError")
    server.fault = ""
    server.may_continue.set()
    after_the_pauses()
    assert deliver(courier) == {State.SENT: 1}
    assert len(set(server.message_ids)) == 1


def test_an_email_whose_receipt_was_lost_is_sent_again_with_the_same_message_id(app, server):
    enqueue_notices()
    server.fault = "dropped after"
    courier = make_plain_courier(server.url)
    assert deliver(courier) == {State.WAITING: 1}
    server.fault = ""
    after_the_pauses()
    assert deliver(courier) == {State.SENT: 1}
    assert len(server.message_ids) == 2
    assert len(set(server.message_ids)) == 1


class KeepingTransport:
    """A transport that keeps every content it is given."""

    def __init__(self) -> None:
        self.contents = []

    def send(self, content) -> None:
        self.contents.append(content)


def test_no_transaction_is_open_while_an_email_is_sent(app):
    enqueue_notices()

    class Slow:
        def send(self, content) -> None:
            assert not db.session().in_transaction()
            # Another transaction can write meanwhile.
            enqueue_notices(make_notice(key="put meanwhile", kind="other"))

    courier = make_courier({PLAIN: Route(compose=compose_and_read, transport=Slow())})
    assert deliver(courier) == {State.SENT: 1}
    assert row("put meanwhile").state == State.WAITING


def compose_and_read(message):
    assert rows()
    db.session.execute(select(1))
    return compose_plain(message)


def test_an_unreachable_mail_server_delays_only_mail(app):
    kept = KeepingTransport()
    courier = make_plain_courier(
        f"smtp://127.0.0.1:{free_port()}",
        other=Route(compose=lambda message: message.id, transport=kept),
    )
    enqueue_notices(
        *[make_notice() for _ in range(5)], *[make_notice(kind="other") for _ in range(3)]
    )
    # One e-mail has tried the server; the others do not try it for some minutes.
    assert deliver(courier) == {State.WAITING: 1, State.SENT: 3}
    assert len(kept.contents) == 3
    assert sorted(m.attempts for m in rows()) == [0, 0, 0, 0, 1, 1, 1, 1]
    with run_mail_server() as server:
        courier.routes["plain"].transport.port = server.port
        assert deliver(courier) == {}
        after_the_pauses()
        assert deliver(courier) == {State.SENT: 5}
    assert len(set(server.message_ids)) == 5


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (b"220 hello\r\n",),
        (b"554 not you\r\n",),
        (b"HTTP/1.1 200 OK\r\n\r\n",),
        (b"\xff" * 9999,),
    ],
    ids=["silent", "greets and sleeps", "refuses", "no mail server", "noise"],
)
def test_an_email_waits_if_the_server_is_silent_or_no_mail_server(app, lines):
    enqueue_notices()
    with short_timeouts(), run_scripted_server(*lines) as port:
        assert deliver(make_plain_courier(f"smtp://127.0.0.1:{port}")) == {State.WAITING: 1}
    assert describe_failure().startswith("waiting: ")


def test_a_server_that_sends_one_line_after_another_is_hung_up_on(app, monkeypatch):
    monkeypatch.setattr(transports, "LONGEST_SECONDS", 0.5)
    enqueue_notices()
    with within_patience(), run_scripted_server(*[b"220-wait\r\n"] * 10_000, pause=0.05) as port:
        assert deliver(make_plain_courier(f"smtp://127.0.0.1:{port}")) == {State.WAITING: 1}


def test_an_email_waits_if_the_name_of_the_server_is_unknown(app):
    enqueue_notices()
    deliver(make_plain_courier("smtp://no-such-host.invalid:25"))
    assert describe_failure() == "waiting: gaierror"
    with pytest.raises(UnreachableError):
        make_plain_courier("smtp://no-such-host.invalid:25").routes["plain"].transport.send(None)
