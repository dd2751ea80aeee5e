"""Signed tokens for the links in mail: each allows one action on one e-mail address."""

import hashlib
import hmac
import re
from enum import StrEnum
from typing import NamedTuple

from blog.db.ids import read_id
from blog.outbox.models import MailAddress

_TOKEN = re.compile(r"(confirm|stop)-(\d+)-[0-9a-f]{32}", re.ASCII)


class Action(StrEnum):
    """The actions that the owner of an e-mail address can take by a link in mail."""

    CONFIRM = "confirm"
    STOP = "stop"


class ParsedToken(NamedTuple):
    """The contents of a token whose signature has not been checked."""

    action: Action
    address_id: int


def hash_address(address: str, *, secret_key: str) -> str:
    """Return the fingerprint of an e-mail address, as stored; upper and lower case are the same."""
    message = f"mail-address:{address.strip().lower()}".encode()
    return hmac.digest(secret_key.encode(), message, hashlib.sha256).hex()


def make_token(*, action: Action, address: MailAddress, secret_key: str) -> str:
    """Return the token for an action on an address; the same arguments give the same token."""
    time = address.created_at.isoformat(timespec="microseconds")
    message = f"mail:{action}:{address.id}:{time}".encode()
    signature = hmac.digest(secret_key.encode(), message, hashlib.sha256).hex()[:32]
    return f"{action}-{address.id}-{signature}"


def parse_token(token: str) -> ParsedToken | None:
    """Return the contents of a token without checking its signature, or None if malformed."""
    match = _TOKEN.fullmatch(token)
    address_id = read_id(match[2]) if match else None
    if match is None or address_id is None:
        return None
    return ParsedToken(Action(match[1]), address_id)


def is_genuine(token: str, *, action: Action, address: MailAddress, secret_key: str) -> bool:
    """Return whether a token has a valid signature for this action on this address."""
    expected = make_token(action=action, address=address, secret_key=secret_key)
    return hmac.compare_digest(token, expected)
