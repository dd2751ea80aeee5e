"""Read the YAML front matter of a review's file, with each value as the text that was typed."""

import re
from pathlib import Path
from typing import Any

import yaml

from blog.manuscripts.fields import KeyLines, shortened
from blog.text.language import format_number, lazy_gettext, ngettext
from blog.text.language import gettext as _

# Matches the empty lines below it too.
_FENCE = re.compile(r"^-{3,}+\s*$", re.MULTILINE)
_NO_KEYS = lazy_gettext('front matter: keys are expected between two lines "---".')
DEEPEST = 6
MOST_LINES = 1000
LONGEST_LINE = 1000


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
                problem = _("%(key)s: this key appears twice.", key=shortened(key.value))
                raise _UnwantedError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return mapping

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> KeyLines:
        mapping = KeyLines(super().construct_mapping(node, deep))
        marks = {key.value: key.start_mark for key, _value in node.value}
        # PyYAML counts from 0.
        mapping.lines = {key: mark.line + 1 for key, mark in marks.items() if key in mapping}
        return mapping
