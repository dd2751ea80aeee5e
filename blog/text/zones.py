"""Time zones by their names in the IANA database, such as Asia/Seoul."""

from collections import Counter
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

UTC_NAME = "UTC"
# Longer than every name.
ZONE_LENGTH = 64
# Not these: the machine's own zone, and none.
_UNFIT = ("localtime", "factory")
_AREAS = (
    *("africa", "america", "antarctica", "arctic", "asia", "atlantic", "australia", "europe"),
    *("indian", "pacific"),
)


def find_zone(name: str) -> ZoneInfo | None:
    """Return the zone with a name, or None; "asia/seoul", "New York" and "Seoul" are found too."""
    known = _names().get(_fold(name))
    try:
        return ZoneInfo(known) if known else None
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return None  # Its file is damaged.


@cache
def list_zones() -> list[str]:
    """Return the names to choose from: those of places, and UTC."""
    return sorted({*filter(_is_place, _names().values()), UTC_NAME})


@cache
def _names() -> dict[str, str]:
    """Return each name by its folded form, and by its last part if no other place has that."""
    names = [name for name in available_timezones() if _fold(name) not in _UNFIT]
    places = {name: _fold(name.rpartition("/")[2]) for name in names if _is_place(name)}
    counts = Counter(places.values())
    short = {last: name for name, last in places.items() if counts[last] == 1}
    return short | {_fold(name): name for name in names}


def _is_place(name: str) -> bool:
    return _fold(name).partition("/")[0] in _AREAS


def _fold(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")
