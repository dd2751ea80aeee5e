"""What a mail server is trusted with: passwords, certificates, unusual addresses."""

import socket
import ssl
from pathlib import Path

import pytest

from blog.outbox.models import State
from tests.outbox.mail_server import Server, run_mail_server
from tests.outbox.sending import (
    deliver,
    describe_failure,
    enqueue_notices,
    make_notice,
    make_plain_courier,
    row,
)

CERTIFICATE = Path(__file__).parent / "loopback.pem"


@pytest.fixture
def named(monkeypatch):
    """Let mail.example be a name of loopback, as a server elsewhere has one."""
    real = socket.getaddrinfo

    def lookup(host, *args, **more):
        return real("127.0.0.1" if host == "mail.example" else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


@pytest.mark.parametrize(
    ("password", "becomes"), [("p%40ss%2Fword", None), ("wrong", "SMTPAuthenticationError 535")]
)
def test_it_signs_in_where_it_has_a_name(app, password, becomes):
    server = Server()
    with run_mail_server(server, authenticator=server.authenticate, auth_require_tls=False):
        enqueue_notices()
        deliver(make_plain_courier(f"smtp://mina:{password}@127.0.0.1:{server.port}"))
    assert len(server.mails) == (0 if becomes else 1)
    if becomes:
        assert describe_failure().startswith(f"waiting: {becomes}")


def test_a_password_is_not_sent_in_clear_to_another_machine(app, named):
    server = Server()
    with run_mail_server(server, authenticator=server.authenticate, auth_require_tls=False):
        enqueue_notices()
        deliver(make_plain_courier(f"smtp://mina:p%40ss%2Fword@mail.example:{server.port}"))
    assert describe_failure() == "waiting: no STARTTLS, so the password was not sent"
    assert not server.mails


def test_a_password_is_not_offered_to_a_server_that_asks_for_none(app, server):
    enqueue_notices()
    deliver(make_plain_courier(f"smtp://mina:secret@127.0.0.1:{server.port}"))
    assert describe_failure() == "waiting: the server does not support signing in"


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@pytest.mark.parametrize(
    ("scheme", "options"),
    [("smtp", {"tls_context": tls()}), ("smtps", {"ssl_context": tls()})],
    ids=["starttls", "tls from the start"],
)
def test_what_can_be_encrypted_is(app, scheme, options):
    server = Server()
    # Where all is TLS, the server's own check does not know it.
    more = {"require_starttls": True} if scheme == "smtp" else {"auth_require_tls": False}
    with run_mail_server(server, authenticator=server.authenticate, **options, **more):
        enqueue_notices()
        deliver(make_plain_courier(f"{scheme}://mina:p%40ss%2Fword@127.0.0.1:{server.port}"))
    (session,) = server.sessions
    assert session.authenticated
    assert session.ssl or scheme == "smtps"  # This server speaks nothing but TLS.


@pytest.mark.parametrize(
    ("scheme", "options"),
    [("smtp", {"tls_context": tls()}), ("smtps", {"ssl_context": tls()})],
    ids=["starttls", "tls from the start"],
)
def test_a_certificate_that_nobody_vouches_for_is_not_believed(app, named, scheme, options):
    server = Server()
    with run_mail_server(server, authenticator=server.authenticate, **options):
        enqueue_notices()
        deliver(make_plain_courier(f"{scheme}://mina:p%40ss%2Fword@mail.example:{server.port}"))
    assert describe_failure() == "waiting: SSLCertVerificationError"
    assert not server.mails


# An address, and as what it arrives.
UNUSUAL = {
    "미나@한국.kr": "미나@xn--3e0b707e.kr",
    "mina@한국.kr": "mina@xn--3e0b707e.kr",
    "o'hara+drama@example.org": "o'hara+drama@example.org",
    '"two words"@example.org': '"two words"@example.org',
}


def test_an_unusual_address_is_written_as_servers_know_it(app):
    with run_mail_server(enable_SMTPUTF8=True) as server:
        for address in UNUSUAL:
            (key,) = enqueue_notices(make_notice(recipient=address))
            deliver(make_plain_courier(server.url))
            assert row(key).note is None, address
    assert server.recipients == [*UNUSUAL.values()]


def test_a_name_that_the_server_cannot_write_is_given_up(app, server):
    (key,) = enqueue_notices(make_notice(recipient="미나@example.org"))
    with run_mail_server(enable_SMTPUTF8=False) as server:
        deliver(make_plain_courier(server.url))
    assert (row(key).state, row(key).note) == (State.FAILED, "SMTPNotSupportedError")


def test_a_line_break_in_an_address_begins_no_other_header(app, server):
    for address in (
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a@b\r\n.\r\n",
        "",
    ):
        (key,) = enqueue_notices(make_notice(recipient=address))
        deliver(make_plain_courier(server.url))
        assert row(key).state == State.WAITING, address
    assert not server.mails
