"""Report errors to Sentry, if SENTRY_DSN is set.

Nothing is collected by Sentry's integrations. What is sent is made here from the records of the
log, and passes a list of the keys that may be sent: docs/decisions/0052-logs-name-no-reader.md.
"""

import logging
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import sentry_sdk
from flask import has_request_context, request
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.utils import event_from_exception

from blog.failures import harmless
from blog.web.log_lines import name_method, name_route
from blog.web.masking import mask_tokens
from blog.web.request_ids import find_request_id

# How long a process that ends waits for reports that are not sent yet.
SHUTDOWN_SECONDS = 2
# The loggers whose sentences are the program's own.
OURS = ("blog", "gunicorn")
# What sends the reports: its troubles are not reported.
NOT_REPORTED = ("sentry_sdk", "urllib3")

# The keys that may be sent: True for a value, a mapping for an object or a list of objects.
Keys = Mapping[str, Any]
FRAME: Keys = dict.fromkeys(
    (
        *("filename", "function", "module", "lineno", "in_app"),
        *("pre_context", "context_line", "post_context"),
    ),
    True,
)
MECHANISM: Keys = dict.fromkeys(
    ("type", "handled", "exception_id", "parent_id", "source", "is_exception_group"), True
)
ALLOWED: Keys = {
    **dict.fromkeys(("event_id", "timestamp", "platform", "level", "logger"), True),
    **dict.fromkeys(("release", "environment", "transaction"), True),
    "logentry": {"message": True},
    "tags": {"request_id": True},
    "sdk": {"name": True, "version": True},
    "exception": {
        "values": {
            **dict.fromkeys(("type", "value", "module"), True),
            "mechanism": MECHANISM,
            "stacktrace": {"frames": FRAME},
        }
    },
}


def set_up(dsn: str) -> None:
    """Report what is logged as an error, by a thread of its own: no reader waits for Sentry."""
    sentry_sdk.init(
        dsn,
        release=f"second-lead@{_read_version()}",
        debug=False,
        default_integrations=False,
        auto_enabling_integrations=False,
        # Without its own callback, it would print a line about what is still to send.
        integrations=[AtexitIntegration(callback=lambda _pending, _timeout: None)],
        shutdown_timeout=SHUTDOWN_SECONDS,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=0,
        auto_session_tracking=False,
        send_client_reports=False,
        enable_metrics=False,
        spotlight=False,
        server_name="",
        before_breadcrumb=lambda _crumb, _hint: None,
        before_send=lambda event, _hint: keep_allowed(event, ALLOWED),
    )
    logging.root.addHandler(_Reporter(level=logging.ERROR))


def keep_allowed(value: Any, allowed: Keys) -> Any:
    """Return a copy of a report that has only the allowed keys."""
    if isinstance(value, list):
        return [keep_allowed(each, allowed) for each in value]
    if not isinstance(value, dict):
        return None
    return {
        key: each if allowed[key] is True else keep_allowed(each, allowed[key])
        for key, each in value.items()
        if key in allowed
    }


def _read_version() -> str:
    project = Path(__file__).parents[2] / "pyproject.toml"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


class _Reporter(logging.Handler):
    """A handler that reports log records to Sentry."""

    def emit(self, record: logging.LogRecord) -> None:
        """Report a record, with its exception if it has one."""
        if record.name.startswith(NOT_REPORTED):
            return
        # A report that fails must not fail a request; the log has the error.
        with suppress(Exception):
            sentry_sdk.capture_event(*_report(record))


def _report(record: logging.LogRecord) -> tuple[Any, Any]:
    """Return the event for a record, and its hint."""
    event: dict[str, Any] = {}
    hint: dict[str, Any] = {}
    if record.exc_info and record.exc_info[1] is not None:
        options = sentry_sdk.get_client().options
        made, hint = event_from_exception(harmless(record.exc_info[1]), options)
        event |= made
    is_ours = record.name.startswith(OURS)
    message = record.getMessage() if is_ours else str(record.msg)
    event |= {
        "level": "fatal" if record.levelno >= logging.CRITICAL else "error",
        "logger": record.name,
        "logentry": {"message": mask_tokens(message)},
    }
    if has_request_context():
        event["tags"] = {"request_id": find_request_id()}
        event["transaction"] = f"{name_method(request.method)} {name_route(request)}"
    return event, hint
