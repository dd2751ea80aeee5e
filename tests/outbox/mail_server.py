"""A real mail server on loopback that can refuse e-mails, be slow or drop connections."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Server:
    """A mail server that keeps every e-mail it accepts.

    `refusal` is its response to each recipient, `verdict` to each e-mail; "" means accepted.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.sessions: list[Session] = []
        self.refusal = ""
        self.verdict = ""
        # The fault while an e-mail is sent: "" (none), "dropped", "dropped after" or "slow".
        self.fault = ""
        self.port = 0
        self.may_continue = threading.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's own name.
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's own name.
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.fault == "dropped":
            server.transport.abort()
            return "451 gone"
        if self.fault == "slow":
            while not self.may_continue.is_set():
                await asyncio.sleep(0.01)  # The client gives up first.
        if self.verdict:
            return self.verdict
        self.sessions.append(session)
        self.recipients += envelope.rcpt_tos
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.fault == "dropped after":
            server.transport.abort()
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism, data):
        is_right = (data.login, data.password) == (b"mina", b"p@ss/word")
        return AuthResult(success=is_right, auth_data="mina", handled=is_right)


@contextmanager
def run_mail_server(server: Server | None = None, **options) -> Iterator[Server]:
    """Run a mail server on a free port; `options` are options of aiosmtpd's Controller."""
    server = server or Server()
    server.port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        server.may_continue.set()
        controller.stop()


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def run_scripted_server(*lines: bytes, pause: float | None = None) -> Iterator[int]:
    """Run a server that sends these lines to each client, and yield its port.

    `pause` is the number of seconds between two lines. The server reads nothing.
    """
    is_over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)

    def serve() -> None:
        clients = []
        while not is_over.is_set():
            try:
                client, _address = listener.accept()
            except TimeoutError:
                continue
            clients.append(client)
            for line in lines:
                try:
                    client.sendall(line)
                except OSError:
                    break
                if pause and is_over.wait(pause):
                    break
        for client in clients:
            client.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        is_over.set()
        thread.join()
        listener.close()
