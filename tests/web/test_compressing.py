"""Compressed responses: public pages and static files, and no page with a token."""

import gzip

import brotli
import pytest

from blog.text.markup import render_review
from tests.builders import make_moderator, make_review, sign_in


@pytest.mark.parametrize("path", ["/reviews/run-on", "/static/css/site.css", "/feed.atom"])
def test_a_compressed_page_is_the_same_page_and_is_revalidated(client, path):
    make_review(body_html=render_review("The bench scene. " * 200))
    with client.get(path) as plain:
        assert "Content-Encoding" not in plain.headers
        assert "Vary" not in plain.headers
        whole = plain.data
    etags = {plain.get_etag(), (None, None)}
    for accepted, encoding, decompress in (
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("*", "br", brotli.decompress),
    ):
        with client.get(path, headers={"Accept-Encoding": accepted}) as small:
            assert small.headers["Content-Encoding"] == encoding
            assert small.headers["Vary"] == "Accept-Encoding"
            assert small.headers["Content-Length"] == str(len(small.data))
            assert decompress(small.data) == whole
        etags.add(small.get_etag())
        tags = {"Accept-Encoding": accepted, "If-None-Match": small.headers["ETag"]}
        with client.get(path, headers=tags) as again:
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == small.headers["ETag"]
            assert again.headers["Vary"] == "Accept-Encoding"
    assert len(etags) == 4
    for refused in ("identity", "gzip;q=0", "zstd"):
        with client.get(path, headers={"Accept-Encoding": refused}) as other:
            assert other.data == whole


def test_no_page_with_a_token_is_compressed(client):
    make_review()
    make_moderator()
    sign_in(client)
    for path in ("/admin/comments", "/reviews/run-on/comments/mine"):
        response = client.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert response.status_code == 200
        assert "Content-Encoding" not in response.headers
