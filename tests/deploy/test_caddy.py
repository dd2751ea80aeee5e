"""deploy/caddy/Caddyfile: Caddy with its own certificates in front of the web server."""

import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest

from blog.submissions.resending import ADDRESS_LIMITS
from tests.browser.server import free_port, wait
from tests.deploy.units import ROOT, Service, environment, listening
from tests.manuscripts.files import draw_picture, write_review
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.programs import find_program

pytestmark = pytest.mark.slow

CADDYFILE = ROOT / "deploy" / "caddy" / "Caddyfile"
REVIEW = "/reviews/run-on"
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.9"
TOO_LARGE = "413 Request Entity Too Large"
# Each server has its own ETags and dates; HSTS is the pages' business.
OF_EACH_SERVER = {
    *("connection", "content-length", "date", "etag", "last-modified", "server"),
    *("strict-transport-security", "accept-ranges", "content-disposition"),
}


@dataclass(kw_only=True)
class Road:
    """Caddy, the web server behind it, and how to reach both."""

    port: int
    plain_port: int
    service: Service
    upstream: int
    log: Path

    def connect(self, source: str = HERE) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(
            "localhost",
            self.port,
            source_address=(source, 0),
            context=ssl._create_unverified_context(),  # Caddy has made its certificate just now.
            timeout=PATIENCE_SECONDS,
        )

    def ask(
        self, method: str, path: str, body: str | None = None, *, source: str = HERE, **headers: str
    ) -> tuple[HTTPResponse, str]:
        """Send a request through Caddy; return the response and its text."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        with closing(self.connect(source)) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response, response.read().decode(errors="replace")

    def get(self, path: str, **more: str) -> tuple[HTTPResponse, str]:
        return self.ask("GET", path, **more)

    def comment(self, text: str, **more: str) -> tuple[HTTPResponse, str]:
        fields = {"author_name": "Mina", "body": text}
        return self.ask("POST", f"{REVIEW}/comments", urlencode(fields), **more)


@contextmanager
def caddy(folder: Path, *, upstream: int, data: Path) -> Iterator[tuple[int, int, Path]]:
    """Run Caddy with our file, and its own authority for certificates; yield its ports and log."""
    port, plain_port = free_port(), free_port()
    ours = f"{{\n\tlocal_certs\n\tskip_install_trust\n\tdefault_bind {HERE}\n"
    ours += f"\thttps_port {port}\n\thttp_port {plain_port}\n"
    # Waiting for a server that does not come back is not the subject of these tests.
    text = CADDYFILE.read_text().replace("lb_try_duration 10s", "lb_try_duration 1s")
    config, log = folder / "Caddyfile", folder / "caddy.log"
    config.write_text(re.sub(r"^\{\n", ours, text, count=1, flags=re.MULTILINE))
    places = {
        "SITE_HOST": f"localhost:{port}",
        "UPSTREAM": f"{HERE}:{upstream}",
        "CACHE_DIR": str(folder),
        "DATA_DIR": str(data),
        "CODE_DIR": str(ROOT),
        "CADDY_ADMIN": f"unix/{folder}/admin.sock",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [find_program("caddy"), "run", "--config", str(config), "--adapter", "caddyfile"],
            env={"PATH": os.environ["PATH"], **places}, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        wait_until(lambda: process.poll() is not None or _speaks(port), log.read_text)
        assert process.poll() is None, log.read_text()
        yield port, plain_port, log
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _speaks(port: int) -> bool:
    """Return whether a server answers TLS with the certificate of its host."""
    context = ssl._create_unverified_context()
    try:
        with socket.create_connection((HERE, port)) as plain:
            context.wrap_socket(plain, server_hostname="localhost").close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def road(tmp_path_factory) -> Iterator[Road]:
    """The site with one review behind Caddy."""
    find_program("caddy")
    folder = tmp_path_factory.mktemp("caddy")
    upstream, data = free_port(), folder / "data"
    with ExitStack() as stack:
        port, plain_port, log = stack.enter_context(caddy(folder, upstream=upstream, data=data))
        settings = {
            "SITE_URL": f"https://localhost:{port}",
            "PORT": str(upstream),
            "DATA_DIR": str(data),
            "DEMO": "0",
        }
        flask = [str(Path(sys.executable).with_name("flask")), "--app", "wsgi"]
        draw_picture(folder, "track.jpg", size=(900, 600))
        file = write_review(folder, body="![A track](track.jpg)\n\nThey run, and then they talk.")
        for words in (["setup"], ["review", "import", str(file)]):
            subprocess.run([*flask, *words], cwd=ROOT, env=environment(settings), check=True)
        listener = stack.enter_context(listening(upstream))
        service = Service(listener=listener, settings=settings, folder=folder)
        service.start()
        assert service.process
        try:
            wait(service.process, f"http://{HERE}:{upstream}", service.log)
            yield Road(
                port=port, plain_port=plain_port, service=service, upstream=upstream, log=log
            )
        finally:
            if service.process:
                service.stop()


def test_readers_are_led_to_https_and_browsers_told_to_stay_there(road):
    with closing(http.client.HTTPConnection(HERE, road.plain_port)) as connection:
        connection.request("GET", REVIEW, headers={"Host": "localhost"})
        response = connection.getresponse()
    assert response.status == 308
    assert response.headers["Location"].startswith("https://localhost")
    response, page = road.get(REVIEW)
    assert response.status == 200
    assert "The runner stops" in page
    assert "max-age=63072000" in response.headers["Strict-Transport-Security"]
    assert "Server" not in response.headers or "Caddy" not in response.headers["Server"]
    assert "X-Accel-Expires" not in response.headers, "it is meant for the proxy"


def test_an_unknown_host_gets_no_page(road):
    response, text = road.get("/", Host=f"other.example:{road.port}")
    assert (response.status, text) == (200, "") or response.status == 400


def test_addresses_are_those_of_readers_and_cannot_be_forged(road):
    limit = ADDRESS_LIMITS[0].count
    sent = [
        road.comment(f"Comment {number}.", source=ELSEWHERE, X_Forwarded_For=f"198.51.100.{number}")
        for number in range(limit + 1)
    ]
    statuses = [response.status for response, _page in sent]
    assert statuses == [303] * limit + [429]
    assert "limit" in sent[-1][1] or sent[-1][0].headers["Retry-After"]
    # Another reader is another address.
    assert road.comment("From here.", X_Forwarded_For=ELSEWHERE)[0].status == 303


@pytest.mark.parametrize("accepted", ["br", "gzip", "identity"])
def test_static_files_have_the_headers_of_the_site(road, accepted):
    page = road.get(REVIEW)[1]
    for path in re.findall(r'"(/static/[0-9a-f]{12}/(?:css/site\.css|js/site\.js))"', page):
        _compare(road, path, accepted)


def test_pictures_have_the_headers_of_the_site(road):
    paths = set(re.findall(r"/media/[0-9a-f]{32}\.\w+", road.get(REVIEW)[1]))
    assert {path.rpartition(".")[2] for path in paths} >= {"webp"}
    for path in paths:
        _compare(road, path, "br")


def _compare(road: Road, path: str, accepted: str) -> None:
    served, _text = road.get(path, Accept_Encoding=accepted)
    with closing(http.client.HTTPConnection(HERE, road.upstream)) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": accepted})
        own = connection.getresponse()
        own.read()
    assert served.status == own.status == 200
    assert "X-Second-Lead" in served.headers
    for name in {name.lower() for name in own.headers} - OF_EACH_SERVER:
        assert _plain(served.headers[name]) == _plain(own.headers[name]), f"{path}: {name}"
    encoded = served.headers.get("Content-Encoding", "identity")
    assert encoded == own.headers.get("Content-Encoding", "identity")


def _plain(value: str | None) -> str | None:
    return value and value.replace("; charset=utf-8", "").replace('"', "")


def test_what_is_no_current_static_file_is_answered_by_the_site(road):
    for path in ("/static/css/site.css", "/static/000000000000/css/site.css"):
        response, text = road.get(path)
        assert response.status == 200
        assert "immutable" not in response.headers.get("Cache-Control", "")
        assert "--paper" in text
    for path in ("/static/000000000000/none.js", "/media/none.webp", "/media/.secret.webp"):
        response, text = road.get(path)
        assert (response.status, "Page not found" in text) == (404, True)
    version = re.search(r"/static/[0-9a-f]{12}/", road.get(REVIEW)[1])
    assert version
    assert road.get(f"{version[0]}css/site.css.br")[0].status == 404
    assert "X-Second-Lead" in road.get(f"{version[0]}..%2f..%2fdata/secret_key")[0].headers


def test_thirty_slow_clients_silence_nothing(road):
    head = f"POST {REVIEW}/comments HTTP/1.1\r\nHost: localhost:{road.port}\r\n"
    starts = (head, f"{head}Content-Length: 5000\r\n\r\nbody=", f"{head}Transfer-Encoding: chunked")
    with ExitStack() as stack:
        for number in range(30):
            plain = socket.create_connection((HERE, road.port))
            secure = ssl._create_unverified_context().wrap_socket(
                stack.enter_context(plain), server_hostname="localhost"
            )
            stack.enter_context(secure).sendall(starts[number % 3].encode())
        assert road.get(REVIEW)[0].status == 200
        assert road.comment("Between slow ones.", source="127.0.0.3")[0].status == 303


@pytest.mark.parametrize(("size", "words"), [(300_000, "Too long"), (3_000_000, TOO_LARGE)])
def test_a_body_that_is_too_large_is_refused_in_words(road, size, words):
    response, text = road.comment("x" * size, source="127.0.0.4")
    assert response.status == 413
    assert words in text


def test_uploads_may_be_larger_than_other_requests(road):
    # Nobody is signed in: the site refuses it, and Caddy does not.
    body, kind = "x" * 3_000_000, "multipart/form-data; boundary=x"
    _response, text = road.ask("POST", "/admin/reviews/1/pictures", body, Content_Type=kind)
    assert text != TOO_LARGE
    assert road.ask("POST", "/admin/reviews/1/preview", body, Content_Type=kind)[1] == TOO_LARGE


def test_no_log_has_an_address_a_token_or_a_word(road):
    for path in ("/drafts/hidden-token-1", "/mail/hidden-token-2?x=1", "/?q=hidden-word"):
        road.get(path, source=ELSEWHERE, User_Agent="hidden-browser", Referer="https://hidden/")
    wait_until(lambda: '"uri":"/mail/"' in road.log.read_text(), road.log.read_text)
    lines = [json.loads(line) for line in road.log.read_text().splitlines()]
    access = [line for line in lines if line.get("logger", "").startswith("http.log.access")]
    assert {"/drafts/", "/mail/", "/"} <= {line["request"]["uri"] for line in access}
    assert all({"status", "duration", "size"} <= set(line) for line in access)
    assert "hidden" not in road.log.read_text()
    assert ELSEWHERE not in road.log.read_text()


def test_a_restart_of_the_web_server_is_not_seen(road):
    road.service.stop()
    answers: list[int] = []
    sent = [
        threading.Thread(target=lambda: answers.append(road.get("/")[0].status)),
        threading.Thread(
            target=lambda: answers.append(road.comment("At once.", source="127.0.0.5")[0].status)
        ),
    ]
    for thread in sent:
        thread.start()
    road.service.start()
    for thread in sent:
        thread.join()
    assert sorted(answers) == [200, 303]


def test_the_site_is_closed_while_nothing_listens_and_comes_back_by_itself(road):
    road.service.stop()
    road.service.listener.close()
    for response, page in (road.get(REVIEW), road.comment("Lost?", source=ELSEWHERE)):
        assert response.status == 503
        assert "Closed for a moment" in page
        assert response.headers["Retry-After"] == "30"
        # The scripts must not take it for an answer of the site.
        assert "X-Second-Lead" not in response.headers
    assert ELSEWHERE not in road.log.read_text()
    with listening(road.upstream) as road.service.listener:
        road.service.start()
        assert road.get(REVIEW)[0].status == 200
        road.service.stop()
