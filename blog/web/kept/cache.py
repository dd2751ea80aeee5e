"""Answer requests for public pages from memory, in place of the application."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.sansio.utils import get_host

from blog.settings import Settings
from blog.web.caching import KEPT, NAMES, look_at
from blog.web.kept.pages import Page, own_headers
from blog.web.kept.store import Key, Store
from blog.web.measuring import Stopwatch
from blog.web.security import SHARED_PATHS, host_name, is_admin_path

# A request waits so many seconds for another one that renders the same page.
LONGEST_WAIT = 5
MOST_PARAMETERS = 50
# Only the application knows how to answer requests with these.
_PASSED_ON = {"HTTP_HX_REQUEST", "HTTP_RANGE", "HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING"}
# In place of the path of a page, of all paths that lead to no view.
_NOWHERE = "nowhere"


class Watch(Protocol):
    """What knows the version of the public content; None if it cannot be read."""

    @property
    def former(self) -> object | None:
        """Return the version before, if its pages may still be shown, else None."""

    def current(self) -> object | None:
        """Return the current version, or None if it cannot be read."""

    def close(self) -> None:
        """Close what is open, and forget what is known."""


@dataclass(slots=True)
class Flight:
    """The rendering of a page for a version, for which other requests can wait."""

    version: object
    is_done: threading.Event = field(default_factory=threading.Event)
    is_kept: bool = False


class PageCache:
    """WSGI middleware that keeps the pages of views that `cache_publicly` decorates.

    It stands directly before Flask: what is before it (the id of a request, the headers of a
    trusted proxy) holds for kept pages too.
    """

    def __init__(self, app: Flask, settings: Settings, watch: Watch) -> None:
        self._app = app
        self.inner: WSGIApplication = app.wsgi_app
        self.watch = watch
        self.store = Store(settings.page_cache_mb * 1024 * 1024)
        self._missing: Page | None = None
        self._flights: dict[Key, Flight] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request from memory, or let the application answer it."""
        stopwatch = Stopwatch()
        key = self._find_key(environ) if _may_be_kept(environ) else None
        deadline: float | None = None
        while key is not None and (version := self.watch.current()) is not None:
            page = self._find_page(key)
            if page is None or page.version != version:
                flight, is_first = self._join(key, version)
                if is_first:
                    return self._render(key, flight, environ, start_response)
                if page is None or page.version != self.watch.former:
                    deadline = deadline or monotonic() + LONGEST_WAIT
                    left = max(0, deadline - monotonic())
                    if flight.is_done.wait(left) and flight.is_kept:
                        continue
                    break
            stopwatch.count(page.view, environ["REQUEST_METHOD"], page.status)
            return page.respond(environ, start_response, is_hit=True)
        return self.inner(environ, start_response)

    def close(self) -> None:
        """Forget all pages and the version."""
        self.store.clear()
        self.watch.close()

    def _find_key(self, environ: WSGIEnvironment) -> Key | None:
        """Return the key of a request: scheme, host, path, and the parameters that the view reads.

        None if the host is not the site's, or the view keeps nothing.
        """
        scheme, path = environ["wsgi.url_scheme"], environ["PATH_INFO"]
        host = _find_host(scheme, environ.get("HTTP_HOST", ""))
        if host not in self._app.extensions["settings"].trusted_hosts:
            return None
        query = environ.get("QUERY_STRING", "")
        key = (scheme, host, path, "")
        if not query and key in self.store:
            return key
        try:
            names = self._find_names(environ)
        except NotFound:
            # The response to these depends on the path.
            if is_admin_path(path) or path.startswith(SHARED_PATHS):
                return None
            return (scheme, host, _NOWHERE, "")
        chosen = None if names is None else _choose_parameters(query, names)
        return None if chosen is None else (scheme, host, path, chosen)

    def _find_names(self, environ: WSGIEnvironment) -> tuple[str, ...] | None:
        """Return the parameters that the page of a request depends on; None if it is not kept.

        Raises NotFound if the path leads to no view.
        """
        try:
            endpoint, _arguments = self._app.url_map.bind_to_environ(environ).match()
        except NotFound:
            raise
        except HTTPException:
            return None
        names: tuple[str, ...] | None = getattr(self._app.view_functions[endpoint], NAMES, None)
        return names

    def _find_page(self, key: Key) -> Page | None:
        """Return the kept page of any version, or None if the time or its files have changed it."""
        page = self.store.get(key)
        return None if page is None or self.is_over(page) else page

    def is_over(self, page: Page) -> bool:
        """Return whether a page is out of date by the time or by its files."""
        if page.until is not None and self._app.extensions["clock"]() >= page.until:
            return True
        if not page.files:
            return False
        return any(look_at(file) != seen for file, seen in page.files.items())

    def _join(self, key: Key, version: object) -> tuple[Flight, bool]:
        """Return the flight that renders a page, and whether it is a new one."""
        with self._lock:
            flight = self._flights.get(key)
            if flight is None:
                flight = self._flights[key] = Flight(version)
                return flight, True
            return flight, False

    def _render(
        self, key: Key, flight: Flight, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let the application render a page, and keep it if the view says so."""
        answer: list[Any] = []
        environ[KEPT] = None
        try:
            content = self.inner(environ, _note(answer))
            status, headers = answer[0][:2]
            page = self._make_page(environ, status, headers, flight.version)
            # A cookie is somebody's own.
            if page is not None and not any(name.lower() == "set-cookie" for name, _ in headers):
                self._keep(key, page)
                flight.is_kept = True
        finally:
            with self._lock:
                del self._flights[key]
            flight.is_done.set()
        if page is None:
            start_response(*answer[0])
            return content
        if hasattr(content, "close"):
            content.close()
        return page.respond(environ, start_response, is_hit=False)

    def _make_page(
        self, environ: WSGIEnvironment, status: str, headers: list[Any], version: object
    ) -> Page | None:
        """Return the page of a response; None if its view did not offer it."""
        kept = environ.pop(KEPT)
        if kept is None:
            return None
        return Page(
            status=status,
            body=kept.body,
            headers=own_headers(headers),
            view=kept.view,
            version=version,
            until=kept.until,
            files=kept.files,
        )

    def _keep(self, key: Key, page: Page) -> None:
        """Keep a page; one that is as it was keeps its compressed forms.

        Pages of status 404 are all alike, and share what they show.
        """
        former = self.store.peek(key) if page.is_found else self._missing
        if former is not None and former.shows_the_same_as(page):
            page.share(former)
        if not page.is_found:
            self._missing = page
        self.store.put(key, page)


def init_app(app: Flask, settings: Settings, watch: Watch) -> None:
    """Keep public pages in memory, unless PAGE_CACHE_MB is 0."""
    if settings.page_cache_mb:
        cache = PageCache(app, settings, watch)
        app.extensions["page_cache"] = cache
        app.wsgi_app = cache  # type: ignore[method-assign]  # Flask's documented way.


@lru_cache(maxsize=256)
def _find_host(scheme: str, header: str) -> str:
    """Return the host's name in a Host header; "" if it is not valid."""
    return host_name(get_host(scheme, header))


def _choose_parameters(query: str, names: tuple[str, ...]) -> str | None:
    """Return the part of a query with these parameters; None if it has too many to look at."""
    # Security refuses a query that is not UTF-8.
    if not query.isascii():
        return None
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return None
    return urlencode([(name, given[name][0]) for name in names if name in given])


def _may_be_kept(environ: WSGIEnvironment) -> bool:
    """Return whether a request is a plain one for a page, which has the same answer for all."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and _PASSED_ON.isdisjoint(environ)
        and not environ.get("SCRIPT_NAME")
        and environ.get("CONTENT_LENGTH", "") in ("", "0")
    )


def _note(answer: list[Any]) -> StartResponse:
    """Return a `start_response` that only notes the status and headers it is called with."""

    def start_response(*given: Any) -> Any:
        answer.append(given)
        return answer.append  # Flask does not call it, but returns its content.

    return start_response
