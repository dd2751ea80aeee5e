"""Compress public pages and static files with Brotli or gzip, for browsers that accept one.

Pages that are not public are sent as they are: they hold tokens beside words that strangers wrote,
and the length of compressed pages would tell whether a guess at a token is right (BREACH).
"""

import gzip
from functools import lru_cache

import brotli
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
# The best first.
ENCODINGS = ("br", "gzip")
LEVEL = 6
# Compressing a file for one version of the site may take a hundred times as long as for one page.
QUALITY = 5
LASTING_QUALITY = 11


def compress(response: Response, *, is_lasting: bool = False) -> bool:
    """Compress the content of a response; return whether that was done.

    What `is_lasting`, such as a static file, is compressed better, and only once. The caller sets
    the ETag afterwards, so that each form of a page has an ETag of its own.
    """
    accepted = request.accept_encodings
    encoding = next((name for name in ENCODINGS if accepted[name]), None)
    if response.status_code != 200 or not is_text(response.mimetype) or encoding is None:
        return False
    response.direct_passthrough = False  # A file, which is read here.
    content = response.get_data()
    if not can_compress(content, response.mimetype):
        return False
    response.set_data((_squeeze_file if is_lasting else squeeze)(content, encoding))
    response.content_encoding = encoding
    # The plain form says nothing: a cache may give it to everybody, as every client can read it.
    response.vary.add("Accept-Encoding")
    return True


def is_text(mimetype: str | None) -> bool:
    """Return whether a type of content is text, which compressing makes smaller."""
    return (mimetype or "").startswith(TYPES)


def can_compress(content: bytes, mimetype: str | None) -> bool:
    """Return whether content of this type is worth compressing."""
    return is_text(mimetype) and len(content) >= LEAST_BYTES


@lru_cache(maxsize=200)
def _squeeze_file(content: bytes, encoding: str) -> bytes:
    return squeeze(content, encoding, LASTING_QUALITY)


def squeeze(content: bytes, encoding: str, quality: int = QUALITY) -> bytes:
    """Return content compressed in one of ENCODINGS."""
    if encoding == "br":
        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality))
    # Without a time, the same page has the same bytes and so the same ETag.
    return gzip.compress(content, LEVEL, mtime=0)
