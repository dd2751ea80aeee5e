"""POST /reviews/<slug>/comments/<id>/withdrawal: an author withdraws a comment."""

import pytest

from blog.db.engine import db
from blog.moderation.states import Verdict
from tests.builders import (
    make_comment,
    make_decision,
    make_published_comment,
    make_published_reply,
    make_report,
    make_review,
)
from tests.databases import on_both
from tests.desk.desk import HTMX_OR_PLAIN, messages, numbers_of, open_desk, row_of, rows_of
from tests.page import soup_of, text_of
from tests.site.comments.sending import COMMENT, URL, comments, send, with_and_without_htmx
from tests.site.comments.writing import (
    MINE,
    NOW,
    TOKEN,
    edit,
    own_item,
    reload,
    withdraw,
    words_of,
)

PAGE = "/reviews/run-on"
EVERYWHERE = [PAGE, URL, "/", "/feed.atom"]


@pytest.fixture
def waiting(review):
    return make_comment(review=review, token=TOKEN, now=NOW)


@pytest.fixture
def published(review, moderator):
    return make_published_comment(
        review=review, moderator=moderator, token=TOKEN, body="The umbrella scene.", now=NOW
    )


@on_both
@with_and_without_htmx
def test_a_withdrawn_comment_is_visible_only_to_its_author(
    writer, stranger, waiting, published, clock, htmx
):
    clock.advance(days=20)  # Withdrawing has no time limit.
    for comment in (waiting, published):
        seen = comment.version
        response = withdraw(writer, comment, htmx=htmx)
        if htmx:
            assert response.status_code == 200
            assert words_of(soup_of(response)) == "Withdrawn."
            assert soup_of(response).div["id"] == f"edit-{comment.id}"
        else:
            assert response.status_code == 303
            assert response.location == f"{MINE}#comment-{comment.id}"
        now = reload(comment)
        assert (now.status, now.waiting_since, now.withdrawn_at) == ("withdrawn", None, clock.now)
        assert now.version == seen + 1
        for path in EVERYWHERE:
            assert now.body not in stranger.get(path).text
        assert stranger.get(f"{URL}/{comment.id}").status_code == 404
        item = own_item(writer, comment)
        assert "Withdrawn. Only you can see it, in this browser" in words_of(item)
        assert not item.select("button, a[href$='/revisions/new']")
        # A second withdrawal changes nothing.
        assert withdraw(writer, comment, htmx=htmx).status_code == response.status_code
        assert reload(comment).version == seen + 1


def test_a_decision_on_a_withdrawn_comment_is_refused_and_no_queue_lists_it(
    app, writer, waiting, published
):
    desk = open_desk(app, email="jun@example.org", name="Jun Ha")
    (row,) = rows_of(desk.get())
    withdraw(writer, waiting)
    for verdict in ("approve", "reject", "spam"):
        response = desk.press(row, verdict, htmx=True)
        assert response.status_code == 409, verdict
        assert "Withdrawn by its author." in text_of(response)
        assert "The bench scene." not in text_of(response)
        assert not row_of(response, waiting).select("button[name=verdict]")
    withdraw(writer, published)
    for status in ("pending", "published", "rejected", "spam", "removed"):
        assert numbers_of(desk.get(status=status)) == []
    assert "The bench scene." not in text_of(desk.get(f"/admin/comments/{waiting.id}"))
    # Decisions on its current version are refused too, single and in bulk.
    for verdict in (
        "approve",
        "approve_spoiler",
        "reject",
        "spam",
        "reopen",
        "keep",
        "not_spoiler",
    ):
        for comment in (waiting, published):
            assert desk.decide(comment, verdict).status_code == 409, verdict
            items = f"{comment.id}.{reload(comment).version}"
            assert desk.bulk(verdict, items).status_code in (409, 422), verdict
    assert desk.reply(published, "Thank you.").status_code == 409
    assert {c.status for c in comments()} == {"withdrawn"}


@on_both
def test_a_withdrawal_deletes_the_edits_of_the_comment(writer, published, moderator):
    edit(writer, published, body="The bridge scene.")
    make_decision(comment=reload(published), moderator=moderator, now=NOW)
    edit(writer, published, body="The lighthouse scene.")
    withdraw(writer, published)
    db.session.rollback()
    assert db.session.execute(db.text("SELECT count(*) FROM comment_revisions")).scalar() == 0
    assert "lighthouse" not in writer.get(MINE).text
    assert "Withdrawn." in words_of(own_item(writer, published))


@on_both
def test_a_withdrawal_removes_a_reported_comment_from_the_queue(app, writer, published):
    make_report(comment=published, now=NOW)
    desk = open_desk(app, email="jun@example.org", name="Jun Ha")
    assert numbers_of(desk.get()) == [published.id]
    withdraw(writer, published)
    assert numbers_of(desk.get()) == []


@on_both
def test_a_withdrawal_cancels_the_queued_notice(writer, review, moderator):
    comment = make_comment(
        review=review, token=TOKEN, email="jo@example.org", wants_notice=True, now=NOW
    )
    make_decision(comment=comment, moderator=moderator, now=NOW)
    assert messages() == {f"decision:{comment.id}:2": "waiting"}
    withdraw(writer, comment)
    assert messages() == {f"decision:{comment.id}:2": "cancelled"}


@on_both
def test_replies_to_a_withdrawn_comment_stay_and_a_withdrawn_reply_goes_alone(
    writer, published, moderator
):
    reply = make_published_reply(to=published, moderator=moderator, token=TOKEN, now=NOW)
    other = make_published_reply(to=reply, moderator=moderator, name="Sora", now=NOW)
    withdraw(writer, published)
    [item] = soup_of(writer.get(PAGE)).select("#comment-list > li")
    assert words_of(item.select_one("p.state")) == "Withdrawn by its author."
    withdraw(writer, reply)
    [item] = soup_of(writer.get(PAGE)).select("ol.replies > li")
    assert item["id"] == f"comment-{other.id}"
    assert not item.select("a.replied-to")


def test_a_refused_comment_cannot_be_withdrawn(writer, review, moderator):
    for verdict in (Verdict.REJECT, Verdict.SPAM, Verdict.TAKE_DOWN):
        made = {"body": f"To be {verdict}.", "token": TOKEN, "now": NOW}
        if verdict == Verdict.TAKE_DOWN:
            comment = make_published_comment(review=review, moderator=moderator, **made)
        else:
            comment = make_comment(review=review, **made)
        make_decision(comment=comment, moderator=moderator, verdict=verdict, reason="No.", now=NOW)
        status = reload(comment).status
        assert not own_item(writer, comment).select("button")
        late = withdraw(writer, comment)
        assert reload(comment).status == status
        assert late.status_code == 409, verdict
        assert "A moderator" in text_of(late)


@on_both
def test_the_same_text_after_a_withdrawal_is_a_new_comment(client):
    make_review()
    send(client)
    [first] = comments()
    withdraw(client, first)
    response = send(client)
    assert [c.status for c in comments()] == ["withdrawn", "pending"]
    assert response.location == f"{MINE}#comment-{comments()[1].id}"
    assert comments()[1].body == COMMENT["body"]


def test_an_edit_of_a_withdrawn_comment_is_refused_and_given_back(writer, waiting):
    page = soup_of(writer.get(f"{URL}/{waiting.id}/revisions/new"))
    assert page.find("form", id=f"edit-form-{waiting.id}")
    withdraw(writer, waiting)
    form = {"author_name": "Mina", "body": "Other words.", "version": "1"}
    for htmx in HTMX_OR_PLAIN:
        late = edit(writer, waiting, form, htmx=htmx)
        assert late.status_code == 409
        assert "It was withdrawn. Your text is kept below." in text_of(late)
        assert "Other words." in late.text
    assert reload(waiting).body == "The bench scene."
