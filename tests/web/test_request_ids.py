"""A page of an error shows an id, which its one line in the log has too; no other page has one."""

import re

import pytest

from blog import create_app
from tests.builders import make_published_comment, make_review
from tests.conftest import compiled_templates
from tests.databases import make_settings
from tests.page import HTMX, Reader, soup_of
from tests.test_routes import FILLED
from tests.web.log_reading import written

FROM_NGINX = "beefcafe12345678beefcafe12345678"


def id_on(response):
    return soup_of(response).select_one("code.error-id").get_text()


@pytest.fixture
def broken(new_app):
    def fail():
        raise ValueError("nothing of a reader")

    new_app.add_url_rule("/broken", view_func=fail, methods=["GET", "POST"])
    return new_app.test_client()


@pytest.fixture
def behind_proxy(database_url, tmp_path):
    app = create_app(make_settings(database_url=database_url, data_dir=tmp_path, trusted_proxies=1))
    app.test_client_class = Reader
    app.jinja_env.bytecode_cache = compiled_templates()
    return app


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "notice"])
def test_an_error_is_logged_once_with_the_id_on_its_page(broken, headers):
    with written() as log:
        first, second = (broken.get("/broken?q=words", headers=headers) for _ in range(2))
    assert [line["request_id"] for line in log.lines] == [id_on(first), id_on(second)]
    assert id_on(first) != id_on(second)
    line = log.lines[0]
    assert re.fullmatch("[0-9a-f]{8}", line["request_id"])
    assert (line["level"], line["method"], line["path"]) == ("error", "GET", "/broken")
    assert "ValueError: nothing of a reader" in line["traceback"]


def test_a_database_error_is_logged_once_with_the_id_on_its_page(tmp_path):
    settings = make_settings(database_url="sqlite:////no/such/x.sqlite3", data_dir=tmp_path)
    client = create_app(settings).test_client()
    with written() as log:
        response = client.get("/")
    assert response.status_code == 503
    (line,) = log.errors
    assert line["request_id"] == id_on(response)
    assert "SQLITE_CANTOPEN" in line["message"]


def test_an_error_whose_page_fails_gets_a_line_with_its_id(broken, monkeypatch):
    def fail_too(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("blog.web.errors.render_template", fail_too)
    with written() as log:
        response = broken.get("/broken")
    assert response.status_code == 500
    assert response.mimetype == "text/plain"
    assert {line["request_id"] for line in log.errors} == {response.text.split()[-1]}
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("sent", "is_taken"),
    [
        (FROM_NGINX, True),
        ("0b5e3c1a-7f2d-4a6b-9c8d-112233445566", True),
        ("beefcafe", True),
        ("beefcaf", False),
        ("a" * 33, False),
        ("mina-at-example", False),
        ("beefcafe\x1b[31m", False),
        ("BEEFCAFE", False),
    ],
)
def test_only_an_id_of_a_counted_proxy_is_taken(behind_proxy, broken, sent, is_taken):
    behind_proxy.add_url_rule("/broken", view_func=lambda: 1 // 0)
    headers = {"X-Request-ID": sent}
    assert (id_on(behind_proxy.test_client().get("/broken", headers=headers)) == sent) == is_taken
    assert id_on(broken.get("/broken", headers=headers)) != sent


def test_no_page_that_may_be_stored_has_the_id(behind_proxy):
    with behind_proxy.app_context():
        make_published_comment(review=make_review(tags=("romance",)))
    rules = [rule.rule for rule in behind_proxy.url_map.iter_rules() if "GET" in rule.methods]
    paths = [re.sub("<[^>]*>", lambda found: FILLED.get(found[0], "1"), rule) for rule in rules]
    client, stored = behind_proxy.test_client(), 0
    for path in paths:
        with client.get(path, headers={"X-Request-ID": FROM_NGINX}) as response:
            assert FROM_NGINX not in str(response.headers), path
            assert FROM_NGINX.encode() not in response.data, path
            stored += "public" in response.headers["Cache-Control"]
    assert stored > 10
