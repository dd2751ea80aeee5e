"""The URL map equals routes.txt, and every address under /admin requires a signed-in moderator."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from werkzeug.routing import Rule

from blog.desk.admin import PUBLIC_ENDPOINTS
from tests.builders import make_moderator, make_review, sign_in
from tests.page import HTMX

PROMISED = Path(__file__).with_name("routes.txt")
# A matching value for each placeholder of a URL rule.
FILLED = {
    "<int(max=9223372036854775807):comment_id>": "1",
    "<int(max=9223372036854775807):draft_id>": "1",
    "<int(max=9223372036854775807):link_id>": "1",
    "<int(max=9223372036854775807):picture_id>": "1",
    "<int(max=9223372036854775807):review_id>": "1",
    "<int(max=9223372036854775807):revision_id>": "1",
    "<int(max=9223372036854775807):rule_id>": "1",
    "<int(max=9223372036854775807):reviewer_id>": "1",
    "<path:anything>": "some/where",
    "<path:filename>": "css/site.css",
    "<slug>": "run-on",
    "<tag>": "romance",
    "<name>": "abc.webp",
}
OPEN_METHODS = {"GET", "HEAD", "OPTIONS", "POST"}
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]
# Spellings of a path that some framework treats as the same path.
SPELLINGS = {
    "plain": "{}",
    "trailing slash": "{}/",
    "two trailing slashes": "{}//",
    "doubled slash": "/admin//{rest}",
    "encoded slash": "/admin%2f{rest}",
    "encoded slash inside": "/admin/%2f{rest}",
    "semicolon": "{};x=1",
    "dot segment": "/admin/./{rest}",
    "parent": "/admin/login/../{rest}",
    "encoded parent": "/admin/login/%2e%2e/{rest}",
    "NUL": "{}%00",
    "extension": "{}.json",
    "query": "{}?status=spam",
    "upper case": "/admin/{REST}",
}


def fill(rule: Rule) -> str:
    path = rule.rule
    for placeholder, value in FILLED.items():
        path = path.replace(placeholder, value)
    assert "<" not in path, f"{path}: add its placeholder to FILLED"
    return path


def describe(rules: list[Rule]) -> str:
    lines = [
        f"{rule.rule:<66} {' '.join(sorted(rule.methods)):<38} {rule.endpoint}" for rule in rules
    ]
    return "\n".join(sorted(lines)) + "\n"


def spell(path: str, spelling: str) -> str:
    rest = path.removeprefix("/admin").removeprefix("/")
    return spelling.format(
        path, rest=f"/{rest}" if "doubled" in spelling else rest, REST=rest.upper()
    )


def test_the_url_map_equals_routes_txt(app):
    assert describe(list(app.url_map.iter_rules())) == PROMISED.read_text(), (
        "The URL map differs from tests/routes.txt. If the change is intended, accept it with"
        " `.venv/bin/python -m tests.test_routes` and have the diff reviewed."
    )


def test_every_url_has_one_view_for_each_method(app):
    seen = [
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    ]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_every_address_under_admin_asks_a_stranger_to_sign_in(app, client, spelling):
    paths = {fill(r) for r in app.url_map.iter_rules() if r.rule.startswith("/admin")}
    # Another spelling is read before the method: a method of each kind is enough.
    methods = METHODS if spelling == "{}" else ["GET", "POST", "PROPFIND"]
    for path in sorted(paths):
        for method in methods:
            address = spell(path, spelling)
            read = unquote(address.partition("?")[0])
            if read == "/admin/login" and method in OPEN_METHODS:
                continue
            response = client.open(address, method=method)
            if not (read == "/admin" or read.startswith("/admin/")):
                assert response.status_code == 404, (method, address, response.status)
                continue
            assert response.status_code == 303, (method, address, response.status)
            assert response.location.partition("?")[0] == "/admin/login", (method, address)
            assert "Allow" not in response.headers, (method, address)
            assert not response.headers.getlist("Set-Cookie"), (method, address)


def test_a_request_of_htmx_loads_the_whole_sign_in_page(app, client):
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/admin") or rule.endpoint in PUBLIC_ENDPOINTS:
            continue
        for method in METHODS:
            if fill(rule) == "/admin/login" and method in OPEN_METHODS:
                continue
            response = client.open(fill(rule), method=method, headers=HTMX)
            assert response.status_code == 200, (method, rule.rule)
            assert response.headers["HX-Redirect"].partition("?")[0] == "/admin/login"
            assert response.data == b"", (method, rule.rule)


def test_only_signing_in_is_open_to_strangers():
    assert {"admin.accounts.login", "admin.accounts.create_session"} == PUBLIC_ENDPOINTS


def test_signing_in_leads_to_the_requested_page(client):
    make_moderator()
    response = client.get("/admin/comments?status=spam&q=a%26b")
    assert response.location == "/admin/login?next=/admin/comments?status%3Dspam%26q%3Da%2526b"
    page = client.get(response.location)
    assert b'value="/admin/comments?status=spam&amp;q=a%26b"' in page.data
    welcome = sign_in(client, next="/admin/comments?status=spam&q=a%26b")
    assert welcome.location == "/admin/comments?status=spam&q=a%26b"


def test_a_form_that_lost_its_session_does_not_lead_back_to_a_post(client):
    response = client.post("/admin/comments/1/decisions", data={"verdict": "approve"})
    assert response.location == "/admin/login"


# Bytes that are not UTF-8, numbers too large for a column, a NUL that PostgreSQL cannot store.
ODD_ADDRESSES = {
    "/reviews/run-on%00": 404,
    "/reviews/run-on%00/comments": 404,
    "/reviews/run-on%00/comments/mine": 404,
    "/reviews/%ff": 404,
    "/tags/%00": 404,
    "/tags/%ff%fe": 404,
    "/media/%00": 404,
    "/media/..%2f..%2fpyproject.toml": 404,
    "/static/..%2fpyproject.toml": 404,
    "/static/%00": 404,
    "/static/css": 404,
    "/reviews/" + "a" * 5000: 404,
    f"/reviews/run-on/comments/{2**63}": 404,
    f"/reviews/run-on/comments/{10**30}": 404,
    "/?after=1-999999999999999999": 404,
    "/?after=99999999999999999-1": 200,
    "/?after=0-0": 404,
    "/?after=x": 404,
    "/reviews/run-on/comments?after=1-999999999999999999": 404,
    "/about?x=%ff": 200,
}


def test_an_odd_address_gets_a_response_without_a_server_error(client):
    make_review()
    for address, status in ODD_ADDRESSES.items():
        assert client.get(address).status_code == status, address[:40]


def test_a_query_string_that_is_not_utf8_is_refused_with_a_message(client):
    make_review()
    for path in ("/", "/about", "/reviews/run-on/comments", "/admin/comments"):
        response = client.get(path, environ_overrides={"QUERY_STRING": "after=\xff"})
        assert response.status_code == 400, path
        assert b"not valid UTF-8" in response.data, path


def _accept() -> None:
    """Write the current URL map to routes.txt."""
    from blog import create_app
    from tests.databases import make_settings, scratch_folder

    folder = scratch_folder()
    url = f"sqlite:///{folder / 'none.sqlite3'}"
    app = create_app(make_settings(database_url=url, data_dir=folder))
    PROMISED.write_text(describe(list(app.url_map.iter_rules())))


if __name__ == "__main__":
    _accept()
