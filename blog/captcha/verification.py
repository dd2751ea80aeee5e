"""Ask whether a captcha was answered, in little time and without naming the reader."""

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

# All of it together: finding the server, asking, and its answer to the last byte.
LONGEST_SECONDS = 3.0
LONGEST_TOKEN = 8192
LONGEST_ANSWER = 64 * 1024

# Of a process's threads so many may wait for the server; it may never answer, and the others go on.
MOST_WAITING = 2
_waiting = threading.BoundedSemaphore(MOST_WAITING)


def read_captcha(
    form_data: Mapping[str, str], settings: Settings, *, seconds: float = LONGEST_SECONDS
) -> str | None:
    """Return None where a captcha was answered or none is asked for, else in a word why not.

    It waits for another server: for a view, before it opens a transaction.
    """
    if settings.captcha is None:
        return None
    token = form_data.get("g-recaptcha-response", "").strip()
    if not token:
        return _("not ticked")
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return _("refused")  # The widget makes nothing of the kind.
    if not _waiting.acquire(blocking=False):
        return _("not checked, too many at once")
    try:
        answer = _ask_within(
            seconds,
            url=settings.recaptcha_verify_url,
            # The reader's address could be sent along, and is nobody's business there.
            fields={"secret": settings.recaptcha_private_key or "", "response": token},
        )
    finally:
        _waiting.release()
    return _("no answer") if answer is None else _judge(answer)


def _judge(answer: bytes) -> str | None:
    try:
        said: Any = json.loads(answer)
    except (ValueError, RecursionError):
        return _("unreadable answer")
    if not isinstance(said, dict) or not isinstance(said.get("success"), bool):
        return _("unreadable answer")
    if said["success"]:
        return None
    codes = said.get("error-codes")
    if isinstance(codes, list) and "invalid-input-secret" in codes:
        log.warning("reCAPTCHA does not know RECAPTCHA_PRIVATE_KEY, so every answer is refused.")
    return _("refused")


def _ask_within(seconds: float, *, url: str, fields: Mapping[str, str]) -> bytes | None:
    """Return the whole answer, or None where it did not come in time.

    In a thread of its own, because no timeout of a socket covers looking up a name, nor a server
    that says one byte at a time.
    """
    answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    deadline = time.monotonic() + seconds
    data = urlencode(fields).encode()
    threading.Thread(target=_ask, args=(url, data, deadline, answers), daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return None


def _ask(
    url: str,
    data: bytes,
    deadline: float,
    answers: "queue.SimpleQueue[bytes | None]",
) -> None:
    """Put the answer, or None for none, where the request waits for it."""
    try:
        with post(url, data, timeout=deadline - time.monotonic()) as response:
            answers.put(_read_until(deadline, response))
    except urllib.error.HTTPError as error:
        error.close()
        answers.put(None)
    except (OSError, http.client.HTTPException, ValueError):
        answers.put(None)


def _read_until(deadline: float, response: Any) -> bytes | None:
    """Return what a server says, a piece at a time, None where it says too much or too slowly."""
    said = b""
    while time.monotonic() < deadline and len(said) <= LONGEST_ANSWER:
        piece = response.read1(LONGEST_ANSWER)
        if not piece:
            return said
        said += piece
    return None
