"""What a reader can do with a comment: reply below its text; the link and Report behind More."""

import pytest

from tests.builders import make_moderator_reply, make_published_comment, make_published_reply
from tests.page import soup_of
from tests.site.comments.sending import URL

PAGE = "/reviews/run-on"


@pytest.fixture
def comment(review, moderator):
    return make_published_comment(review=review, moderator=moderator, name="민아")


def item_of(page, comment):
    return soup_of(page).find("li", id=f"comment-{comment.id}")


def test_reply_and_report_are_below_the_text(client, comment, moderator):
    reply = make_published_reply(to=comment, moderator=moderator)
    for path in (PAGE, URL, f"{URL}/{comment.id}/replies"):
        for one in (comment, reply):
            parts = [tag.get("class") for tag in item_of(client.get(path), one)(True)]
            order = [parts.index([name]) for name in ("comment-meta", "comment-text", "tools")]
            assert order == sorted(order), path


def test_report_is_behind_more_which_says_whose_comment_it_is_for(client, comment):
    tools = item_of(client.get(PAGE), comment).select_one(".tools")
    more = tools.select_one("details")
    assert not more.has_attr("open")
    assert more.summary.get_text() == "More"
    assert more.summary["aria-label"] == "More about 민아’s comment"
    assert [link["href"] for link in more("a")] == [
        f"{URL}/{comment.id}",
        f"{URL}/{comment.id}/reports/new",
    ]
    assert [link.get_text() for link in tools.find_all("a", recursive=False)] == ["Reply"]


def test_a_moderators_reply_has_no_report_behind_more(client, comment, moderator):
    reply = make_moderator_reply(comment=comment, moderator=moderator)
    links = item_of(client.get(PAGE), reply).select("details a")
    assert [link["href"] for link in links] == [f"{URL}/{reply.id}"]


def test_the_tab_key_stops_twice_in_a_comment(client, comment):
    item = item_of(client.get(PAGE), comment)
    folded = item.select("details a")
    stops = [tag for tag in item.select("a:not([tabindex]), summary") if tag not in folded]
    assert [stop.get_text() for stop in stops] == ["Reply", "More"]


def test_a_link_above_the_comments_leads_to_the_form(client, comment):
    for path in (PAGE, URL):
        page = soup_of(client.get(path))
        link = page.select_one("#comment-list").find_previous("a")
        assert link.get_text() == "Write a comment"
        assert page.select_one(f"{link['href']} form.comment-form")
