"""One public address, one answer: the same bytes for a stranger and for who wrote there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import REVIEW, send, write_comment

pytestmark = pytest.mark.browser


def test_a_page_is_the_same_bytes_for_everybody_and_ones_own_is_kept_by_nobody(
    site, arrive, reader
):
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


def test_going_back_shows_what_waits(reader):
    write_comment(reader, body="Waiting, for my eyes only.")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    reader.click(".site-foot a[href='/privacy']")
    expect(reader.locator("h1")).to_have_text("Privacy")
    reader.go_back()
    expect(reader.locator("#waiting .waiting")).to_contain_text("for my eyes only")


def get(page: Page, path: str) -> dict:
    """Ask as this browser asks, with its cookies."""
    response = page.request.get(path)
    names = ("etag", "cache-control", "set-cookie", "vary")
    return {"body": response.body(), **{name: response.headers.get(name) for name in names}}
