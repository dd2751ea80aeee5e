"""The whole job: read, comment, wait for approval, be approved, be found."""

import pytest
from playwright.sync_api import Page, expect

from blog.clock import utc_now
from tests.browser.desk import enter
from tests.browser.steps import (
    QUEUE,
    REVIEW,
    expect_same_page,
    mark,
    row_of,
    send,
    sign_in,
    write_comment,
)
from tests.builders import make_comment, make_moderator, make_review

pytestmark = pytest.mark.browser

WORDS = "The bench scene, and the umbrella."
TAILS = ["ada", "bert", "cleo", "dan", "eve", "finn", "gus", "hana", "ida", "jan", "kim", "lou"]


def test_a_comment_goes_from_a_reader_to_the_page(either_site, arrive):
    review = make_review(published_at=utc_now())
    make_comment(review=review, body="An older one, which waits as well.", now=utc_now())
    make_moderator()
    go_the_whole_way(either_site, arrive)


def test_the_seed_article_is_imported_and_its_pictures_are_seen(site, arrive, shared):
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


def test_the_rows_above_a_decision_stay_where_they_are(site, arrive, moderator):
    review = make_review(published_at=utc_now())
    for number, tail in enumerate(TAILS):
        make_comment(review=review, body=f"Number {number}.\n\n{tail}", now=utc_now())
    desk = enter(arrive, site)
    mark(desk)
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
    """Return where the first rows are on the screen."""
    return [page.locator("article.row").nth(number).bounding_box() for number in range(count)]


def go_the_whole_way(site, arrive) -> None:
    """Comment and moderate in three browsers, none of which loads a page again to see more."""
    reader = arrive(site)
    page = reader.open(REVIEW)
    waits = page.locator("#waiting .waiting")
    mark(page)
    write_comment(page, body=WORDS)
    send(page)
    expect(waits).to_contain_text("Awaiting approval.")
    expect(waits).to_contain_text(WORDS)
    expect(page.locator(".comment-form")).to_have_count(0)
    expect_same_page(page)
    page.get_by_role("link", name="Write another comment").click()
    expect(page.locator("#body")).to_be_focused()
    expect(page.locator("#body")).to_have_value("")
    expect_same_page(page)
    page.reload()
    expect(waits).to_contain_text(WORDS)
    expect(page.locator("#comments .count")).to_have_text("0")

    other = arrive(site).open(REVIEW)
    expect(other.locator(".comment-form")).to_be_visible()
    expect(other.locator("main")).not_to_contain_text(WORDS)

    approve(site, arrive)

    for again in (page, other):
        again.goto(REVIEW)
        expect(again.locator("#comment-list .comment-text")).to_have_text([WORDS])
        expect(again.locator("#comments .count")).to_have_text("1")
        expect(waits).to_have_count(0)
    other.goto("/")
    expect(other.locator(".card")).to_contain_text("1 comment")


def approve(site, arrive) -> None:
    desk = arrive(site).open(QUEUE)
    sign_in(desk)
    mark(desk)
    waiting = int(desk.locator("#count-pending").inner_text())
    first = places(desk, waiting - 1)
    row_of(desk, WORDS).get_by_role("button", name="Approve").click()
    decided = desk.locator("article.decided")
    expect(decided.locator("p > *")).to_have_text(["Published", "Jo", WORDS])
    expect(desk.locator("#count-pending")).to_have_text(str(waiting - 1))
    expect(desk.locator("#count-published")).to_have_text("1")
    expect(desk.locator("#queue-counts")).to_have_text(
        "1 left" if waiting == 2 else "Nothing waiting"
    )
    assert places(desk, waiting - 1) == first
    expect_same_page(desk)
