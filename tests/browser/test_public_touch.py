"""The readers' pages under a thumb, on a telephone of 390 by 844."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.everybody import OVERFLOW, OVERLAPPING, SMALLER_THAN_A_THUMB
from tests.browser.steps import REVIEW, set_token
from tests.browser.talk import TOKEN, make_talk
from tests.builders import make_published_comment, make_published_reply

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ACTIONS = (
    "main button, main summary, main select, main textarea, main label:has(input), nav a,"
    " .reply, .report, .cancel, .own-tools a, .more a, .tags a, .older a, .sent a,"
    " .drama-list a, .people a, .facts dd a, .kicker a, .related a, a[rel=author]"
)


def check_for_a_thumb(page: Page) -> None:
    assert page.evaluate(SMALLER_THAN_A_THUMB, ACTIONS) == [], page.url
    assert page.evaluate(OVERLAPPING) == [], page.url
    assert page.evaluate(OVERFLOW) <= 0, page.url


def test_what_a_reader_does_is_as_large_as_a_thumb_and_never_overlaps(site, arrive):
    talk = make_talk()
    for name in ("n" * 80, "Name Of Some Length, And No More", "민아"):
        comment = make_published_comment(
            review=talk.review, name=name, body="[a link](https://example.org) at once.\n\nMore."
        )
        make_published_reply(to=make_published_reply(to=comment, name=name), name=name)
    visitor = arrive(site, **PHONE)
    set_token(visitor, token=TOKEN)
    page = visitor.open(REVIEW)
    expect(page.locator(f"#comment-{talk.published.id} .own-tools")).to_be_visible()
    check_for_a_thumb(page)
    page.locator(f"#to-{talk.reply.id}").tap()
    expect(page.locator(f"#body-{talk.reply.id}")).to_be_focused()
    check_for_a_thumb(page)
    for path in (
        f"{REVIEW}/comments/{talk.parent.id}/replies/new",
        f"{REVIEW}/comments/{talk.parent.id}/reports/new",
        "/reviews/comments/mine",
    ):
        page.goto(path)
        check_for_a_thumb(page)


def test_the_demo_is_as_large_as_a_thumb(demo_site, arrive):
    page = arrive(demo_site, **PHONE).context.new_page()
    for path in ("/", "/dramas", "/people", "/reviewers/hana-yoo", "/reviews/reply-1988"):
        page.goto(path)
        check_for_a_thumb(page)


def test_reply_and_report_stand_apart_from_each_other_and_say_whose_comment(site, arrive):
    talk = make_talk()
    page = arrive(site, **PHONE).open(REVIEW)
    tools = page.locator(f"#comment-{talk.parent.id} > .tools")
    reply = tools.get_by_role("link", name="Reply to 민아", exact=True).bounding_box()
    more = tools.get_by_label("More about 민아’s comment", exact=True)
    assert reply["x"] + reply["width"] + 4 <= more.bounding_box()["x"]
    assert reply["y"] == more.bounding_box()["y"]
    more.tap()
    expect(tools.get_by_role("link", name="Report 민아’s comment", exact=True)).to_be_visible()
