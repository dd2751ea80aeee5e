"""Write log records as lines: one JSON object each, or plain text for a terminal.

Exceptions are written without their messages, unless these are harmless (blog/failures.py).
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

from flask import has_request_context, request
from werkzeug.wrappers import Request

from blog.failures import harmless
from blog.settings import Settings
from blog.web.masking import mask_tokens
from blog.web.request_ids import find_request_id

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
NO_ROUTE = "(no route)"
# A variable of a route, such as <int(max=9):comment_id>.
_VARIABLE = re.compile(r"<(?:[^<>:]*+:)?(\w+)>")


class _Line(logging.Formatter):
    """What both formats share: harmless exceptions, and the current request."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging names it.
        """Return a traceback whose exceptions quote nobody."""
        error = harmless(ei[1])
        return super().formatException((type(error), error, error.__traceback__))

    def read(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return the parts of a record, in the order in which they are written."""
        parts: dict[str, Any] = {
            "time": _format_time(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": record.process,
        }
        if has_request_context():
            method, path = name_method(request.method), name_route(request)
            parts |= {"request_id": find_request_id(), "method": method, "path": path}
        # The access log has these in place of a message.
        own: dict[str, Any] | None = getattr(record, "parts", None)
        if own is not None:
            return parts | own
        parts["message"] = mask_tokens(record.getMessage())
        if record.exc_info and record.exc_info[1] is not None:
            parts["traceback"] = self.formatException(record.exc_info)
        return parts


class JsonLine(_Line):
    """Format a record as one JSON object in ASCII, so that nothing in it can end or hide a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object."""
        return json.dumps(self.read(record))


class TextLine(_Line):
    """Format a record as plain text; control characters in it are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a line, followed by the lines of the traceback, if any."""
        parts = self.read(record)
        head = [parts.pop("time"), parts.pop("level").upper()]
        message, trace = parts.pop("message", ""), parts.pop("traceback", "")
        del parts["logger"], parts["pid"]
        if message:
            head.append(message)
        line = " ".join([*head, *(f"{name}={value}" for name, value in parts.items())])
        return "\n".join([_escape(line), *map(_escape, trace.splitlines())])


def choose_format(settings: Settings) -> logging.Formatter:
    """Return the format that LOG_FORMAT sets; by default text on a terminal, else JSON."""
    kind = settings.log_format or ("text" if sys.stderr.isatty() else "json")
    return TextLine() if kind == "text" else JsonLine()


def name_method(method: str) -> str:
    """Return a request's method, or "OTHER", as a visitor can send any word in its place."""
    return method if method in METHODS else "OTHER"


def name_route(asked: Request) -> str:
    """Return the route of a request with its numbers filled in, such as /admin/comments/7.

    Words stay out, as in /reviews/<slug>: a visitor can type anything into an address.
    """
    rule = getattr(asked, "url_rule", None)
    if rule is None:
        return NO_ROUTE
    values = getattr(asked, "view_args", None) or {}

    def fill(match: re.Match[str]) -> str:
        value = values.get(match[1])
        return str(value) if isinstance(value, int) else f"<{match[1]}>"

    return _VARIABLE.sub(fill, rule.rule)


def _format_time(seconds: float) -> str:
    time = datetime.fromtimestamp(seconds, UTC)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _escape(line: str) -> str:
    """Return a line in which control and invisible characters are written as escapes."""
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)
