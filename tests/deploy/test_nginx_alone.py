"""nginx in front of a server that repeats what it was sent: what passes, in which words, and what
does not."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.server import free_port
from tests.databases import scratch_folder
from tests.deploy.nginx import FORM, HOST, Nginx, ask, new_address, running_nginx
from tests.patience import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.slow


class Echo(ThreadingHTTPServer):
    """A server that answers with the request line, the headers and the length of the body."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), EchoHandler)
        self.seen: list[str] = []
        self.sockets: list[socket.socket] = []

    def close_sockets(self) -> None:
        """Close all connections, which otherwise outlive the server."""
        for each in self.sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class EchoHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # One packet for each response.

    def setup(self) -> None:
        super().setup()
        self.server.sockets.append(self.connection)

    def answer(self) -> None:
        self.server.seen.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "/hangs-up" in self.path:
            self.close_connection = True
            return
        said = json.dumps({"headers": dict(self.headers), "length": len(body)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PUT = answer  # noqa: N815  # The names of http.server.

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def running_echo(port: int) -> Iterator[Echo]:
    with Echo(port) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
            server.close_sockets()


@pytest.fixture(scope="module")
def upstream() -> int:
    return free_port()


@pytest.fixture(scope="module")
def nginx(upstream: int) -> Iterator[Nginx]:
    with running_nginx(
        folder=scratch_folder(),
        upstream=upstream,
        data_dir=scratch_folder(),
        changes={"rate=20r/s": "rate=1r/s"},
    ) as it:
        yield it


@pytest.fixture
def echo(nginx: Nginx, upstream: int) -> Iterator[Echo]:
    with running_echo(upstream) as server:
        yield server


def test_http_leads_to_https(nginx):
    with closing(HTTPConnection("127.0.0.1", nginx.plain_port, timeout=PATIENCE_SECONDS)) as plain:
        plain.request("GET", "/reviews/run-on?after=3", headers={"Host": "evil.example"})
        response = plain.getresponse()
        response.read()
    assert response.status == 301
    assert response.headers["Location"] == f"https://{HOST}/reviews/run-on?after=3"


def test_browsers_may_speak_http_2(nginx):
    context = ssl._create_unverified_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", nginx.port), PATIENCE_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        assert secure.selected_alpn_protocol() == "h2"
        empty_settings = b"\0\0\0\4\0\0\0\0\0"
        secure.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + empty_settings)
        assert secure.recv(9)[3] == 4, "the type of the first frame is SETTINGS"


def test_what_a_client_says_about_its_address_is_replaced(nginx, echo):
    forged = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
        "X-Request-ID": "mine",
    }
    headers = json.loads(nginx.ask("/forged", address="127.0.0.9", headers=forged).text)["headers"]
    assert headers["X-Forwarded-For"] == "127.0.0.9"
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["Host"] == HOST
    assert not {"X-Forwarded-Host", "X-Real-IP", "Forwarded"} & set(headers)
    (line,) = nginx.wait_for_log(1, path="/forged")
    assert headers["X-Request-ID"] == line["request_id"]


def test_the_access_log_has_no_address_no_query_and_no_token(nginx, echo):
    paths = [
        *("/mail/s3cret", "/drafts/s3cret?s3cret", "/nothing?q=s3cret", "//mail/s3cret"),
        *("/mai%6C/s3cret", "/mail%2Fs3cret", "/a/../%64rafts/s3cret"),
    ]
    private = {"User-Agent": "s3cret", "Referer": "s3cret", "Cookie": "a=s3cret"}
    with nginx.connection(address="127.0.0.77") as connection:
        for path in paths:
            ask(connection, path, method="PUT", headers=private)
    lines = nginx.wait_for_log(len(paths), method="PUT")
    assert [line["path"] for line in lines] == [
        *("/mail/(token)", "/drafts/(token)", "/nothing", "//mail/(token)"),
        *("/mai(escaped)", "/mail(escaped)", "/a/../(escaped)"),
    ]
    text = json.dumps(lines)
    assert "s3cret" not in text
    assert not re.search(r"127\.0\.0", text)


def test_a_body_that_is_too_large_is_refused_in_words_except_for_uploads(nginx, echo):
    large = b"x" * 400_000
    refused = nginx.ask("/reviews/run-on/comments", method="POST", body=large, headers=FORM)
    assert (refused.status, "X-Second-Lead" in refused.headers) == (413, False)
    assert refused.text.startswith("That is too large for this site, and nothing was changed.")
    for path in ("/admin/reviews/7", "/admin/reviews/7/pictures", "/admin/reviewers/3"):
        passed = nginx.ask(path, method="POST", body=large, headers=FORM)
        assert json.loads(passed.text)["length"] == len(large)
    endless = {**FORM, "Content-Length": str(111 * 2**20)}
    with nginx.connection() as connection:
        connection.request("POST", "/admin/reviewers/3", headers={"Host": HOST, **endless})
        assert connection.getresponse().status == 413


def test_slow_clients_reach_nobody_but_nginx(nginx, echo):
    line = f"POST /slow HTTP/1.1\r\nHost: {HOST}\r\n"
    beginnings = [f"{line}X-Slow: ", f"{line}Content-Length: 500\r\n\r\nbody="]
    context = ssl._create_unverified_context()
    with ExitStack() as stack:
        clients = [
            stack.enter_context(
                context.wrap_socket(
                    stack.enter_context(
                        socket.create_connection(("127.0.0.1", nginx.port), PATIENCE_SECONDS)
                    )
                )
            )
            for _ in range(30)
        ]
        for number, client in enumerate(clients):
            client.sendall(beginnings[number % 2].encode())
        for _ in range(5):
            for client in clients:
                client.sendall(b"x")
            assert nginx.ask("/", address=new_address()).status == 200
    assert "/slow" not in echo.seen


def test_too_many_requests_of_one_address_are_refused_and_others_are_not(nginx, echo):
    with nginx.connection(address="127.0.0.55") as connection:
        statuses = [ask(connection, "/healthz").status for _ in range(100)]
    assert statuses[:60] == [200] * 60
    assert 429 in statuses
    assert nginx.ask("/healthz", address="127.0.0.56").status == 200
    refused, *_more = nginx.wait_for_log(1, status=429)
    assert refused["upstream_status"] == ""


def test_a_get_is_sent_again_if_its_kept_connection_was_closed_and_a_post_never(nginx, echo):
    for method, times in (("GET", 2), ("POST", 1)):
        # On one connection, so that one process of nginx gets both.
        with nginx.connection(address=new_address()) as connection:
            assert ask(connection, "/healthz").status == 200
            assert ask(connection, f"/hangs-up/{method}", method=method).status == 503
        assert echo.seen.count(f"/hangs-up/{method}") == times


def test_while_the_site_is_down_a_page_says_so_and_afterwards_it_is_back(nginx, upstream):
    for method in ("GET", "POST"):
        closed = nginx.ask("/reviews/run-on", method=method, address=new_address())
        assert closed.status == 503
        assert closed.headers["Retry-After"] == "30"
        assert "<h1>Closed for a moment</h1>" in closed.text
        assert closed.headers["Cache-Control"] == "private, no-store"
        # The scripts put no page without this header in the place of a form.
        assert "X-Second-Lead" not in closed.headers
    with running_echo(upstream):
        wait_until(lambda: nginx.ask("/", address=new_address()).status == 200)
