"""The list of the desk in the hand: it refills below, takes in what is new, and never jumps."""

import pytest
from playwright.sync_api import Page, expect

from blog.comments.queries import find_comment
from tests.browser.desk import (
    DECISIONS,
    Held,
    decide_elsewhere,
    decided,
    enter,
    expect_left,
    expect_quiet,
    fill,
    here,
    look_again,
    press,
    row,
    states,
    top_of,
)
from tests.browser.steps import QUEUE, expect_same_page, mark

pytestmark = pytest.mark.browser

MORE = f"**{QUEUE}?after=*"
NUMBERS = """() => [...document.querySelectorAll("#queue > .row")].map((row) =>
  Number(row.querySelector(".comment-text, .excerpt").textContent.match(/Row ([0-9]+)[.]/)[1]))"""


@pytest.fixture
def desk(site, arrive, review) -> Page:
    """Seventy wait; the page shows fifty."""
    fill(review, 70)
    page = enter(arrive, site)
    expect(page.locator("#queue > .row")).to_have_count(50)
    return page


def test_the_list_refills_below_so_that_all_are_one_run(desk):
    mark(desk)
    press(desk, "j", *"a" * 36)
    expect(desk.locator("#queue > .row")).to_have_count(70)
    assert here(desk) == "Row 37."
    press(desk, *"a" * 34)
    expect_left(desk, 0)
    expect(decided(desk)).to_have_count(70)
    assert desk.evaluate(NUMBERS) == list(range(1, 71))
    assert set(states().values()) == {"published"}
    expect_same_page(desk)


def test_whoever_only_reads_on_is_given_more_too_as_often_as_there_is_more(desk, review):
    fill(review, 50, first=71)
    press(desk, *"j" * 40)
    expect(desk.locator("#queue > .row")).to_have_count(100)
    assert here(desk) == "Row 40."
    press(desk, *"j" * 60)
    expect(desk.locator("#queue > .row")).to_have_count(120)
    assert here(desk) == "Row 100."
    assert desk.evaluate(NUMBERS) == list(range(1, 121))


def test_whoever_is_faster_than_the_next_page_goes_on_with_it_when_it_comes(desk):
    held = Held(desk, MORE)
    held.after(lambda: press(desk, "j", *"a" * 36))
    press(desk, *"a" * 14)
    assert here(desk) == ""
    expect(desk.locator(".sending")).to_have_count(0)
    held.let_all_go()
    expect(row(desk, 51)).to_be_focused()
    press(desk, "s")
    expect(decided(desk)).to_have_count(51)


def test_a_next_page_that_did_not_come_is_asked_for_again(desk):
    desk.route(MORE, lambda route: route.abort())
    with desk.expect_event("requestfailed", lambda request: "after=" in request.url):
        press(desk, "j", *"a" * 36)
    expect(desk.locator("#notices")).to_contain_text("The site did not respond.")
    expect_quiet(desk)
    desk.unroute(MORE)
    press(desk, "a")
    expect(desk.locator("#queue > .row")).to_have_count(70)
    assert here(desk) == "Row 38."


def test_what_is_read_stays_where_it_is_while_all_else_comes_and_goes(desk, review):
    """Rows above are decided on and come back, the next page and new arrivals are put in below."""
    comments = {number: find(desk, number) for number in (30, 33)}
    press(desk, *"j" * 30)
    assert here(desk) == "Row 30."
    desk.mouse.wheel(0, 150)
    decide_elsewhere(comments[30])
    held = Held(desk, DECISIONS)
    held.after(lambda: press(desk, *"arsxjxja"))
    assert here(desk) == "Row 35.", "two were selected and decided on together"
    before = top_of(desk)
    held.let_all_go()
    expect(desk.get_by_role("button", name="1 came back")).to_be_visible()
    expect_quiet(desk)
    assert top_of(desk) == pytest.approx(before, abs=1)

    desk.locator("#next-page a").evaluate("link => link.click()")
    expect(desk.locator("#queue > .row")).to_have_count(70)
    assert top_of(desk) == pytest.approx(before, abs=1)

    fill(review, 4, first=71)
    decide_elsewhere(find(desk, 20))
    decide_elsewhere(find(desk, 40))
    look_again(desk)
    expect(row(desk, 20)).to_contain_text("Rejected by Jun")
    expect(row(desk, 40)).to_contain_text("Rejected by Jun")
    assert top_of(desk) == pytest.approx(before, abs=1)
    desk.get_by_role("link", name="4 new").press("Enter")
    expect(desk.locator("#queue > .row")).to_have_count(74)
    assert top_of(desk) == pytest.approx(before, abs=1)
    assert here(desk) == "Row 35."
    press(desk, *"zz")
    expect_quiet(desk)
    assert here(desk) == "Row 32."


def test_the_count_stays_in_sight_down_the_whole_list(desk):
    press(desk, *"j" * 40)
    assert desk.evaluate("scrollY") > 2000
    expect(desk.locator("#queue-counts")).to_be_in_viewport()
    heading = desk.locator(".queue-title").bounding_box()
    assert heading["y"] == 0
    for key in "kkkkkjjjjj":
        press(desk, key)
        box = desk.locator(".row.current").bounding_box()
        assert heading["height"] <= box["y"], "the heading lies over the row"
        assert box["y"] + box["height"] <= 900


def find(page: Page, number: int):
    """Return the comment of a row, as it is now."""
    return find_comment(comment_id=int(row(page, number).get_attribute("data-row")))
