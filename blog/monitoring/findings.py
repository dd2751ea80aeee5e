"""What a check finds, and what checks look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from blog.settings import Settings


class State(StrEnum):
    """The states of a finding; UNKNOWN means that it could not be checked."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: its name, its state, one sentence, and what to do if it is not OK."""

    name: str
    state: State
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What the checks examine: the settings, the machine, and the time.

    `folders` are further folders whose disk must have room, by the name that a person knows.
    `is_unshielded` is whether other machines can connect to the server without a proxy. `clock`
    returns the time when it is called, `now` is the time at which the checks began.
    """

    settings: Settings
    clock: Callable[[], datetime]
    now: datetime
    is_unshielded: bool
    folders: Mapping[str, Path]


def describe_age(span: timedelta) -> str:
    """Return a span of time in words, such as "3 hours"; negative ones are 0 minutes."""
    minutes = max(int(span.total_seconds()), 0) // 60
    for unit, size in (("day", 24 * 60), ("hour", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}s"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
