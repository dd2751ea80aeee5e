"""Dates, spans and numbers in words."""

from datetime import datetime, timedelta


def day(value: datetime) -> str:
    """Write a date in the moment's own zone: 14 March 2021."""
    return value.strftime("%-d %B %Y")


def moment(value: datetime) -> str:
    """Write a moment for `datetime`: 2021-03-14T18:30:00Z; +09:00 where that is its zone."""
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


def waited(value: timedelta) -> str:
    """Write how long something has waited, in its largest unit."""
    seconds = max(0, int(value.total_seconds()))
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def usually(seconds: int) -> str:
    """Write how long something usually takes: "usually within an hour"."""
    for unit, size, most in (("minute", 60, 45), ("hour", 3600, 20), ("day", 86400, 10)):
        count = -(-max(seconds, 1) // size)
        if count == 1:
            return f"usually within {'an' if unit == 'hour' else 'a'} {unit}"
        if count <= most:
            return f"usually within {count} {unit}s"
    return "usually within a few weeks"


def counted(value: int) -> str:
    """Write how many there are; above a thousand nobody needs to know more, and we do not count."""
    return "1 000+" if value > 1000 else f"{value:,}".replace(",", " ")
