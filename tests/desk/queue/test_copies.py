"""Waiting comments with equal or similar texts are one row of the queue."""

import pytest

from tests.builders import NOON, make_comment, make_review
from tests.databases import on_both
from tests.desk.desk import (
    CHANGES,
    HTMX_OR_PLAIN,
    bring,
    everything,
    fields_of,
    item,
    log,
    make_many,
    numbers_of,
    reload,
    row_of,
    rows_of,
    send_form,
    verdicts_of,
    words_of,
)
from tests.page import soup_of, text_of

WORDS = "Best drama streams free at our site, no sign-up, every episode subtitled."
OTHER = "Best drama streams free at our site, no sign-up, all episodes subtitled!"


def copies(review, count: int, *, wordings=(WORDS,), names=("Fan",)) -> list:
    """Submit `count` comments that take these texts and names in turn."""
    return [
        make_comment(review=review, name=names[n % len(names)], body=wordings[n % len(wordings)])
        for n in range(count)
    ]


@on_both
def test_thirty_copies_from_twenty_eight_addresses_are_one_row(desk, review):
    # The last three share an address; each comment has a browser of its own.
    addresses = [f"198.51.100.{n}" for n in range(27)] + ["203.0.113.7"] * 3
    sent = [
        make_comment(review=review, body=WORDS, address=address, token=f"{n:032x}")
        for n, address in enumerate(addresses)
    ]
    (single,) = make_many(review, 1)
    page = desk.get()
    assert set(numbers_of(page)) == {sent[0].id, single.id}
    row = row_of(page, sent[0])
    assert "30 copies, 28 addresses" in words_of(row)
    assert "Show all 30 copies" in words_of(row)
    assert "Decide on all 30" in words_of(row)
    assert row.select_one("input[name=items][type=hidden]")["value"] == item(*sent)
    assert not row.select(".reply-form")
    assert "31 left" in text_of(page)


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_one_decision_and_one_undo_apply_to_all_copies(desk, review, htmx):
    sent = copies(review, 5)
    (row,) = rows_of(desk.get())
    response = desk.press(row, "spam", htmx=htmx)
    assert {reload(comment).status for comment in sent} == {"spam"}
    assert [entry.comment_id for entry in log()] == [comment.id for comment in sent]
    assert len({entry.bulk_key for entry in log()}) == 1
    if not htmx:
        assert (response.status_code, response.location) == (303, "/admin/comments")
        return
    line = row_of(response, sent[0])
    assert "5 marked as spam" in words_of(line)
    back = desk.press(line, "reopen", htmx=True)
    assert "Show all 5 copies" in words_of(row_of(back, sent[0]))
    assert all(reload(comment).is_pending for comment in sent)


def test_copies_marked_for_discussion_are_one_line_with_one_undo(desk, review):
    sent = copies(review, 3)
    (row,) = rows_of(desk.get())
    line = row_of(desk.press(row, "discuss", htmx=True), sent[0])
    assert line["data-state"] == "decided"
    assert "3 marked for discussion" in words_of(line)
    back = row_of(desk.press(line, "reopen", htmx=True), sent[0])
    assert back["data-state"] == "open"
    assert [entry.verdict for entry in log()] == ["discuss"] * 3 + ["reopen"] * 3


@on_both
def test_similar_texts_are_copies_and_are_approved_only_from_the_opened_list(desk, review):
    sent = copies(review, 4, wordings=(WORDS, OTHER))
    (row,) = rows_of(desk.get())
    assert "4 copies, 4 addresses, 2 wordings" in words_of(row)
    assert row["data-wordings"] == "2"
    outside = row.select_one(".verdicts > .verdict-form")
    assert verdicts_of(outside) == ["reject", "spam", "discuss"]
    opened = row.select_one("details.copies")
    assert not opened.has_attr("open")
    assert [words_of(words) for words in opened.select(".comment-text")] == [WORDS, OTHER]
    assert verdicts_of(opened) == ["approve", "approve_spoiler"]
    desk.press(opened, "approve")
    assert {reload(comment).status for comment in sent} == {"published"}


def test_another_name_or_another_review_is_another_wording(desk, review):
    signal = make_review(slug="signal", drama_title="Signal")
    copies(review, 3, names=("Fan", "Boss"))
    copies(signal, 1)
    (row,) = rows_of(desk.get())
    assert row["data-wordings"] == "3"
    assert verdicts_of(row.select_one(".verdicts > .verdict-form")) == ["reject", "spam", "discuss"]
    assert [words_of(names) for names in row.select(".copies .names")] == [
        "Fan on Run On × 2 · No. 1",
        "Boss on Run On · No. 2",
        "Fan on Signal · No. 4",
    ]


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_several_wordings_cannot_be_approved_without_opening_the_list(desk, review, htmx):
    sent = copies(review, 2, wordings=(WORDS, OTHER))
    (single,) = make_many(review, 1)
    before = everything()
    (row, _single) = rows_of(desk.get())
    form = row.select_one(".verdicts > .verdict-form")
    path = f"/admin/comments/{sent[0].id}/decisions"
    for verdict in ("approve", "approve_spoiler"):
        for response in (
            desk.post(path, fields_of(form) | {"verdict": verdict}, htmx=htmx),
            desk.bulk(verdict, [item(*sent), item(single)], htmx=htmx),
        ):
            assert response.status_code == 422, verdict
            assert "open the row and approve them there. Nothing was changed." in text_of(response)
    assert everything() == before
    assert desk.bulk("spam", [item(*sent), item(single)], htmx=htmx).status_code == 200


def test_the_row_shows_the_reasons_of_every_copy(desk, review):
    copies(review, 1)
    make_comment(review=review, name="Fan", body=WORDS, is_trapped=True)
    (row,) = rows_of(desk.get())
    assert "Spam trap filled" in words_of(row.select_one(".reasons"))


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_copy_that_arrives_after_the_page_was_made_is_not_decided(desk, review, htmx):
    sent = copies(review, 3)
    (row,) = rows_of(desk.get())
    (late,) = copies(review, 1)
    desk.press(row, "spam", htmx=htmx)
    assert reload(late).is_pending
    assert numbers_of(desk.get()) == [late.id]
    assert {reload(comment).status for comment in sent} == {"spam"}


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_copy_decided_elsewhere_is_counted_and_the_others_are_decided(
    desk, colleague, review, htmx
):
    sent = copies(review, 4)
    (row,) = rows_of(desk.get())
    colleague.decide(sent[2], "approve")
    response = desk.press(row, "spam", htmx=htmx)
    assert [reload(comment).status for comment in sent] == ["spam", "spam", "published", "spam"]
    if htmx:
        assert "3 marked as spam, 1 already decided by Jun Ha" in words_of(
            row_of(response, sent[0])
        )


def test_if_all_copies_were_decided_elsewhere_the_response_is_a_409(desk, colleague, review):
    sent = copies(review, 3)
    (row,) = rows_of(desk.get())
    colleague.bulk("reject", item(*sent))
    response = desk.press(row, "spam", htmx=True)
    assert response.status_code == 409
    assert "0 marked as spam, 3 already decided by Jun Ha. Nothing was changed by you." in (
        text_of(response)
    )
    assert len(log()) == 3


def test_after_a_decision_on_the_first_copy_the_next_represents_the_rest(desk, review):
    sent = copies(review, 3)
    desk.decide(sent[0], "approve")
    (row,) = rows_of(desk.get())
    assert int(row["data-row"]) == sent[1].id
    assert "2 copies" in words_of(row)
    desk.decide(sent[1], "spam")
    (row,) = rows_of(desk.get())
    assert "copies," not in words_of(row).replace("Copies elsewhere", "")
    assert "Copies elsewhere" in words_of(row)


@on_both
def test_a_reported_comment_has_a_row_apart_from_its_copies(desk, review):
    reported = bring(copies(review, 1)[0], "reported", desk.moderator)
    sent = copies(review, 2)
    page = desk.get()
    assert set(numbers_of(page)) == {reported.id, sent[0].id}
    assert row_of(page, reported).select_one("input[name=items][type=hidden]") is None
    row = row_of(page, sent[0])
    assert "2 copies" in words_of(row)
    desk.press(row, "spam")
    assert reload(reported).status == "published"


def test_an_edited_comment_is_no_longer_a_copy(desk, stranger, review):
    first = send_form(stranger, WORDS)
    sent = copies(review, 2)
    assert numbers_of(desk.get()) == [sent[0].id]
    send_form(stranger, "I had pasted the wrong thing, sorry.")
    page = desk.get()
    assert set(numbers_of(page)) == {first.id, sent[0].id}
    assert "2 copies" in words_of(row_of(page, sent[0]))


@on_both
def test_a_filter_includes_only_the_matching_copies(desk, review):
    sent = copies(review, 4, names=("Fan a", "Fan b"))
    (row,) = rows_of(desk.get(q="Fan b", status="pending"))
    assert int(row["data-row"]) == sent[1].id
    assert row.select_one("input[name=items][type=hidden]")["value"] == item(sent[1], sent[3])
    desk.press(row, "reject")
    assert [reload(comment).status for comment in sent] == ["pending", "rejected"] * 2


def test_equal_short_texts_are_one_row_without_the_reason_copies(desk, review):
    for _ in range(3):
        make_comment(review=review, body="Loved it!")
    (row,) = rows_of(desk.get())
    assert "3 copies" in words_of(row)
    assert numbers_of(desk.get(reason="copies")) == []


def test_ticking_the_row_of_copies_selects_all_of_them(desk, review):
    sent = copies(review, 3)
    (single,) = make_many(review, 1)
    page = desk.get()
    ticked = [box["value"] for box in soup_of(page).select("input[type=checkbox][form=bulk]")]
    assert "4 marked as spam." in text_of(desk.bulk("spam", ticked))
    assert {reload(comment).status for comment in (*sent, single)} == {"spam"}


def test_a_decision_on_the_shown_copy_is_an_update(desk, colleague, review):
    sent = copies(review, 3)
    (row,) = rows_of(desk.get())
    shown = f"{row['data-row']}.{row['data-version']}"
    colleague.bulk("spam", item(*sent))
    changes = desk.get(CHANGES, rows=shown, since=0)
    assert "Marked as spam by Jun Ha" in words_of(row_of(changes, sent[0]))


def test_an_expired_page_decides_on_no_copy(desk, review):
    sent = copies(review, 2)
    (row,) = rows_of(desk.get())
    response = desk.press(row, "spam", csrf_token="old")
    assert response.status_code == 422
    assert "This page had expired" in text_of(response)
    assert all(reload(comment).is_pending for comment in sent)
    form = row_of(response, sent[0]).select_one(".verdicts > .verdict-form")
    assert fields_of(form)["items"] == item(*sent)


@on_both
def test_the_row_of_copies_has_the_place_of_the_oldest(desk, review, clock):
    clock.advance(days=2)
    late = make_comment(review=review, body=WORDS, now=clock.now)
    early = make_comment(review=review, body=WORDS, now=NOON)
    (row,) = rows_of(desk.get())
    assert int(row["data-row"]) == early.id
    assert "waiting 2 days" in words_of(row)
    assert row.select_one("input[name=items][type=hidden]")["value"] == item(early, late)
