"""The moderation queue without JavaScript, with plain forms and links.

`tests/browser/test_desk_plain.py` tests the main steps in a real browser.
"""

import pytest

from blog.comments.models import Comment
from blog.moderation.states import Verdict
from tests.builders import (
    make_comment,
    make_published_comment,
    make_report,
    sign_in,
)
from tests.desk.desk import URL, log, make_many, reload
from tests.desk.plain import Plain

PAGE = 50


@pytest.fixture
def comments(review) -> list[Comment]:
    return make_many(review, 5)


@pytest.fixture
def plain(desk, comments) -> Plain:
    return Plain(desk.client)


def states(comments: list[Comment]) -> list[str]:
    return [reload(comment).status.value for comment in comments]


def test_each_decision_is_a_plain_form(plain, comments):
    for number, name in enumerate(("Approve", "Spoiler", "Reject", "Spam")):
        words = comments[number].body
        plain.press(name, within=plain.row(words))
        assert plain.path == URL
        assert words not in plain.text("#queue")
        assert plain.left == f"{4 - number} left"
    assert states(comments) == ["published", "published", "rejected", "spam", "pending"]


def test_a_decision_is_undone_from_the_log(plain, comments):
    plain.press("Reject", within=plain.row(comments[0].body))
    plain.follow("Log")
    assert len(plain.page.select(".log tbody tr")) == 1
    plain.press(f"Undo: Rejected, no. {comments[0].id}")
    assert plain.path == "/admin/log"
    assert len(plain.page.select(".log tbody tr")) == 2
    assert "later undone" in plain.text(".log")
    plain.follow("Queue")
    assert plain.left == "5 left"
    assert comments[0].body in plain.rows[0].text


def test_a_stale_decision_shows_a_page_on_which_it_can_be_made_again(plain, comments, colleague):
    colleague.decide(comments[0], "reject")
    plain.press("Approve", within=plain.row(comments[0].body))
    assert plain.text("h1") == "Nothing was changed"
    assert "Jun Ha rejected this comment at" in plain.alert
    plain.press("Approve", within=plain.row(comments[0].body))
    assert plain.left == "4 left"
    assert states(comments)[0] == "published"


def test_ticked_comments_are_decided_together_and_undone_as_one(plain, comments):
    plain.tick(plain.rows[0], plain.rows[2])
    plain.press("Spam", within=plain.page.select_one("#bulk"))
    assert plain.text("h1") == "Decided"
    assert "2 marked as spam." in plain.text("#bulk-result")
    assert states(comments)[:3] == ["spam", "pending", "spam"]
    plain.press("Undo all")
    assert "2 undone." in plain.text("#bulk-result")
    plain.follow("Back to the queue")
    assert (plain.path, plain.left) == (URL, "5 left")


def test_a_bulk_lists_comments_decided_elsewhere(plain, comments, colleague):
    colleague.decide(comments[1], "spam")
    plain.tick(*plain.rows[:3])
    plain.press("Approve", within=plain.page.select_one("#bulk"))
    assert "2 published, 1 already decided by Jun Ha." in plain.text("#bulk-result")
    assert "Jun Ha marked this comment as spam at" in plain.text(".failed")


def test_a_bulk_without_ticks_shows_a_message_and_changes_nothing(plain):
    plain.press("Reject", within=plain.page.select_one("#bulk"))
    assert "Nothing is selected: select comments" in plain.text()
    plain.follow("Back to the queue")
    assert plain.left == "5 left"


def test_a_reason_is_given_and_shared(plain, comments):
    row = plain.row(comments[0].body)
    typed = {"reason_words": "Not about the drama", "shares_reason": "y"}
    plain.press("Reject with this reason", within=row, **typed)
    assert plain.left == "4 left"
    plain.open("/admin/log")
    assert plain.text(".log-reason") == "Not about the drama shared with the author"


def test_a_missing_reason_gets_a_message(plain, comments):
    row = plain.row(comments[0].body)
    plain.press("Reject with this reason", within=row, shares_reason="y")
    assert "Choose or write a reason to share" in plain.alert
    assert states(comments)[0] == "pending"


def test_a_reply_is_shown_under_its_comment(plain, comments):
    row = plain.row(comments[0].body)
    plain.press("Approve and reply", within=row, body="Thank you for this.")
    assert plain.left == "4 left"
    plain.open("/reviews/run-on")
    assert "Thank you for this." in plain.text(".replies")


def test_a_refused_reply_keeps_its_text(plain, comments, colleague):
    colleague.decide(comments[0], "reject")
    row = plain.row(comments[0].body)
    plain.press("Approve and reply", within=row, body="Words that must not be lost.")
    assert "Jun Ha rejected this comment" in plain.alert
    assert plain.row(comments[0].body).find("textarea").text == "Words that must not be lost."


def test_all_comments_that_match_a_filter_are_decided(desk, review):
    linked = [
        make_comment(review=review, body=f"https://{letter * 9}.example/offer {letter}")
        for letter in "abc"
    ]
    make_many(review, 2)
    plain = Plain(desk.client)
    plain.press("Show", reason="links")
    assert "3 match." in plain.text(".matching")
    plain.follow("spam…")
    assert plain.text("h1") == "Mark as spam: 3 comments?"
    late = make_comment(review=review, body="https://late.example/")
    plain.press("Mark as spam: 3")
    assert "3 marked as spam." in plain.text("#bulk-result")
    assert states([*linked, late]) == [*["spam"] * 3, "pending"], "the last was not counted"
    plain.follow("Back to the queue")
    assert "reason=links" in plain.path
    assert "1 match" in plain.text(".matching")


def test_copies_are_one_row_with_one_decision(desk, review):
    for number in range(3):
        body = f"Cheap subtitles for every drama, and the first month is free, code {number}"
        make_comment(review=review, body=body)
    make_many(review, 1)
    plain = Plain(desk.client)
    assert len(plain.rows) == 2
    copies = plain.row("Cheap").select_one(".copies")
    assert len(copies.select("li")) == 3
    plain.press("Approve", within=copies)
    assert plain.left == "1 left"
    plain.open("/admin/log")
    plain.press("Undo all 3")
    assert "3 undone." in plain.text()
    plain.open(URL)
    assert plain.left == "4 left"
    plain.press("Spam", within=plain.row("Cheap"))
    assert plain.left == "1 left"


def test_all_comments_of_a_sender_are_marked_as_spam_after_confirmation(desk, review):
    comments = make_many(review, 3, address="10.9.9.9") + make_many(review, 1, start=3)
    plain = Plain(desk.client)
    plain.follow("Mark all waiting comments from this sender as spam", within=plain.rows[0])
    plain.press("Mark as spam: 3")
    assert "3 marked as spam." in plain.text("#bulk-result")
    assert states(comments) == ["spam", "spam", "spam", "pending"]


def test_all_spam_is_deleted_after_confirmation(plain, comments, colleague):
    for comment in comments[:2]:
        colleague.decide(comment, "spam")
    plain.open(URL)
    plain.follow("Spam 2")
    plain.follow("Delete all spam")
    plain.press("Delete permanently")
    assert "2 comments deleted." in plain.text(".done")
    plain.open(f"{URL}?status=spam")
    assert plain.rows == []


def test_a_published_comment_is_taken_down_and_put_back(desk, review):
    comment = make_published_comment(review=review, body="Spoils it all.")
    plain = Plain(desk.client, f"{URL}?status=published")
    plain.press("Take down", within=plain.rows[0])
    assert "Choose or write a reason for taking the comment down" in plain.alert
    plain.press("Take down", within=plain.rows[0], reason_words="Told the ending")
    assert states([comment]) == ["removed"]
    plain.open("/admin/log")
    plain.press(f"Undo: Taken down, no. {comment.id}")
    assert states([comment]) == ["published"]


def test_a_reported_comment_is_kept(desk, review):
    comment = make_published_comment(review=review, body="Rude.")
    make_report(comment=comment, words="Look at the last word.")
    plain = Plain(desk.client)
    assert "Look at the last word." in plain.rows[0].text
    plain.press("Keep", within=plain.rows[0])
    assert plain.left == "Nothing waiting"
    assert states([comment]) == ["published"]


def test_a_comment_can_be_decided_on_its_own_page(plain, comments):
    plain.follow("No. ", within=plain.rows[1])
    heading = plain.text("h1")
    assert heading.startswith("Comment no.")
    told = [heading.text for heading in plain.page.select("#whole h2")]
    assert told == ["In context", "From the same browser", "Decisions"]
    plain.press("Approve", within=plain.row(comments[1].body))
    assert plain.text("h1") == heading
    assert "Published waiting → published" in plain.text("#whole")


def test_the_next_page_is_a_link_and_a_decision_leads_back_to_its_page(desk, review):
    make_many(review, PAGE + 2)
    plain = Plain(desk.client)
    assert len(plain.rows) == PAGE
    plain.page.select_one("#bulk").decompose()
    plain.follow("More comments", within=plain.page.select_one("#next-page"))
    assert len(plain.rows) == 2
    plain.press("Approve", within=plain.rows[0])
    assert len(plain.rows) == 1
    plain.follow("First page")
    assert plain.left == f"{PAGE + 1} left"


def test_a_signed_out_moderator_must_sign_in_and_decides_nothing(desk, plain, comments):
    desk.client.delete_cookie("second_lead_admin", path="/admin")
    plain.press("Approve", within=plain.rows[0])
    assert plain.text("h1") == "Sign in"
    assert set(states(comments)) == {"pending"}
    sign_in(desk.client)
    plain.open(URL)
    assert plain.left == "5 left"


def test_after_signing_out_in_another_tab_signing_in_leads_back(desk, plain):
    other = Plain(desk.client)
    other.press("Sign out")
    plain.open(f"{URL}?q=Scene")
    assert plain.text("h1") == "Sign in"
    plain.press("Sign in", email="mina@example.org", password="correct horse battery")
    assert plain.path == f"{URL}?q=Scene"


def test_an_expired_page_shows_a_message_and_works_the_second_time(desk, plain, comments):
    other = Plain(desk.client)
    other.press("Sign out")
    sign_in(desk.client)
    plain.press("Approve", within=plain.rows[0])
    assert "This page had expired" in plain.alert
    assert states(comments)[0] == "pending"
    plain.press("Approve", within=plain.rows[0])
    assert plain.left == "4 left"
    assert [decision.verdict for decision in log()] == [Verdict.APPROVE]
