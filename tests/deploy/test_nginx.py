"""The site behind nginx: pages, files, pictures, addresses of clients, and uploads."""

import gzip
import io
import secrets
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from blog.accounts.queries import find_moderator
from blog.pictures.making import MAX_UPLOAD_BYTES
from blog.web.assets import version
from tests.browser.server import Site
from tests.builders import PASSWORD, make_draft
from tests.deploy.nginx import EMAIL, FORM, HOST, PAGE, Answer, Nginx, ask, new_address
from tests.page import HTMX
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.slow


def ask_site(site: Site, path: str, **headers: str) -> dict[str, str]:
    """Return the headers with which the site itself answers a request that came by https."""
    connection = HTTPConnection("127.0.0.1", urlsplit(site.url).port, timeout=PATIENCE_SECONDS)
    forwarded = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}
    connection.request("GET", path, headers={"Host": HOST, **forwarded, **headers})
    response = connection.getresponse()
    response.read()
    connection.close()
    return dict(response.headers)


# Headers that nginx sends for a file of its own and the site for a page, or the other way round.
OWN = {
    *("Server", "Date", "Connection", "ETag", "Last-Modified", "Content-Length"),
    *("Content-Encoding", "X-Accel-Expires", "Content-Disposition", "Accept-Ranges"),
    "Server-Timing",  # It says who had a page in memory.
}


def without_own(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in OWN}


def test_a_page_is_as_the_site_sends_it(nginx, nginx_site):
    for path, status in ((PAGE, 200), ("/nothing", 404), ("/admin", 303)):
        answer = nginx.ask(path)
        assert answer.status == status
        assert without_own(dict(answer.headers)) == without_own(ask_site(nginx_site, path))
        assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=63072000"]
        assert "X-Accel-Expires" not in answer.headers


def test_another_host_is_refused_by_the_site(nginx):
    answer = nginx.ask(PAGE, headers={"Host": "evil.example"})
    assert (answer.status, answer.text[:17]) == (400, "Unknown host name")


def test_static_files_come_from_nginx_with_the_headers_of_the_site(nginx, nginx_site):
    path = f"/static/{version()}/css/site.css"
    answer = nginx.ask(path, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    expected = without_own(ask_site(nginx_site, path, **{"Accept-Encoding": "gzip"}))
    assert without_own(dict(answer.headers)) == {**expected, "Vary": "Accept-Encoding"}
    assert gzip.decompress(answer.data) == nginx.ask(path).data
    assert {line["upstream_status"] for line in nginx.wait_for_log(2, path=path)} == {""}
    # A page made before an update asks for the former version; the site has the present file.
    former = "/static/0123456789ab/js/site.js"
    assert (nginx.ask(former).status, nginx.ask(former).headers["Cache-Control"]) == (
        200,
        "no-cache",
    )


def test_pictures_come_from_nginx_with_the_headers_of_the_site(nginx, nginx_site):
    (nginx_site.data_dir / "media").mkdir(exist_ok=True)
    (nginx_site.data_dir / "media/c0ffee.avif").write_bytes(b"picture")
    answer = nginx.ask("/media/c0ffee.avif")
    assert answer.data == b"picture"
    assert without_own(dict(answer.headers)) == without_own(
        ask_site(nginx_site, "/media/c0ffee.avif")
    )
    (line,) = nginx.wait_for_log(1, path="/media/c0ffee.avif")
    assert line["upstream_status"] == ""
    missing = nginx.ask("/media/dead.avif")
    assert (missing.status, missing.headers["X-Second-Lead"]) == (404, "1")


def send_comment(nginx: Nginx, body: str, *, address: str, **headers: str) -> int:
    data = urlencode({"author_name": "Mina", "body": body}).encode()
    return nginx.ask(
        f"{PAGE}/comments", method="POST", body=data, address=address, headers={**FORM, **headers}
    ).status


def test_a_forged_address_does_not_evade_the_limits_of_an_address(nginx):
    address = new_address()
    statuses = [
        send_comment(nginx, f"Number {n}", address=address, **{"X-Forwarded-For": f"203.0.113.{n}"})
        for n in range(21)
    ]
    assert statuses == [303] * 20 + [429]
    assert send_comment(nginx, "Somebody else", address=new_address()) == 303


def test_a_text_that_the_site_refuses_as_too_long_is_answered_by_the_site(nginx):
    refused = nginx.ask(
        f"{PAGE}/comments",
        method="POST",
        body=b"body=" + b"x" * 270_000,
        headers=FORM,
        address=new_address(),
    )
    assert (refused.status, refused.headers["X-Second-Lead"]) == (413, "1")


def test_an_upload_of_20_mib_reaches_the_view_of_pictures(nginx, nginx_site):
    with nginx_site.app.app_context():
        draft_id = make_draft(moderator=find_moderator(email=EMAIL)).id
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(picture, "JPEG")
    content = picture.getvalue().ljust(MAX_UPLOAD_BYTES, b"\0")
    with nginx.connection(address=new_address()) as connection:
        cookies = sign_in(connection)
        body, kind = encode_multipart(
            {"csrf_token": token_of(ask(connection, "/admin/account", headers=cookies))},
            {"file": ("still.jpg", content)},
        )
        answer = ask(
            connection,
            f"/admin/reviews/{draft_id}/pictures",
            method="POST",
            body=body,
            headers={**cookies, **HTMX, "Content-Type": kind},
        )
    assert (answer.status, "still.jpg" in answer.text) == (201, True)


def sign_in(connection: HTTPSConnection) -> dict[str, str]:
    """Sign in; return the header with the cookie of the session."""
    page = ask(connection, "/admin/login")
    form = {"email": EMAIL, "password": PASSWORD, "csrf_token": token_of(page)}
    answer = ask(
        connection,
        "/admin/login",
        method="POST",
        body=urlencode(form).encode(),
        headers={**FORM, **cookie_of(page)},
    )
    assert answer.status == 303
    return cookie_of(answer)


def cookie_of(answer: Answer) -> dict[str, str]:
    set_cookies = answer.headers.get_all("Set-Cookie")
    return {"Cookie": "; ".join(each.partition(";")[0] for each in set_cookies)}


def token_of(answer: Answer) -> str:
    return BeautifulSoup(answer.text, "html.parser").find("input", {"name": "csrf_token"})["value"]


def encode_multipart(
    fields: dict[str, str], files: dict[str, tuple[str, bytes]]
) -> tuple[bytes, str]:
    """Return the body of a form with files, and its content type."""
    end = secrets.token_hex(16)
    head = f"--{end}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    for name, (file_name, content) in files.items():
        parts += [f'{head}"{name}"; filename="{file_name}"\r\n\r\n'.encode(), content, b"\r\n"]
    return b"".join([*parts, f"--{end}--\r\n".encode()]), f"multipart/form-data; boundary={end}"
