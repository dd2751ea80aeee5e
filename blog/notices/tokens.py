"""The links in mail: each is for one address and one thing to do with it, and is stored nowhere."""

import hashlib
import hmac
import re
from enum import StrEnum
from typing import NamedTuple

from blog.db.ids import read_id
from blog.outbox.models import MailAddress

_TOKEN = re.compile(r"(confirm|stop)-(\d+)-[0-9a-f]{32}", re.ASCII)


class Action(StrEnum):
    """Name what the owner of an address can do about it."""

    CONFIRM = "confirm"
    STOP = "stop"


class ParsedToken(NamedTuple):
    """Hold what a token says of itself, before it is known whether it is genuine."""

    action: Action
    address_id: int


def hash_address(address: str, *, secret_key: str) -> str:
    """Return what is stored of an address: the same however it is capitalised."""
    words = f"mail-address:{address.strip().lower()}".encode()
    return hmac.digest(secret_key.encode(), words, hashlib.sha256).hex()


def make_token(*, action: Action, address: MailAddress, secret_key: str) -> str:
    """Return the token for one action on one address, the same every time."""
    moment = address.created_at.isoformat(timespec="microseconds")
    words = f"mail:{action}:{address.id}:{moment}".encode()
    mark = hmac.digest(secret_key.encode(), words, hashlib.sha256).hex()[:32]
    return f"{action}-{address.id}-{mark}"


def parse_token(token: str) -> ParsedToken | None:
    """Return what a token says it is for, or None where it has not the form of one."""
    match = _TOKEN.fullmatch(token)
    address_id = read_id(match[2]) if match else None
    if match is None or address_id is None:
        return None
    return ParsedToken(Action(match[1]), address_id)


def is_genuine(token: str, *, action: Action, address: MailAddress, secret_key: str) -> bool:
    """Return whether a token was made by us, for this action on this address."""
    expected = make_token(action=action, address=address, secret_key=secret_key)
    return hmac.compare_digest(token, expected)
