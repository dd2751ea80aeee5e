"""GET /admin/comments/<id>: one comment with its thread, sender and decisions."""

from datetime import timedelta

import pytest

from blog.comments.removal import remove_comment
from blog.db.transactions import write
from tests.builders import (
    NOON,
    make_comment,
    make_moderator_reply,
    make_published_comment,
    make_review,
)
from tests.databases import on_both
from tests.desk.desk import (
    HTMX_OR_PLAIN,
    REASON,
    STEPS_TO,
    URL,
    bring,
    make_crowd,
    make_many,
    reload,
    row_of,
    rows_of,
    words_of,
)
from tests.page import soup_of, text_of

TOKEN = "ab" * 16
ATTACK = '"><script>alert(1)</script><svg onload=alert(1)></article><h1>Mine</h1>{{ 7*7 }}'


def show(desk, comment):
    """Open the page of a comment; return the response."""
    page = desk.get(f"{URL}/{comment.id}")
    assert page.status_code == 200
    return page


def section(page, heading: str):
    """Return the section of a page with this heading."""
    return soup_of(page).find("h2", string=heading).find_parent("section")


@on_both
def test_a_comment_is_shown_between_its_published_neighbours(desk, review):
    other = make_review(slug="signal")
    comments = make_many(review, 7)
    for number in (0, 1, 4, 5, 6):
        bring(comments[number], "published", desk.moderator)
    bring(comments[2], "rejected", desk.moderator)
    make_published_comment(review=other, body="Elsewhere.", now=NOON + timedelta(minutes=3))
    thread = section(show(desk, comments[3]), "In context")
    shown = [tag.get_text() for tag in thread.select(".excerpt")]
    assert shown == [f"Scene {letter}." for letter in "abdef"]
    assert words_of(thread.select_one(".here")) == "Mina Scene d."
    assert thread.find("a")["href"] == "/reviews/run-on"


def test_replies_are_shown_under_their_comment_with_their_state(desk, review):
    comment = make_published_comment(review=review)
    first = make_moderator_reply(comment=comment, moderator=desk.moderator)
    desk.decide(first, "take_down", reason=REASON)
    desk.reply(comment, "Another reply.")
    for shown in (comment, first):
        thread = section(show(desk, shown), "In context")
        replies = [words_of(li) for li in thread.select("li ol > li")]
        assert replies == [
            "Mina Park taken down Thank you. We thought so too.",
            "Mina Park published Another reply.",
        ]
    assert words_of(thread.select_one("ol ol .here")).startswith("Mina Park taken down")


def test_only_comments_of_the_same_browser_are_listed(desk, review):
    other = make_review(slug="signal")
    own = make_comment(review=review, body="This one.", token=TOKEN)
    elsewhere = make_comment(review=other, body="And there.", token=TOKEN)
    bring(elsewhere, "rejected", desk.moderator)
    make_comment(review=review, body="Somebody else's.")
    listed = section(show(desk, own), "From the same browser")
    assert [words_of(li) for li in listed.find_all("li")] == [
        f"rejected No. {elsewhere.id} And there."
    ]
    assert listed.find("a")["href"] == f"{URL}/{elsewhere.id}"
    alone = make_comment(review=review, body="Alone.")
    assert "No other comments known." in text_of(show(desk, alone))


def test_imported_comments_have_no_browser_in_common(desk, review):
    make_crowd(review, 3)
    assert "No other comments known." in text_of(desk.get(f"{URL}/1"))


def test_every_decision_is_listed_newest_first(desk, colleague, comment, clock):
    assert "None yet." in words_of(section(show(desk, comment), "Decisions"))
    desk.decide(comment, "reject", reason=REASON)
    clock.advance(minutes=1)
    colleague.decide(comment, "reopen")
    clock.advance(minutes=1)
    colleague.decide(comment, "approve_spoiler")
    listed = section(show(desk, comment), "Decisions").find_all("li")
    assert [words_of(li) for li in listed] == [
        "13:02 UTC, 1 May 2026 Jun Ha Published as spoiler waiting → published, version 3",
        "13:01 UTC, 1 May 2026 Jun Ha Undone rejected → waiting, version 2",
        f"13:00 UTC, 1 May 2026 Mina Park Rejected waiting → rejected, version 1 ({REASON})",
    ]


def test_a_comment_in_any_state_can_be_decided_on_its_page(desk, review):
    for state, waiting in zip(STEPS_TO, make_many(review, len(STEPS_TO)), strict=True):
        comment = bring(waiting, state, desk.moderator)
        (row,) = rows_of(show(desk, comment))
        verdict = "reject" if state == "spam" else "spam"
        response = desk.press(row, verdict)
        assert (response.status_code, response.location) == (303, f"{URL}/{comment.id}"), state
        assert reload(comment).status == {"spam": "spam", "reject": "rejected"}[verdict], state


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_stale_page_of_a_comment_changes_nothing_and_leads_back(desk, colleague, comment, htmx):
    (row,) = rows_of(show(desk, comment))
    colleague.decide(comment, "approve")
    response = desk.press(row, "spam", htmx=htmx)
    assert response.status_code == 409
    assert "Jun Ha published this comment" in text_of(response)
    assert htmx or soup_of(response).find("a", string="Back to the queue")["href"] == (
        f"{URL}/{comment.id}"
    )
    assert row_of(response, comment)["data-version"] == "2"


def test_the_queue_links_to_the_page_of_a_comment(desk, comment):
    (row,) = rows_of(desk.get())
    assert row.select_one("a.context")["href"] == f"{URL}/{comment.id}"
    assert show(desk, comment).headers["Cache-Control"] == "private, no-store"


def test_hostile_text_is_plain_text_in_every_section(desk, review):
    comment = make_published_comment(review=review, name=ATTACK[:80], body=ATTACK, token=TOKEN)
    before = make_published_comment(review=review, name=ATTACK[:80], body=f"{ATTACK} Before.")
    own = make_comment(review=review, name="Jo", body=f"{ATTACK} Own.", token=TOKEN)
    make_moderator_reply(comment=comment, moderator=desk.moderator, body=ATTACK)
    for shown in (comment, before, own):
        page = soup_of(show(desk, shown))
        assert not page.select("svg, script:not([src]), [onload], [onerror]")
        assert [heading.get_text() for heading in page.find_all("h1")] == [
            f"Comment no. {shown.id}"
        ]
        assert "49" not in page.get_text()
        assert "<script>alert(1)</script>" in page.get_text()


def test_an_unknown_or_deleted_comment_is_a_404(desk, comment):
    desk.decide(comment, "spam")
    write(remove_comment, comment_id=comment.id)
    odd = ["0", "999", str(2**63), str(10**30), "-1", "x", "1.0", "%00"]
    for number in (comment.id, *odd):
        assert desk.get(f"{URL}/{number}").status_code == 404, number
