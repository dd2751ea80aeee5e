"""Count the attempts to sign in, and remember the browsers that have signed in before."""

import secrets
from contextlib import suppress

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from blog.accounts.commands import Attempt, begin_sign_in
from blog.db.transactions import write
from blog.limits.queries import LimitReachedError
from blog.web.current import current_settings, current_time
from blog.web.security import set_cookie

DEVICE_COOKIE = "second_lead_device"
# Browsers keep no cookie longer than 400 days.
DEVICE_DAYS = 400


def make_attempt(email: str) -> Attempt:
    """Return the attempt to sign in to an account from this browser."""
    return Attempt(
        email=email,
        address=request.remote_addr,
        device=_find_device(email),
        secret_key=current_settings().secret_key,
        now=current_time(),
    )


def count_attempt(attempt: Attempt) -> int:
    """Count a sign-in attempt; return how many seconds to wait, 0 if the attempt may continue."""
    try:
        return write(begin_sign_in, attempt=attempt)
    except LimitReachedError as limit:
        return limit.seconds


def _device_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_settings().secret_key, salt="device")


def _find_device(email: str) -> str | None:
    """Return the device token of this browser if the account signed in here before, else None."""
    for value in request.cookies.getlist(DEVICE_COOKIE):
        # Another site on a neighbouring domain may have set a cookie with a wrong signature.
        with suppress(BadSignature, TypeError, ValueError):
            owner, token = _device_serializer().loads(value)
            if owner == email.lower():
                return str(token)
    return None


def remember_device(response: AnyResponse, email: str) -> AnyResponse:
    """Set the device cookie.

    Wrong guesses from other browsers then cannot lock the moderator out of this browser.
    """
    token = str(_device_serializer().dumps([email.lower(), secrets.token_hex(16)]))
    set_cookie(response, DEVICE_COOKIE, token, days=DEVICE_DAYS, path="/admin", httponly=True)
    return response
