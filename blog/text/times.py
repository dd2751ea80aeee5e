"""Read dates and times that people type, and write them as they would be typed."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from blog.text.language import gettext as _

# A date; hours, minutes and seconds; the zone: Z, or the sign, hours, minutes and seconds of its
# offset. Before 1920 many zones differed from UTC by odd seconds.
_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]| +)(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?"
    r"(?: *(?:([Zz])|([+-])(\d{1,2})(?::?([0-5]\d)(?::?([0-5]\d))?)?))?)?",
    re.ASCII,
)
# Python's first and last days may not exist in UTC, so years are limited.
_YEARS = range(1900, 3000)


class UnclearTimeError(ValueError):
    """Raised for a local time that a zone skips or has twice, because its clocks change.

    `choices` are the two times that may be meant, the earlier first. The message is a sentence
    that says how to type each of them.
    """

    def __init__(self, message: str, choices: tuple[datetime, datetime]) -> None:
        super().__init__(message)
        self.choices = choices


def read_time(text: str) -> datetime | None:
    """Return a text as a time in the zone that was typed, else in UTC; None if invalid."""
    time = _read(text)
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def read_local_time(text: str, zone: ZoneInfo) -> datetime | None:
    """Return a text as a time in the zone that was typed, else in `zone`; None if invalid.

    Reads what `read_time` reads, and what <input type="datetime-local"> sends. Raises
    UnclearTimeError if the zone skips this time, or has it twice.
    """
    time = _read(text)
    if time is None or time.tzinfo is not None:
        return time
    # By the offset before a change of the clocks, and by the one after it.
    by_both = {_in_zone(time.replace(tzinfo=zone, fold=fold), zone) for fold in (0, 1)}
    if len(by_both) == 1:
        return by_both.pop()
    earlier, later = sorted(by_both)
    values = {
        "time": _typed(time),
        "zone": zone.key,
        "earlier": write_local_time(earlier, zone),
        "later": write_local_time(later, zone),
    }
    if earlier.replace(tzinfo=None) == later.replace(tzinfo=None):
        sentence = _(
            "%(time)s comes twice in %(zone)s, as the clocks go back then."
            " Type %(earlier)s for the first or %(later)s for the second.",
            **values,
        )
    else:
        sentence = _(
            "%(time)s does not exist in %(zone)s, as the clocks go forward then."
            " Type %(earlier)s or %(later)s.",
            **values,
        )
    raise UnclearTimeError(sentence, (earlier, later))


def write_local_time(time: datetime, zone: ZoneInfo) -> str:
    """Return a time in a zone as a text that `read_local_time` reads as the same time.

    It ends with the offset from UTC only where the zone has this time twice.
    """
    local = _in_zone(time, zone)
    others = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    is_twice = any(other.utcoffset() != local.utcoffset() for other in others)
    return _typed(local) + (f" {offset_text(local)}" if is_twice else "")


def pin_time(text: str, zone: ZoneInfo) -> str:
    """Return a time typed in a zone as it is stored, with its offset; any other text unchanged.

    Raises UnclearTimeError if the zone skips this time, or has it twice.
    """
    time = read_local_time(text, zone)
    return time.isoformat(" ", "seconds") if time else text


def show_time(text: str, zone: ZoneInfo) -> str:
    """Return a stored time as one types it in a zone; with its offset if the zone's is another.

    `pin_time` returns it unchanged. Any other text is returned as it is.
    """
    time = _read(text)
    if time is None or time.tzinfo is None:
        return text
    if _in_zone(time, zone).utcoffset() == time.utcoffset():
        return write_local_time(time, zone)
    return f"{_typed(time)} {offset_text(time)}"


def offset_text(time: datetime) -> str:
    """Return the offset of a time from UTC, such as +09:00."""
    return time.replace(microsecond=0).isoformat()[len("2026-11-29T18:30:00") :]


def _in_zone(time: datetime, zone: ZoneInfo) -> datetime:
    """Return a time with the offset from UTC that it has in a zone.

    Python calls times of two zones unequal if one comes twice; with an offset it does not.
    """
    local = time.astimezone(UTC).astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def _typed(time: datetime) -> str:
    precision = "seconds" if time.second else "minutes"
    return time.replace(tzinfo=None).isoformat(" ", precision)


def _read(text: str) -> datetime | None:
    """Return a text as a time, without a zone if none was typed; None if invalid."""
    parts = _TIME.fullmatch(text)
    if not parts:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups()[:6])
    try:
        time = datetime(year, month, day, hour, minute, second, tzinfo=_zone(*parts.groups()[6:]))
    except ValueError:
        return None  # Such as 30 February, 25 o'clock, or a zone 24 hours from UTC.
    return time if year in _YEARS else None


def _zone(utc: str | None, sign: str | None, *parts: str | None) -> timezone | None:
    """Return the typed zone, None if there is none. Raises ValueError for 24 hours or more."""
    if sign is None:
        return UTC if utc else None
    hours, minutes, seconds = (int(part or 0) for part in parts)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-offset if sign == "-" else offset)
