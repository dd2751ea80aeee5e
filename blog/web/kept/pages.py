"""A page that is kept: its bytes, plain and compressed, and the answers made from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.datastructures import Accept
from werkzeug.http import generate_etag, is_resource_modified, parse_accept_header, quote_etag

from blog.web.compressing import ENCODINGS, can_compress, squeeze

# Memory that a page takes beside its bytes: keys, headers, objects.
OVERHEAD = 2_000
FORM_HEADERS = ("Vary", "Accept-Encoding")
HIT = ("Server-Timing", "cache;desc=hit")
# Headers that belong to one form of a page, and are made anew for each.
_OF_FORM = frozenset(("content-length", "content-encoding", "etag", "vary", "date"))
# A response without content says nothing about it.
_OF_CONTENT = frozenset(
    ("content-length", "content-encoding", "content-type", "content-language", "last-modified")
)
# Only the page of this status has an ETag and compressed forms.
_FOUND = "200 OK"

Headers = list[tuple[str, str]]


class Form(NamedTuple):
    """One form of a page: plain or compressed."""

    body: bytes
    etag: str
    headers: Headers
    headers_unchanged: Headers


@dataclass(slots=True)
class Page:
    """A page with the version of the content it shows.

    It is out of date from `until` on, or when one of `files`, paths with their modification time
    in nanoseconds, has changed.
    """

    status: str
    body: bytes
    headers: Headers
    view: str
    version: Any
    until: datetime | None = None
    files: Mapping[str, int | None] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)

    @property
    def is_found(self) -> bool:
        """Return whether the status is 200, not 404."""
        return self.status == _FOUND

    @property
    def size(self) -> int:
        """Return the bytes that the page takes, with all forms that may be made of it."""
        return OVERHEAD + (2 * len(self.body) if self.is_found else 0)

    def shows_the_same_as(self, other: "Page") -> bool:
        """Return whether another page has the same bytes and headers."""
        mine, theirs = ((each.status, each.headers, each.body) for each in (self, other))
        return mine == theirs

    def share(self, other: "Page") -> None:
        """Use the content and the forms of another page, which shows the same."""
        self.body, self.headers, self.forms = other.body, other.headers, other.forms

    def respond(
        self, environ: WSGIEnvironment, start_response: StartResponse, *, is_hit: bool
    ) -> Iterable[bytes]:
        """Answer a request in the form that it accepts, or that nothing has changed."""
        form = self._form(environ.get("HTTP_ACCEPT_ENCODING", ""))
        more = [HIT] if is_hit else []
        if form.etag and _is_unchanged(environ, form.etag):
            start_response("304 NOT MODIFIED", form.headers_unchanged + more)
            return []
        start_response(self.status, form.headers + more)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [form.body]

    def _form(self, accepted: str) -> Form:
        encoding = choose_encoding(accepted)
        form = self.forms.get(encoding)
        if form is None:
            is_large = self.is_found and can_compress(self.body, self._type)
            form = self.forms[encoding] = self._make_form(encoding if is_large else "")
        return form

    @property
    def _type(self) -> str:
        return next(value for name, value in self.headers if name.lower() == "content-type")

    def _make_form(self, encoding: str) -> Form:
        body = squeeze(self.body, encoding) if encoding else self.body
        headers = [*self.headers, ("Content-Length", str(len(body)))]
        etag = ""
        if self.is_found:
            etag = quote_etag(generate_etag(body))
            headers.append(("ETag", etag))
        if encoding:
            headers += [("Content-Encoding", encoding), FORM_HEADERS]
        unchanged = [pair for pair in headers if pair[0].lower() not in _OF_CONTENT]
        return Form(body, etag, headers, unchanged)


def own_headers(headers: Headers) -> Headers:
    """Return the headers of a page that are the same for all its forms."""
    return [pair for pair in headers if pair[0].lower() not in _OF_FORM]


@lru_cache(maxsize=256)
def choose_encoding(accepted: str) -> str:
    """Return the best of ENCODINGS that an Accept-Encoding header allows, or ""."""
    found = parse_accept_header(accepted, Accept)
    return next((name for name in ENCODINGS if found[name]), "")


def _is_unchanged(environ: WSGIEnvironment, etag: str) -> bool:
    known = environ.get("HTTP_IF_NONE_MATCH")
    return known is not None and (known == etag or not is_resource_modified(environ, etag=etag))
