"""Moderators' replies, shown under the comments they reply to."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from blog.moderation.states import Status, Verdict
from blog.site.comments.queries import PAGE_SIZE
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
)
from tests.desk.desk import make_crowd
from tests.page import soup_of, text_of
from tests.site.comments.sending import URL, comments
from tests.site.comments.writing import TOKEN, reload

REPLY = "Thank you. *We* thought so too."


@pytest.fixture
def comment(review, moderator):
    return make_published_comment(review=review, moderator=moderator, token=TOKEN)


def item_of(response, comment):
    return soup_of(response).find("li", id=f"comment-{comment.id}")


def test_a_reply_is_shown_under_its_comment_with_name_and_badge(client, comment, moderator):
    reply = make_moderator_reply(comment=comment, moderator=moderator, body=REPLY)
    for path in ("/reviews/run-on", URL):
        page = client.get(path)
        [under] = item_of(page, comment).select("ol.replies > li")
        assert under["id"] == f"comment-{reply.id}", path
        assert under.select_one("[data-reader-name]").get_text() == "Mina Park"
        assert under.select_one(".badge").get_text() == "Moderator"
        words = under.select_one("[data-reader-text]").decode_contents().strip()
        assert words == "<p>Thank you. <em>We</em> thought so too.</p>"
        assert "mina@example.org" not in page.text, path


def test_a_reader_with_a_moderators_name_has_no_badge(client, review, moderator):
    make_published_comment(review=review, moderator=moderator, name=moderator.name)
    page = soup_of(client.get("/reviews/run-on"))
    assert moderator.name in page.get_text()
    assert not page.select(".badge")
    assert not page.select("ol.replies")


def test_several_replies_are_in_the_order_of_their_times(client, comment, moderator):
    second = make_moderator(email="jun@example.org", name="Jun")
    for number, who in ((2, second), (1, moderator), (3, moderator)):
        now = NOON + timedelta(minutes=number)
        make_moderator_reply(
            comment=reload(comment), moderator=who, body=f"Number {number}.", now=now
        )
    replies = item_of(client.get(URL), comment).select("ol.replies > li")
    words = [reply.select_one("[data-reader-text]").get_text().strip() for reply in replies]
    assert words == ["Number 1.", "Number 2.", "Number 3."]
    names = [reply.select_one("[data-reader-name]").get_text() for reply in replies]
    assert names == ["Mina Park", "Jun", "Mina Park"]


def test_each_reply_is_under_its_own_comment_on_every_page(client, review, moderator):
    make_crowd(review, PAGE_SIZE + 2, status=Status.PUBLISHED)
    made = comments()
    ends = (0, 1), (PAGE_SIZE, PAGE_SIZE + 1)
    for number in (*ends[0], *ends[1]):
        make_moderator_reply(comment=made[number], moderator=moderator, body=f"To number {number}.")
    first = client.get("/reviews/run-on")
    link = soup_of(first).find(id="more-comments").a
    second = client.get(link["href"])
    for page, numbers in zip((first, second), ends, strict=True):
        assert len(soup_of(page).select("ol.replies")) == 2
        for number in numbers:
            replies = item_of(page, made[number]).select_one("ol.replies").get_text()
            assert f"To number {number}." in replies
    # htmx loads the comments of the next page, with their replies inside.
    assert len(soup_of(second).select(link["data-hx-select"])) == 2


def test_the_permanent_link_of_a_reply_leads_to_the_page_of_its_comment(client, review, moderator):
    make_crowd(review, PAGE_SIZE + 1, status=Status.PUBLISHED)
    made = comments()
    for number in (3, PAGE_SIZE):
        reply = make_moderator_reply(comment=made[number], moderator=moderator)
        link = soup_of(client.get(client.get(f"{URL}/{reply.id}").location))
        assert link.find("li", id=f"comment-{reply.id}")
        own = link.find("li", id=f"comment-{reply.id}").select_one("a.permalink")["href"]
        response = client.get(own)
        assert response.status_code == 303
        parts = urlsplit(response.location)
        assert parts.fragment == f"comment-{reply.id}"
        assert bool(parts.query) == (number == PAGE_SIZE)


def test_replies_are_counted_but_do_not_fill_the_page(client, review, moderator):
    make_crowd(review, PAGE_SIZE, status=Status.PUBLISHED)
    for comment in comments()[:3]:
        make_moderator_reply(comment=comment, moderator=moderator)
    page = soup_of(client.get("/reviews/run-on"))
    assert page.select_one("#comments .count").text == str(PAGE_SIZE + 3)
    assert not page.find(id="more-comments")


def test_a_reply_publishes_a_pending_comment(client, review, moderator):
    waiting = make_comment(review=review, body="It waits.")
    make_moderator_reply(comment=waiting, moderator=moderator, body=REPLY)
    item = item_of(client.get("/reviews/run-on"), waiting)
    assert "It waits." in item.get_text()
    assert item.select("ol.replies > li")


def test_a_reply_stays_if_its_comment_is_refused_later(client, review, moderator):
    made = {}
    for verdict in (Verdict.REJECT, Verdict.SPAM, Verdict.TAKE_DOWN):
        gone = make_published_comment(review=review, moderator=moderator, body="Not seen again.")
        reply = make_moderator_reply(comment=gone, moderator=moderator, body=REPLY)
        made[verdict] = (gone, reply)
        make_decision(comment=reload(gone), moderator=moderator, verdict=verdict)
    for path in ("/reviews/run-on", URL):
        page = client.get(path)
        # The refused comments are not shown, and neither are the names of their authors.
        assert "Not seen again." not in page.text
        for verdict, (gone, reply) in made.items():
            item = item_of(page, gone)
            assert "gap" in item["class"], verdict
            assert item.find("p", recursive=False).get_text() == "This comment was taken down."
            [words] = item.select("[data-reader-text]")
            [name] = item.select("[data-reader-name]")
            assert "thought so too" in words.get_text()
            assert name.get_text() == "Mina Park"
            [under] = item.select("ol.replies > li")
            assert under["id"] == f"comment-{reply.id}"
            assert not under.select(".replied-to")
    for verdict, (gone, reply) in made.items():
        link = client.get(f"{URL}/{reply.id}").location
        assert link == f"/reviews/run-on#comment-{reply.id}", verdict
        assert client.get(f"{URL}/{gone.id}").status_code == 404
    assert soup_of(client.get("/reviews/run-on")).select_one("#comments .count").text == "3"
    assert "3 comments" in text_of(client.get("/"))


def test_undoing_the_approval_of_the_comment_undoes_the_reply_too(client, review, moderator):
    waiting = make_comment(review=review, body="It waits.")
    reply = make_moderator_reply(comment=waiting, moderator=moderator)
    make_decision(comment=reload(waiting), moderator=moderator, verdict=Verdict.REOPEN)
    assert client.get(f"{URL}/{reply.id}").status_code == 404
    assert "No comments yet." in text_of(client.get(URL))


def test_a_reply_can_be_taken_down_alone(client, comment, moderator):
    reply = make_moderator_reply(comment=comment, moderator=moderator, body=REPLY)
    make_decision(comment=reply, moderator=moderator, verdict=Verdict.TAKE_DOWN)
    page = client.get(URL)
    assert item_of(page, comment)
    assert "thought so too" not in page.text
    assert not soup_of(page).select("ol.replies")


def test_a_reply_stores_the_name_of_its_moderator(client, comment, moderator):
    make_moderator_reply(comment=comment, moderator=moderator)
    assert {c.author_name for c in comments() if c.moderator_id} == {moderator.name}


def test_a_korean_reply_has_the_attribute_lang(client, comment):
    somebody = make_moderator(email="sora@example.org", name="소라")
    make_moderator_reply(comment=comment, moderator=somebody, body="고맙습니다. 저희도 그래요.")
    [item] = item_of(client.get(URL), comment).select("ol.replies > li")
    assert item.select_one("[data-reader-text]")["lang"] == "ko"
    assert item.select_one("[data-reader-name]")["lang"] == "ko"
