"""gunicorn refuses requests that are not valid HTTP, and logs no traceback and no text of them."""

import re
import socket
from urllib.parse import urlsplit

import pytest

from tests.browser.server import running
from tests.builders import make_review
from tests.databases import fresh_sqlite, scratch_folder
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.slow

TEXT = "my own words"
POST = "POST /reviews/run-on/comments HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = f"{POST}{FORM}Transfer-Encoding: chunked\r\n\r\n"
GET = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
REQUESTS = {
    "a chunk's size is text": f"{CHUNKED}{TEXT}\r\n",
    "a chunk's size is negative": f"{CHUNKED}-5\r\nbody={TEXT}\r\n0\r\n\r\n",
    "a chunk's size is huge": f"{CHUNKED}{'f' * 40}\r\nbody={TEXT}\r\n",
    "a chunk has no end": f"{CHUNKED}5\r\nbody={TEXT}\r\n0\r\n\r\n",
    "a chunk is cut short": f"{CHUNKED}ff\r\nbody={TEXT}",
    "no chunk at all": CHUNKED,
    "an extension is endless": f"{CHUNKED}5;{'x' * 20_000}\r\nbody=\r\n0\r\n\r\n",
    "two lengths": f"{POST}{FORM}Content-Length: 5\r\nContent-Length: 6\r\n\r\nbody={TEXT}",
    "a length and chunks": CHUNKED.replace("\r\n\r\n", "\r\nContent-Length: 5\r\n\r\nbody="),
    "a length that is not a number": f"{POST}{FORM}Content-Length: {TEXT}\r\n\r\nbody={TEXT}",
    "a negative length": f"{POST}{FORM}Content-Length: -1\r\n\r\nbody={TEXT}",
    "a body that ends early": f"{POST}{FORM}Content-Length: 500\r\n\r\nbody={TEXT}",
    "an unknown coding": f"{POST}{FORM}Transfer-Encoding: {TEXT}\r\n\r\nbody={TEXT}",
    "a header without a colon": f"{GET}{TEXT}\r\n\r\n",
    "a space before the colon": f"{GET}X-Words : {TEXT}\r\n\r\n",
    "a NUL in a header": f"{GET}X-Words: {TEXT}\0\r\n\r\n",
    "a folded header line": f"{GET}X-Words: a\r\n {TEXT}\r\n\r\n",
    "another protocol": f"GET / {TEXT}/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    "a method that does not exist": f"{TEXT} / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "an endless address": f"GET /{'x' * 20_000} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "two hosts": f"{GET}Host: {TEXT}.example\r\n\r\n",
    "no host": "GET / HTTP/1.1\r\n\r\n",
    "too many headers": GET + "".join(f"X-{n}: {n}\r\n" for n in range(500)) + "\r\n",
}
# A broken form whose URL contains a line break, which could forge a line of the log.
FORGED = CHUNKED.replace("/run-on/", "/run-on%0aCRITICAL%20forged/") + f"{TEXT}\r\n"


@pytest.fixture(scope="module")
def site():
    folder = scratch_folder()
    with running(database_url=fresh_sqlite(folder), data_dir=folder) as site:
        with site.app.app_context():
            make_review()
        yield site


def send(site, request: str) -> bytes:
    """Send a raw request, close the sending side, and return the whole response."""
    address = urlsplit(site.url)
    with socket.create_connection((address.hostname, address.port), PATIENCE_SECONDS) as wire:
        wire.sendall(request.encode("latin-1"))
        wire.shutdown(socket.SHUT_WR)
        response = b""
        try:
            while piece := wire.recv(65536):
                response += piece
        except ConnectionResetError:
            pass  # The server closed the connection before reading the whole request.
        return response


def test_invalid_http_is_refused_and_not_logged(site):
    for name, request in {**REQUESTS, "a forged line": FORGED}.items():
        response = send(site, request)
        status = re.match(rb"HTTP/1\.[01] (\d+)", response)
        # gunicorn responds with 501 to an unknown transfer coding.
        assert status is None or 400 <= int(status[1]) < 500 or int(status[1]) == 501, name
    assert b"200 OK" in send(site, f"{GET}\r\n"), "the server still works"
    log = (site.data_dir / "gunicorn.log").read_text()
    assert "Traceback" not in log
    assert TEXT not in log
    assert not [line for line in log.splitlines() if line.startswith("CRITICAL")]
