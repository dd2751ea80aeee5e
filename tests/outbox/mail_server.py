"""A real mail server on loopback that can be told to behave badly."""

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
    """Keep what arrives; `refusal` is answered to a recipient, `verdict` to a whole mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.sessions: list[Session] = []
        self.refusal = ""
        self.verdict = ""
        # What happens to a connection while a mail is sent: "", "dropped", "dropped after", "slow".
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
    """Run a mail server on a port of its own; `options` are aiosmtpd's."""
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def run_scripted_server(*lines: bytes, pause: float | None = None) -> Iterator[int]:
    """Be a server that says these lines to whoever comes, one each `pause`, and nothing else."""
    is_over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)

    def serve() -> None:
        guests = []
        while not is_over.is_set():
            try:
                guest, _address = listener.accept()
            except TimeoutError:
                continue
            guests.append(guest)
            for line in lines:
                try:
                    guest.sendall(line)
                except OSError:
                    break
                if pause and is_over.wait(pause):
                    break
        for guest in guests:
            guest.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        is_over.set()
        thread.join()
        listener.close()
