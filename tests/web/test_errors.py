"""Errors give a page to a browser and a notice to htmx, and give back the text of a sent form."""

import pytest
from sqlalchemy import text

from blog import create_app
from blog.db.engine import db
from tests.builders import make_review
from tests.databases import make_settings
from tests.page import HTMX, Reader, soup_of, text_of

FORM = {"author_name": "Jo", "body": "An hour of <b>typing</b>.\n\nAll of it."}
URL = "/reviews/run-on/comments"
UNREACHABLE = {
    "sqlite": "sqlite:////no/such/folder/x.sqlite3",
    "postgresql": "postgresql+psycopg://nobody@127.0.0.1:9/blog",
}


@pytest.fixture
def broken(new_app):
    """A client of the site with two added URLs that raise unexpected errors."""

    def raise_error():
        raise KeyError("a secret detail")

    def misuse_database():
        db.session.execute(text("SELECT nothing FROM nowhere"))

    new_app.add_url_rule("/broken", view_func=raise_error, methods=["GET", "POST"])
    new_app.add_url_rule("/misused", view_func=misuse_database)
    return new_app.test_client()


@pytest.fixture(params=UNREACHABLE)
def without_database(request, tmp_path):
    """A client of a site whose database cannot be reached."""
    app = create_app(make_settings(database_url=UNREACHABLE[request.param], data_dir=tmp_path))
    app.test_client_class = Reader
    return app.test_client()


def assert_is_notice(response, status: int) -> None:
    assert response.status_code == status
    assert response.headers["HX-Retarget"] == "#notices"
    assert response.headers["HX-Reswap"] == "innerHTML"
    assert response.headers["HX-Reselect"] == ".notice"
    assert soup_of(response).select(".notice")
    assert not soup_of(response).find("html")


ADDRESSES = [
    (404, "GET", "/no-such-page"),
    (404, "GET", "/reviews/run-on/none"),
    (404, "GET", "/feed.atom/none"),
    (405, "POST", "/"),
    (405, "DELETE", "/reviews/run-on"),
    (405, "PUT", URL),
]


def test_a_browser_gets_a_page_for_an_error(client):
    for status, method, path in ADDRESSES:
        response = client.open(path, method=method)
        assert response.status_code == status, (method, path)
        page = soup_of(response)
        assert page.h1, (method, path)
        assert page.find("a", href="/")
        assert "noindex" in page.find("meta", attrs={"name": "robots"})["content"]
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_htmx_gets_a_notice_for_an_error(client):
    for status, method, path in ADDRESSES:
        assert_is_notice(client.open(path, method=method, headers=HTMX), status)


def test_a_wrong_method_gets_the_allowed_methods(client):
    assert "GET" in client.post("/").headers["Allow"]


def test_an_unknown_host_name_is_refused(client):
    for host in ("evil.example", "drama.example.evil.example", "", "[::"):
        response = client.get("/", headers={"Host": host})
        assert response.status_code == 400, host
        assert "evil" not in text_of(response)


def test_our_own_host_names_are_accepted(client):
    ours = ["drama.example", "DRAMA.example:8000", "localhost:8000", "127.0.0.1", "[::1]:8000"]
    for host in ours:
        assert client.get("/", headers={"Host": host}).status_code == 200, host


def test_an_unexpected_error_shows_no_details(broken, caplog):
    response = broken.get("/broken")
    assert response.status_code == 500
    assert "Something went wrong on our side" in text_of(response)
    assert "a secret detail" not in response.get_data(as_text=True)
    assert "a secret detail" in caplog.text


def test_an_unexpected_error_gives_the_text_of_the_form_back(broken):
    for headers in ({}, HTMX):
        response = broken.post("/broken", data=FORM, headers=headers)
        assert response.status_code == 500
        assert soup_of(response).find("textarea").get_text().strip() == FORM["body"]
    assert_is_notice(response, 500)


def test_a_faulty_query_is_an_internal_error_and_not_a_busy_database(broken):
    response = broken.get("/misused")
    assert response.status_code == 500
    assert "nowhere" not in response.get_data(as_text=True)


def test_without_the_database_pages_respond_503_with_retry_after(without_database, caplog):
    for path in ("/", "/reviews/run-on", "/feed.atom", "/sitemap.xml"):
        response = without_database.get(path)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert "The site is busy" in text_of(response)
    assert "OperationalError" in caplog.text


def test_without_the_database_a_form_gives_its_text_back(without_database):
    for headers in ({}, HTMX):
        response = without_database.post(URL, data=FORM, headers=headers)
        assert response.status_code == 503
        assert soup_of(response).find("textarea").get_text().strip() == FORM["body"]
    assert_is_notice(response, 503)


def test_pages_that_need_no_database_work_without_it(without_database):
    assert without_database.get("/about").status_code == 200
    assert without_database.get("/robots.txt").status_code == 200


def test_the_health_check_passes_with_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.data) == (200, b"ok\n")
    assert response.mimetype == "text/plain"


def test_the_health_check_fails_without_the_database(without_database):
    assert without_database.get("/healthz").status_code == 503


def test_an_error_of_a_get_request_shows_no_form(client):
    make_review()
    response = client.get(f"{URL}?after=nonsense&body=words")
    assert response.status_code == 404
    assert soup_of(response).find("textarea") is None


def test_the_health_check_fails_without_the_tables(tmp_path):
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    empty = create_app(make_settings(database_url=url, data_dir=tmp_path))
    assert empty.test_client().get("/healthz").status_code == 503
