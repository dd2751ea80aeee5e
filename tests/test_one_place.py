"""Pages, mail and rules take their texts from the tables of statuses and verdicts alone.

tests/test_limits_follow.py tests the same for limits, and tests/comments/test_fields.py for the
fields of a comment.
"""

from dataclasses import fields, replace

import pytest

from blog.decisions import verdicts
from blog.moderation import states
from blog.moderation.states import DESK_STATUSES, STATUSES, VERDICTS, State, Status, Verdict
from tests.builders import make_comment, make_review
from tests.desk.desk import (
    STEPS_TO,
    Desk,
    bring,
    open_desk,
    reload,
    row_of,
    verdicts_of,
    words_of,
)
from tests.notices.reading import html_part, link_to, text_part
from tests.outbox.comments import after_undo_window, make_comment_with_notice
from tests.outbox.sending import change_settings, mails, run
from tests.page import soup_of, text_of
from tests.site.comments.writing import TOKEN, carry, edit, open_edit

STATES_WITH_A_ROW = [state for state in State if state != State.GONE]


def named(thing, entry, *names):
    """Return a copy of a table entry whose texts in `names` become "field thing"."""
    texts = {name: f"{name} {thing}" for name in names if getattr(entry, name)}
    return replace(entry, **texts)


@pytest.fixture
def made_up_texts(monkeypatch):
    """Replace each text in the tables of statuses and verdicts by a made-up, unique text."""
    names = [field.name for field in fields(states.StatusEntry)]
    for status, entry in list(STATUSES.items()):
        changed = named(f"S-{status}", entry, *names)
        mailed = entry.mailed and f"mailed S-{status} about {{title}} at {{site}}.".format
        monkeypatch.setitem(STATUSES, status, replace(changed, mailed=mailed))
    for verdict, entry in list(VERDICTS.items()):
        changed = named(f"V-{verdict}", entry, "label", "button", "bulk_label")
        buttons = {state: f"button V-{verdict} {state}" for state in entry.buttons}
        reasons = {state: f"reason V-{verdict} {state}" for state in entry.with_reason}
        monkeypatch.setitem(
            VERDICTS, verdict, replace(changed, buttons=buttons, with_reason=reasons)
        )


@pytest.fixture
def review(app):
    return make_review()


@pytest.fixture
def desk(app, made_up_texts) -> Desk:
    return open_desk(app)


def test_the_headings_and_tabs_of_the_queue_come_from_the_table(desk, review):
    for status in DESK_STATUSES:
        page = desk.get(status=status)
        assert words_of(soup_of(page).h1).startswith(f"heading S-{status}")
        for other in DESK_STATUSES:
            assert f"label S-{other}".casefold() in text_of(page).casefold(), other


@pytest.mark.parametrize("state", STATES_WITH_A_ROW)
def test_the_buttons_of_a_row_come_from_the_table(desk, review, state):
    comment = bring(make_comment(review=review), state, desk.moderator)
    row = row_of(desk.get(f"/admin/comments/{comment.id}"), comment)
    for verdict in verdicts_of(row):
        shown = {words_of(button) for button in row.select(f'button[value="{verdict}"]')}
        entry = Verdict(verdict).entry
        expected = {entry.button_in(state), entry.with_reason.get(state)}
        assert all(any(f"{word}" in text for word in expected if word) for text in shown), shown


def test_keyboard_shortcuts_come_from_the_table(desk, review, monkeypatch):
    monkeypatch.setitem(
        VERDICTS, Verdict.SPAM, replace(VERDICTS[Verdict.SPAM], key="q", bulk_label="To the bin")
    )
    make_comment(review=review)
    page = desk.get()
    assert "q to the bin" in text_of(page)
    (row,) = soup_of(page).select("#queue > article.row")
    assert row.select_one('button[value="spam"]')["data-key"] == "q"


def test_every_description_of_a_decision_comes_from_the_table(desk, review):
    """Check the row of the queue, the log with its filters, and the page of the comment."""
    for verdict, state in (
        (Verdict.APPROVE, "pending"),
        (Verdict.REJECT, "pending"),
        (Verdict.SPAM, "published"),
        (Verdict.DISCUSS, "pending"),
    ):
        comment = bring(make_comment(review=review, body=f"{verdict}."), state, desk.moderator)
        before = comment.status
        response = desk.decide(comment, verdict)
        after = reload(comment).status
        assert f"label V-{verdict}" in text_of(response)
        log = text_of(desk.get("/admin/log"))
        history = text_of(desk.get(f"/admin/comments/{comment.id}"))
        for name in (f"label V-{verdict}", f"label S-{before}", f"label S-{after}"):
            assert name.casefold() in log.casefold()
            assert name.casefold() in history.casefold()


def test_the_confirmation_page_of_a_bulk_uses_the_text_of_the_table(desk, review):
    comment = make_comment(review=review)
    page = desk.get("/admin/bulks/new", verdict="spam", q=comment.body)
    assert "bulk_label V-spam" in text_of(page)


def test_the_authors_download_and_edit_form_use_the_texts_of_the_table(desk, review, client):
    carry(client)
    for status in (s for s in Status if s.value in STEPS_TO):
        comment = make_comment(review=review, body=f"{status}.", token=TOKEN)
        is_refused = status not in (Status.PENDING, Status.PUBLISHED)
        form = open_edit(client, comment) if is_refused else None
        comment = bring(comment, status, desk.moderator)
        exported = client.get("/reviews/comments/mine.json").json["comments"]
        assert f"exported S-{status}" in {entry["state"] for entry in exported}
        if form:
            late = edit(client, comment, form, body="Other words.")
            assert f"explanation S-{status}" in text_of(late), status


def test_the_mail_about_a_decision_uses_the_text_of_the_table(app, made_up_texts):
    change_settings(app, digest_minutes=0)
    for number in range(2):
        expected = f"mailed S-rejected about Drama {number} at Second Lead"
        review = make_review(
            slug=f"drama-{number}", drama_title=f"Drama {number}", drama_korean_title=None
        )
        make_comment_with_notice(review=review, verdict=Verdict.REJECT)
        after_undo_window()
        run(app)
        mail = mails(app)[-1]
        for text in (mail["Subject"], text_part(mail), html_part(mail).get_text()):
            assert expected in text
        if number == 0:
            assert app.test_client().post(link_to(mail, "confirm")).status_code == 303


@pytest.mark.parametrize("verdict", [v for v in Verdict if v.entry.allowed])
def test_a_verdict_removed_from_a_state_in_the_table_is_neither_offered_nor_accepted(
    desk, review, verdict, monkeypatch
):
    entry = verdict.entry
    state = min(entry.allowed, key=list(State).index)
    comment = bring(make_comment(review=review), state, desk.moderator)
    row = row_of(desk.get(f"/admin/comments/{comment.id}"), comment)
    was_offered = verdict in verdicts_of(row)
    monkeypatch.setitem(
        VERDICTS,
        verdict,
        replace(
            entry,
            allowed=entry.allowed - {state},
            with_reason={s: w for s, w in entry.with_reason.items() if s != state},
        ),
    )
    row = row_of(desk.get(f"/admin/comments/{comment.id}"), comment)
    assert was_offered
    assert verdict not in verdicts_of(row)
    response = desk.decide(comment, verdict, reason="A reason.")
    assert response.status_code == 409
    assert reload(comment).version == comment.version


def test_of_two_verdicts_that_leave_a_reason_in_the_queue_the_later_counts(
    desk, review, monkeypatch
):
    """Give REJECT a `leaves_reason` too, because in the table only DISCUSS has one."""
    comment = make_comment(review=review)
    monkeypatch.setattr(verdicts, "LEFT_REASONS", ("discussion", "rule"))
    other = replace(VERDICTS[Verdict.DISCUSS], leaves_reason="rule")
    monkeypatch.setitem(VERDICTS, Verdict.REJECT, other)
    for verdict, left in ((Verdict.DISCUSS, "discussion"), (Verdict.REJECT, "rule")):
        assert desk.decide(comment, verdict).status_code == 200
        row = row_of(desk.get(), comment)
        links = [link["href"] for link in row.select(".reasons a")]
        assert links == [f"/admin/comments?reason={left}"]
