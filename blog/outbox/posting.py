"""Send HTTP POST requests to other servers without following redirects."""

import urllib.request
from collections.abc import Mapping
from typing import Any


class _FollowNothing(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Do not follow the redirect, so that the response raises HTTPError."""


_opener = urllib.request.build_opener(_FollowNothing)


def post(url: str, data: bytes, *, timeout: float, headers: Mapping[str, str] | None = None) -> Any:
    """Send a POST request to a URL from the settings, and return the open response.

    Redirects are not followed, as the data may contain keys. Raises HTTPError for a response that
    is no success, and OSError, HTTPException or ValueError if there is no response.
    """
    request = urllib.request.Request(  # noqa: S310  # The settings accept only http and https.
        url, data=data, headers={"User-Agent": "second-lead", **(headers or {})}, method="POST"
    )
    return _opener.open(request, timeout=timeout)
