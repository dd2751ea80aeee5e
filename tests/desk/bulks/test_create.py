"""POST /admin/bulks: one verdict on many comments."""

import pytest

from blog.comments.removal import remove_comment
from blog.db.transactions import write
from blog.desk.queue.tabs import COUNTED
from blog.moderation.states import Verdict
from tests.databases import on_both
from tests.desk.desk import (
    BULKS,
    DECIDING,
    HTMX_OR_PLAIN,
    REASON,
    bring,
    fields_of,
    item,
    log,
    make_many,
    reload,
    row_of,
    rows_of,
    send_form,
    words_of,
)
from tests.page import soup_of, text_of


def tick(page, *comments) -> dict:
    """Return the fields that the bulk form sends when these comments are ticked."""
    form = soup_of(page).find("form", id="bulk")
    boxes = [row_of(page, c).select_one("input[type=checkbox][form=bulk]") for c in comments]
    return fields_of(form) | {"items": [box["value"] for box in boxes]}


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_the_ticked_comments_are_decided_as_one_bulk(desk, colleague, review, htmx):
    comments = make_many(review, 8)
    form = tick(desk.get(), *comments[:7])
    for comment in comments[:2]:
        colleague.decide(comment, "reject")
    response = desk.post(BULKS, form | {"verdict": "approve"}, htmx=htmx)
    assert response.status_code == 200
    assert "5 published, 2 already decided by Jun Ha." in text_of(response)
    assert [reload(c).status for c in comments] == ["rejected"] * 2 + ["published"] * 5 + [
        "pending"
    ]
    rows = log()[2:]
    assert [row.comment_id for row in rows] == [comment.id for comment in comments[2:7]]
    assert len({row.bulk_key for row in rows}) == 1
    for comment in comments[:2]:
        place = soup_of(response).find(id=f"comment-{comment.id}") if htmx else soup_of(response)
        assert "Jun Ha rejected this comment at 13:00 UTC on 1 May 2026." in words_of(place)


def test_htmx_replaces_every_ticked_row_and_the_counts(desk, colleague, review):
    comments = make_many(review, 4)
    ticked = comments[:3]
    items = [item(comment) for comment in ticked]
    colleague.decide(comments[0], "spam")
    response = desk.bulk("approve", items)
    soup = soup_of(response)
    partials = {tag["hx-target"]: tag for tag in soup.find_all("hx-partial")}
    assert set(partials) == {
        *(f"#comment-{comment.id}" for comment in ticked),
        *(f"#{kind}-{tab}" for kind in ("total", "count") for tab in COUNTED),
    }
    states = [soup.find(id=f"comment-{comment.id}")["data-state"] for comment in ticked]
    assert states == ["closed", "decided", "decided"]
    assert words_of(partials["#total-pending"]) == "1 left"
    assert words_of(soup.find("article", id=f"comment-{ticked[1].id}")).startswith("Published")


@on_both
def test_deleted_changed_and_undone_comments_are_counted_separately(
    desk, colleague, stranger, review
):
    corrected = send_form(stranger, "The first words.")
    comments = make_many(review, 4)
    items = item(corrected, *comments)
    send_form(stranger, "Other words.")
    write(remove_comment, comment_id=comments[0].id)
    colleague.decide(comments[1], "approve")
    colleague.decide(comments[1], "reopen")
    response = desk.bulk("spam", items, htmx=False)
    assert response.status_code == 200
    assert (
        "2 marked as spam, 1 already decided by Jun Ha, 1 changed since you saw it,"
        " 1 no longer exists." in text_of(response)
    )
    assert f"No. {comments[0].id} no longer exists." in text_of(response)
    assert "The comment changed after you opened this page." in text_of(response)
    assert "Jun Ha undid a decision on this comment" in text_of(response)
    assert [reload(c).status for c in (corrected, *comments[1:])] == ["pending"] * 2 + ["spam"] * 2


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_bulk_that_decides_nothing_is_a_409_without_undo(desk, colleague, review, htmx):
    comments = make_many(review, 2)
    items = item(*comments)
    for comment in comments:
        colleague.decide(comment, "spam")
    response = desk.bulk("approve", items, htmx=htmx)
    assert response.status_code == 409
    assert "0 published, 2 already decided by Jun Ha." in text_of(response)
    assert not soup_of(response).select("#bulk-result .undo, .bulk-result .undo")
    assert len(log()) == 2


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_bulk_sent_again_gets_the_same_response_and_undo(desk, review, htmx):
    items = item(*make_many(review, 3))
    responses = [desk.bulk("reject", items, htmx=htmx, shown="") for _ in range(3)]
    keys = {soup_of(response).find("input", {"name": "bulk"})["value"] for response in responses}
    assert keys == {log()[0].bulk_key}
    for response in responses:
        assert response.status_code == 200
        assert "3 rejected." in text_of(response)
    assert len(log()) == 3


@on_both
def test_a_comment_named_twice_or_in_two_versions_is_decided_once(desk, review):
    first, second = make_many(review, 2)
    given = [f"{first.id}.1", f"{first.id}.1,{second.id}.2", f"{second.id}.1"]
    response = desk.bulk("approve", given)
    assert "2 published, 1 already decided by Mina Park." in text_of(response)
    assert [(row.comment_id, row.version) for row in log()] == [(first.id, 1), (second.id, 1)]


@on_both
def test_a_bulk_rejects_no_published_comment(desk, review):
    states = ["published", "reported", "pending", "spam", "removed"]
    comments = [
        bring(comment, state, desk.moderator)
        for comment, state in zip(make_many(review, 5), states, strict=True)
    ]
    response = desk.bulk("reject", item(*comments), htmx=False)
    assert (
        "3 rejected, 2 are already published: take them down separately, with a reason."
        in text_of(response)
    )
    assert [reload(c).status for c in comments] == ["published"] * 2 + ["rejected"] * 3
    assert reload(comments[1]).waits_again


def test_every_verdict_can_be_given_to_many_comments_with_a_reason(desk, review):
    states = {"not_spoiler": "spoiler", "take_down": "published", "keep": "revised"}
    for number, verdict in enumerate(DECIDING):
        state = states.get(verdict, "pending")
        several = make_many(review, 2, start=2 * number)
        comments = [bring(comment, state, desk.moderator) for comment in several]
        count = len(log())
        response = desk.bulk(verdict, item(*comments), reason=REASON, shares_reason="y")
        assert response.status_code == 200, verdict
        outcome = verdict.entry.to_status or comments[0].status
        assert {reload(comment).status for comment in comments} == {outcome}, verdict
        assert {reload(c).is_spoiler for c in comments} == {verdict is Verdict.APPROVE_SPOILER}
        recorded = [(row.verdict, row.reason, row.shares_reason) for row in log()[count:]]
        assert recorded == [(verdict, REASON, True)] * 2


@on_both
def test_a_bulk_decides_comments_in_different_states(desk, review):
    states = ["pending", "rejected", "removed", "reported", "published"]
    comments = [
        bring(comment, state, desk.moderator)
        for comment, state in zip(make_many(review, 5), states, strict=True)
    ]
    count = len(log())
    assert "5 marked as spam." in text_of(desk.bulk("spam", item(*comments)))
    assert [row.from_status for row in log()[count:]] == [
        "pending", "rejected", "removed", "published", "published",
    ]  # fmt: skip


def test_without_script_a_link_leads_back_to_the_same_queue_page(desk, review):
    comments = make_many(review, 2)
    back = "/admin/comments?status=pending&sort=known"
    page = desk.get(back)
    form = tick(page, *comments)
    assert form["back"] == back
    response = desk.post(BULKS, form | {"verdict": "spam"}, htmx=False)
    assert soup_of(response).find("a", string="Back to the queue")["href"] == back
    assert rows_of(desk.get()) == []
