"""The front matter of a review's file: YAML that must be plain, and its values one by one."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from blog.text.normalising import has_visible_character, marks_fault, normalise_line

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
# It takes the empty lines below it along.
_FENCE = re.compile(r"^-{3,}+\s*$", re.MULTILINE)
_NO_KEYS = 'front matter: keys are expected between two lines "---".'
_YAML = "tag:yaml.org,2002:"
MOST_DIGITS = 40
LONGEST_TAG = 40
DEEPEST = 6
MOST_LINES = 200
LONGEST_LINE = 1000
_TAG = re.compile(r"\w+(?:[-+]\w+)*")


class BadReviewFileError(Exception):
    """Carry every fault of a file: each names a key or a line and what is expected there."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))
        self.faults = faults


def split(path: Path, content: bytes) -> tuple[dict[str, Any], str]:
    """Return front matter and text. Raises BadReviewFileError."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadReviewFileError(path, [f"line {line}: not UTF-8 text."]) from None
    if not text.startswith("---"):
        raise BadReviewFileError(path, ['line 1: front matter is expected; it begins with "---".'])
    opening = _FENCE.match(text)
    closing = _FENCE.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        raise BadReviewFileError(path, [_NO_KEYS])
    _check_size(path, text[: closing.start()])
    keys = _load(path, text[: closing.start()], opening.end())
    if not isinstance(keys, dict) or not keys:
        raise BadReviewFileError(path, [_NO_KEYS])
    return keys, text[closing.end() :].strip()


def _check_size(path: Path, above: str) -> None:
    """Refuse front matter that is longer than any review's: reading YAML takes its time."""
    lines = above.split("\n")
    if len(lines) > MOST_LINES:
        fault = f"line {MOST_LINES + 1}: front matter takes up to {MOST_LINES} lines."
        raise BadReviewFileError(path, [fault])
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            fault = f"line {number}: has {len(line):,} characters; it takes up to {LONGEST_LINE:,}."
            raise BadReviewFileError(path, [fault])


def _load(path: Path, above: str, start: int) -> Any:
    """Return what the YAML from `start` on says, naming the line where it is not YAML."""
    # The marks count lines from 0, the rest of the opening line included.
    first = above.count("\n", 0, start) + 1
    try:
        return yaml.load(above[start:], _Loader)  # noqa: S506  # It is a SafeLoader.
    except yaml.MarkedYAMLError as error:
        line = first + (error.problem_mark.line if error.problem_mark else 0)
        kind = "" if isinstance(error, _UnwantedError) else "not YAML: "
        raise BadReviewFileError(path, [f"line {line}: {kind}{error.problem}."]) from None
    except yaml.reader.ReaderError as error:
        line = above.count("\n", 0, start + error.position) + 1
        raise BadReviewFileError(path, [f"line {line}: a control character."]) from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise BadReviewFileError(path, [f"front matter: not YAML: {error}."]) from None


class _UnwantedError(yaml.MarkedYAMLError):
    """Say what is YAML and yet nothing that front matter takes."""


class _Loader(yaml.SafeLoader):
    """Refuse what front matter has no use for, and say where it stands; names are PyYAML's own."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no types.
        # Some lines of values that name one another stand for more than any memory holds.
        is_alias = isinstance(event, yaml.AliasEvent)
        if is_alias or getattr(event, "anchor", None) or getattr(event, "tag", None):
            problem = "a value that begins with &, * or ! is a text only between quotes"
            raise _UnwantedError(problem=problem, problem_mark=event.start_mark)
        self.depth += 1
        # No key takes a list of lists of lists; thousands of brackets take seconds to read.
        if self.depth > DEEPEST:
            problem = f"lists and groups stand in one another, up to {DEEPEST} deep"
            raise _UnwantedError(problem=problem, problem_mark=event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        mapping = super().compose_mapping_node(anchor)
        seen = set()
        for key, _value in mapping.value:
            if not isinstance(key, yaml.ScalarNode):
                continue  # What is no word is no key of ours either, once or twice.
            if key.value in seen:
                problem = f"{_shortened(key.value)}: the same key stands above"
                raise _UnwantedError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
            # As a merge, "<<" would bring in keys that are not compared here.
            key.tag = f"{_YAML}str" if key.tag == f"{_YAML}merge" else key.tag
        return mapping

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        is_number = node.tag in (f"{_YAML}int", f"{_YAML}float")
        # Reading 12:34:56:…, a number to YAML, takes time that grows with its length squared.
        if is_number and len(node.value) > MOST_DIGITS:
            problem = f"a number takes up to {MOST_DIGITS} characters; between quotes it is a text"
            raise _UnwantedError(problem=problem, problem_mark=node.start_mark)
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:
            problem = f"{node.value[:60]!r}: {error}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from None


class FieldReader:
    """Read the values of a mapping and gather faults that name the key and what is expected."""

    def __init__(self, values: Any, where: str = "", faults: list[str] | None = None) -> None:
        self.values: dict[Any, Any] = values if isinstance(values, dict) else {}
        self.where = where
        self.faults: list[str] = [] if faults is None else faults

    def check_keys(self, known: frozenset[str]) -> None:
        """Fault every key that is not known."""
        for key in self.values:
            if key not in known:
                keys = ", ".join(sorted(known))
                fault = f"{_shortened(key)}: unknown key; the keys are {keys}."
                self.faults.append(f"{self.where}{fault}")

    def expect(self, key: str, what: str) -> None:
        """Fault a value, saying what is expected in its place."""
        given = self.values.get(key)
        self.faults.append(f"{self.where}{key}: {what} is expected; it is {_describe(given)}.")

    def section(self, key: str, known: frozenset[str]) -> "FieldReader":
        """Return the reader of a group of keys."""
        reader = FieldReader(self.values.get(key), f"{self.where}{key}.", self.faults)
        if not isinstance(self.values.get(key), dict):
            self.expect(key, "a group of keys")
        reader.check_keys(known)
        return reader

    def sections(self, key: str, known: frozenset[str]) -> list["FieldReader"]:
        """Return the readers of a list of groups, none where there is no list."""
        given = self.values.get(key)
        if given is None:
            return []
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            self.expect(key, f"a list of {{{', '.join(sorted(known))}}}")
            return []
        readers = [
            FieldReader(item, f"{self.where}{key}[{place}].", self.faults)
            for place, item in enumerate(given, 1)
        ]
        for reader in readers:
            reader.check_keys(known)
        return readers

    def line(self, key: str, *, most: int, required: bool = False) -> str:
        """Return one line of text of at most so many characters."""
        given = self.values.get(key)
        # YAML reads an unquoted 1988 as a number; a title may well be one.
        if isinstance(given, int) and not isinstance(given, bool):
            given = str(given)
        if given is None and not required:
            return ""
        text = normalise_line(given, most=most) if isinstance(given, str) else ""
        if (required and not has_visible_character(text)) or (
            given is not None and not isinstance(given, str)
        ):
            self.expect(key, "a line of text")
        elif len(text) > most:
            self.faults.append(f"{self.where}{key}: has {len(text)} characters; it takes {most}.")
        elif fault := marks_fault(text):
            self.faults.append(f"{self.where}{key}: {fault}")
        return text

    def slug(self, key: str) -> str:
        """Return the review's address."""
        given = self.values.get(key)
        if isinstance(given, str) and _SLUG.fullmatch(given) and len(given) <= 100:
            return given
        self.expect(key, "small letters and digits joined by hyphens, such as run-on,")
        return ""

    def number(self, key: str, least: int, most: int) -> int | None:
        """Return a whole number within bounds, or None where there is none."""
        given = self.values.get(key)
        if given is None:
            return None
        if isinstance(given, int) and not isinstance(given, bool) and least <= given <= most:
            return given
        self.expect(key, f"a number from {least} to {most}")
        return None

    def rating(self, key: str) -> Decimal | None:
        """Return a rating from 0 to 10 in halves, or None where there is none."""
        given = self.values.get(key)
        if given is None:
            return None
        try:
            rating = Decimal(str(given))
            if not isinstance(given, bool) and 0 <= rating <= 10 and rating * 2 == int(rating * 2):
                return rating
        except InvalidOperation:
            pass  # It is no number, or YAML's .nan, which cannot be compared.
        self.expect(key, "a number from 0 to 10 in halves")
        return None

    def moment(self, key: str) -> datetime | None:
        """Return a moment in UTC, or None where there is none; a date alone is 00:00 UTC."""
        given = self.values.get(key)
        if given is None:
            return None
        # Within a day of the calendar's ends there is no such moment in UTC.
        if isinstance(given, date) and 1900 <= given.year <= 2999:
            if not isinstance(given, datetime):
                return datetime(given.year, given.month, given.day, tzinfo=UTC)
            return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
        self.expect(key, "a date such as 2021-03-14, or 2021-03-14 18:30:00+09:00,")
        return None

    def address(self, key: str, *, required: bool = False) -> str | None:
        """Return an address of the web, or None where there is none."""
        given = self.values.get(key)
        if given is None and not required:
            return None
        try:
            parts = urlsplit(given if isinstance(given, str) else "")
            if parts.scheme in ("http", "https") and parts.hostname and len(str(given)) <= 500:
                return str(given).strip()
        except ValueError:
            pass  # The fault is the same as for any other text that is no address.
        self.expect(key, "an address that begins with https://")
        return None

    def is_open(self, key: str) -> bool:
        """Tell whether comments are open, as they are where nothing is said."""
        given = self.values.get(key, "open")
        if given not in ("open", "closed"):
            self.expect(key, "open or closed")
        return bool(given == "open")

    def tags(self, key: str) -> list[str]:
        """Return the tags in small letters, each once."""
        given = self.values.get(key)
        if given is None:
            return []
        # A bare year or decade is read as a number.
        is_list = isinstance(given, list) and not any(isinstance(t, list | dict) for t in given)
        words = [normalise_line(str(tag), most=LONGEST_TAG) for tag in (given if is_list else [])]
        tags = [word.lower() for word in words] if is_list else [""]
        if not all(_TAG.fullmatch(tag) and len(tag) <= LONGEST_TAG for tag in tags):
            self.expect(key, "a list of words joined by hyphens, such as [feel-good, 로맨스],")
            return []
        return list(dict.fromkeys(tags))


def _describe(given: Any) -> str:
    """Say what was given, at a length that a person reads."""
    if isinstance(given, list | dict):
        return "a list" if isinstance(given, list) else "a group of keys"
    return "missing" if given is None else repr(str(given)[:60])


def _shortened(key: object) -> str:
    """Return a key as it was written where one line can show it."""
    text = str(key)[:60]
    return text if text.isprintable() else repr(text)
