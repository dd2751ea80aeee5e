"""Set up the logs of a process: of the application, of gunicorn, and its access log.

No line names or quotes a reader; docs/decisions/0052-logs-name-no-reader.md has the rules.
"""

import logging
import sys
import threading
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Flask, Request, Response
from gunicorn.glogging import Logger

from blog.environment import LOOPBACK
from blog.failures import harmless
from blog.settings import Settings
from blog.web.htmx import is_htmx
from blog.web.log_lines import NO_ROUTE, JsonLine, choose_format, name_method, name_route
from blog.web.masking import hide_addresses, hide_tokens, mask_tokens
from blog.web.request_ids import find_request, find_request_id

UNSHIELDED = (
    "HOST accepts connections from other machines, and TRUSTED_PROXIES is 0. A few slow connections"
    " can then occupy every thread: put a buffering proxy in front, such as nginx, and set HOST to"
    " 127.0.0.1."
)
# Programs ask for these all the time; only a failure is logged.
PROBES = {"/healthz", "/readyz", "/metrics"}
log = logging.getLogger(__name__)


def is_unshielded(settings: Settings) -> bool:
    """Return whether other machines can connect to gunicorn without a proxy."""
    return settings.host not in LOOPBACK and not settings.trusted_proxies


def set_up(settings: Settings) -> None:
    """Write the logs of this process to standard error, and its uncaught exceptions to the logs."""
    handler = logging.StreamHandler()
    handler.setFormatter(choose_format(settings))
    logging.root.handlers[:] = [handler]
    logging.captureWarnings(True)
    # Otherwise a record that cannot be formatted would be printed with its values.
    logging.raiseExceptions = False
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value)


def _log_uncaught(kind: type[BaseException], error: BaseException | None, *_trace: Any) -> None:
    if error is None or issubclass(kind, (KeyboardInterrupt, SystemExit)):
        return
    log.critical("This process or thread failed.", exc_info=harmless(error))


class DiscreetFlask(Flask):
    """Flask that logs unexpected exceptions without quoting a reader, and always responds."""

    def log_exception(self, exc_info: Any) -> None:
        """Log an unexpected exception; the formatter adds the request."""
        self.logger.error("An unexpected error.", exc_info=harmless(exc_info[1]))

    def handle_exception(self, e: Exception) -> Response:  # Flask names the parameter.
        """Respond to an unexpected exception: with its page, or with a line if the page fails."""
        try:
            return super().handle_exception(e)
        except Exception as fault:  # Whatever it is: nothing comes after this page.
            if fault is e:  # Flask is configured to raise exceptions.
                raise
            self.logger.exception("The page of an error failed.", exc_info=harmless(fault))
        text = f"Something went wrong on our side. Tell the owner: error {find_request_id()}\n"
        plain = Response(text, 500, content_type="text/plain; charset=utf-8")
        return self.finalize_request(plain, from_error_handler=True)


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no types.
    """Gunicorn's logger, without addresses, tokens or anything else that a reader sent."""

    formatter: logging.Formatter = JsonLine()

    @classmethod
    def for_settings(cls, settings: Settings) -> type["DiscreetLogger"]:
        """Return this class with the format that the settings choose."""
        return type(cls.__name__, (cls,), {"formatter": choose_format(settings)})

    def setup(self, cfg: Any) -> None:
        """Set up gunicorn's logs in our format and add the filters."""
        super().setup(cfg)
        self.error_log.addFilter(hide_addresses)
        for log in (self.error_log, self.access_log):
            log.addFilter(hide_tokens)
            for handler in log.handlers:
                if hasattr(handler, "_gunicorn"):  # Made by gunicorn, not by a test.
                    handler.setFormatter(self.formatter)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Log a request without its address, headers and query."""
        if not self.access_log_enabled:
            return
        asked, status = find_request(environ), int((resp.status or "0").split()[0])
        method = name_method(environ["REQUEST_METHOD"])
        if status == 200 and environ.get("PATH_INFO") in PROBES:
            return
        parts = {
            "request_id": find_request_id(environ),
            "method": method,
            "path": _name_path(asked, status),
            "status": status,
            # Files are sent by the system, which gunicorn does not count.
            "bytes": resp.sent
            or (status == 200 and method != "HEAD" and resp.response_length)
            or 0,
            "ms": round(request_time / timedelta(milliseconds=1), 1),
            "htmx": asked is not None and is_htmx(asked),
        }
        self.access_log.info("", extra={"parts": parts})


def _name_path(asked: Request | None, status: int) -> str:
    """Return the path if it is an address of this site, else its route without what was typed."""
    if asked is None:
        return NO_ROUTE
    is_address = status in (200, 201, 206, 304) and asked.method != "OPTIONS"
    return mask_tokens(quote(asked.path)) if is_address else name_route(asked)
