"""A server on this machine that receives what Sentry's library sends."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli

DECODERS = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}


class FakeSentry(ThreadingHTTPServer):
    """What arrived: the headers and the decoded body of each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.arrived: list[str] = []
        self.is_slow = threading.Event()
        self.go_on = threading.Event()

    @property
    def dsn(self) -> str:
        return f"http://0123456789abcdef@127.0.0.1:{self.server_port}/7"

    @property
    def events(self) -> list[dict]:
        """The events in the envelopes that arrived: every third line of an envelope's."""
        return [json.loads(text.splitlines()[-1]) for text in list(self.arrived)]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # http.server names it.
        body = self.rfile.read(int(self.headers["Content-Length"]))
        decode = DECODERS[self.headers.get("Content-Encoding")]
        if self.server.is_slow.is_set():
            self.server.go_on.wait()
        self.server.arrived.append(f"{self.headers}\n{decode(body).decode()}")
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args: object) -> None:
        """Print nothing."""


@contextmanager
def fake_sentry() -> Iterator[FakeSentry]:
    with FakeSentry() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()
            thread.join()
