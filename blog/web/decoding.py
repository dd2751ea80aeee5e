"""Read forms and query parameters as UTF-8, and remember the fields whose bytes are not UTF-8.

Werkzeug alone would store such bytes as "%ff" or drop the whole form.
"""

from collections.abc import Callable
from functools import wraps
from typing import IO, Any, ParamSpec, TypeVar
from urllib.parse import parse_qsl

from flask import Flask, Request, abort, request
from werkzeug.datastructures import Headers, ImmutableMultiDict
from werkzeug.formparser import FormDataParser, MultiPartParser
from werkzeug.utils import cached_property

from blog.text.language import gettext as _

P = ParamSpec("P")
R = TypeVar("R")
Pairs = list[tuple[str, str]]


def init_app(app: Flask) -> None:
    """Let every request read its form and its query parameters in this way."""
    app.request_class = type("Utf8Request", (Utf8Request, app.request_class), {})


def takes_up_to(
    size: int | None = None, *, files: int = 0
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view read requests of up to `size` bytes; nothing may read the form before the view.

    Without `size`, its fields have the limit of the application, as all other requests do. `files`
    are as many bytes more for uploaded files, which are kept on the disk, not in memory.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            fields = size or request.max_form_memory_size or 0
            request.max_content_length = fields + files
            request.max_form_memory_size = fields
            return view(*args, **kwargs)

        return run

    return decorate


def unreadable_fields() -> set[str]:
    """Return the names of the submitted fields with bytes that are not UTF-8."""
    fields: set[str] = request.unreadable_fields  # type: ignore[attr-defined]  # See init_app.
    return fields


class Utf8Request(Request):
    """A request whose fields contain U+FFFD instead of bytes that are not UTF-8."""

    @cached_property
    def unreadable_fields(self) -> set[str]:
        """Return the names of the submitted fields with bytes that are not UTF-8."""
        return set()

    @cached_property
    def args(self) -> ImmutableMultiDict[str, str]:
        """Return the query parameters; refuse parameters that are not UTF-8 with 400."""
        pairs, unreadable = _read(_parse_pairs(self.query_string))
        if unreadable:
            names = ", ".join(sorted(unreadable))
            abort(400, _("%(name)s in the address is not valid UTF-8.", name=names))
        return ImmutableMultiDict(pairs)

    def make_form_data_parser(self) -> FormDataParser:
        """Return the parser of the form, which adds to `unreadable_fields`."""
        return _Parser(
            unreadable_fields=self.unreadable_fields,
            stream_factory=self._get_file_stream,
            max_form_memory_size=self.max_form_memory_size,
            max_content_length=self.max_content_length,
            max_form_parts=self.max_form_parts,
            cls=self.parameter_storage_class,
        )


class _Parser(FormDataParser):
    """A parser that adds the names of fields that are not UTF-8 to `unreadable_fields`."""

    def __init__(self, *, unreadable_fields: set[str], **options: Any) -> None:
        super().__init__(**options)
        self.unreadable_fields = unreadable_fields

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """Return the stream, the fields and the files; no fields if the body is no form."""
        pairs: Pairs = []
        files = self.cls()
        if mimetype == "application/x-www-form-urlencoded":
            pairs = _parse_pairs(stream.read())
        elif mimetype == "multipart/form-data":
            parser = _MultiPartParser(
                stream_factory=self.stream_factory,
                max_form_memory_size=self.max_form_memory_size,
                max_form_parts=self.max_form_parts,
                cls=self.cls,
            )
            try:
                boundary = (options or {})["boundary"].encode("ascii")
                fields, files = parser.parse(stream, boundary, content_length)
                pairs = [
                    # A part may come without a name.
                    (name or "", _decode(value.encode("latin-1")))
                    for name, value in _list(fields)
                ]
            except (KeyError, ValueError):
                pass  # No form, as Werkzeug decides too.
        pairs, unreadable = _read(pairs)
        self.unreadable_fields |= unreadable
        return stream, self.cls(pairs), files


class _MultiPartParser(MultiPartParser):
    """A parser of fields whose characters stand for bytes, to decode them later."""

    def get_part_charset(self, headers: Headers) -> str:
        """Return the charset that has a character for every byte."""
        return "latin-1"


def _list(fields: Any) -> Pairs:
    return list(fields.items(multi=True))


def _decode(data: bytes) -> str:
    """Decode UTF-8; Python's "surrogateescape" keeps other bytes as lone surrogates."""
    return data.decode(errors="surrogateescape")


def _parse_pairs(data: bytes) -> Pairs:
    return parse_qsl(_decode(data), keep_blank_values=True, errors="surrogateescape")


def _read(pairs: Pairs) -> tuple[Pairs, set[str]]:
    """Replace bytes that are not UTF-8 by U+FFFD; return also the names of fields with such."""
    unreadable = set()
    read = []
    for name, value in pairs:
        clean_name, clean_value = map(_replace, (name, value))
        if (clean_name, clean_value) != (name, value):
            unreadable.add(clean_name)
        read.append((clean_name, clean_value))
    return read, unreadable


def _replace(text: str) -> str:
    return text.encode(errors="surrogateescape").decode(errors="replace")
