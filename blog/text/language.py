"""Say sentences, dates and numbers in the site's language.

A sentence is its own key in the catalogue of translations. What varies in it stands as
%(name)s, and a percent sign as %%. English is the only language so far, so it has no catalogue:
`make translations` collects the sentences for whoever translates them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.support import LazyProxy, NullTranslations
from babel.units import format_unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """Hold how dates and numbers are written in a language, and its sentences by the English."""

    locale: Locale
    translations: NullTranslations


ENGLISH = Language(locale=Locale.parse("en_GB"), translations=NullTranslations())
_current = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Say everything in a language for as long as this lasts."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def language_tag() -> str:
    """Return the language as HTML names it: en-GB."""
    return str(_current.get().locale).replace("_", "-")


def get_translation(message: str) -> str:
    """Return a sentence in the site's language, its variables still to be filled in."""
    return _current.get().translations.gettext(message)


def get_plural(one: str, many: str, num: int) -> str:
    """Return which of two sentences says a number, in the site's language, still to be filled."""
    return _current.get().translations.ngettext(one, many, num)


def gettext(message: str, **values: object) -> str:
    """Say a sentence in the site's language."""
    return get_translation(message) % values


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Say a sentence about a number of things; %(num)s is the number."""
    return get_plural(one, many, num) % {"num": format_number(num), **values}


def lazy_gettext(message: str) -> str:
    """Return a sentence without variables that is put into words whenever it is read.

    For what is named when a module is loaded, and said when somebody asks. It is no `str`:
    `str()` makes one where a library insists.
    """
    return cast(str, LazyProxy(gettext, message, enable_cache=False))


def format_number(value: int) -> str:
    """Write a whole number: 12,500."""
    return format_decimal(value, locale=_current.get().locale)


def format_day(value: datetime) -> str:
    """Write a date in the moment's own zone: 14 March 2021."""
    return format_date(value, format="long", locale=_current.get().locale)


def format_clock(value: datetime) -> str:
    """Write a time of day in the moment's own zone: 18:30."""
    return format_time(value, format="short", locale=_current.get().locale)


def format_span(count: int, unit: str) -> str:
    """Write a length of time in minutes, hours, days … (`unit` without s): 3 hours."""
    return format_unit(count, f"duration-{unit}", length="long", locale=_current.get().locale)
