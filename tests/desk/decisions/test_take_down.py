"""POST /admin/comments/<id>/decisions with verdict=take_down: take a published comment down."""

import pytest

from tests.builders import make_published_comment
from tests.desk.desk import (
    HTMX_OR_PLAIN,
    REASON,
    bring,
    everything,
    log,
    make_many,
    reload,
    row_of,
    rows_of,
    verdicts_of,
    words_of,
)
from tests.page import text_of


@pytest.fixture
def published(desk, review):
    return make_published_comment(review=review, moderator=desk.moderator)


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_published_comment_is_taken_down_with_a_reason_and_restored(
    desk, stranger, published, htmx
):
    (row,) = rows_of(desk.get(status="published"))
    response = desk.press(row, "take_down", htmx=htmx, reason_words=REASON)
    assert response.status_code == (200 if htmx else 303)
    assert reload(published).status == "removed"
    assert "The bench scene." not in text_of(stranger.get("/reviews/run-on"))
    assert log()[-1].reason == REASON
    (row,) = rows_of(desk.get(status="removed"))
    assert "Taken down by Mina Park" in words_of(row)
    desk.decide(published, "reopen")
    assert reload(published).status == "published"
    assert "The bench scene." in text_of(stranger.get("/reviews/run-on"))


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_taking_down_without_a_reason_is_refused_with_a_message(desk, published, htmx):
    before = everything()
    words = "Choose or write a reason for taking the comment down. Nothing was changed."
    for given in ({}, {"reason": ""}, {"reason": " \n\0 ", "reason_words": "\t"}):
        response = desk.decide(published, "take_down", htmx=htmx, **given)
        assert response.status_code == 422, given
        assert words in text_of(response), given
    assert everything() == before
    # The response contains the form again, and the form works.
    form = row_of(response, published).select_one(".reason-form")
    assert desk.press(form, "take_down", htmx=htmx, reason=REASON).status_code < 400
    assert reload(published).status == "removed"


def test_only_published_comments_can_be_taken_down(desk, review):
    states = ["pending", "rejected", "spam", "removed"]
    for state, comment in zip(states, make_many(review, 4), strict=True):
        before = bring(comment, state, desk.moderator)
        row = row_of(desk.get(status=before.status.value), before)
        assert "take_down" not in verdicts_of(row)
        response = desk.decide(before, "take_down", reason=REASON)
        assert response.status_code == 409, state
        assert reload(comment).status == before.status


def test_a_comment_taken_down_can_be_published_again(desk, published):
    desk.decide(published, "take_down", reason=REASON)
    (row,) = rows_of(desk.get(status="removed"))
    assert verdicts_of(row) == ["approve", "approve_spoiler", "reject", "spam"]
    assert desk.press(row, "approve").status_code == 303
    assert reload(published).status == "published"


def test_a_reported_comment_is_taken_down_from_the_queue(desk, review, comment):
    comment = bring(comment, "reported", desk.moderator)
    (row,) = rows_of(desk.get())
    desk.press(row, "take_down", reason="It insults somebody.")
    assert rows_of(desk.get()) == []
    assert reload(comment).status == "removed"
