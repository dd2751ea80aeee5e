"""Read what a client is called, and until when somebody could tell."""

import hashlib
import hmac
import ipaddress
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from blog.database import db
from blog.limits.models import ClientKey

KEY_DAYS = 2


def list_client_names(*, address: str | None, now: datetime) -> list[str]:
    """Return what an address is called today and what it was called yesterday, where it was.

    A day without a key has no names: reading makes none.
    """
    keys = db.session.execute(
        select(ClientKey.key)
        .where(ClientKey.day.between(find_first_day(now=now), now.date()))
        .order_by(ClientKey.day.desc())
    ).scalars()
    network = network_of(address).encode()
    return [hmac.digest(key, network, hashlib.sha256).hex()[:32] for key in keys]


def find_first_day(*, now: datetime) -> date:
    """Return the earliest UTC day whose key is still of use."""
    return now.date() - timedelta(days=KEY_DAYS - 1)


def find_key_end(*, named_at: datetime) -> datetime:
    """Return when the key is deleted under which somebody was named at that moment.

    Names are made under the key of the UTC day; from then on no address leads to the name.
    """
    day = named_at.astimezone(UTC).date() + timedelta(days=KEY_DAYS)
    return datetime.combine(day, time.min, UTC)


def network_of(address: str | None) -> str:
    """Return whose address it is: an IPv4 address, or an IPv6 /64; mapped IPv4 is IPv4.

    A port, brackets and a zone are dropped. What is no address is one client, "unknown".
    """
    text = (address or "").strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ipaddress.ip_network((ip, 64), strict=False))
        return str(ip.ipv4_mapped)
    return str(ip)
