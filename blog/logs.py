"""Logs that tell what happened and not to whom."""

import ipaddress
import logging
import re
from typing import Any

from gunicorn.glogging import Logger

_LOOKS_LIKE_ADDRESS = re.compile(
    r"[0-9A-Fa-f:.]*(?:\d\.\d|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:])[0-9A-Fa-f:.]*"
)


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no types.
    """Be gunicorn's logger, with readers' addresses left out of its warnings."""

    def setup(self, cfg: Any) -> None:
        """Set up the log and put the filter before it."""
        super().setup(cfg)
        self.error_log.addFilter(hide_addresses)


def hide_addresses(record: logging.LogRecord) -> bool:
    """Replace whole network addresses in a warning; what we listen on is information."""
    if record.levelno >= logging.WARNING and isinstance(record.msg, str):
        record.msg, record.args = _LOOKS_LIKE_ADDRESS.sub(_hide, record.getMessage()), ()
    return True


def _hide(match: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(match[0].rstrip(".:"))
    except ValueError:
        return match[0]
    return "(address)"
