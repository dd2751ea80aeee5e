"""Signing in to a mail server, its certificate, and unusual addresses."""

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
    """Resolve mail.example to loopback, so that it looks like another machine."""
    real = socket.getaddrinfo

    def lookup(host, *args, **more):
        return real("127.0.0.1" if host == "mail.example" else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


@pytest.mark.parametrize(
    ("password", "note"), [("p%40ss%2Fword", None), ("wrong", "SMTPAuthenticationError 535")]
)
def test_the_site_signs_in_to_a_mail_server(app, password, note):
    server = Server()
    with run_mail_server(server, authenticator=server.authenticate, auth_require_tls=False):
        enqueue_notices()
        deliver(make_plain_courier(f"smtp://mina:{password}@127.0.0.1:{server.port}"))
    assert len(server.mails) == (0 if note else 1)
    if note:
        assert describe_failure().startswith(f"waiting: {note}")


def test_a_password_is_not_sent_unencrypted_to_another_machine(app, named):
    server = Server()
    with run_mail_server(server, authenticator=server.authenticate, auth_require_tls=False):
        enqueue_notices()
        deliver(make_plain_courier(f"smtp://mina:p%40ss%2Fword@mail.example:{server.port}"))
    assert describe_failure() == "waiting: no STARTTLS, so the password was not sent"
    assert not server.mails


def test_a_password_is_not_sent_to_a_server_without_sign_in(app, server):
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
def test_the_connection_is_encrypted_where_the_server_can(app, scheme, options):
    server = Server()
    # aiosmtpd does not count a connection that began with TLS as encrypted.
    more = {"require_starttls": True} if scheme == "smtp" else {"auth_require_tls": False}
    with run_mail_server(server, authenticator=server.authenticate, **options, **more):
        enqueue_notices()
        deliver(make_plain_courier(f"{scheme}://mina:p%40ss%2Fword@127.0.0.1:{server.port}"))
    (session,) = server.sessions
    assert session.authenticated
    assert session.ssl or scheme == "smtps"  # With smtps, every connection is encrypted.


@pytest.mark.parametrize(
    ("scheme", "options"),
    [("smtp", {"tls_context": tls()}), ("smtps", {"ssl_context": tls()})],
    ids=["starttls", "tls from the start"],
)
def test_a_self_signed_certificate_is_refused(app, named, scheme, options):
    server = Server()
    with run_mail_server(server, authenticator=server.authenticate, **options):
        enqueue_notices()
        deliver(make_plain_courier(f"{scheme}://mina:p%40ss%2Fword@mail.example:{server.port}"))
    assert describe_failure() == "waiting: SSLCertVerificationError"
    assert not server.mails


# Addresses as readers type them, and as the server receives them.
UNUSUAL = {
    "미나@한국.kr": "미나@xn--3e0b707e.kr",
    "mina@한국.kr": "mina@xn--3e0b707e.kr",
    "o'hara+drama@example.org": "o'hara+drama@example.org",
    '"two words"@example.org': '"two words"@example.org',
}


def test_an_unusual_address_is_sent_in_the_form_that_servers_know(app):
    with run_mail_server(enable_SMTPUTF8=True) as server:
        for address in UNUSUAL:
            (key,) = enqueue_notices(make_notice(recipient=address))
            deliver(make_plain_courier(server.url))
            assert row(key).note is None, address
    assert server.recipients == [*UNUSUAL.values()]


def test_an_address_the_server_cannot_encode_fails_at_once(app, server):
    (key,) = enqueue_notices(make_notice(recipient="미나@example.org"))
    with run_mail_server(enable_SMTPUTF8=False) as server:
        deliver(make_plain_courier(server.url))
    assert (row(key).state, row(key).note) == (State.FAILED, "SMTPNotSupportedError")


def test_a_line_break_in_an_address_adds_no_header(app, server):
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
