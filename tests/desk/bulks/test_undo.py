"""POST /admin/bulks with verdict=reopen and bulk=<key>: undo a whole bulk."""

import pytest

from blog.comments.removal import remove_comment
from blog.db.transactions import write
from tests.builders import make_comment, make_report
from tests.databases import on_both, on_sqlite_each
from tests.desk.desk import (
    HTMX_OR_PLAIN,
    STEPS_TO,
    bring,
    everything,
    facts,
    item,
    log,
    make_many,
    messages,
    reload,
    spell,
)
from tests.page import soup_of, text_of


def undo_of(response) -> dict[str, str]:
    """Return the hidden fields of the form that undoes a bulk."""
    form = soup_of(response).select_one("form.undo:has([name=bulk])")
    return {field["name"]: field["value"] for field in form.find_all("input")}


@on_sqlite_each("htmx", HTMX_OR_PLAIN, on_postgresql=[True])
def test_an_undo_of_a_bulk_restores_each_comment_to_its_own_state(desk, review, htmx):
    comments = [
        bring(comment, state, desk.moderator)
        for comment, state in zip(make_many(review, len(STEPS_TO)), STEPS_TO, strict=True)
        if state != "spam"
    ]
    before = [facts(comment) for comment in comments]
    response = desk.bulk("spam", item(*comments), htmx=htmx)
    assert {reload(comment).status for comment in comments} == {"spam"}
    count = len(log())
    undo = desk.post("/admin/bulks", undo_of(response) | {"verdict": "reopen"}, htmx=htmx)
    assert undo.status_code == 200
    assert f"{len(comments)} undone." in text_of(undo)
    assert htmx or soup_of(undo).h1.get_text() == "Undone"
    assert [facts(comment) for comment in comments] == before
    rows = log()[count:]
    assert {row.verdict for row in rows} == {"reopen"}
    assert len({row.undoes_id for row in rows}) == len(rows) == len(comments)
    # An undone bulk has no undo, because its comments can be decided again.
    assert not soup_of(undo).select("form.undo:has([name=bulk])")


def test_htmx_shows_the_restored_rows_in_their_places(desk, review):
    comments = make_many(review, 3)
    response = desk.bulk("reject", [item(comment) for comment in comments])
    undo = desk.post("/admin/bulks", undo_of(response) | {"verdict": "reopen"})
    rows = soup_of(undo).select("hx-partial > article.row")
    assert [int(row["data-row"]) for row in rows] == [comment.id for comment in comments]
    assert {(row["data-state"], row["data-version"]) for row in rows} == {("open", "3")}
    assert "3 left" in text_of(undo)


def test_an_undo_of_a_bulk_sent_twice_is_done_once(desk, review):
    key = undo_of(desk.bulk("spam", item(*make_many(review, 3))))["bulk"]
    for _ in range(3):
        response = desk.bulk("reopen", None, bulk=key)
        assert response.status_code == 200
        assert "3 undone." in text_of(response)
    assert len(log()) == 6


@on_both
@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_an_undo_leaves_comments_that_changed_since_and_counts_them(desk, colleague, review, htmx):
    comments = make_many(review, 5)
    key = undo_of(desk.bulk("approve", item(*comments)))["bulk"]
    colleague.decide(comments[0], "spam")
    make_report(comment=comments[1])
    write(remove_comment, comment_id=comments[2].id)
    response = desk.bulk("reopen", None, bulk=key, htmx=htmx)
    assert response.status_code == 200
    assert (
        "2 undone, 1 already decided by Jun Ha, 1 changed since you saw it,"
        " 1 no longer exists." in text_of(response)
    )
    states = [reload(c).status for c in (comments[0], comments[1], *comments[3:])]
    assert states == ["spam", "published", "pending", "pending"]


def test_another_moderator_may_undo_a_bulk_and_the_log_names_both(desk, colleague, review):
    comments = make_many(review, 2)
    key = undo_of(desk.bulk("spam", item(*comments)))["bulk"]
    assert "2 undone." in text_of(colleague.bulk("reopen", None, bulk=key))
    assert [row.moderator.name for row in log()] == ["Mina Park"] * 2 + ["Jun Ha"] * 2
    # Nothing is left to undo for the moderator who made the bulk.
    late = desk.bulk("reopen", None, bulk=key)
    assert late.status_code == 409
    assert "0 undone, 2 already decided by Jun Ha." in text_of(late)
    assert len(log()) == 4


@on_both
def test_a_comment_undone_on_its_own_is_not_undone_with_its_bulk(desk, review):
    comments = make_many(review, 3)
    key = undo_of(desk.bulk("spam", item(*comments)))["bulk"]
    desk.decide(comments[0], "reopen")
    desk.decide(comments[0], "approve")
    response = desk.bulk("reopen", None, bulk=key)
    assert "2 undone, 1 already decided by Mina Park." in text_of(response)
    assert reload(comments[0]).status == "published"


@on_both
def test_an_undo_of_a_bulk_cancels_every_notice(desk, review):
    comments = [
        make_comment(
            review=review, body=f"Scene {spell(n)}.", email=f"{n}@example.org", wants_notice=True
        )
        for n in range(3)
    ]
    key = undo_of(desk.bulk("approve", item(*comments)))["bulk"]
    assert set(messages().values()) == {"waiting"}
    desk.bulk("reopen", None, bulk=key)
    assert set(messages().values()) == {"cancelled"}
    assert len(messages()) == 3


# Invalid bulk keys of a forged form.
FORGED = [
    "0" * 31,
    "0" * 33,
    "A" * 32,
    "é" * 32,
    "٣" * 32,
    "%",
    "' OR 1=1 --",
    "\0",
    "1.1",
    "x" * 9999,
]


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_forged_key_undoes_nothing_and_gets_a_message(desk, review, htmx):
    comments = make_many(review, 2)
    desk.bulk("spam", item(*comments))
    before = everything()
    for key in FORGED:
        response = desk.bulk("reopen", item(*comments), bulk=key, htmx=htmx)
        assert response.status_code == 422, key
        assert "bulk is not the key of a bulk action." in text_of(response)
    unknown = desk.bulk("reopen", item(*comments), bulk="0" * 32, htmx=htmx)
    assert unknown.status_code == 409
    assert "0 undone." in text_of(unknown)
    assert htmx or soup_of(unknown).h1.get_text() == "Nothing was changed"
    assert everything() == before
