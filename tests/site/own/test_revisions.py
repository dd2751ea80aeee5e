"""Edits by authors (…/<id>/revisions/new and …/<id>/revisions)."""

from collections import Counter

import pytest
from bs4 import BeautifulSoup

from blog.comments.models import BODY_LENGTH, NAME_LENGTH, Seen
from blog.db.transactions import write
from blog.decisions.commands import decide
from blog.decisions.recording import Ruling
from blog.moderation.states import Verdict
from blog.submissions.resending import BROWSER_LIMITS
from tests.builders import (
    make_comment,
    make_decision,
    make_published_comment,
    make_published_reply,
    make_reply,
)
from tests.databases import on_both
from tests.desk.desk import open_desk
from tests.engine import locked_database
from tests.page import soup_of, text_of
from tests.site.comments.sending import URL, comments, reasons, with_and_without_htmx
from tests.site.comments.writing import (
    MINE,
    NOW,
    TOKEN,
    edit,
    faults_in,
    fields_of,
    open_edit,
    own_item,
    reload,
    words_of,
)
from tests.site.own.revising import FIRST, HOSTILE, PAGE, SECOND, THIRD, public_text_of, revisions


@on_both
@with_and_without_htmx
def test_a_pending_comment_is_changed_in_place(writer, waiting, htmx):
    response = edit(writer, waiting, body=SECOND, author_name="Mina K.", is_spoiler="y", htmx=htmx)
    if htmx:
        assert response.status_code == 200
        assert words_of(soup_of(response)) == "Saved. Your comment is still awaiting approval."
    else:
        assert response.status_code == 303
        assert response.location == f"{MINE}#comment-{waiting.id}"
    now = reload(waiting)
    assert (now.body, now.author_name, now.is_spoiler) == (SECOND, "Mina K.", True)
    assert SECOND in now.body_html
    assert (now.version, now.status, now.waiting_since) == (2, "pending", NOW)
    assert not revisions()
    assert SECOND in words_of(own_item(writer, waiting))


@on_both
def test_the_reasons_in_the_queue_are_found_again_after_an_edit(writer, review):
    body = "One of the longer sentences that one is likely to read here in the evening."
    waiting = make_comment(review=review, token=TOKEN, body=f"{body} https://a.example/x", now=NOW)
    assert reasons()[waiting.id] == {"links": "1"}
    edit(writer, waiting, body=body)
    assert reasons() == {}
    other = make_comment(review=review, body=body)
    assert set(reasons()) == {waiting.id, other.id}
    edit(writer, waiting, body="Something else.")
    edit(writer, waiting, body=f"{body} https://a.example/x https://b.example/y")
    assert reasons()[waiting.id] == {"links": "2", "copies": None}


@on_both
def test_a_published_comment_can_be_edited_for_fifteen_minutes(
    writer, review, moderator, published, clock
):
    clock.advance(minutes=14, seconds=59.9)
    form = open_edit(writer, published)
    assert own_item(writer, published).find("a", string="Edit")
    assert edit(writer, published, form, body=SECOND).status_code == 303
    clock.advance(seconds=0.1)
    assert not own_item(writer, published).find("a", string="Edit")
    assert "You can edit a published comment" in text_of(
        writer.get(f"{URL}/{published.id}/revisions/new")
    )
    form = open_edit(writer, published)
    late = edit(writer, published, form, body=THIRD)
    assert late.status_code == 409
    assert "for 15 minutes, until somebody replies to it" in faults_in(late)
    assert fields_of(soup_of(late).find("form"))["body"] == THIRD
    assert [revision.body for revision in revisions()] == [SECOND]


@on_both
def test_a_comment_can_be_edited_until_it_has_a_published_reply(
    writer, review, moderator, published
):
    other = make_published_comment(review=review, moderator=moderator)
    make_published_reply(to=other, moderator=moderator)
    reply = make_reply(to=published)
    form = open_edit(writer, published)
    assert edit(writer, published, form, body=SECOND).status_code == 303
    form = open_edit(writer, published)
    make_decision(comment=reply, moderator=moderator)
    late = edit(writer, published, form, body=THIRD)
    assert late.status_code == 409
    assert fields_of(soup_of(late).find("form"))["body"] == THIRD
    assert not own_item(writer, published).find("a", string="Edit")
    assert reload(published).version == 3


@on_both
def test_the_public_page_is_unchanged_until_an_edit_is_approved(
    writer, stranger, published, moderator
):
    paths = [PAGE, URL, f"{URL}/{published.id}/replies/new", "/", "/feed.atom"]
    before = [stranger.get(path).data for path in paths]
    more = {"author_name": "Mina K.", "is_spoiler": "y"}
    saved = edit(writer, published, body=SECOND, htmx=True, **more)
    assert text_of(saved).startswith("Saved. The published text stays")
    for reader in (stranger, writer):
        assert [reader.get(path).data for path in paths] == before
    assert (reload(published).version, reload(published).waiting_since) == (3, NOW)
    assert reasons()[published.id] == {"revised": None}
    words = words_of(own_item(writer, published))
    assert "Your edit is waiting for approval; until then the original stays." in words
    assert SECOND in words
    make_decision(comment=reload(published), moderator=moderator)
    assert public_text_of(stranger, published) == ("Mina K.", SECOND, True)
    assert "edited" in text_of(stranger.get(PAGE))
    assert reload(published).waiting_since is None
    assert not reasons()


@on_both
def test_a_second_edit_replaces_the_pending_edit(writer, published, moderator):
    opened = open_edit(writer, published)
    edit(writer, published, opened, body=SECOND)
    form = open_edit(writer, published)
    assert form["body"] == SECOND, "the form contains the pending edit"
    edit(writer, published, form, body=THIRD)
    assert [(r.body, r.state) for r in revisions()] == [(THIRD, "waiting")]
    assert (reload(published).version, reload(published).waiting_since) == (4, NOW)
    ruling = Ruling(verdict=Verdict.APPROVE, moderator_id=moderator.id, now=NOW)
    (outcome,) = write(decide, seen=[Seen(published.id, 3)], ruling=ruling)
    assert not outcome.is_done
    make_decision(comment=reload(published), moderator=moderator)
    assert public_text_of(writer, published)[1] == THIRD


@pytest.mark.parametrize("kind", ["waiting", "published"])
def test_saving_the_same_text_again_changes_nothing(request, writer, kind, moderator):
    comment = request.getfixturevalue(kind)
    version = comment.version
    assert edit(writer, comment).status_code == 303
    assert reload(comment).version == version
    form = open_edit(writer, comment)
    for _ in range(3):
        assert edit(writer, comment, form, body=SECOND).status_code == 303
    assert reload(comment).version == version + 1
    assert len(revisions()) == (1 if kind == "published" else 0)


def test_saving_without_changes_mentions_no_approval(writer, published, moderator):
    saved = edit(writer, published, htmx=True)
    assert saved.status_code == 200
    assert "approved" not in text_of(saved)
    form = open_edit(writer, published)
    make_decision(comment=published, moderator=moderator, verdict=Verdict.REJECT)
    late = edit(writer, published, form, htmx=True)
    assert "awaits approval" not in text_of(late)


def test_changed_notice_settings_take_effect_without_approval(writer, published):
    edit(writer, published, author_email="mina@example.org", wants_replies="y")
    now = reload(published)
    assert (now.author_email, now.wants_replies) == ("mina@example.org", True)
    assert now.waiting_since is None
    assert not revisions()


TYPED = [
    "&lt; &amp;lt; &amp;amp;lt; <b> </textarea> &quot;'\"",
    "\r\n\r\nLine one,  \r\n  two \t\r\n\r\n\r\nthree \r\n ",
    "*a* **b** `c` \\* > d\r\n- e\r\n1. f\r\n[g](https://h.example)",
    "e\u0301 \u202eevil 좋아요 👩\u200d👩\u200d👧 \x00 a\u00a0",
]


@pytest.mark.usefixtures("review")
def test_saving_an_opened_form_unchanged_changes_nothing(writer, moderator):
    """Remark42 decoded entities in its edit box, and emptied comments for years."""
    for typed in TYPED:
        data = {"author_name": f" {typed[:60]} ", "body": typed, "author_email": "a'b@example.org"}
        assert writer.post(URL, data=data).status_code == 303
        sent = comments()[-1]
        stored = (sent.author_name, sent.body, sent.body_html, sent.author_email)
        for _ in range(2):
            for _ in range(2):
                assert edit(writer, sent).status_code == 303
                now = reload(sent)
                assert (now.author_name, now.body, now.body_html, now.author_email) == stored
                assert now.version == sent.version
            if sent.is_pending:
                sent = make_decision(comment=sent, moderator=moderator, now=NOW)
        assert not revisions()
        # The same is true of the form that a refusal gives back.
        back = edit(writer, sent, author_email="@")
        assert back.status_code == 422
        form = fields_of(soup_of(back).find("form")) | {"author_email": "a'b@example.org"}
        assert edit(writer, sent, form).status_code == 303
        assert reload(sent).version == sent.version


@on_both
def test_edits_count_for_the_rate_limit_of_comments(writer, waiting, clock):
    limit = BROWSER_LIMITS[0]
    seconds = int(limit.window.total_seconds())
    many = range(limit.count + 1)
    statuses = [edit(writer, waiting, body=f"Number {n}.").status_code for n in many]
    assert Counter(statuses) == {303: limit.count - 1, 429: 2}, "sending the comment was the first"
    late = edit(writer, waiting, body=THIRD, htmx=True)
    assert (late.status_code, late.headers["Retry-After"]) == (429, str(seconds))
    assert f"send it again in {seconds} seconds" in faults_in(late)
    assert fields_of(soup_of(late).find("form"))["body"] == THIRD
    # Saving without changes does not count.
    assert edit(writer, waiting).status_code == 303
    assert writer.post(URL, data={"author_name": "Mina", "body": "New."}).status_code == 429
    clock.now += limit.window
    assert edit(writer, waiting, body=THIRD).status_code == 303
    assert (reload(waiting).body, reload(waiting).version) == (THIRD, limit.count + 1)


@with_and_without_htmx
@pytest.mark.usefixtures("short_timeouts")
def test_a_busy_database_gives_the_text_back(writer, published, database_url, htmx):
    form = open_edit(writer, published)
    with locked_database(database_url):
        response = edit(writer, published, form, body=HOSTILE, htmx=htmx)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "could not save your edit. Please send it again." in faults_in(response)
    form = fields_of(soup_of(response).find("form"))
    assert form["body"] == HOSTILE
    assert edit(writer, published, form, htmx=htmx).status_code == (200 if htmx else 303)
    assert [revision.body for revision in revisions()] == [HOSTILE]


@with_and_without_htmx
def test_faults_of_an_edit_are_refused_like_faults_of_a_new_comment(writer, published, htmx):
    page = soup_of(writer.get(MINE))
    given = {
        "author_name": ("가" * (NAME_LENGTH + 1), "81 characters; it takes up to 80"),
        "author_email": ("mina", "Enter an e-mail address"),
        "body": ("가" * (BODY_LENGTH + 1), f"it takes up to {BODY_LENGTH:,}"),
    }
    response = edit(
        writer, published, htmx=htmx, **{name: value for name, (value, _) in given.items()}
    )
    assert response.status_code == 422
    form = soup_of(response).find("form")
    for name, (value, fault) in given.items():
        assert fields_of(form)[name] == value
        field = form.find(attrs={"name": name})
        assert field["aria-invalid"] == "true"
        assert fault in words_of(form.find(id=f"{field['id']}-fault"))
        assert form.find("label", attrs={"for": field["id"]})
        assert not page.find(id=field["id"])
    assert reload(published).version == 2
    for version in ("", "x", "0", "9" * 40, None):
        fields = open_edit(writer, published) | {"version": version, "body": HOSTILE}
        sent = {name: value for name, value in fields.items() if value is not None}
        lost = edit(writer, published, sent, htmx=htmx)
        assert lost.status_code == 422, version
        assert "The form is incomplete; open Edit again." in faults_in(lost)
        assert fields_of(soup_of(lost).find("form"))["body"] == HOSTILE


def test_hostile_html_in_an_edit_is_escaped_everywhere(app, writer, stranger, review, moderator):
    desk = open_desk(app, email="jun@example.org", name="Jun Ha")
    waiting = make_comment(review=review, token=TOKEN, body=FIRST, now=NOW)
    shown = make_published_comment(
        review=review, moderator=moderator, token=TOKEN, body=SECOND, now=NOW
    )
    for comment in (waiting, shown):
        assert edit(writer, comment, author_name=HOSTILE[:79], body=HOSTILE).status_code == 303
    own = [MINE, "/reviews/comments/mine"]
    own += [f"{URL}/{c.id}/revisions/new" for c in (waiting, shown)]
    of_desk = ["/admin/comments", *(f"/admin/comments/{c.id}" for c in (waiting, shown))]
    pages = [(writer, path) for path in own] + [(desk, path) for path in of_desk]
    for reader, path in pages:
        page = BeautifulSoup(reader.get(path).text, "html5lib")
        assert not page.select("svg"), path
        assert HOSTILE in page.get_text(), path
    for comment in (waiting, shown):
        make_decision(comment=reload(comment), moderator=moderator)
        assert public_text_of(stranger, comment) == (HOSTILE[:79], HOSTILE, False)
    page = BeautifulSoup(stranger.get(PAGE).text, "html5lib")
    assert not page.select("main svg")
    assert page.select("body > footer.site-foot")
