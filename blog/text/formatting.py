"""Format times, time spans and counts for people."""

from datetime import datetime, timedelta

from blog.text.language import format_number, format_span
from blog.text.language import gettext as _


def moment(value: datetime) -> str:
    """Return a time for HTML's `datetime` attribute, such as 2021-03-14T18:30:00Z or …+09:00."""
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


def waited(value: timedelta) -> str:
    """Return a waiting time in its largest unit, rounded down, such as "3 days"."""
    seconds = max(0, int(value.total_seconds()))
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return format_span(seconds // size, unit)
    return _("less than a minute")


def usually(seconds: int) -> str:
    """Return how long something usually takes in words, such as "usually within an hour"."""
    alone = {
        "minute": _("usually within a minute"),
        "hour": _("usually within an hour"),
        "day": _("usually within a day"),
    }
    for unit, size, most in (("minute", 60, 45), ("hour", 3600, 20), ("day", 86400, 10)):
        count = -(-max(seconds, 1) // size)
        if count == 1:
            return alone[unit]
        if count <= most:
            return _("usually within %(time)s", time=format_span(count, unit))
    return _("usually within a few weeks")


def counted(value: int) -> str:
    """Return a count as text, "1,000+" for more than a thousand."""
    return f"{format_number(1000)}+" if value > 1000 else format_number(value)
