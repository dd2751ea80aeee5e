"""Read the YAML front matter of a review's file, with each value as the text that was typed.

This module is long because one class checks every kind of value.
"""

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

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

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
# Matches the empty lines below it too.
_FENCE = re.compile(r"^-{3,}+\s*$", re.MULTILINE)
_NO_KEYS = lazy_gettext('front matter: keys are expected between two lines "---".')
LONGEST_TAG = 40
_TAGS = lazy_gettext("a list of words joined by hyphens, such as [feel-good, 로맨스], is expected")
DEEPEST = 6
MOST_LINES = 200
LONGEST_LINE = 1000
_TAG = re.compile(r"\w+(?:[-+]\w+)*")
_RATING = re.compile(r"\d{1,2}(?:\.\d{1,2})?", re.ASCII)


class BadReviewFileError(Exception):
    """Raised when a review's file is bad; each of `faults` names a key or line and what to fix."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))
        self.faults = faults


def split(path: Path, content: bytes) -> tuple[dict[str, Any], str, int]:
    """Return a review's front matter, its text, and the line of the file where the text begins.

    Raises BadReviewFileError.
    """
    text = _decode(path, content)
    if not text.startswith("---"):
        raise BadReviewFileError(
            path, [_('line 1: front matter is expected; it begins with "---".')]
        )
    opening = _FENCE.match(text)
    closing = _FENCE.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        raise BadReviewFileError(path, [str(_NO_KEYS)])
    _check_size(path, text[: closing.start()])
    keys = _load(path, text[: closing.start()], opening.end())
    if not isinstance(keys, dict) or not keys:
        raise BadReviewFileError(path, [str(_NO_KEYS)])
    body = text[closing.end() :].lstrip()
    first_line = text.count("\n", 0, len(text) - len(body)) + 1
    return keys, body.rstrip(), first_line


def read_mapping(path: Path, content: bytes, *, most_lines: int) -> "KeyLines":
    """Return a file that is YAML as a whole, "" as an empty one. Raises BadReviewFileError."""
    text = _decode(path, content)
    _check_size(path, text, most_lines)
    keys = _load(path, text, 0) or KeyLines()
    if not isinstance(keys, KeyLines):
        raise BadReviewFileError(path, [_("line 1: a key with a colon is expected.")])
    return keys


def _decode(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadReviewFileError(path, [_("line %(line)s: not UTF-8 text.", line=line)]) from None


def _check_size(path: Path, above: str, most_lines: int = MOST_LINES) -> None:
    """Raise BadReviewFileError for YAML that is too long, as parsing it is slow."""
    lines = above.split("\n")
    if len(lines) > most_lines:
        fault = ngettext(
            "line %(line)s: the YAML takes up to %(num)s line.",
            "line %(line)s: the YAML takes up to %(num)s lines.",
            most_lines,
            line=most_lines + 1,
        )
        raise BadReviewFileError(path, [fault])
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            fault = ngettext(
                "line %(line)s: has %(num)s character; it takes up to %(most)s.",
                "line %(line)s: has %(num)s characters; it takes up to %(most)s.",
                len(line),
                line=number,
                most=format_number(LONGEST_LINE),
            )
            raise BadReviewFileError(path, [fault])


def _load(path: Path, above: str, start: int) -> Any:
    """Return the YAML from position `start` on, parsed. Raises BadReviewFileError with the line."""
    # PyYAML counts lines from 0, beginning with the rest of the opening line.
    first = above.count("\n", 0, start) + 1
    try:
        return yaml.load(above[start:], _Loader)  # noqa: S506  # A BaseLoader makes only text, lists and dicts.
    except yaml.MarkedYAMLError as error:
        line = first + (error.problem_mark.line if error.problem_mark else 0)
        fault = _("line %(line)s: not YAML: %(problem)s.", line=line, problem=error.problem)
        if isinstance(error, _UnwantedError):
            fault = _("line %(line)s: %(fault)s", line=line, fault=error.problem)
        raise BadReviewFileError(path, [fault]) from None
    except yaml.reader.ReaderError as error:
        line = above.count("\n", 0, start + error.position) + 1
        fault = _("line %(line)s: a control character.", line=line)
        raise BadReviewFileError(path, [fault]) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        fault = _("front matter: not YAML: %(problem)s.", problem=error)
        raise BadReviewFileError(path, [fault]) from None


class _UnwantedError(yaml.MarkedYAMLError):
    """Raised for valid YAML that front matter does not allow."""


class KeyLines(dict[Any, Any]):
    """A mapping of a YAML file, with the line of each of its keys in `lines`."""

    def __init__(self, values: dict[Any, Any] | None = None) -> None:
        super().__init__(values or {})
        self.lines: dict[Any, int] = {}

    def line_of(self, key: object) -> int:
        """Return the line of a key; that of the first key if it is missing."""
        return self.lines.get(key, min(self.lines.values(), default=1))


class _Loader(yaml.BaseLoader):
    """A YAML loader that returns each value as text and refuses aliases, anchors and tags.

    YAML's own types would turn the title "18:30" into 1110, and the tag "yes" into True. The method
    names are PyYAML's.
    """

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no types.
        # A few lines of nested aliases can expand to more than fits into memory.
        is_alias = isinstance(event, yaml.AliasEvent)
        if is_alias or getattr(event, "anchor", None) or getattr(event, "tag", None):
            problem = _("a value that begins with &, * or ! is a text only between quotes.")
            raise _UnwantedError(problem=problem, problem_mark=event.start_mark)
        self.depth += 1
        # No key needs deeply nested lists, and parsing thousands of brackets takes seconds.
        if self.depth > DEEPEST:
            problem = _("lists and groups may be nested up to %(number)s deep.", number=DEEPEST)
            raise _UnwantedError(problem=problem, problem_mark=event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        mapping = super().compose_mapping_node(anchor)
        seen = set()
        for key, _value in mapping.value:
            if not isinstance(key, yaml.ScalarNode):
                continue  # Not a text, so `check_keys` reports it as unknown.
            if key.value in seen:
                problem = _("%(key)s: this key appears twice.", key=_shortened(key.value))
                raise _UnwantedError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return mapping

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> KeyLines:
        mapping = KeyLines(super().construct_mapping(node, deep))
        marks = {key.value: key.start_mark for key, _value in node.value}
        # PyYAML counts from 0.
        mapping.lines = {key: mark.line + 1 for key, mark in marks.items() if key in mapping}
        return mapping


class FieldReader:
    """A reader of a mapping's values that collects faults in `faults`, each naming its key.

    With `says_lines`, the faults also say the line of the key, for files with many equal keys.
    """

    def __init__(
        self,
        values: Any,
        where: str = "",
        faults: list[str] | None = None,
        *,
        says_lines: bool = False,
    ) -> None:
        self.values = values if isinstance(values, KeyLines) else KeyLines()
        self.where = where
        self.says_lines = says_lines
        self.faults: list[str] = [] if faults is None else faults

    def check_keys(self, known: frozenset[str]) -> None:
        """Add a fault for every key that is not known."""
        for key in self.values:
            if key not in known:
                keys = ", ".join(sorted(known))
                self.add_fault(_shortened(key), _("unknown key; the keys are %(keys)s.", keys=keys))

    def add_fault(self, key: str, fault: str) -> None:
        """Add a fault for a key, with a sentence that explains the fault."""
        line = _("line %(line)s: ", line=self.values.line_of(key)) if self.says_lines else ""
        self.faults.append(f"{line}{self.where}{key}: {fault}")

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
        return self._text(key, in_one_line(self._typed(key, most)), most, required=required)

    def text(self, key: str, *, most: int) -> str:
        """Return a text of at most `most` characters, which is required, with its line breaks."""
        return self._text(key, self._typed(key, most), most, required=True)

    def _typed(self, key: str, most: int) -> str:
        given = self.values.get(key, "")
        return normalise_text(given, most=most) if isinstance(given, str) else ""

    def _text(self, key: str, text: str, most: int, *, required: bool) -> str:
        """Return a text; add a fault if it is none, is too long, or is missing and required."""
        given = self.values.get(key, "")
        if not isinstance(given, str) or (required and not has_visible_character(text)):
            self.expect(key, _("a line of text is expected"))
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

    def slug(self, key: str) -> str:
        """Return the review's slug, the last part of its URL."""
        given = self.values.get(key)
        if isinstance(given, str) and _SLUG.fullmatch(given) and len(given) <= 100:
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
        # Python's first and last days may not exist in UTC, so years are limited.
        if time and 1900 <= time.year <= 2999:
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
        bad = [tag for tag in tags if not _TAG.fullmatch(tag) or len(tag) > LONGEST_TAG]
        if bad:
            found = _("it contains %(tag)s.", tag=repr(bad[0][:60]))
            self.add_fault(key, f"{_TAGS}; {found}")
        return list(dict.fromkeys(tags))


def _describe(given: Any) -> str:
    """Return a short description of a value for an error message, such as "it is a list."."""
    if isinstance(given, list):
        return _("it is a list.")
    if isinstance(given, dict):
        return _("it is a group of keys.")
    if given in (None, ""):
        return _("it is missing.")
    return _("it is %(value)s.", value=repr(str(given)[:60]))


def _shortened(key: object) -> str:
    """Return at most 60 characters of a key, escaped if some are not printable."""
    text = str(key)[:60]
    return text if text.isprintable() else repr(text)
