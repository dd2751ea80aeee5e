"""Post to an address of another server, and go nowhere else."""

import urllib.request
from collections.abc import Mapping
from typing import Any


class _FollowNothing(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Leave the answer as it is, which then counts as a failure."""


_opener = urllib.request.build_opener(_FollowNothing)


def post(url: str, data: bytes, *, timeout: float, headers: Mapping[str, str] | None = None) -> Any:
    """Post to an address that the settings name, and return the open answer.

    No redirect is followed: what is posted, keys among it, is for that address alone. Raises
    HTTPError for an answer that is no success, OSError, HTTPException or ValueError for none.
    """
    request = urllib.request.Request(  # noqa: S310  # The settings take http and https alone.
        url, data=data, headers={"User-Agent": "second-lead", **(headers or {})}, method="POST"
    )
    return _opener.open(request, timeout=timeout)
