"""Spam by a program is one row of the queue, and readers never see it."""

from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from blog.clock import utc_now
from tests.browser.desk import decided, expect_left, open_queue, press, states
from tests.browser.server import Site
from tests.browser.steps import REVIEW
from tests.builders import make_comment, make_review

pytestmark = pytest.mark.browser

COPIES = 12
ADDRESSES = 6
SHOP = "pills.example"


def post(site: Site, number: int) -> int:
    """Send spam with links, without cookies or scripts; return the status code."""
    words = (
        f"Great article about dramas, dear admin, order {number}! Buy the very best pills of the"
        f" whole wide world at https://{SHOP}/{number} and https://{SHOP}/more today, no questions."
    )
    form = {"author_name": f"Best Pills {number}", "author_email": "", "body": words}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "python-requests/2.32",
        "X-Forwarded-For": f"203.0.113.{number % ADDRESSES}",
    }
    connection = HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    try:
        connection.request("POST", f"{REVIEW}/comments", urlencode(form), headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def test_spam_copies_are_one_row_with_reasons_and_one_key_removes_them(site, arrive, moderator):
    review = make_review(published_at=utc_now())
    make_comment(review=review, body="A person says something else.", now=utc_now())
    # Spam gets the usual response, because a spammer who sees a refusal tries again.
    assert {post(site, number) for number in range(COPIES)} == {303}

    reader = arrive(site).open(REVIEW)
    for path in (REVIEW, f"{REVIEW}/comments", "/", "/feed.atom", "/sitemap.xml"):
        assert SHOP not in reader.request.get(path).text(), path
    expect(reader.locator("#comments .count")).to_have_text("0")

    desk = open_queue(arrive, site)
    expect_left(desk, COPIES + 1)
    rows = desk.locator("#queue > .row")
    expect(rows).to_have_count(2)
    row = rows.filter(has_text=SHOP)
    reasons = row.locator(".reasons li")
    expect(reasons.first).to_contain_text(f"{COPIES} copies, {ADDRESSES} addresses")
    expect(reasons.filter(has_text="Contains links 2")).to_have_count(1)
    expect(reasons.filter(has_text="No proof of work none sent")).to_have_count(1)
    row.focus()
    press(desk, "s")
    expect_left(desk, 1)
    expect(decided(desk)).to_have_count(1)
    desk.reload()
    expect(rows).to_have_count(1)
    assert sorted(states().values()) == ["pending"] + ["spam"] * COPIES
    reader.reload()
    assert SHOP not in reader.content()
