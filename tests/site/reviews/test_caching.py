"""Public pages are the same for everybody and are revalidated; static files are immutable."""

import shutil

import pytest

from blog.web import assets
from tests.builders import (
    make_moderator,
    make_published_comment,
    make_review,
    make_reviewer,
    sign_in,
)
from tests.kept import forget_pages
from tests.page import soup_of

PUBLIC = [
    *("/", "/reviews/run-on", "/reviews/run-on/comments", "/tags/romance", "/feed.atom"),
    *(
        "/dramas",
        "/people",
        "/people/IU",
        "/reviewers/hana-yoo",
        "/networks/tvN",
        "/years/2020",
        "/sitemap.xml",
        "/robots.txt",
        "/about",
        "/privacy",
        "/terms",
    ),
]


@pytest.fixture(autouse=True)
def review(app):
    make_reviewer()
    return make_review(tags=["romance"], cast=[("IU", "Lee Ji-an")], drama_network="tvN")


def test_a_public_page_is_cached_and_revalidated(client):
    for path in PUBLIC:
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.headers["Cache-Control"] in ("public, no-cache", "no-cache, public"), path
        tag, is_weak = response.get_etag()
        assert tag, path
        assert not is_weak, path
        again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        assert again.headers["ETag"] == response.headers["ETag"], path
        for each in (response, again):
            assert "Vary" not in each.headers, path
        assert "Set-Cookie" not in response.headers, path
        head = client.head(path)
        assert (head.data, head.headers["ETag"]) == (b"", response.headers["ETag"]), path


def test_a_page_is_the_same_for_moderators_authors_and_strangers(client, stranger):
    make_moderator()
    sign_in(client)
    client.post("/reviews/run-on/comments", data={"author_name": "Jo", "body": "Lovely."})
    assert client.get_cookie("second_lead_owner", path="/reviews") is not None
    for path in PUBLIC:
        assert client.get(path).data == stranger.get(path).data, path


def test_a_new_comment_changes_the_etag_of_its_pages(client, review):
    paths = ("/", "/reviews/run-on", "/reviews/run-on/comments")
    before = {path: client.get(path).headers["ETag"] for path in paths}
    make_published_comment(review=review)
    for path in paths:
        response = client.get(path, headers={"If-None-Match": before[path]})
        assert response.status_code == 200, path


def test_a_page_that_is_not_the_same_for_everybody_is_not_cached(client):
    for path in ("/reviews/run-on/comments/mine", "/admin/login", "/no-such-page", "/healthz"):
        assert client.get(path).headers["Cache-Control"] == "private, no-store", path


def test_static_files_are_immutable_only_at_the_url_of_their_version(client):
    page = soup_of(client.get("/"))
    files = [tag["href"] for tag in page("link", rel=["stylesheet", "modulepreload"])]
    files += [tag["src"] for tag in page("script")]
    assert len(files) == len(set(files)) >= 3
    for url in files:
        with client.get(url) as response:
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable", url
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        # An old version, as a page that was open during an update requests it, and no version.
        version = url.split("/")[2]
        for other in (url.replace(version, "0" * 12), url.replace(f"{version}/", "")):
            with client.get(other) as response:
                assert response.status_code == 200, other
                assert "immutable" not in response.headers["Cache-Control"], other


def test_a_change_of_any_static_file_changes_the_urls_of_all(client, monkeypatch, tmp_path):
    shutil.copytree(assets.STATIC, tmp_path / "static")
    monkeypatch.setattr(assets, "STATIC", tmp_path / "static")
    versions = []
    for name, text in (("js/site.js", ""), ("js/site.js", " "), ("js/new.js", "")):
        (tmp_path / "static" / name).write_text(text, encoding="utf-8")
        assets.version.cache_clear()
        forget_pages()
        page = soup_of(client.get("/reviews/run-on"))
        versions.append(page.find("link", rel="stylesheet")["href"])
    assets.version.cache_clear()
    assert len(set(versions)) == 3
