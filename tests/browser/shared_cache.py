"""A shared HTTP cache in front of the site that stores every response it may store."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# Hop-by-hop headers, which are not forwarded: RFC 9110, section 7.6.1.
HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A response of the site."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class SharedCache:
    """A cache that serves stored responses without revalidation, and records its hits."""

    def __init__(self, behind: str) -> None:
        self.behind = urlsplit(behind).netloc
        self.kept: dict[str, Stored] = {}
        self.hits: list[str] = []
        self.url = ""

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Stored:
        """Return the stored response to a GET request, or forward the request to the site."""
        if method == "GET" and path in self.kept:
            self.hits.append(path)
            return self.kept[path]
        response = self._forward(method, path, headers, body)
        if method == "GET" and response.status == 200 and self._may_keep(response):
            self.kept[path] = response
        return response

    def _forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Stored:
        connection = HTTPConnection(self.behind, timeout=30)
        try:
            connection.request(method, path, body=body or None, headers=headers)
            response = connection.getresponse()
            kept = [(name, value) for name, value in response.getheaders() if _is_kept(name)]
            return Stored(response.status, kept, response.read())
        finally:
            connection.close()

    def _may_keep(self, response: Stored) -> bool:
        """Return whether a shared cache may store a response; ignore "no-cache" on purpose."""
        fields = {name.lower(): value.lower() for name, value in response.headers}
        control = fields.get("cache-control", "")
        return "public" in control and "no-store" not in control and "private" not in control


@contextmanager
def shared_cache(behind: str) -> Iterator[SharedCache]:
    """Run a cache in front of the site at `behind`."""
    cache = SharedCache(behind)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(cache))
    server.daemon_threads = True
    cache.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield cache
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(cache: SharedCache) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond()

        def do_POST(self) -> None:
            self._respond()

        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if _is_kept(name)}
            # The cache does not support conditional requests or encodings.
            forwarded = {n: v for n, v in headers.items() if not _is_ours(n)}
            kept = cache.respond(self.command, self.path, forwarded, body)
            self.send_response_only(kept.status)
            for name, value in kept.headers:
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(kept.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(kept.body)

        def log_message(self, *_arguments: object) -> None:
            """Log nothing, to keep the output of the tests clean."""

    return Handler


def _is_kept(name: str) -> bool:
    return name.lower() not in HOP


def _is_ours(name: str) -> bool:
    return name.lower() == "accept-encoding" or name.lower().startswith("if-")
