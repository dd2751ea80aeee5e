"""Reasons for a verdict, from the site's list or typed, and their display to the author."""

import pytest

from blog.decisions.models import REASON_LENGTH
from blog.environment import DEFAULT_REASONS
from tests.builders import make_comment, sign_in
from tests.desk.desk import (
    HTMX_OR_PLAIN,
    REASON,
    URL,
    everything,
    item,
    log,
    reload,
    row_of,
    rows_of,
    words_of,
)
from tests.page import soup_of, text_of
from tests.site.comments.sending import reader_of_site_with

MINE = "/reviews/run-on/comments/mine"
TOKEN = "ab" * 16


@pytest.fixture
def author(client):
    """The browser of the comment's author."""
    client.set_cookie("second_lead_owner", TOKEN, path="/reviews")
    return client


@pytest.fixture
def own(review):
    return make_comment(review=review, token=TOKEN)


def test_the_default_reasons_are_offered_in_order(desk, comment):
    (row,) = rows_of(desk.get())
    options = [option.get_text() for option in row.select(".reason-form option")]
    assert options == ["Choose a reason", *DEFAULT_REASONS]


def test_a_site_can_set_its_own_reasons(app, desk, comment):
    with reader_of_site_with(app, rejection_reasons=("Off topic & <b>rude</b>",)) as reader:
        sign_in(reader)
        options = soup_of(reader.get(URL)).select(".reason-form option")
        assert [option.get_text() for option in options] == [
            "Choose a reason",
            "Off topic & <b>rude</b>",
        ]


# The chosen reason, the typed reason, and the reason in the log.
GIVEN = [
    (DEFAULT_REASONS[0], "", DEFAULT_REASONS[0]),
    ("", "In my own words.", "In my own words."),
    (DEFAULT_REASONS[1], "In my own words.", f"{DEFAULT_REASONS[1]}: In my own words."),
    ("", "  Two\r\nlines\tand a NUL\0. ", "Two lines and a NUL."),
    ("", "x" * REASON_LENGTH, "x" * REASON_LENGTH),
    ("", "😭" * REASON_LENGTH, "😭" * REASON_LENGTH),
    ("", "<script>'\"%_\\", "<script>'\"%_\\"),
    ("", "", None),
    ("", " \n\0 ", None),
    ("", "\u3164\u200b", None),
]


def test_a_reason_is_chosen_or_typed_or_both(desk, review):
    for number, (chosen, written, recorded) in enumerate(GIVEN):
        comment = make_comment(review=review, body="ab" * (number + 1))
        row = row_of(desk.get(), comment)
        form = row.select_one(".reason-form")
        response = desk.press(form, "reject", htmx=True, reason=chosen, reason_words=written)
        assert response.status_code == 200, recorded
        assert log()[-1].reason == recorded
        page = desk.get(f"{URL}/{comment.id}")
        assert recorded is None or f"({recorded})" in soup_of(page).get_text()


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_reason_that_is_too_long_is_refused_with_both_numbers(desk, comment, htmx):
    before = everything()
    for more in (
        {"reason_words": "x" * 501},
        {"reason": "x" * 250, "reason_words": "쉿" * 249},
        {"reason": "x" * 501},
    ):
        response = desk.decide(comment, "reject", htmx=htmx, **more)
        assert response.status_code == 422
        assert "The reason has 501 characters; it takes up to 500. Nothing was changed." in text_of(
            response
        )
        # The form contains the typed reason again.
        row = row_of(response, comment)
        typed = row.select_one("input[name=reason_words]").get("value", "")
        assert typed == more.get("reason_words", "")
    assert everything() == before


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_refused_decision_keeps_its_reason_in_the_form(desk, colleague, comment, htmx):
    (row,) = rows_of(desk.get())
    colleague.decide(comment, "approve")
    given = {"reason": DEFAULT_REASONS[1], "reason_words": "<b>Mine</b>", "shares_reason": "y"}
    response = desk.press(row.select_one(".reason-form"), "reject", htmx=htmx, **given)
    assert response.status_code == 409
    form = row_of(response, comment).select_one(".reason-form")
    assert form.select_one("input[name=reason_words]")["value"] == "<b>Mine</b>"
    assert form.select_one("option[selected]").get_text() == DEFAULT_REASONS[1]
    assert form.select_one("input[name=shares_reason]").has_attr("checked")


def test_sharing_an_empty_reason_is_refused_with_a_message(desk, comment):
    words = "Choose or write a reason to share. Nothing was changed."
    for verdict in ("reject", "spam", "approve"):
        response = desk.decide(comment, verdict, shares_reason="y", reason=" ", reason_words="")
        assert response.status_code == 422, verdict
        assert words in text_of(response), verdict
    assert reload(comment).is_pending


def test_the_author_sees_a_reason_only_if_the_moderator_shares_it(desk, author, own):
    desk.decide(own, "reject", reason=REASON)
    page = text_of(author.get(MINE))
    assert REASON not in page
    assert "Not published." in page
    desk.decide(own, "reopen")
    desk.decide(own, "reject", reason=REASON, shares_reason="y")
    page = text_of(author.get(MINE))
    assert REASON in page
    assert "The bench scene." in page
    assert log()[-1].shares_reason


def test_a_shared_reason_is_visible_only_to_the_author(desk, author, stranger, own):
    desk.decide(own, "reject", reason=REASON, shares_reason="y")
    for address in (MINE, "/reviews/run-on", "/reviews/run-on/comments"):
        assert REASON not in text_of(stranger.get(address))


def test_an_undo_removes_the_reason_from_the_authors_page(desk, author, own):
    desk.decide(own, "reject", reason=REASON, shares_reason="y")
    desk.decide(own, "reopen")
    page = text_of(author.get(MINE))
    assert REASON not in page
    assert "Awaiting approval" in page


def test_marking_as_spam_hides_every_reason_from_the_author(desk, author, own):
    desk.decide(own, "reject", reason=REASON, shares_reason="y")
    desk.decide(own, "spam", reason="A spammer.", shares_reason="y")
    page = text_of(author.get(MINE))
    assert REASON not in page
    assert "A spammer." not in page


def test_the_author_of_a_comment_taken_down_sees_a_shared_reason(desk, author, own):
    desk.decide(own, "approve")
    desk.decide(own, "take_down", reason=REASON, shares_reason="y")
    assert REASON in text_of(author.get(MINE))


def test_a_hostile_reason_is_plain_text_on_every_page(desk, author, own):
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    desk.decide(own, "reject", reason_words=hostile, shares_reason="y")
    for page in (
        author.get(MINE),
        desk.get(f"{URL}/{own.id}"),
        desk.get("/admin/log"),
        desk.get(status="rejected"),
    ):
        assert not soup_of(page).select("script:not([src]), [onerror], img")
    assert hostile in soup_of(author.get(MINE)).get_text()


def test_the_reason_of_a_bulk_is_recorded_for_each_comment(desk, review):
    comments = [make_comment(review=review, body=f"{c}{c}.") for c in "abc"]
    response = desk.bulk("reject", item(*comments), reason=DEFAULT_REASONS[0], reason_words="All.")
    assert response.status_code == 200
    assert {row.reason for row in log()} == {f"{DEFAULT_REASONS[0]}: All."}
    row = rows_of(desk.get(status="rejected"))[0]
    assert "Rejected by Mina Park" in words_of(row)
