"""Build e-mail messages with their headers."""

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

from blog.text.hosts import to_ascii


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """The sender of an e-mail: display name, address, and the host used in Message-IDs."""

    name: str
    address: str
    host: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MailContent:
    """The content of one e-mail, as plain text and as HTML, with the link to unsubscribe if any."""

    recipient: str
    subject: str
    text: str
    html: str
    stop_link: str | None


class _UnfoldedHeader(UnstructuredHeader):
    """A header that is never folded, as mail programs cannot read a URL that is split."""

    def fold(self, *, policy: Any) -> str:
        """Return the header on one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # BaseHeader's.


class _Subject(UniqueUnstructuredHeader):
    """A subject header that keeps all spaces; the policy's folding of non-ASCII text loses some."""

    def fold(self, *, policy: Any) -> str:
        """Return the header, folded so that joining its lines restores all spaces."""
        name = str(self.name)  # type: ignore[attr-defined]  # BaseHeader's.
        return f"{name}: {_encode(str(self), name, policy)}{policy.linesep}"


class _From(UniqueAddressHeader):
    """A From header that keeps all spaces of a long non-ASCII name."""

    def fold(self, *, policy: Any) -> str:
        """Return the header: the name, folded so that no space is lost, then the address."""
        (address,) = self.addresses
        if address.display_name.isascii():
            return str(super().fold(policy=policy))  # type: ignore[misc]  # BaseHeader's.
        name = _encode(address.display_name, "From", policy)
        return f"From: {name}{policy.linesep} <{address.addr_spec}>{policy.linesep}"


def _encode(words: str, name: str, policy: Any) -> str:
    charset = "us-ascii" if words.isascii() else "utf-8"
    return Header(words, charset, header_name=name).encode(linesep=policy.linesep)


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _UnfoldedHeader)  # type: ignore[arg-type]  # A mixin by design.
_headers.map_to_type("subject", _Subject)  # type: ignore[arg-type]  # The same.
_headers.map_to_type("from", _From)  # type: ignore[arg-type]  # The same.
# 7bit: not every mail server accepts 8-bit text.
_POLICY = policy.SMTP.clone(header_factory=_headers, cte_type="7bit")
_INTERNATIONAL = policy.SMTPUTF8.clone(header_factory=_headers, cte_type="7bit")


def make_mail(
    *, content: MailContent, sender: Sender, message_id: str, now: datetime
) -> EmailMessage:
    """Return an e-mail with all its headers.

    Raises ValueError for a line break in an address or a subject, which would inject a header.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = content.subject
    mail["From"] = _address(sender.address, name=sender.name)
    mail["To"] = _address(content.recipient)
    mail["Date"] = now
    mail["Message-ID"] = f"<{message_id}@{sender.host}>"
    mail["Auto-Submitted"] = "auto-generated"
    if content.stop_link:
        mail["List-Unsubscribe"] = f"<{content.stop_link}>"
        if content.stop_link.startswith("https:"):  # RFC 8058 requires https.
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(content.text)
    mail.add_alternative(content.html, subtype="html")
    return mail


def mail_bytes(mail: EmailMessage) -> bytes:
    """Return an e-mail as bytes for sending; ASCII only, if the recipient's address is ASCII."""
    return mail.as_bytes(policy=_POLICY if str(mail["To"]).isascii() else _INTERNATIONAL)


def _address(address: str, *, name: str = "") -> Address:
    """Return an address header value, with the host in its ASCII form (IDNA)."""
    user, _, host = address.rpartition("@")
    host = to_ascii(host)
    if user.isascii():
        return Address(name, addr_spec=f"{user}@{host}")
    return Address(name, username=user, domain=host)
