"""Translate sentences, and format dates and numbers, in the site's language.

The English sentence is its key in the catalogue of translations. Variables are written %(name)s,
and a percent sign is written %%. The site has only English so far, and no catalogue;
`make translations` collects the sentences for translators.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import cast

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.support import LazyProxy, NullTranslations
from babel.units import format_unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """A language: the locale that formats dates and numbers, and the translated sentences."""

    locale: Locale
    translations: NullTranslations


ENGLISH = Language(locale=Locale.parse("en_GB"), translations=NullTranslations())
_current = ContextVar("language", default=ENGLISH)


@contextmanager
def use_language(language: Language) -> Iterator[None]:
    """Use a language for everything within the `with` block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def language_tag() -> str:
    """Return the current language as an HTML language tag, such as en-GB."""
    return str(_current.get().locale).replace("_", "-")


def get_translation(message: str) -> str:
    """Return the translation of a sentence, with its variables such as %(name)s not filled in."""
    return _current.get().translations.gettext(message)


def get_plural(one: str, many: str, num: int) -> str:
    """Return the translated singular or plural sentence for `num`, variables not filled in."""
    return _current.get().translations.ngettext(one, many, num)


def gettext(message: str, **values: object) -> str:
    """Return the translation of a sentence, with its variables filled in."""
    return get_translation(message) % values


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return the translated singular or plural sentence for `num`, filled in; %(num)s is `num`."""
    return get_plural(one, many, num) % {"num": format_number(num), **values}


def lazy_gettext(message: str) -> str:
    """Return a sentence without variables that is translated each time it is used.

    For constants, which are created before the language is known. The result is a proxy, not a
    `str`; call `str()` on it for a library that needs one.
    """
    return cast(str, LazyProxy(gettext, message, enable_cache=False))


def format_number(value: int | Decimal) -> str:
    """Return a number as text, such as 12,500 or 9.5."""
    return _format_decimal(value, _current.get().locale)


def format_day(value: date) -> str:
    """Return a date, or that of a time in the time's own zone, as text, such as 14 March 2021."""
    # Kept by the day: each time has another value.
    day = value.date() if isinstance(value, datetime) else value
    return _format_date(day, _current.get().locale)


def format_clock(value: datetime) -> str:
    """Return the time of day in the time's own zone, such as 18:30."""
    return format_time(value, format="short", locale=_current.get().locale)


def format_span(count: int, unit: str) -> str:
    """Return a length of time as text, such as "3 hours" for 3 and the unit "hour"."""
    return _format_unit(count, unit, _current.get().locale)


# A page shows the same numbers and days many times, and Babel takes long for each.


@lru_cache(maxsize=2000)
def _format_decimal(value: int | Decimal, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=2000)
def _format_date(value: date, locale: Locale) -> str:
    return format_date(value, format="long", locale=locale)


@lru_cache(maxsize=2000)
def _format_unit(count: int, unit: str, locale: Locale) -> str:
    return format_unit(count, f"duration-{unit}", length="long", locale=locale)
