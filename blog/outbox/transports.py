"""Transports for messages: a mail server, a mail folder, a webhook."""

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

# Timeouts for one response and for the whole connection; both shorter than a lease.
ANSWER_SECONDS = 10
LONGEST_SECONDS = 60
PORTS = {"smtp": 587, "smtps": 465}
# Enhanced status codes such as 5.1.1, RFC 3463.
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")

Content = TypeVar("Content", contravariant=True)


class RefusedError(Exception):
    """Raised when a message is permanently refused; its text contains no e-mail address."""


class DelayedError(Exception):
    """Raised when a message is refused for now; its text contains no e-mail address."""


class UnreachableError(Exception):
    """Raised when a server accepts no messages for now; its text contains no e-mail address."""


class Transport(Protocol[Content]):
    """The interface of a transport, which sends messages."""

    def send(self, content: Content) -> str:
        """Send a message; return the server's answer, or where the message was saved.

        Raises RefusedError, DelayedError or UnreachableError.
        """


class MailServer:
    """A transport to an SMTP server; sends the password only over TLS or to this machine."""

    def __init__(self, url: str, *, host: str) -> None:
        """Parse smtp://user:password@host:port or smtps://…; `host` is our name in EHLO."""
        parts = urlsplit(url)
        self.is_tls = parts.scheme == "smtps"
        self.host = parts.hostname or ""
        self.port = parts.port or PORTS[parts.scheme]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.own_name = host
        self.place = f"{self.host}:{self.port}"

    def send(self, content: EmailMessage) -> str:
        """Send one e-mail over a new connection; return the server's answer."""
        try:
            with closing(self._connect()) as server:
                self._sign_in(server)
                server.send_message(
                    content, from_addr=_address(content["From"]), to_addrs=_address(content["To"])
                )
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
                return server.answer
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _judge(error, code, words) from None
        except smtplib.SMTPDataError as error:
            raise _judge(error, error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPSenderRefused as error:
            # Our sender address or our rate is refused; either can be fixed.
            raise DelayedError(_describe(error, error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPNotSupportedError as error:
            # The address has non-ASCII characters, which the server does not support.
            raise RefusedError(_describe(error)) from None
        except smtplib.SMTPResponseException as error:
            raise UnreachableError(_describe(error, error.smtp_code, error.smtp_error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise UnreachableError(_describe(error)) from None

    def greet(self) -> bool:
        """Connect without sending anything; return whether the connection is encrypted.

        Raises UnreachableError if the server does not answer as a mail server does.
        """
        try:
            with closing(self._connect()) as server:
                self._start_tls(server)
                is_encrypted = isinstance(server.sock, ssl.SSLSocket)
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
                return is_encrypted
        except smtplib.SMTPResponseException as error:
            raise UnreachableError(_describe(error, error.smtp_code, error.smtp_error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise UnreachableError(_describe(error)) from None

    def _connect(self) -> "_Connection | _TLSConnection":
        where = (self.host, self.port, self.own_name)
        if self.is_tls:
            return _TLSConnection(*where, timeout=ANSWER_SECONDS, context=_tls_context(self.host))
        return _Connection(*where, timeout=ANSWER_SECONDS)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """Start TLS if the server offers it, and sign in if the URL has a user.

        Raises UnreachableError if a password would be sent unencrypted to another machine.
        """
        self._start_tls(server)
        if not self.user:
            return
        if not isinstance(server.sock, ssl.SSLSocket) and not _is_loopback(self.host):
            raise UnreachableError("no STARTTLS, so the password was not sent")
        if not server.has_extn("auth"):
            raise UnreachableError("the server does not support signing in")
        server.login(self.user, self.password)

    def _start_tls(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if not self.is_tls and server.has_extn("starttls"):
            server.starttls(context=_tls_context(self.host))
            server.ehlo()


class MailFolder:
    """A transport that saves each e-mail to a file named by its Message-ID."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = str(folder)

    def send(self, content: EmailMessage) -> str:
        """Write an e-mail to a file atomically, readable only by its owner; return its path."""
        name = content["Message-ID"].strip("<>").partition("@")[0]
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file, draft = tempfile.mkstemp(prefix=".", dir=self.folder)
            with os.fdopen(file, "wb") as stream:
                stream.write(mail_bytes(content))
            return str(Path(draft).replace(self.folder / f"{name}.eml"))
        except OSError as error:
            raise UnreachableError(_describe(error)) from None


def delete_old_files(folder: Path, *, before: datetime) -> int:
    """Delete the e-mail files last written before a given time; return how many."""
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
    """Delete the e-mail files with one of these Message-IDs or with a matching recipient.

    `is_theirs` returns whether an e-mail address matches. Returns the number of deleted files.
    """
    count = 0
    for file in folder.glob("*"):
        is_named = file.stem in message_ids
        if is_named or (is_theirs is not None and any(map(is_theirs, _read_recipients(file)))):
            file.unlink(missing_ok=True)
            count += 1
    return count


def _read_recipients(file: Path) -> list[str]:
    """Return the recipients of an e-mail file; none if the file is no e-mail or is missing."""
    try:
        text = file.read_bytes().decode(errors="replace")
    except OSError:
        return []
    header = HeaderParser(policy=policy.default).parsestr(text)["To"]
    return [address.addr_spec for address in header.addresses] if header is not None else []


class WebHook:
    """A transport that posts JSON to one URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, content: Mapping[str, Any]) -> str:
        """Post the content. Raises DelayedError for an error status, else UnreachableError."""
        data, headers = json.dumps(content).encode(), {"Content-Type": "application/json"}
        try:
            with post(self.url, data, timeout=ANSWER_SECONDS, headers=headers) as response:
                return str(response.status)
        except urllib.error.HTTPError as error:
            error.close()
            raise DelayedError(f"the server responded with {error.code}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UnreachableError(_describe(error)) from None


class _TotalTimeout:
    """A mixin for SMTP connections that closes the connection after LONGEST_SECONDS in all.

    `answer` is the server's answer to the last message.
    """

    sock: socket.socket | None
    answer = ""

    def connect(self, *args: Any, **more: Any) -> Any:
        self._watch = threading.Timer(LONGEST_SECONDS, self._hang_up)
        self._watch.daemon = True
        self._watch.start()
        try:
            return super().connect(*args, **more)  # type: ignore[misc]  # smtplib's.
        except OSError:
            self._watch.cancel()
            raise

    def data(self, *args: Any) -> tuple[int, bytes]:
        code, words = super().data(*args)  # type: ignore[misc]  # smtplib's.
        self.answer = f"{code} {' '.join(words.decode(errors='replace').split())}"
        return code, words

    def close(self) -> None:
        self._watch.cancel()
        super().close()  # type: ignore[misc]  # smtplib's.

    def _hang_up(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                # On the raw socket: another thread may be reading from the TLS layer.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _Connection(_TotalTimeout, smtplib.SMTP):
    pass


class _TLSConnection(_TotalTimeout, smtplib.SMTP_SSL):
    pass


def _address(header: Any) -> str:
    """Return the e-mail address in a header, without the display name."""
    return str(header.addresses[0].addr_spec)


def _tls_context(host: str) -> ssl.SSLContext:
    """Return a TLS context that trusts the system's authorities, or any certificate on loopback."""
    context = ssl.create_default_context()
    if _is_loopback(host):
        # No authority certifies loopback, and nobody can intercept its traffic.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _judge(error: Exception, code: int, words: bytes | str) -> Exception:
    """Return RefusedError for an SMTP code from 500 on, else DelayedError."""
    return (RefusedError if code >= 500 else DelayedError)(_describe(error, code, words))


def _describe(error: Exception, code: int = 0, words: bytes | str = b"") -> str:
    """Return the class and codes of an error; a server's text may quote an e-mail address."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    enhanced = _ENHANCED.search(text)
    parts = [type(error).__name__, str(code or ""), enhanced[0] if enhanced else ""]
    return " ".join(filter(None, parts))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
