"""Check with a captcha server whether a reader solved the captcha, within a short timeout."""

import http.client
import json
import logging
import queue
import threading
import time
import urllib.error
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from blog.outbox.posting import post
from blog.settings import Settings
from blog.text.language import gettext as _

log = logging.getLogger(__name__)

# The timeout of the whole request: looking up the host, sending, reading the last byte.
LONGEST_SECONDS = 3.0
LONGEST_TOKEN = 8192
LONGEST_RESPONSE = 64 * 1024

# The number of threads of a process that may wait for the server, so that others stay free.
MOST_WAITING = 2
_waiting = threading.BoundedSemaphore(MOST_WAITING)


def read_captcha(
    form_data: Mapping[str, str], settings: Settings, *, seconds: float = LONGEST_SECONDS
) -> str | None:
    """Return None if the captcha was solved or is turned off, else the reason as a short text.

    Waits for another server, so call this before a transaction begins.
    """
    if settings.captcha is None:
        return None
    token = form_data.get("g-recaptcha-response", "").strip()
    if not token:
        return _("not ticked")
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return _("refused")  # The widget never makes such a token.
    if not _waiting.acquire(blocking=False):
        return _("not checked, too many at once")
    try:
        body = _post_within(
            seconds,
            url=settings.recaptcha_verify_url,
            # Google's optional field for the reader's IP address is left out on purpose.
            fields={"secret": settings.recaptcha_private_key or "", "response": token},
        )
    finally:
        _waiting.release()
    return _("no response") if body is None else _judge(body)


def _judge(body: bytes) -> str | None:
    """Return None if a response body says that the captcha was solved, else why it was not."""
    try:
        result: Any = json.loads(body)
    except (ValueError, RecursionError):
        return _("unreadable response")
    if not isinstance(result, dict) or not isinstance(result.get("success"), bool):
        return _("unreadable response")
    if result["success"]:
        return None
    codes = result.get("error-codes")
    if isinstance(codes, list) and "invalid-input-secret" in codes:
        log.warning("reCAPTCHA does not accept RECAPTCHA_PRIVATE_KEY, so every captcha fails.")
    return _("refused")


def _post_within(seconds: float, *, url: str, fields: Mapping[str, str]) -> bytes | None:
    """Return the body of the response, or None for an error or if the time is up.

    The request runs in its own thread, because socket timeouts cover neither looking up a host nor
    a server that sends one byte at a time.
    """
    bodies: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    deadline = time.monotonic() + seconds
    data = urlencode(fields).encode()
    threading.Thread(target=_post, args=(url, data, deadline, bodies), daemon=True).start()
    try:
        return bodies.get(timeout=seconds)
    except queue.Empty:
        return None


def _post(
    url: str,
    data: bytes,
    deadline: float,
    bodies: "queue.SimpleQueue[bytes | None]",
) -> None:
    """Send the request and put the body of the response, or None for an error, into the queue."""
    try:
        with post(url, data, timeout=deadline - time.monotonic()) as response:
            bodies.put(_read_until(deadline, response))
    except urllib.error.HTTPError as error:
        error.close()
        bodies.put(None)
    except (OSError, http.client.HTTPException, ValueError):
        bodies.put(None)


def _read_until(deadline: float, response: Any) -> bytes | None:
    """Return the body of a response, or None if the body is too long or the time is up."""
    body = b""
    while time.monotonic() < deadline and len(body) <= LONGEST_RESPONSE:
        piece = response.read1(LONGEST_RESPONSE)
        if not piece:
            return body
        body += piece
    return None
