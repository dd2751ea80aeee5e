"""A stand-in for the address that judges a captcha's answer, on this machine."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.patience import PATIENCE_SECONDS


class Verifier:
    """Answer as it is told to, and remember what it was asked."""

    def __init__(self, response: bytes = b'{"success": true}', status: int = 200) -> None:
        self.answer = response
        self.status = status
        self.location = ""
        # Until this is set nothing is said, or one byte after another.
        self.may_reply = threading.Event()
        self.may_reply.set()
        self.drips = False
        self.asked: list[dict[str, list[str]]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        # What to look at while somebody waits for the answer.
        self.look: Callable[[], object] = lambda: None

    def hold(self, *, drips: bool = False) -> None:
        """Say nothing from now on, or something without an end."""
        self.drips = drips
        self.may_reply.clear()


@contextmanager
def running(**options) -> Iterator[Verifier]:
    verifier = Verifier(**options)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            verifier.asked.append(parse_qs(body, keep_blank_values=True))
            verifier.headers.append(dict(self.headers))
            verifier.look()
            if not verifier.drips:
                verifier.may_reply.wait(2 * PATIENCE_SECONDS)
            self.answer(verifier.status)

        def do_GET(self) -> None:
            """Be where a redirect leads, which nobody should follow."""
            verifier.asked.append({})
            self.answer(200)

        def answer(self, status: int) -> None:
            self.send_response(status)
            if verifier.location:
                self.send_header("Location", verifier.location)
            self.end_headers()
            while verifier.drips and not verifier.may_reply.wait(0.02):
                self.wfile.write(b" ")
            self.wfile.write(verifier.answer)

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True  # Whoever asked waits no longer.

        def log_message(self, *_args: object) -> None:
            """Leave the test's output alone."""

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
