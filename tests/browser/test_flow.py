"""The main flow: a reader sends a comment, a moderator approves it, everybody reads it."""

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from tests.browser.desk import open_queue
from tests.browser.steps import (
    QUEUE,
    REVIEW,
    expect_same_page,
    row_of,
    send,
    set_marker,
    sign_in,
    write_comment,
)
from tests.builders import make_comment, make_moderator, make_review

pytestmark = pytest.mark.browser

WORDS = "The bench scene, and the umbrella."
TAILS = ["ada", "bert", "cleo", "dan", "eve", "finn", "gus", "hana", "ida", "jan", "kim", "lou"]


def test_a_comment_is_sent_approved_and_published(either_site, arrive):
    review = make_review(published_at=utc_now())
    make_comment(review=review, body="An older one, which waits as well.", now=utc_now())
    make_moderator()
    send_and_approve(either_site, arrive)


def test_the_seed_article_is_imported_with_its_pictures(site, arrive, shared):
    article = shared / "seed" / "run-on.md"
    if not article.is_file():
        pytest.skip("the seed article is not on this machine")
    assert "new: /reviews/run-on" in site.flask("review", "import", str(article))
    page = arrive(site).open(REVIEW)
    expect(page.locator(".comment-form")).to_be_visible()
    expect(page.locator("figcaption")).to_have_text(["JTBC | Run On"] * 4)
    assert page.locator(".prose img").evaluate_all(
        "async pictures => { for (const p of pictures) { p.loading = 'eager'; await p.decode(); }"
        " return pictures.every(p => p.naturalWidth > 0) }"
    )


def test_a_decision_does_not_move_the_rows_above(site, arrive, moderator):
    review = make_review(published_at=utc_now())
    for number, tail in enumerate(TAILS):
        make_comment(review=review, body=f"Number {number}.\n\n{tail}", now=utc_now())
    desk = open_queue(arrive, site)
    set_marker(desk)
    above = desk.locator("article.row").nth(7)
    above.scroll_into_view_if_needed()
    row = desk.locator("article.row").nth(8)
    before = places(desk, 8)
    row.get_by_role("button", name="Reject").click()
    expect(row).to_have_class("row decided is-rejected is-last")
    assert places(desk, 8) == before
    expect(row.locator("p > *")).to_have_text(["Rejected", "Mina", f"Number 8. {TAILS[8]}"])
    assert row.locator("p").bounding_box()["height"] < 30, "more than one line"
    expect(desk.locator("#count-rejected")).to_have_text("1")
    expect_same_page(desk)


def places(page: Page, count: int) -> list[dict[str, float]]:
    """Return the position and size of the first `count` rows."""
    return [page.locator("article.row").nth(number).bounding_box() for number in range(count)]


def send_and_approve(site, arrive) -> None:
    """Send, approve and read a comment in three browsers, without reloading a page for updates."""
    reader = arrive(site)
    page = reader.open(REVIEW)
    waiting = page.locator("#waiting .waiting")
    set_marker(page)
    write_comment(page, body=WORDS)
    send(page)
    expect(waiting).to_contain_text("Awaiting approval.")
    expect(waiting).to_contain_text(WORDS)
    expect(page.locator(".comment-form")).to_have_count(0)
    expect_same_page(page)
    page.get_by_role("link", name="Write another comment").click()
    expect(page.locator("#body")).to_be_focused()
    expect(page.locator("#body")).to_have_value("")
    expect_same_page(page)
    page.reload()
    expect(waiting).to_contain_text(WORDS)
    expect(page.locator("#comments .count")).to_have_text("0")

    other = arrive(site).open(REVIEW)
    expect(other.locator(".comment-form")).to_be_visible()
    expect(other.locator("main")).not_to_contain_text(WORDS)

    approve(site, arrive)

    for again in (page, other):
        again.goto(REVIEW)
        expect(again.locator("#comment-list .comment-text")).to_have_text([WORDS])
        expect(again.locator("#comments .count")).to_have_text("1")
        expect(waiting).to_have_count(0)
    other.goto("/")
    expect(other.locator(".card")).to_contain_text("1 comment")


def approve(site, arrive) -> None:
    """Approve the comment in the queue, and check that no other row moves."""
    desk = arrive(site).open(QUEUE)
    sign_in(desk)
    set_marker(desk)
    waiting = int(desk.locator("#count-pending").inner_text())
    first = places(desk, waiting - 1)
    row_of(desk, WORDS).get_by_role("button", name="Approve").click()
    decided = desk.locator("article.decided")
    expect(decided.locator("p > *")).to_have_text(["Published", "Jo", WORDS])
    expect(desk.locator("#count-pending")).to_have_text(str(waiting - 1))
    expect(desk.locator("#count-published")).to_have_text("1")
    expect(desk.locator("#total-pending")).to_have_text(
        "1 left" if waiting == 2 else "Nothing waiting"
    )
    assert places(desk, waiting - 1) == first
    expect_same_page(desk)
