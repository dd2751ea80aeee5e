"""The header that lets the proxy give a page to other readers for a second (deploy/nginx)."""

import pytest

from tests.builders import make_published_comment, make_review
from tests.page import HTMX
from tests.site.comments.sending import COMMENT, reader_of_site_with

HEADER = "X-Accel-Expires"
PAGE = "/reviews/run-on"


@pytest.fixture
def proxied(app):
    make_published_comment(review=make_review())
    with reader_of_site_with(app, trusted_proxies=1) as reader:
        yield reader


def test_a_page_that_is_the_same_for_everybody_may_be_given_to_others_for_a_second(proxied):
    for path in ("/", PAGE, f"{PAGE}/comments", "/feed.atom", "/about"):
        response = proxied.get(path)
        assert response.headers[HEADER] == "1", path
        assert response.headers["Cache-Control"] == "public, no-cache"
        assert "Set-Cookie" not in response.headers


def test_nothing_else_may_be(proxied):
    own = (f"{PAGE}/comments/mine", "/reviews/comments/mine", f"{PAGE}/comments/challenge")
    for path in (*own, "/admin", "/admin/login", "/nothing", f"{PAGE}/comments/1", "/healthz"):
        assert HEADER not in proxied.get(path).headers, path
    for headers in ({}, HTMX):
        assert HEADER not in proxied.post(f"{PAGE}/comments", data=COMMENT, headers=headers).headers


def test_the_header_is_not_sent_where_no_proxy_would_remove_it(app):
    make_review()
    with reader_of_site_with(app, trusted_proxies=0) as reader:
        assert HEADER not in reader.get(PAGE).headers
