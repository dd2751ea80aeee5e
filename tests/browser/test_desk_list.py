"""The list of the queue: it loads further pages and new comments without moving the focused row."""

import pytest
from playwright.sync_api import Page, expect

from blog.comments.queries import find_comment
from tests.browser.desk import (
    DECISIONS,
    HeldRequests,
    decide_elsewhere,
    decided,
    expect_left,
    expect_quiet,
    fetch_changes,
    fill,
    focused_row,
    open_queue,
    press,
    row,
    states,
    top_of,
)
from tests.browser.steps import QUEUE, expect_same_page, set_marker

pytestmark = pytest.mark.browser

MORE = f"**{QUEUE}?after=*"
NUMBERS = """() => [...document.querySelectorAll("#queue > .row")].map((row) =>
  Number(row.querySelector(".comment-text, .excerpt").textContent.match(/Row ([0-9]+)[.]/)[1]))"""


@pytest.fixture
def desk(site, arrive, review) -> Page:
    """The queue with seventy waiting comments, of which the page shows fifty."""
    fill(review, 70)
    page = open_queue(arrive, site)
    expect(page.locator("#queue > .row")).to_have_count(50)
    return page


def test_the_list_loads_the_next_page_before_its_end(desk):
    set_marker(desk)
    press(desk, "j", *"a" * 36)
    expect(desk.locator("#queue > .row")).to_have_count(70)
    assert focused_row(desk) == "Row 37."
    press(desk, *"a" * 34)
    expect_left(desk, 0)
    expect(decided(desk)).to_have_count(70)
    assert desk.evaluate(NUMBERS) == list(range(1, 71))
    assert set(states().values()) == {"published"}
    expect_same_page(desk)


def test_moving_down_the_list_loads_every_further_page(desk, review):
    fill(review, 50, first=71)
    press(desk, *"j" * 40)
    expect(desk.locator("#queue > .row")).to_have_count(100)
    assert focused_row(desk) == "Row 40."
    press(desk, *"j" * 60)
    expect(desk.locator("#queue > .row")).to_have_count(120)
    assert focused_row(desk) == "Row 100."
    assert desk.evaluate(NUMBERS) == list(range(1, 121))


def test_a_late_next_page_takes_the_focus_when_it_arrives(desk):
    held = HeldRequests(desk, MORE)
    held.after(lambda: press(desk, "j", *"a" * 36))
    press(desk, *"a" * 14)
    assert focused_row(desk) == ""
    expect(desk.locator(".sending")).to_have_count(0)
    held.release_all()
    expect(row(desk, 51)).to_be_focused()
    press(desk, "s")
    expect(decided(desk)).to_have_count(51)


def test_a_next_page_that_failed_is_requested_again(desk):
    desk.route(MORE, lambda route: route.abort())
    with desk.expect_event("requestfailed", lambda request: "after=" in request.url):
        press(desk, "j", *"a" * 36)
    expect(desk.locator("#notices")).to_contain_text("The site did not respond.")
    expect_quiet(desk)
    desk.unroute(MORE)
    press(desk, "a")
    expect(desk.locator("#queue > .row")).to_have_count(70)
    assert focused_row(desk) == "Row 38."


def test_the_focused_row_stays_in_place_while_other_rows_change(desk, review):
    """Rows above are decided or flagged; the next page and new comments are added below."""
    comments = {number: find(desk, number) for number in (30, 33)}
    press(desk, *"j" * 30)
    assert focused_row(desk) == "Row 30."
    desk.mouse.wheel(0, 150)
    decide_elsewhere(comments[30])
    held = HeldRequests(desk, DECISIONS)
    held.after(lambda: press(desk, *"arsxjxja"))
    assert focused_row(desk) == "Row 35.", "two were selected and decided together"
    before = top_of(desk)
    held.release_all()
    expect(desk.get_by_role("button", name="1 restored")).to_be_visible()
    expect_quiet(desk)
    assert top_of(desk) == pytest.approx(before, abs=1)

    desk.locator("#next-page a").evaluate("link => link.click()")
    expect(desk.locator("#queue > .row")).to_have_count(70)
    assert top_of(desk) == pytest.approx(before, abs=1)

    fill(review, 4, first=71)
    decide_elsewhere(find(desk, 20))
    decide_elsewhere(find(desk, 40))
    fetch_changes(desk)
    expect(row(desk, 20)).to_contain_text("Rejected by Jun")
    expect(row(desk, 40)).to_contain_text("Rejected by Jun")
    assert top_of(desk) == pytest.approx(before, abs=1)
    desk.get_by_role("link", name="4 new").press("Enter")
    expect(desk.locator("#queue > .row")).to_have_count(74)
    assert top_of(desk) == pytest.approx(before, abs=1)
    assert focused_row(desk) == "Row 35."
    press(desk, *"zz")
    expect_quiet(desk)
    assert focused_row(desk) == "Row 32."


def test_the_count_stays_visible_down_the_whole_list(desk):
    press(desk, *"j" * 40)
    assert desk.evaluate("scrollY") > 2000
    expect(desk.locator("#total-pending")).to_be_in_viewport()
    heading = desk.locator(".queue-title").bounding_box()
    assert heading["y"] == 0
    for key in "kkkkkjjjjj":
        press(desk, key)
        box = desk.locator(".row.current").bounding_box()
        assert heading["height"] <= box["y"], "the heading covers the row"
        assert box["y"] + box["height"] <= 900


def find(page: Page, number: int):
    """Return the comment of a row as the database has it now."""
    return find_comment(comment_id=int(row(page, number).get_attribute("data-row")))
