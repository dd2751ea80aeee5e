"""One public address, one answer: the same bytes for a stranger and for who wrote there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import REVIEW, send, write_comment

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", [REVIEW, f"{REVIEW}/comments", "/"])
def test_a_page_is_the_same_bytes_for_everybody(site, arrive, reader, moderator, path):
    stranger = arrive(site).open("/about")
    before = get(stranger, path)
    write_comment(reader, body="Waiting, for my eyes only.", email="jo@example.org")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
    own = get(reader, path)
    assert own["body"] == get(stranger, path)["body"] == before["body"]
    assert own["etag"] == before["etag"]
    assert own["cache-control"] == "public, no-cache"
    assert own["set-cookie"] is None
    assert "cookie" not in (own["vary"] or "").lower()
    answer = reader.request.get(path, headers={"If-None-Match": own["etag"]})
    assert answer.status == 304


def test_a_readers_own_page_is_kept_by_nobody(reader):
    write_comment(reader, body="Waiting, for my eyes only.")
    send(reader)
    expect(reader.locator("#waiting .waiting")).to_have_count(1)
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
    answer = page.request.get(path)
    names = ("etag", "cache-control", "set-cookie", "vary")
    return {"body": answer.body(), **{name: answer.headers.get(name) for name in names}}
