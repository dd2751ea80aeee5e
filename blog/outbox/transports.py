"""The ways out: a mail server, a folder in its place, an address that takes JSON."""

import http.client
import ipaddress
import json
import os
import re
import smtplib
import socket
import ssl
import tempfile
import threading
import urllib.error
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import HeaderParser
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote, urlsplit

from blog.outbox.mail import mail_bytes
from blog.outbox.posting import post

# What one answer may take, and all of them together; both well within a lease.
ANSWER_SECONDS = 10
LONGEST_SECONDS = 60
PORTS = {"smtp": 587, "smtps": 465}
# What a server adds to its code, RFC 3463.
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")

Content = TypeVar("Content", contravariant=True)


class RefusedError(Exception):
    """Say that the message is not taken, now or ever; the words hold no address."""


class DelayedError(Exception):
    """Say that the message is not taken for now; the words hold no address."""


class UnreachableError(Exception):
    """Say that nothing at all can go this way for now; the words hold no address."""


class Transport(Protocol[Content]):
    """Take a message away, or raise RefusedError, DelayedError or UnreachableError."""

    def send(self, content: Content) -> None:
        """Return once somebody else is responsible for the message."""


class MailServer:
    """Hand mail to an SMTP server; names and passwords only where nobody else can read them."""

    def __init__(self, url: str, *, host: str) -> None:
        """Read smtp://user:password@host:port or smtps://…; `host` is what we call ourselves."""
        parts = urlsplit(url)
        self.is_tls = parts.scheme == "smtps"
        self.host = parts.hostname or ""
        self.port = parts.port or PORTS[parts.scheme]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.own_name = host

    def send(self, content: EmailMessage) -> None:
        """Hand over one mail in a connection of its own."""
        try:
            with closing(self._connect()) as server:
                self._enter(server)
                server.send_message(
                    content, from_addr=_address(content["From"]), to_addrs=_address(content["To"])
                )
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _judge(error, code, words) from None
        except smtplib.SMTPDataError as error:
            raise _judge(error, error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPSenderRefused as error:
            # Our own address is at fault, or we come too often; either can be mended.
            raise DelayedError(_describe(error, error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPNotSupportedError as error:
            # Letters in the recipient's name that the server knows no way to write.
            raise RefusedError(_describe(error)) from None
        except smtplib.SMTPResponseException as error:
            raise UnreachableError(_describe(error, error.smtp_code, error.smtp_error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise UnreachableError(_describe(error)) from None

    def _connect(self) -> smtplib.SMTP:
        where = (self.host, self.port, self.own_name)
        if self.is_tls:
            return _TLSConnection(*where, timeout=ANSWER_SECONDS, context=_trust(self.host))
        return _Connection(*where, timeout=ANSWER_SECONDS)

    def _enter(self, server: smtplib.SMTP) -> None:
        """Encrypt where the server can, and sign in where we have a name there."""
        server.ehlo()
        if not self.is_tls and server.has_extn("starttls"):
            server.starttls(context=_trust(self.host))
            server.ehlo()
        if not self.user:
            return
        if not isinstance(server.sock, ssl.SSLSocket) and not _is_loopback(self.host):
            raise UnreachableError("no STARTTLS, so the password was not sent")
        if not server.has_extn("auth"):
            raise UnreachableError("the server asks nobody to sign in")
        server.login(self.user, self.password)


class MailFolder:
    """Write each mail to a file, named by its Message-ID so that a repetition is the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, content: EmailMessage) -> None:
        """Let the file appear whole, readable by its owner alone."""
        name = content["Message-ID"].strip("<>").partition("@")[0]
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file, draft = tempfile.mkstemp(prefix=".", dir=self.folder)
            with os.fdopen(file, "wb") as stream:
                stream.write(mail_bytes(content))
            Path(draft).replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise UnreachableError(_describe(error)) from None


def forget_files(folder: Path, *, before: datetime) -> int:
    """Delete the mail that was written to a folder before a moment; return how many files."""
    count = 0
    for file in folder.glob("*"):
        if file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)
            count += 1
    return count


def erase_files(
    folder: Path,
    *,
    message_ids: Collection[str] = (),
    is_theirs: Callable[[str], bool] | None = None,
) -> int:
    """Delete the mail in a folder that has one of these ids, or goes to whom the rule says.

    Return how many files that were.
    """
    count = 0
    for file in folder.glob("*"):
        is_named = file.stem in message_ids
        if is_named or (is_theirs is not None and any(map(is_theirs, _read_recipients(file)))):
            file.unlink(missing_ok=True)
            count += 1
    return count


def _read_recipients(file: Path) -> list[str]:
    """Return whom a mail in a file goes to; nobody where the file is no mail, or gone by now."""
    try:
        text = file.read_bytes().decode(errors="replace")
    except OSError:
        return []
    header = HeaderParser(policy=policy.default).parsestr(text)["To"]
    return [address.addr_spec for address in header.addresses] if header is not None else []


class WebHook:
    """Post JSON to one address and follow it nowhere else."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, content: Mapping[str, Any]) -> None:
        """Post once; any answer but a success is a failure."""
        data, headers = json.dumps(content).encode(), {"Content-Type": "application/json"}
        try:
            post(self.url, data, timeout=ANSWER_SECONDS, headers=headers).close()
        except urllib.error.HTTPError as error:
            error.close()
            raise DelayedError(f"the answer was {error.code}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UnreachableError(_describe(error)) from None


class _Watched:
    """Hang up on a server that takes too long in all, however busy it seems."""

    sock: socket.socket | None

    def connect(self, *args: Any, **more: Any) -> Any:
        self._watch = threading.Timer(LONGEST_SECONDS, self._hang_up)
        self._watch.daemon = True
        self._watch.start()
        try:
            return super().connect(*args, **more)  # type: ignore[misc]  # Of the class beside.
        except OSError:
            self._watch.cancel()
            raise

    def close(self) -> None:
        self._watch.cancel()
        super().close()  # type: ignore[misc]  # Of the class beside.

    def _hang_up(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                # Past TLS, which another thread may be reading from.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _Connection(_Watched, smtplib.SMTP):
    pass


class _TLSConnection(_Watched, smtplib.SMTP_SSL):
    pass


def _address(header: Any) -> str:
    """Return the address alone; the name beside it is anybody's text."""
    return str(header.addresses[0].addr_spec)


def _trust(host: str) -> ssl.SSLContext:
    """Return whose certificates are believed: those that systems believe, on loopback any."""
    context = ssl.create_default_context()
    if _is_loopback(host):
        # None is made out to loopback, and nobody stands between.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _judge(error: Exception, code: int, words: bytes | str) -> Exception:
    """Return the error that a server's answer to one message means."""
    return (RefusedError if code >= 500 else DelayedError)(_describe(error, code, words))


def _describe(error: Exception, code: int = 0, words: bytes | str = b"") -> str:
    """Name an error by kind and numbers; what servers say in words may quote an address."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    enhanced = _ENHANCED.search(text)
    parts = [type(error).__name__, str(code or ""), enhanced[0] if enhanced else ""]
    return " ".join(filter(None, parts))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
