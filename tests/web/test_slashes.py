"""URLs with a trailing slash."""

from urllib.parse import unquote

import pytest

from tests.builders import make_review


def test_a_url_with_a_trailing_slash_redirects_to_the_page(client):
    make_review(tags=["로맨스"])
    for path in (
        "/reviews/run-on",
        "/tags/로맨스",
        "/about",
        "/feed.atom",
        "/reviews/run-on/comments",
    ):
        response = client.get(f"{path}/?after=a%26b")
        assert response.status_code == 301, path
        assert unquote(response.location) == f"{path}?after=a&b"
        assert "a%26b" in response.location
        assert client.head(f"{path}//").status_code == 301, path


@pytest.mark.parametrize(
    "path", ["/none/", "/%2Fevil.example/", "/about/x/", "/\\evil.example/", "/reviews/..%2f"]
)
def test_an_unknown_url_with_a_trailing_slash_is_a_404(client, path):
    assert client.get(path).status_code == 404


def test_a_form_sent_to_a_url_with_a_trailing_slash_is_a_404(client):
    make_review()
    assert client.post("/reviews/run-on/comments/", data={"body": "x"}).status_code == 404
