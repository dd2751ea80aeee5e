"""A letter as the message that mail servers take."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header
from email.headerregistry import (
    Address,
    HeaderRegistry,
    UniqueAddressHeader,
    UniqueUnstructuredHeader,
    UnstructuredHeader,
)
from email.message import EmailMessage
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Hold who writes: the name readers know, the address, and the host that Message-IDs name."""

    name: str
    address: str
    host: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """Hold what somebody is to read, as text and as HTML, and where they can stop all letters."""

    recipient: str
    subject: str
    text: str
    html: str
    stop_link: str


class _WholeLine(UnstructuredHeader):
    """Stay on one line: a long address would otherwise be encoded, and no program could read it."""

    def fold(self, *, policy: Any) -> str:
        """Return the header as it is."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # BaseHeader's.


class _Subject(UniqueUnstructuredHeader):
    """Keep every space of a long line in other letters; the policy's own folding loses some."""

    def fold(self, *, policy: Any) -> str:
        """Return the header in lines that any program joins as they were."""
        name = str(self.name)  # type: ignore[attr-defined]  # BaseHeader's.
        return f"{name}: {_encode(str(self), name, policy)}{policy.linesep}"


class _From(UniqueAddressHeader):
    """Keep every space of a long name in other letters, for the same reason."""

    def fold(self, *, policy: Any) -> str:
        """Return the name in lines that any program joins as they were, then the address."""
        (address,) = self.addresses
        if address.display_name.isascii():
            return str(super().fold(policy=policy))  # type: ignore[misc]  # BaseHeader's.
        name = _encode(address.display_name, "From", policy)
        return f"From: {name}{policy.linesep} <{address.addr_spec}>{policy.linesep}"


def _encode(words: str, name: str, policy: Any) -> str:
    charset = "us-ascii" if words.isascii() else "utf-8"
    return Header(words, charset, header_name=name).encode(linesep=policy.linesep)


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _WholeLine)  # type: ignore[arg-type]  # A mixin by design.
_headers.map_to_type("subject", _Subject)  # type: ignore[arg-type]  # The same.
_headers.map_to_type("from", _From)  # type: ignore[arg-type]  # The same.
# Seven bits: not every server on the way takes eight.
_POLICY = policy.SMTP.clone(header_factory=_headers, cte_type="7bit")
_INTERNATIONAL = policy.SMTPUTF8.clone(header_factory=_headers, cte_type="7bit")


def make_mail(*, letter: Letter, sender: Sender, message_id: str, now: datetime) -> EmailMessage:
    """Return the letter with its headers.

    Raises ValueError where a line break in an address or a subject would begin another header.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = letter.subject
    mail["From"] = _address(sender.address, name=sender.name)
    mail["To"] = _address(letter.recipient)
    mail["Date"] = now
    mail["Message-ID"] = f"<{message_id}@{sender.host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{letter.stop_link}>"
    if letter.stop_link.startswith("https:"):  # RFC 8058 knows no other.
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail


def mail_bytes(mail: EmailMessage) -> bytes:
    """Return a mail as it goes over the wire, as plain ASCII where its addresses allow that."""
    return mail.as_bytes(policy=_POLICY if str(mail["To"]).isascii() else _INTERNATIONAL)


def _address(address: str, *, name: str = "") -> Address:
    """Return an address with its host as the DNS knows it: few servers take other letters."""
    user, _, host = address.rpartition("@")
    host = host.encode("idna").decode()
    if user.isascii():
        return Address(name, addr_spec=f"{user}@{host}")
    return Address(name, username=user, domain=host)
