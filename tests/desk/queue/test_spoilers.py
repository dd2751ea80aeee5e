"""Spoilers in the queue, flagged by the author or by a moderator."""

import pytest

from tests.builders import make_comment
from tests.desk.desk import (
    HTMX_OR_PLAIN,
    REASON,
    bring,
    log,
    reload,
    row_of,
    rows_of,
    verdicts_of,
    words_of,
)
from tests.page import soup_of


def is_hidden(reader, words: str) -> bool:
    """Return whether the one comment that contains `words` is hidden as a spoiler."""
    found = [
        tag
        for tag in soup_of(reader.get("/reviews/run-on")).select("[data-reader-text]")
        if words in tag.get_text()
    ]
    assert len(found) == 1
    spoiler = found[0].find_parent("details")
    assert spoiler is None or not spoiler.has_attr("open")
    return spoiler is not None


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_moderator_publishes_a_spoiler_and_removes_the_flag(desk, stranger, comment, htmx):
    (row,) = rows_of(desk.get())
    desk.press(row, "approve_spoiler", htmx=htmx)
    assert is_hidden(stranger, "The bench scene.")
    (row,) = rows_of(desk.get(status="published"))
    assert row.find(class_="badge", string="Spoiler")
    assert verdicts_of(row) == ["not_spoiler", "spam", "take_down"]
    desk.press(row, "not_spoiler", htmx=htmx)
    assert not is_hidden(stranger, "The bench scene.")
    (row,) = rows_of(desk.get(status="published"))
    assert verdicts_of(row) == ["approve_spoiler", "spam", "take_down"]
    assert [entry.verdict for entry in log()] == ["approve_spoiler", "not_spoiler"]


def test_approving_an_authors_spoiler_publishes_it_as_spoiler(desk, stranger, review):
    comment = make_comment(review=review, body="He dies.", is_spoiler=True)
    (row,) = rows_of(desk.get())
    assert row.find(class_="badge", string="Spoiler")
    line = row_of(desk.press(row, "approve", htmx=True), comment)
    assert words_of(line).startswith("Published as spoiler")
    assert is_hidden(stranger, "He dies.")
    desk.decide(comment, "not_spoiler")
    assert not is_hidden(stranger, "He dies.")


def test_spoiler_verdicts_do_not_change_the_text(desk, comment):
    before = reload(comment)
    for verdict in ("approve_spoiler", "not_spoiler", "approve_spoiler", "reopen"):
        desk.decide(comment, verdict)
        after = reload(comment)
        assert (after.body, after.body_html) == (before.body, before.body_html)


def test_a_spoiler_approved_again_is_still_a_spoiler(desk, stranger, comment):
    desk.decide(comment, "approve_spoiler")
    desk.decide(comment, "take_down", reason=REASON)
    desk.decide(comment, "approve")
    assert is_hidden(stranger, "The bench scene.")


def test_flagging_a_reported_comment_as_spoiler_removes_it_from_the_queue(desk, stranger, comment):
    bring(comment, "reported", desk.moderator)
    (row,) = rows_of(desk.get())
    assert words_of(row.find("button", {"value": "approve_spoiler"})) == "Spoiler f"
    desk.press(row, "approve_spoiler")
    assert rows_of(desk.get()) == []
    assert is_hidden(stranger, "The bench scene.")
    desk.decide(comment, "reopen")
    assert reload(comment).waits_again
    assert not is_hidden(stranger, "The bench scene.")


def test_an_undo_restores_the_authors_spoiler_flag(desk, review):
    for wanted in (True, False):
        comment = make_comment(review=review, body=f"Spoiler {wanted}.", is_spoiler=wanted)
        desk.decide(comment, "approve_spoiler")
        desk.decide(comment, "reopen")
        assert reload(comment).is_spoiler is wanted
