"""Known attacks on other comment systems, tried here; test names begin with the system."""

import pytest

from blog.decisions import commands, notifying, undoing, verdicts
from tests.builders import make_comment, make_report
from tests.desk.desk import (
    BULKS,
    HTMX_OR_PLAIN,
    PURGES,
    REASON,
    STEPS_TO,
    URL,
    bring,
    everything,
    fields_of,
    item,
    log,
    make_crowd,
    make_many,
    reload,
    rows_of,
)
from tests.engine import locked_database, statements
from tests.page import HTMX, soup_of, text_of


def forms_for(desk, comment) -> dict[str, dict[str, object]]:
    """Return the fields of every moderation form about a comment, by path."""
    purge = soup_of(desk.get("/admin/purges/new")).select_one(f'form[action="{PURGES}"]')
    version = reload(comment).version
    ours = {"csrf_token": desk.token}
    return {
        f"{URL}/{comment.id}/decisions": {**ours, "version": version, "verdict": "approve"},
        f"{URL}/{comment.id}/replies": {**ours, "version": version, "body": "Thank you."},
        BULKS: {**ours, "items": f"{comment.id}.{version}", "verdict": "spam"},
        PURGES: fields_of(purge),
    }


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_remark42_a_form_with_one_field_missing_decides_nothing(desk, review, htmx):
    comment, spam = make_many(review, 2)
    desk.decide(spam, "spam")
    before = everything()
    for path, form in forms_for(desk, comment).items():
        for name in form:
            rest = {key: value for key, value in form.items() if key != name}
            response = desk.client.post(path, data=rest, headers=HTMX if htmx else {})
            assert response.status_code == 422, (path, name)
            assert "othing was" in text_of(response), (path, name)
    assert everything() == before


def test_wordpress_cve_2026_3906_a_stranger_changes_no_comment_in_any_state(desk, stranger, review):
    comments = [
        bring(comment, state, desk.moderator)
        for comment, state in zip(make_many(review, len(STEPS_TO)), STEPS_TO, strict=True)
    ]
    before = everything()
    for comment in comments:
        for path, form in forms_for(desk, comment).items():
            for verdict in ("approve", "reopen", "take_down"):
                data = {**form, "verdict": verdict, "reason": REASON}
                response = stranger.post(path, data=data)
                assert response.status_code == 403, path
                assert soup_of(response).h1.get_text() == "Sign in", path
        page = stranger.get(f"{URL}/{comment.id}")
        assert page.location.startswith("/admin/login?")
    assert everything() == before


class BrokenError(Exception):
    """Raised by a replaced command, to simulate a failure in the middle of a decision."""


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_waline_a_decision_that_fails_half_way_changes_nothing(desk, review, monkeypatch, htmx):
    waiting, decided = (
        make_comment(review=review, body=f"{c}{c}.", email="jo@example.org", wants_notice=True)
        for c in "ab"
    )
    desk.decide(decided, "approve")
    before = everything()

    def fail(**_more: object) -> None:
        raise BrokenError

    for module, name in (
        (notifying, "enqueue"),
        (notifying, "cancel"),
        (commands, "record"),
        (undoing, "record"),
        (verdicts, "apply_or_decline_revisions"),
    ):
        with monkeypatch.context() as broken:
            broken.setattr(module, name, fail if name != "record" else lambda _rows: fail())
            if module is undoing or name == "cancel":
                responses = [desk.decide(decided, "reopen", htmx=htmx)]
            else:
                responses = [
                    desk.decide(waiting, "approve", htmx=htmx),
                    desk.reply(waiting, "Thank you.", htmx=htmx),
                    desk.bulk("reject", item(waiting, decided), htmx=htmx),
                ]
        for response in responses:
            assert response.status_code == 500
            assert "Something went wrong on our side" in text_of(response)
    assert everything() == before
    assert desk.reply(waiting, "Thank you.", htmx=htmx).status_code in (200, 303)


def test_waline_no_public_page_shows_private_data(desk, stranger, review):
    comment = make_comment(
        review=review, email="jo@example.org", wants_notice=True, is_trapped=True, token="ab" * 16
    )
    desk.reply(comment, "Thank you.")
    make_report(comment=reload(comment), words="He is my neighbour.")
    desk.decide(comment, "approve", reason="Kept for reasons of ours.")
    secrets = [
        *("mina@example.org", "jo@example.org", "He is my neighbour.", "reasons of ours"),
        *(comment.owner_hash, comment.client_name, comment.copies_key, log()[0].bulk_key),
        *("Spam trap filled", "trap"),
    ]
    for path in ("", "/comments", f"/comments/{comment.id}", "/comments/mine"):
        page = stranger.get(f"/reviews/run-on{path}", follow_redirects=True)
        for secret in secrets:
            assert secret not in page.text, (path, secret)


def test_remark42_a_purge_deletes_text_name_and_address(desk, review):
    comment = make_comment(
        review=review,
        name="Private Person",
        body="Private words that are long enough to be like others.",
        email="private@example.org",
        wants_notice=True,
    )
    desk.decide(comment, "reject", reason=REASON)
    desk.decide(comment, "spam")
    form = soup_of(desk.get("/admin/purges/new")).select_one(f'form[action="{PURGES}"]')
    desk.post(PURGES, fields_of(form))
    stored = str(everything()).lower()
    assert "private" not in stored
    assert len(log()) == 2


def count_queries(act) -> int:
    """Return the number of SQL statements that `act()` runs."""
    with statements() as executed:
        act()
    return len(executed)


def test_cusdis_a_longer_page_runs_no_more_queries(desk, review):
    make_crowd(review, 3)
    few = count_queries(lambda: rows_of(desk.get()))
    make_crowd(review, 40, start=3)
    assert len(rows_of(desk.get())) == 43
    assert count_queries(lambda: rows_of(desk.get())) == few
    changes = [
        count_queries(
            lambda n=n: desk.get(f"{URL}/changes", rows=",".join(f"{i}.7" for i in range(1, n)))
        )
        for n in (3, 40)
    ]
    assert changes[0] == changes[1]


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_sqlite_busy_a_503_keeps_the_text_of_a_reply(
    desk, comment, short_timeouts, database_url, htmx
):
    forms = forms_for(desk, comment)
    # Every decision locks the table of comments.
    with locked_database(database_url, table="comments"):
        for path, form in forms.items():
            response = desk.client.post(path, data=form, headers=HTMX if htmx else {})
            assert response.status_code == 503, path
            assert int(response.headers["Retry-After"]) > 0
            assert response.headers.get("HX-Retarget") == ("#notices" if htmx else None)
            assert "The site is busy" in text_of(response)
            assert ("Thank you." in text_of(response)) == path.endswith("/replies")
    assert log() == []
    assert desk.decide(comment, "approve", htmx=htmx).status_code in (200, 303)
