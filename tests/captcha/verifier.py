"""A fake of Google's server that verifies captchas, on loopback."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.patience import PATIENCE_SECONDS


class Verifier:
    """A fake verifier: it keeps each request and sends the response it was given."""

    def __init__(self, response: bytes = b'{"success": true}', status: int = 200) -> None:
        self.response = response
        self.status = status
        self.location = ""
        # Until this is set, the server sends nothing, or single bytes if `drips`.
        self.may_reply = threading.Event()
        self.may_reply.set()
        self.drips = False
        self.requests: list[dict[str, list[str]]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        # This is called while the client waits for the response.
        self.on_request: Callable[[], object] = lambda: None

    def hold(self, *, drips: bool = False) -> None:
        """Send no response from now on, or, if `drips`, one byte after another without an end."""
        self.drips = drips
        self.may_reply.clear()


@contextmanager
def run_verifier(**options) -> Iterator[Verifier]:
    """Run a fake verifier on a free port."""
    verifier = Verifier(**options)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            verifier.requests.append(parse_qs(body, keep_blank_values=True))
            verifier.headers.append(dict(self.headers))
            verifier.on_request()
            if not verifier.drips:
                verifier.may_reply.wait(2 * PATIENCE_SECONDS)
            self.respond(verifier.status)

        def do_GET(self) -> None:
            """Keep an empty request: no client should follow a redirect to this server."""
            verifier.requests.append({})
            self.respond(200)

        def respond(self, status: int) -> None:
            self.send_response(status)
            if verifier.location:
                self.send_header("Location", verifier.location)
            self.end_headers()
            while verifier.drips and not verifier.may_reply.wait(0.02):
                self.wfile.write(b" ")
            self.wfile.write(verifier.response)

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True  # The client has hung up.

        def log_message(self, *_args: object) -> None:
            """Write nothing to the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    verifier.url = f"http://127.0.0.1:{server.server_port}/siteverify"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield verifier
    finally:
        verifier.may_reply.set()
        server.shutdown()
        thread.join()
        server.server_close()
