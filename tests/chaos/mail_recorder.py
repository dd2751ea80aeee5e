"""A mail server in a process of its own: it writes down each e-mail before it accepts it.

`python -m tests.chaos.mail_recorder FILE` prints its port, and ends when its input is closed.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.browser.server import ROOT
from tests.outbox.mail_server import Server, run_mail_server


@dataclass(frozen=True)
class Mail:
    """An e-mail that the server accepted."""

    message_id: str
    recipient: str


@dataclass(frozen=True)
class MailCount:
    """How many e-mails were accepted, and how many of them again with the same Message-ID."""

    accepted: int
    again: int


def count_mails(mails: Sequence[Mail]) -> MailCount:
    return MailCount(len(mails), len(mails) - len({mail.message_id for mail in mails}))


class Recorder(Server):
    """A mail server that appends a line to a file for each e-mail."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    async def handle_DATA(  # noqa: N802  # aiosmtpd's own name.
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        line = {"message_id": self.mails[-1]["Message-ID"], "recipient": envelope.rcpt_tos[0]}
        with self._file.open("a") as file:
            file.write(json.dumps(line) + "\n")
        return answer


def read_mails(file: Path) -> list[Mail]:
    """Return the recorded e-mails in the order in which they were accepted."""
    if not file.exists():
        return []
    return [Mail(**json.loads(line)) for line in file.read_text().splitlines()]


@contextmanager
def recording(file: Path) -> Iterator[str]:
    """Run a recording mail server in a process of its own, and yield its URL."""
    command = (sys.executable, "-m", "tests.chaos.mail_recorder", str(file))
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with server:
        assert server.stdout is not None
        try:
            yield f"smtp://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.kill()


def main() -> None:
    with run_mail_server(Recorder(Path(sys.argv[1]))) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()  # The input is closed when the process that started this one has ended.


if __name__ == "__main__":
    main()
