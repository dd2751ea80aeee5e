"""Security headers of every response, cookies, caching, and checks of every request."""

import pytest
from flask import Flask
from sqlalchemy import select

from blog import create_app
from blog.comments.models import Comment
from blog.db.engine import db
from tests.builders import make_moderator, make_published_comment, make_review, sign_in
from tests.databases import make_settings
from tests.page import HTMX, Reader, text_of

COMMENTS = "/reviews/run-on/comments"
FORM = {"author_name": "Jo", "body": "The bench scene."}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
PUBLIC_POLICY = f"{POLICY}; worker-src 'self'"
ADMIN_POLICY = f"{POLICY}; worker-src 'none'"
PICTURE = "0123456789abcdef.webp"

# Requests for every kind of response: method, path, options of the client, status.
REQUESTS = [
    ("GET", "/", {}, 200),
    ("HEAD", "/", {}, 200),
    ("OPTIONS", "/", {}, 200),
    ("GET", "/reviews/run-on", {}, 200),
    ("GET", COMMENTS, {}, 200),
    ("GET", f"{COMMENTS}/mine", {}, 200),
    ("GET", f"{COMMENTS}/challenge", {}, 200),
    ("GET", f"{COMMENTS}/1", {}, 303),
    ("POST", COMMENTS, {"data": FORM}, 303),
    ("POST", COMMENTS, {"data": FORM, "headers": HTMX}, 201),
    ("POST", COMMENTS, {"data": {}}, 422),
    ("POST", COMMENTS, {"data": {}, "headers": HTMX}, 422),
    ("POST", COMMENTS, {"data": FORM, "headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
    ("POST", COMMENTS, {"data": {"body": "x" * 300_000}}, 413),
    ("GET", "/nowhere", {}, 404),
    ("GET", "/nowhere", {"headers": HTMX}, 404),
    ("DELETE", "/about", {}, 405),
    ("GET", "/about", {"headers": {"Host": "evil.example"}}, 400),
    ("GET", "/about", {}, 200),
    ("GET", "/feed.atom", {}, 200),
    ("GET", "/sitemap.xml", {}, 200),
    ("GET", "/robots.txt", {}, 200),
    ("GET", "/healthz", {}, 200),
    ("GET", "/admin", {}, 303),
    ("GET", "/admin/login", {}, 200),
    ("GET", "/admin/comments", {}, 303),
    ("GET", "/admin/comments", {"headers": HTMX}, 200),
    ("GET", "/broken", {}, 500),
    ("GET", "/static/css/site.css", {}, 200),
    ("GET", "/static/nothing.css", {}, 404),
    ("GET", f"/media/{PICTURE}", {}, 200),
    ("GET", "/media/nothing.webp", {}, 404),
]


@pytest.fixture
def app(new_app) -> Flask:
    """An application with a URL that raises an error."""
    new_app.add_url_rule("/broken", view_func=lambda: 1 // 0)
    return new_app


@pytest.fixture
def site(app, tmp_path):
    make_published_comment(review=make_review(), name="First")
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / PICTURE).write_bytes(b"RIFF")
    return app


def another_app(database_url, tmp_path, **more) -> Flask:
    app = create_app(make_settings(database_url=database_url, data_dir=tmp_path, **more))
    app.test_client_class = Reader
    return app


def test_every_response_has_every_security_header(site, client):
    for method, path, more, status in REQUESTS:
        response = client.open(path, method=method, **more)
        response.close()  # Otherwise the response to a static file keeps the file open.
        assert response.status_code == status, (method, path, more)
        is_shared = path.startswith(("/media/", "/static/"))
        wanted = HEADERS | ({"Cross-Origin-Resource-Policy": "cross-origin"} if is_shared else {})
        for name, value in wanted.items():
            assert response.headers.getlist(name) == [value], (method, path, name)
        is_picture = path.startswith("/media/") and status == 200
        own = ADMIN_POLICY if path.startswith("/admin") else PUBLIC_POLICY
        policy = "default-src 'none'; sandbox" if is_picture else own
        assert response.headers.getlist("Content-Security-Policy") == [policy], (method, path)
        assert "Cache-Control" in response.headers, (method, path)
        assert "Strict-Transport-Security" not in response.headers, (method, path)
        secure = client.open(path, method=method, base_url="https://localhost", **more)
        secure.close()
        if status != 400:
            assert secure.headers["Strict-Transport-Security"] == "max-age=63072000", path


def test_a_304_response_has_the_content_security_policy_too(site, client):
    first = client.get("/reviews/run-on")
    again = client.get("/reviews/run-on", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Content-Security-Policy"] == PUBLIC_POLICY


def test_public_pages_neither_set_cookies_nor_depend_on_them(site, client):
    for path in ("/", "/reviews/run-on", COMMENTS, "/about", "/feed.atom"):
        response = client.get(path)
        assert "Set-Cookie" not in response.headers, path
        assert "Cookie" not in response.headers.get("Vary", ""), path
        assert response.headers["Cache-Control"] == "public, no-cache", path


def test_a_moderators_session_changes_nothing_outside_of_admin(site, client, stranger):
    make_moderator()
    sign_in(client)
    for path in ("/", "/reviews/run-on", COMMENTS):
        assert client.get(path).data == stranger.get(path).data, path


# Headers about the origin of a form, and whether the form is accepted. The host is localhost.
ORIGINS = [
    ({}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({"Sec-Fetch-Site": "Same-Origin"}, False),
    # Sec-Fetch-Site has priority over Origin.
    ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
    ({"Origin": "http://localhost"}, True),
    ({"Origin": "https://localhost"}, True),
    ({"Origin": "http://LOCALHOST"}, True),
    ({"Origin": "http://localhost:8001"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "https://localhost.evil.example"}, False),
    ({"Origin": "https://evillocalhost"}, False),
    ({"Origin": "http://evil@localhost"}, False),
    ({"Origin": "http://localhost/"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "localhost"}, False),
    ({"Origin": "http://["}, False),
    ({"Origin": "http://[::1"}, False),
    ({"Origin": "http://localhost, https://evil.example"}, False),
    # The oldest browsers send only Referer.
    ({"Referer": "http://localhost/reviews/run-on?after=1-1"}, True),
    ({"Referer": "http://localhost"}, True),
    ({"Referer": ""}, True),
    ({"Referer": "https://evil.example/reviews/run-on"}, False),
    ({"Referer": "https://evil.example/http://localhost/"}, False),
    ({"Referer": "https://localhost.evil.example/"}, False),
    ({"Referer": "http://localhost@evil.example/"}, False),
    ({"Referer": "about:blank"}, False),
    ({"Origin": "http://localhost", "Referer": "https://evil.example/"}, True),
]
# The same for a form sent by https: a page of the same host that was loaded by http is refused.
SECURE_ORIGINS = [
    ({"Origin": "https://localhost"}, True),
    ({"Origin": "http://localhost"}, False),
    ({"Referer": "https://localhost/"}, True),
    ({"Referer": "http://localhost/"}, False),
    ({}, True),
]


def test_only_forms_of_our_own_pages_are_accepted(site, client, clock):
    for number, (headers, is_accepted) in enumerate(ORIGINS):
        clock.advance(minutes=5)
        form = {**FORM, "body": f"Number {number}."}
        response = client.post(COMMENTS, data=form, headers=headers)
        assert response.status_code == (303 if is_accepted else 403), headers
        db.session.rollback()
        query = select(Comment).where(Comment.body == form["body"])
        assert bool(db.session.scalar(query)) == is_accepted, headers
        if not is_accepted:
            assert "sent from another site" in text_of(response)


def test_by_https_only_forms_of_our_https_pages_are_accepted(site, client, clock):
    for number, (headers, is_accepted) in enumerate(SECURE_ORIGINS):
        clock.advance(minutes=5)
        form = {**FORM, "body": f"Number {number}."}
        response = client.post(COMMENTS, data=form, headers=headers, base_url="https://localhost")
        assert response.status_code == (303 if is_accepted else 403), headers


def test_safe_methods_are_allowed_from_every_origin(site, client):
    for method in ("GET", "HEAD", "OPTIONS"):
        headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        assert client.open("/reviews/run-on", method=method, headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_unsafe_request_of_another_site_is_refused(site, client, method):
    headers = {"Sec-Fetch-Site": "cross-site"}
    for path in ("/admin/login", "/admin/logout", COMMENTS, "/", "/nowhere"):
        response = client.open(path, method=method, headers=headers)
        assert response.status_code in (403, 405) if path in ("/", COMMENTS) else 403, path
        assert response.status_code >= 403


# A Host header, and whether the site accepts the header. SITE_URL is https://drama.example.
HOSTS = [
    ("drama.example", True),
    ("drama.example:443", True),
    ("drama.example:8000", True),
    ("DRAMA.Example", True),
    ("drama.example.", True),
    ("localhost", True),
    ("localhost:8000", True),
    ("127.0.0.1", True),
    ("127.0.0.1:8000", True),
    ("[::1]", True),
    ("[::1]:8000", True),
    ("evil.example", False),
    ("drama.example.evil.example", False),
    ("evildrama.example", False),
    ("www.drama.example", False),
    ("drama.example@evil.example", False),
    ("evil.example:drama.example", False),
    ("drama.example/evil", False),
    ("drama.example, evil.example", False),
    ("127.0.0.2", False),
    ("0.0.0.0", False),
    ("[::2]", False),
    ("[::1]evil.example", False),
    ("[evil.example", False),
    ("::1", False),
    ("drama.example..", False),
    ("a..b", False),
    (".", False),
    ("a" * 300, False),
    ("", False),
]


def test_the_site_accepts_only_its_own_host_names(site):
    for host, is_known in HOSTS:
        # The cookie jar of the client would fail for some of these hosts.
        client = site.test_client(use_cookies=False)
        response = client.get("/about", headers={"Host": host})
        assert response.status_code == (200 if is_known else 400), host
        if not is_known:
            assert "SITE_URL" in response.get_data(as_text=True), host
            assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_forwarded_host_is_never_trusted(database_url, tmp_path, site):
    for hops in (0, 2):
        app = another_app(database_url, tmp_path, trusted_proxies=hops)
        headers = {"X-Forwarded-Host": "evil.example", "Host": "drama.example"}
        page = app.test_client().get("/reviews/run-on", headers=headers)
        assert page.status_code == 200
        assert b"evil.example" not in page.data
        with app.app_context():
            db.engine.dispose()


# TRUSTED_PROXIES, the header X-Forwarded-For, the resulting address. The peer is 10.9.9.9.
FORWARDED = [
    (0, "203.0.113.1", "10.9.9.9"),
    (1, "203.0.113.1", "203.0.113.1"),
    (1, "198.51.100.1, 203.0.113.1", "203.0.113.1"),
    (2, "198.51.100.1, 203.0.113.1", "198.51.100.1"),
    (2, "6.6.6.6, 198.51.100.1, 203.0.113.1", "198.51.100.1"),
    # Fewer addresses than proxies: the request did not pass all proxies.
    (2, "203.0.113.1", "10.9.9.9"),
    (1, None, "10.9.9.9"),
    (1, "2001:db8::1", "2001:db8::1"),
    (1, ", ".join(["6.6.6.6"] * 100 + ["203.0.113.1"]), "203.0.113.1"),
]


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_a_forwarded_address_is_taken_from_the_right_by_the_number_of_proxies(
    site, database_url, tmp_path, hops
):
    app = another_app(database_url, tmp_path, trusted_proxies=hops)
    seen = []
    app.before_request(lambda: seen.append(remote_addr_of_request()))
    for proxies, header, address in FORWARDED:
        if proxies != hops:
            continue
        headers = {"X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
        headers |= {"X-Forwarded-For": header} if header else {}
        app.test_client().get(
            "/healthz", headers=headers, environ_overrides={"REMOTE_ADDR": "10.9.9.9"}
        )
        assert seen[-1] == address, header
    assert seen
    with app.app_context():
        db.engine.dispose()


def remote_addr_of_request() -> str | None:
    from flask import request

    return request.remote_addr


def test_a_forwarded_protocol_is_trusted_only_from_a_trusted_proxy(
    site, database_url, tmp_path, client
):
    headers = {"X-Forwarded-Proto": "https"}
    assert "Strict-Transport-Security" not in client.get("/about", headers=headers).headers
    app = another_app(database_url, tmp_path, trusted_proxies=1)
    response = app.test_client().get("/about", headers=headers)
    assert "Strict-Transport-Security" in response.headers
    with app.app_context():
        db.engine.dispose()


def test_hsts_can_include_subdomains(database_url, tmp_path):
    app = another_app(database_url, tmp_path, hsts_subdomains=True)
    response = app.test_client().get("/about", base_url="https://localhost")
    assert response.headers["Strict-Transport-Security"].endswith("; includeSubDomains")
    with app.app_context():
        db.engine.dispose()
