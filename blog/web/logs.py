"""Logs that tell what happened and not to whom."""

import ipaddress
import logging
import re
from typing import Any

from flask import Flask, request
from gunicorn.glogging import Logger

from blog.environment import LOOPBACK
from blog.settings import Settings

_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
# Possessive, and begun only where a run of digits begins: a line may hold thousands of them.
_LOOKS_LIKE_ADDRESS = re.compile(
    rf"(?<![0-9A-Fa-f])[0-9A-Fa-f]*+:[0-9A-Fa-f]*+:[0-9A-Fa-f:.]*+|{_IPV4.pattern}"
)


UNSHIELDED = (
    "HOST lets other machines in, and TRUSTED_PROXIES counts no proxy. A few connections that send"
    " slowly can then take every thread: put a proxy that buffers in front, such as nginx, and let"
    " HOST be 127.0.0.1."
)


def is_unshielded(settings: Settings) -> bool:
    """Tell whether other machines reach gunicorn itself."""
    return settings.host not in LOOPBACK and not settings.trusted_proxies


class DiscreetFlask(Flask):
    """Be Flask, with the address in the log written so that it stays one line."""

    def log_exception(self, exc_info: Any) -> None:
        """Log what nobody expected; a path may hold line breaks, and forge a line of its own."""
        self.logger.error("Exception on %r [%r]", request.path, request.method, exc_info=exc_info)


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no types.
    """Be gunicorn's logger, with readers' addresses left out of its warnings."""

    def setup(self, cfg: Any) -> None:
        """Set up the log and put the filter before it."""
        super().setup(cfg)
        self.error_log.addFilter(hide_addresses)


def hide_addresses(record: logging.LogRecord) -> bool:
    """Replace whole network addresses in a warning; what we listen on is information."""
    if record.levelno < logging.WARNING or not isinstance(record.msg, str):
        return True
    message = record.getMessage()
    if message.startswith("Invalid request"):
        # It goes on with what was sent, which may be what a reader wrote.
        message = "A request that is no HTTP was refused."
    record.msg, record.args = _LOOKS_LIKE_ADDRESS.sub(_hide, message), ()
    return True


def _hide(match: re.Match[str]) -> str:
    """Leave out an address and keep what follows it: the sentence's own colon or full stop."""
    found = match[0]
    for address in (found, found.rstrip("."), found.rstrip(".:")):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            continue
        return "(address)" + found[len(address) :]
    return _IPV4.sub("(address)", found)
