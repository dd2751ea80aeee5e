"""Read dates and times that people type."""

import re
from datetime import datetime, timedelta, timezone

# A date; hours, minutes and seconds; the sign, hours and minutes of the zone.
_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]| +)(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?"
    r"(?: *(?:[Zz]|([+-])(\d{1,2})(?::?([0-5]\d))?))?)?",
    re.ASCII,
)


def read_time(text: str) -> datetime | None:
    """Return a text as a time in the zone that was typed, else in UTC; None if invalid."""
    parts = _TIME.fullmatch(text)
    if not parts:
        return None
    *when, sign, hours, minutes = parts.groups("0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        year, month, day, hour, minute, second = map(int, when)
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None  # Such as 30 February, 25 o'clock, or a zone 24 hours from UTC.
