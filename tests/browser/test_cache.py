"""Public pages are the same bytes for everybody, and a reader's own pages are never cached."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import REVIEW, send, write_comment

pytestmark = pytest.mark.browser


def test_public_pages_are_the_same_for_everybody_and_own_pages_are_not_cached(site, arrive, reader):
    stranger = arrive(site).context.new_page()
    paths = (REVIEW, f"{REVIEW}/comments", "/")
    before = {path: get(stranger, path) for path in paths}
    write_comment(reader, body="Waiting, for my eyes only.", email="jo@example.org")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    for path in paths:
        own = get(reader, path)
        assert own["body"] == get(stranger, path)["body"] == before[path]["body"]
        assert own["etag"] == before[path]["etag"]
        assert own["cache-control"] == "public, no-cache"
        assert own["set-cookie"] is None
        assert "cookie" not in (own["vary"] or "").lower()
        response = reader.request.get(path, headers={"If-None-Match": own["etag"]})
        assert response.status == 304
    own = get(reader, f"{REVIEW}/comments/mine")
    assert own["cache-control"] == "private, no-store"
    assert b"for my eyes only" in own["body"]


def test_going_back_shows_the_waiting_comment(reader):
    write_comment(reader, body="Waiting, for my eyes only.")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    reader.click(".site-foot a[href='/privacy']")
    expect(reader.locator("h1")).to_have_text("Privacy")
    reader.go_back()
    expect(reader.locator("#waiting .waiting")).to_contain_text("for my eyes only")


def get(page: Page, path: str) -> dict:
    """Request a path with the cookies of the page; return the body and some headers."""
    response = page.request.get(path)
    names = ("etag", "cache-control", "set-cookie", "vary")
    return {"body": response.body(), **{name: response.headers.get(name) for name in names}}
