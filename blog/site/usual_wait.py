"""How long comments usually wait for approval, asked of the database once a minute."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from flask import current_app
from sqlalchemy import Engine

from blog.decisions.queries import find_usual_wait
from blog.web.databases import current_engine


def recent_usual_wait() -> int | None:
    """Return the usual wait in seconds as it was at some time of this minute, None if unknown."""
    clock: Callable[[], datetime] = current_app.extensions["clock"]
    wait = _read(current_engine(), clock, clock().replace(second=0, microsecond=0))
    if wait is None:
        _read.cache_clear()  # A new site says it as soon as it is known.
    return wait


@lru_cache(maxsize=1)
def _read(_engine: Engine, _clock: Callable[[], datetime], _minute: datetime) -> int | None:
    """Return the usual wait; another database, another clock or another minute asks again."""
    return find_usual_wait()
