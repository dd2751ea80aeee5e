"""Compress public pages and static files with gzip, for browsers that accept it.

Pages that are not public are sent as they are: they hold tokens beside words that strangers wrote,
and the length of compressed pages would tell whether a guess at a token is right (BREACH).
"""

import gzip
from functools import lru_cache

from flask import Response, request

# Pictures are compressed already. A smaller text fits into one packet anyway.
TYPES = (
    "text/",
    "application/manifest+json",
    "application/atom+xml",
    "application/xml",
    "image/svg",
)
LEAST_BYTES = 1000
LEVEL = 6


def compress(response: Response) -> bool:
    """Compress the content of a response; return whether that was done.

    The caller sets the ETag afterwards, so that both forms of a page have an ETag of their own.
    """
    is_text = (response.mimetype or "").startswith(TYPES)
    if response.status_code != 200 or not is_text or not request.accept_encodings["gzip"]:
        return False
    response.direct_passthrough = False  # A file, which is read here.
    content = response.get_data()
    if len(content) < LEAST_BYTES:
        return False
    response.set_data(_squeeze(content))
    response.content_encoding = "gzip"
    # The plain form says nothing: a cache may give it to everybody, as every client can read it.
    response.vary.add("Accept-Encoding")
    return True


@lru_cache(maxsize=100)
def _squeeze(content: bytes) -> bytes:
    # Without a time, the same page has the same bytes and so the same ETag.
    return gzip.compress(content, LEVEL, mtime=0)
