"""Folded at the desk: marked as a spoiler by its writer or by a moderator"""

import pytest

from tests.builders import make_comment
from tests.desk.desk import (
    FACES,
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


def is_in_fold(reader, words: str) -> bool:
    """Tell whether words stand on the review's page in a closed fold, and nowhere outside."""
    found = [
        tag
        for tag in soup_of(reader.get("/reviews/run-on")).select("[data-reader-text]")
        if words in tag.get_text()
    ]
    assert len(found) == 1
    fold = found[0].find_parent("details")
    assert fold is None or not fold.has_attr("open")
    return fold is not None


@pytest.mark.parametrize("htmx", FACES, ids=["htmx", "plain"])
def test_a_moderator_publishes_it_folded_and_unfolds_it_again(desk, stranger, comment, htmx):
    (row,) = rows_of(desk.get())
    desk.press(row, "approve_folded", htmx=htmx)
    assert is_in_fold(stranger, "The bench scene.")
    (row,) = rows_of(desk.get(status="published"))
    assert row.find(class_="badge", string="Folded")
    assert verdicts_of(row) == ["unfold", "spam", "take_down"]
    desk.press(row, "unfold", htmx=htmx)
    assert not is_in_fold(stranger, "The bench scene.")
    (row,) = rows_of(desk.get(status="published"))
    assert verdicts_of(row) == ["approve_folded", "spam", "take_down"]
    assert [entry.verdict for entry in log()] == ["approve_folded", "unfold"]


def test_what_its_writer_folded_is_published_folded_by_a_plain_approval(desk, stranger, review):
    comment = make_comment(review=review, body="He dies.", is_folded=True)
    (row,) = rows_of(desk.get())
    assert row.find(class_="badge", string="Folded")
    line = row_of(desk.press(row, "approve", htmx=True), comment)
    assert words_of(line).startswith("Published, folded")
    assert is_in_fold(stranger, "He dies.")
    desk.decide(comment, "unfold")
    assert not is_in_fold(stranger, "He dies.")


def test_its_words_stay_as_they_were_typed(desk, comment):
    before = reload(comment)
    for verdict in ("approve_folded", "unfold", "approve_folded", "reopen"):
        desk.decide(comment, verdict)
        after = reload(comment)
        assert (after.body, after.body_html) == (before.body, before.body_html)


def test_what_was_folded_and_taken_down_comes_back_folded(desk, stranger, comment):
    desk.decide(comment, "approve_folded")
    desk.decide(comment, "take_down", reason=REASON)
    desk.decide(comment, "approve")
    assert is_in_fold(stranger, "The bench scene.")


def test_a_reported_spoiler_is_folded_and_leaves_the_desk(desk, stranger, comment):
    bring(comment, "reported", desk.moderator)
    (row,) = rows_of(desk.get())
    assert words_of(row.find("button", {"value": "approve_folded"})) == "Fold f"
    desk.press(row, "approve_folded")
    assert rows_of(desk.get()) == []
    assert is_in_fold(stranger, "The bench scene.")
    desk.decide(comment, "reopen")
    assert reload(comment).waits_again
    assert not is_in_fold(stranger, "The bench scene.")


def test_its_own_folding_is_undone_to_what_its_writer_wanted(desk, review):
    for wanted in (True, False):
        comment = make_comment(review=review, body=f"Spoiler {wanted}.", is_folded=wanted)
        desk.decide(comment, "approve_folded")
        desk.decide(comment, "reopen")
        assert reload(comment).is_folded is wanted
