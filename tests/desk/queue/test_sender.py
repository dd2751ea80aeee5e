"""Mark as spam all waiting comments of a sender, known by browser or by address."""

from tests.builders import NOON, make_comment
from tests.databases import on_both
from tests.desk.desk import (
    bring,
    log,
    make_crowd,
    make_many,
    numbers_of,
    reload,
    row_of,
    words_of,
)
from tests.page import soup_of, text_of

NEW = "/admin/bulks/new"
TOKEN = "ab" * 16
ADDRESS = "192.0.2.7"


def link_of(row) -> str | None:
    link = row.find("a", string="Mark all waiting comments from this sender as spam…")
    return link and link["href"]


@on_both
def test_comments_of_a_sender_are_decided_and_undone_as_one_bulk(desk, review):
    sent = [make_comment(review=review, body=f"{c}{c}.", token=TOKEN) for c in "abc"]
    others = make_many(review, 2)
    page = desk.get(link_of(row_of(desk.get(), sent[1])))
    assert soup_of(page).h1.get_text() == "Mark as spam: 3 comments?"
    response = desk.press(soup_of(page), "spam")
    assert "3 marked as spam." in text_of(response)
    assert {row.comment_id for row in log()} == {comment.id for comment in sent}
    assert len({row.bulk_key for row in log()}) == 1
    assert all(reload(comment).is_pending for comment in others)
    assert "3 undone." in text_of(desk.press(soup_of(response), "reopen"))


@on_both
def test_a_sender_is_recognised_by_browser_or_address(desk, review):
    seen = make_comment(review=review, body="Seen.", token=TOKEN, address=ADDRESS)
    by_browser = make_comment(review=review, body="By browser.", token=TOKEN, address="192.0.2.8")
    by_address = make_comment(review=review, body="By address.", token="cd" * 16, address=ADDRESS)
    neither = make_comment(review=review, body="Neither.", token="ef" * 16, address="192.0.2.9")
    expected = [seen.id, by_browser.id, by_address.id]
    page = desk.get(sender=seen.id)
    assert sorted(numbers_of(page)) == expected
    assert f"3 match, from the sender of comment no. {seen.id}." in text_of(page)
    # by_browser and by_address share nothing with each other, only with `seen`.
    assert sorted(numbers_of(desk.get(sender=by_browser.id))) == expected[:2]
    assert numbers_of(desk.get(sender=neither.id)) == [neither.id]


def test_decided_comments_of_the_sender_are_left_alone(desk, review):
    published = bring(make_comment(review=review, token=TOKEN), "published", desk.moderator)
    rejected = bring(
        make_comment(review=review, body="No.", token=TOKEN), "rejected", desk.moderator
    )
    waiting = make_comment(review=review, body="Waits.", token=TOKEN)
    page = desk.get(NEW, sender=published.id, verdict="spam")
    assert soup_of(page).h1.get_text() == "Mark as spam: 1 comment?"
    desk.press(soup_of(page), "spam")
    assert [reload(c).status for c in (published, rejected, waiting)] == [
        "published", "rejected", "spam",
    ]  # fmt: skip


@on_both
def test_an_imported_comment_is_the_only_one_of_its_sender(desk, review):
    make_crowd(review, 3)
    make_many(review, 2)
    first = min(numbers_of(desk.get()))
    assert link_of(soup_of(desk.get()).find(id=f"comment-{first}")) is None
    assert numbers_of(desk.get(sender=first)) == [first]
    page = desk.get(NEW, sender=first, verdict="spam")
    assert soup_of(page).h1.get_text() == "Mark as spam: 1 comment?"


def test_a_moderators_reply_is_the_only_one_of_its_sender(desk, review):
    comment = make_comment(review=review)
    make_crowd(review, 2)
    desk.reply(comment, "Thank you for this.")
    reply_id = max(numbers_of(desk.get(status="published")))
    assert numbers_of(desk.get(sender=reply_id, status="published")) == [reply_id]


def test_the_same_address_on_another_day_is_another_sender(desk, review, clock):
    first = make_comment(review=review, body="First.", address=ADDRESS, now=NOON)
    clock.advance(days=3)
    second = make_comment(review=review, body="Second.", address=ADDRESS, now=clock.now)
    assert numbers_of(desk.get(sender=first.id)) == [first.id]
    assert numbers_of(desk.get(sender=second.id)) == [second.id]


def test_the_row_links_to_comments_of_its_sender_and_shows_no_address(desk, review):
    comment = make_comment(review=review, token=TOKEN, address=ADDRESS)
    row = row_of(desk.get(), comment)
    link = row.find("a", string="Show waiting comments from this sender")
    assert numbers_of(desk.get(link["href"])) == [comment.id]
    page = desk.get().get_data(as_text=True)
    for secret in (ADDRESS, comment.owner_hash, comment.client_name, TOKEN):
        assert secret not in page
    assert "Mark all waiting comments" not in words_of(
        row_of(desk.decide(comment, "spam"), comment)
    )
