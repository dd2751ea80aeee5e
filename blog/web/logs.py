"""Keep readers' network addresses and texts out of the logs."""

import ipaddress
import logging
import re
from typing import Any

from flask import Flask, request
from gunicorn.glogging import Logger

from blog.environment import LOOPBACK
from blog.settings import Settings

# Paths whose next part is a secret token: links in mail, and links to drafts.
SECRET_PATHS = ("/mail/", "/drafts/")
_TOKEN = re.compile(rf"({'|'.join(SECRET_PATHS)})[^/\s\"'?#]+")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
# Possessive, and only from the start of a run of digits: otherwise a long line takes too long.
_LOOKS_LIKE_ADDRESS = re.compile(
    rf"(?<![0-9A-Fa-f])[0-9A-Fa-f]*+:[0-9A-Fa-f]*+:[0-9A-Fa-f:.]*+|{_IPV4.pattern}"
)


UNSHIELDED = (
    "HOST accepts connections from other machines, and TRUSTED_PROXIES is 0. A few slow connections"
    " can then occupy every thread: put a buffering proxy in front, such as nginx, and set HOST to"
    " 127.0.0.1."
)


def is_unshielded(settings: Settings) -> bool:
    """Return whether other machines can connect to gunicorn without a proxy."""
    return settings.host not in LOOPBACK and not settings.trusted_proxies


class DiscreetFlask(Flask):
    """Flask, with the path escaped and without its token when an exception is logged."""

    def log_exception(self, exc_info: Any) -> None:
        """Log an unexpected exception, with the path escaped, as it may contain line breaks."""
        path = mask_tokens(request.path)
        self.logger.error("Exception on %r [%r]", path, request.method, exc_info=exc_info)


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no types.
    """Gunicorn's logger, without network addresses in its warnings and without secret tokens."""

    def setup(self, cfg: Any) -> None:
        """Set up gunicorn's logs and add the filters; there is an access log only if asked for."""
        super().setup(cfg)
        self.error_log.addFilter(hide_addresses)
        for log in (self.error_log, self.access_log):
            log.addFilter(hide_tokens)


def mask_tokens(text: str) -> str:
    """Return a text with "(token)" in place of the secret tokens in its paths."""
    return _TOKEN.sub(r"\1(token)", text)


def hide_tokens(record: logging.LogRecord) -> bool:
    """Replace secret tokens in a message by "(token)"; always return True."""
    record.msg, record.args = mask_tokens(record.getMessage()), ()
    return True


def hide_addresses(record: logging.LogRecord) -> bool:
    """Replace network addresses in a warning or error by "(address)"; always return True.

    Messages below the level WARNING keep the server's own address.
    """
    if record.levelno < logging.WARNING or not isinstance(record.msg, str):
        return True
    message = record.getMessage()
    if message.startswith("Invalid request"):
        # The rest quotes the request, which may contain a reader's text.
        message = "A request that is not valid HTTP was refused."
    record.msg, record.args = _LOOKS_LIKE_ADDRESS.sub(_hide, message), ()
    return True


def _hide(match: re.Match[str]) -> str:
    """Return "(address)" for a matched address, with the punctuation that follows the address."""
    found = match[0]
    for address in (found, found.rstrip("."), found.rstrip(".:")):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            continue
        return "(address)" + found[len(address) :]
    return _IPV4.sub("(address)", found)
