"""Check the values of a mapping of texts, such as front matter, and say what each should be.

This module is long because one class checks every kind of value.
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from blog.reviews.addresses import RESERVED_SLUGS
from blog.text.language import format_number, lazy_gettext, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import (
    has_visible_character,
    in_one_line,
    marks_fault,
    normalise_tag,
    normalise_text,
)
from blog.text.numbers import read_number
from blog.text.scripts import normalise_language
from blog.text.times import read_time

LONGEST_TAG = 40
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_TAGS = lazy_gettext("a list of words joined by hyphens, such as [feel-good, 로맨스], is expected")
_TAG = re.compile(r"\w+(?:[-+]\w+)*")
_RATING = re.compile(r"\d{1,2}(?:\.\d{1,2})?", re.ASCII)


class KeyLines(dict[Any, Any]):
    """A mapping of a YAML file, with the line of each of its keys in `lines`."""

    def __init__(self, values: dict[Any, Any] | None = None) -> None:
        super().__init__(values or {})
        self.lines: dict[Any, int] = {}

    def line_of(self, key: object) -> int:
        """Return the line of a key; that of the first key if it is missing."""
        return self.lines.get(key, min(self.lines.values(), default=1))


class Fault(NamedTuple):
    """What is wrong with the value of a key, such as "drama.cast[2].actor", counted from 1.

    `place` is "line 7: " in files with many equal keys, else "".
    """

    key: str
    sentence: str
    place: str = ""

    def __str__(self) -> str:
        """Return the fault as a file's reader sees it."""
        return f"{self.place}{self.key}: {self.sentence}"


class FieldReader:
    """A reader of a mapping's values that collects faults in `faults`, each naming its key.

    With `says_lines`, the faults also say the line of the key, for files with many equal keys.
    """

    def __init__(
        self,
        values: Any,
        where: str = "",
        faults: list[Fault] | None = None,
        *,
        says_lines: bool = False,
    ) -> None:
        self.values = values if isinstance(values, KeyLines) else KeyLines(_mapping(values))
        self.where = where
        self.says_lines = says_lines
        self.faults: list[Fault] = [] if faults is None else faults

    def check_keys(self, known: frozenset[str]) -> None:
        """Add a fault for every key that is not known."""
        for key in self.values:
            if key not in known:
                keys = ", ".join(sorted(known))
                self.add_fault(shortened(key), _("unknown key; the keys are %(keys)s.", keys=keys))

    def add_fault(self, key: str, fault: str) -> None:
        """Add a fault for a key, with a sentence that explains the fault."""
        line = _("line %(line)s: ", line=self.values.line_of(key)) if self.says_lines else ""
        self.faults.append(Fault(f"{self.where}{key}", fault, line))

    def expect(self, key: str, expected: str) -> None:
        """Add a fault for a key's value: what is expected, and what the value is."""
        self.add_fault(key, f"{expected}; {_describe(self.values.get(key))}")

    def section(self, key: str, known: frozenset[str]) -> "FieldReader":
        """Return a reader for the mapping under a key."""
        reader = FieldReader(self.values.get(key), f"{self.where}{key}.", self.faults)
        if not isinstance(self.values.get(key), dict):
            self.expect(key, _("a group of keys is expected"))
        reader.check_keys(known)
        return reader

    def sections(self, key: str, known: frozenset[str]) -> list["FieldReader"]:
        """Return a reader for each mapping in the list under a key; none if there is no list."""
        given = self.values.get(key, "")
        if given == "":
            return []
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            keys = ", ".join(sorted(known))
            self.expect(key, _("a list of {%(keys)s} is expected", keys=keys))
            return []
        readers = [
            FieldReader(
                item, f"{self.where}{key}[{place}].", self.faults, says_lines=self.says_lines
            )
            for place, item in enumerate(given, 1)
        ]
        for reader in readers:
            reader.check_keys(known)
        return readers

    def line(self, key: str, *, most: int, required: bool = False) -> str:
        """Return one line of text of at most `most` characters, "" if missing."""
        text = in_one_line(self._typed(key, most))
        return self._text(key, text, most, _("a line of text is expected"), required=required)

    def text(self, key: str, *, most: int) -> str:
        """Return a text of at most `most` characters, which is required, with its line breaks."""
        text = self._typed(key, most)
        return self._text(key, text, most, _("one or more lines of text are expected"))

    def _typed(self, key: str, most: int) -> str:
        given = self.values.get(key, "")
        return normalise_text(given, most=most) if isinstance(given, str) else ""

    def _text(self, key: str, text: str, most: int, expected: str, *, required: bool = True) -> str:
        """Return a text; add a fault if it is none, is too long, or is missing and required."""
        given = self.values.get(key, "")
        if not isinstance(given, str) or (required and not has_visible_character(text)):
            self.expect(key, expected)
        elif len(text) > most:
            fault = ngettext(
                "has %(num)s character; it takes %(most)s.",
                "has %(num)s characters; it takes %(most)s.",
                len(text),
                most=format_number(most),
            )
            self.add_fault(key, fault)
        elif marks := marks_fault(text):
            self.add_fault(key, marks)
        return text

    def slug(self, key: str, *, required: bool = True) -> str:
        """Return a slug, the last part of a URL, "" if missing."""
        given = self.values.get(key, "")
        if given == "" and not required:
            return ""
        if isinstance(given, str) and _SLUG.fullmatch(given) and len(given) <= 100:
            if given in RESERVED_SLUGS:
                self.add_fault(key, _("is a part of the site's own addresses; choose another."))
            return given
        expected = _("small letters and digits joined by hyphens, such as run-on, is expected")
        self.expect(key, expected)
        return ""

    def language(self, key: str) -> str | None:
        """Return the tag of a language that Babel knows, in its usual capitals; None if missing."""
        given = self.values.get(key, "")
        if given == "":
            return None
        tag = normalise_language(given.strip()) if isinstance(given, str) else None
        if tag is None:
            self.expect(key, _("a language tag such as ko, ar or pt-BR is expected"))
        return tag

    def number(self, key: str, least: int, most: int) -> int | None:
        """Return a whole number from `least` to `most`, or None if missing."""
        given = self.values.get(key, "")
        if given == "":
            return None
        number = read_number(given, least=least, most=most) if isinstance(given, str) else None
        if number is not None:
            return number
        # Without thousands separators: some of the numbers are years.
        expected = _("a number from %(least)s to %(most)s is expected", least=least, most=most)
        self.expect(key, expected)
        return None

    def rating(self, key: str) -> Decimal | None:
        """Return a rating from 0 to 10 in steps of 0.5, or None if missing."""
        given = self.values.get(key, "")
        if given == "":
            return None
        if isinstance(given, str) and _RATING.fullmatch(given):
            rating = Decimal(given)
            if rating <= 10 and rating * 2 == int(rating * 2):
                return rating
        self.expect(key, _("a number from 0 to 10 in halves is expected"))
        return None

    def time(self, key: str) -> datetime | None:
        """Return a date or time in the time zone that was typed, or None if missing.

        A date alone means 00:00; a time without a time zone is in UTC.
        """
        given = self.values.get(key, "")
        if given == "":
            return None
        time = read_time(given.strip()) if isinstance(given, str) else None
        if time:
            return time
        self.expect(
            key,
            _("a date such as 2021-03-14, 2021-03-14 18:30 or 2021-03-14 18:30 +09:00 is expected"),
        )
        return None

    def address(self, key: str, *, required: bool = False) -> str | None:
        """Return a URL that begins with http:// or https://, or None if missing."""
        given = self.values.get(key, "")
        if given == "" and not required:
            return None
        try:
            text = given.strip() if isinstance(given, str) else ""
            parts = urlsplit(text)
            is_web = parts.scheme in ("http", "https") and parts.hostname
            # Databases refuse lone surrogates, and PostgreSQL refuses NUL.
            if is_web and text.isprintable() and len(text) <= 500:
                return text
        except ValueError:
            pass  # Reported below like any other text that is no URL.
        self.expect(key, _("an address that begins with https:// is expected"))
        return None

    def is_open(self, key: str) -> bool:
        """Return whether comments are open; they are open if the key is missing."""
        given = self.values.get(key, "")
        if given not in ("", "open", "closed"):
            self.expect(key, _("open or closed is expected"))
        return bool(given != "closed")

    def tags(self, key: str) -> list[str]:
        """Return the tags in lower case, each once."""
        given = self.values.get(key, "")
        if given == "":
            return []
        if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
            self.expect(key, _TAGS)
            return []
        tags = [normalise_tag(tag, most=LONGEST_TAG) for tag in given]
        bad = [tag for tag in tags if not is_tag(tag)]
        if bad:
            found = _("it contains %(tag)s.", tag=repr(bad[0][:60]))
            self.add_fault(key, f"{_TAGS}; {found}")
        return list(dict.fromkeys(tags))


def is_tag(tag: str) -> bool:
    """Return whether a normalised tag is words joined by hyphens, and not too long."""
    return bool(_TAG.fullmatch(tag)) and len(tag) <= LONGEST_TAG


def _mapping(values: Any) -> dict[Any, Any]:
    return values if isinstance(values, dict) else {}


def _describe(given: Any) -> str:
    """Return a short description of a value for an error message, such as "it is a list."."""
    if isinstance(given, list):
        return _("it is a list.")
    if isinstance(given, dict):
        return _("it is a group of keys.")
    if given in (None, ""):
        return _("it is missing.")
    return _("it is %(value)s.", value=repr(str(given)[:60]))


def shortened(key: object) -> str:
    """Return at most 60 characters of a key, escaped if some are not printable."""
    text = str(key)[:60]
    return text if text.isprintable() else repr(text)
