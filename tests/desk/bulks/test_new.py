"""GET /admin/bulks/new: confirm one verdict on all comments that match a filter."""

from tests.builders import make_comment, make_report, make_review
from tests.desk.desk import (
    URL,
    bring,
    everything,
    item,
    log,
    make_crowd,
    make_many,
    reload,
    send_form,
)
from tests.page import soup_of, text_of

NEW = "/admin/bulks/new"


def ask(desk, verdict: str = "spam", **query):
    """Open the confirmation page of a verdict; return its main section."""
    page = desk.get(NEW, verdict=verdict, **query)
    assert page.status_code == 200
    return soup_of(page).select_one("main section")


def test_the_page_counts_the_comments_and_shows_a_sample(desk, review):
    comments = [make_comment(review=review, name="Jo", body=f"{c}{c} it was.") for c in "abc"]
    make_many(review, 2)
    links = soup_of(desk.get(q="jo", status="pending")).select(".all-matching a")
    assert [link.get_text() for link in links] == ["approve…", "reject…", "spam…"]
    before = everything()
    page = desk.get(links[1]["href"])
    assert soup_of(page).h1.get_text() == "Reject: 3 comments?"
    assert [tag.get_text() for tag in soup_of(page).select(".sample .excerpt")] == [
        "aa it was.",
        "bb it was.",
        "cc it was.",
    ]
    assert everything() == before
    response = desk.press(soup_of(page), "reject")
    assert "3 rejected." in text_of(response)
    assert soup_of(response).find("a", string="Back to the queue")["href"] == (
        f"{URL}?status=pending&q=jo"
    )
    assert {row.comment_id for row in log()} == {comment.id for comment in comments}


def test_comments_that_arrive_or_change_after_the_count_are_left_alone(desk, colleague, stranger):
    review = make_review()
    corrected = send_form(stranger, "The first words.")
    reported = bring(make_comment(review=review, body="Seen."), "published", desk.moderator)
    make_report(comment=reported)
    counted = make_many(review, 3)
    page = ask(desk, "spam")
    assert page.h1.get_text() == "Mark as spam: 5 comments?"
    late = make_comment(review=review, body="Late.")
    send_form(stranger, "Other words.")
    make_report(comment=reported, words="Again.")
    colleague.decide(counted[0], "approve")
    response = desk.press(page, "spam")
    result = "2 marked as spam, 1 already decided by Jun Ha, 2 changed since you saw them."
    assert result in text_of(response)
    states = [reload(c).status for c in (corrected, reported, *counted, late)]
    assert states == ["pending", "published", "published", "spam", "spam", "pending"]


def test_all_matching_comments_are_undone_as_one(desk, review):
    comments = make_many(review, 4)
    response = desk.press(ask(desk, "approve", q="scene"), "approve")
    assert "4 published." in text_of(response)
    undo = desk.press(soup_of(response), "reopen")
    assert "4 undone." in text_of(undo)
    assert all(reload(comment).is_pending for comment in comments)


def test_each_copy_is_counted(desk, review):
    for number in range(3):
        make_comment(review=review, name=f"N{number}", body="The same long words, word for word.")
    page = ask(desk)
    assert page.h1.get_text() == "Mark as spam: 3 comments?"
    assert "3 marked as spam." in text_of(desk.press(page, "spam"))


def test_one_bulk_takes_at_most_a_thousand_comments(desk, review):
    make_crowd(review, 1003)
    page = ask(desk)
    assert page.h1.get_text() == "Mark as spam: 1,000 comments?"
    assert "1,000+ match. One bulk action takes the oldest 1,000." in page.get_text()
    response = desk.press(page, "spam")
    assert "1,000 marked as spam." in text_of(response)
    assert "3 left" in text_of(desk.get())


def test_a_filter_without_matches_shows_no_button(desk, comment):
    page = ask(desk, q="nobody wrote this")
    assert page.h1.get_text() == "Mark as spam: 0 comments?"
    assert "No comments match any more." in page.get_text()
    assert not page.find("button")


def test_only_comments_that_match_the_filter_are_included(desk, review):
    other = make_review(slug="signal")
    linked = make_comment(review=review, body="See https://example.org/.")
    there = make_comment(review=other, body="Elsewhere.", typed_seconds=1)
    published = bring(make_comment(review=review, body="Out."), "published", desk.moderator)
    for query, comment in (
        ({"reason": "links"}, linked),
        ({"review": "signal"}, there),
        ({"reason": "hasty", "sort": "known"}, there),
        ({"sender": linked.id}, linked),
        ({"status": "published"}, published),
    ):
        items = ask(desk, **query).find("input", {"name": "items"})["value"]
        assert items == item(comment), query


def test_an_unknown_verdict_is_refused_with_a_message(desk, comment):
    for verdict in ("", "delete", "reopen", "not_spoiler", "APPROVE", "\0", "x" * 9999):
        response = desk.get(NEW, verdict=verdict)
        assert response.status_code == 400, verdict[:40]
        assert "verdict must be one of approve, approve_spoiler, reject, spam" in text_of(response)


def test_each_verdict_can_be_confirmed(desk, review):
    for verdict in ("approve", "approve_spoiler", "reject", "spam"):
        make_comment(review=review, body=f"To {verdict}.")
        response = desk.press(ask(desk, verdict), verdict)
        assert response.status_code == 200, verdict
        assert log()[-1].verdict == verdict


def test_an_expired_page_changes_nothing_and_gets_a_message(desk, comment):
    response = desk.press(ask(desk), "spam", csrf_token="old")
    assert response.status_code == 422
    assert "This page had expired, so nothing was changed." in text_of(response)
    assert reload(comment).is_pending
