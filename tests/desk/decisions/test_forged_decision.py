"""POST /admin/comments/<id>/decisions with invalid and forged forms.

Some tests are named after vulnerable systems: Cusdis approved on GET with a reusable token,
Commento++ had one key for all comments and actions, and Isso a key without an action.
"""

import pytest

from tests.builders import PASSWORD, make_published_comment
from tests.desk.desk import (
    DECIDING,
    HTMX_OR_PLAIN,
    REASON,
    SESSION,
    URL,
    Desk,
    everything,
    item,
    log,
    make_many,
    open_desk,
    reload,
    row_of,
)
from tests.page import HTMX, text_of

# Invalid form fields, each with its error message.
FORGED = [
    (
        {"verdict": "delete"},
        "verdict must be one of approve, approve_spoiler, keep, not_spoiler, reject,",
    ),
    ({"verdict": ""}, "verdict must be one of"),
    ({"verdict": "APPROVE"}, "verdict must be one of"),
    ({"verdict": "published"}, "verdict must be one of"),
    ({"verdict": "\0"}, "verdict must be one of"),
    ({"verdict": None}, "verdict must be one of"),
    ({"version": None}, "is missing or wrong"),
    ({"version": ""}, "is missing or wrong"),
    ({"version": "0"}, "is missing or wrong"),
    ({"version": "-1"}, "is missing or wrong"),
    ({"version": "abc"}, "is missing or wrong"),
    ({"version": "1.0"}, "is missing or wrong"),
    ({"version": str(2**70)}, "is missing or wrong"),
    ({"version": "9" * 5000}, "is missing or wrong"),
    ({"csrf_token": None}, "This page had expired"),
    ({"csrf_token": "wrong"}, "This page had expired"),
    ({"csrf_token": "é\0"}, "This page had expired"),
]


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN, ids=["htmx", "plain"])
def test_a_forged_form_gets_a_message_and_the_row(desk, comment, htmx):
    before = everything()
    for change, words in FORGED:
        form = {"version": "1", "verdict": "approve", **change}
        response = desk.post(f"{URL}/{comment.id}/decisions", form, htmx=htmx)
        assert response.status_code == 422, change
        assert words in text_of(response), change
        assert "Nothing was changed" in text_of(response) or "nothing was changed" in text_of(
            response
        )
    assert everything() == before
    # The form of the returned row works.
    assert desk.press(row_of(response, comment), "approve", htmx=htmx).status_code in (200, 303)
    assert reload(comment).status == "published"


def test_commento_a_form_decides_only_its_own_comment_and_version(desk, review):
    first, second = make_many(review, 2)
    desk.decide(second, "reject")
    desk.decide(second, "reopen")
    before = everything()
    for number, version in ((first.id, 2), (first.id, 3), (second.id, 1), (second.id, 4)):
        form = {"version": version, "verdict": "approve"}
        response = desk.post(f"{URL}/{number}/decisions", form)
        assert response.status_code == 409, (number, version)
        assert "Nothing was changed by you." in text_of(response)
    assert everything() == before


def test_commento_a_form_decides_only_once(desk, comment):
    form = {"version": 1, "verdict": "approve"}
    url = f"{URL}/{comment.id}/decisions"
    assert desk.post(url, form).status_code == 200
    desk.decide(comment, "reopen")
    assert desk.post(url, form).status_code == 409
    assert reload(comment).is_pending


def test_cusdis_a_get_never_approves(desk, comment):
    before = everything()
    for address in (f"{URL}/{comment.id}/decisions", f"{URL}/{comment.id}/replies", "/admin/bulks"):
        query = {"csrf_token": desk.token, "verdict": "approve", "version": 1, "body": "Thanks."}
        for headers in ({}, HTMX, {"X-HTTP-Method-Override": "POST"}):
            response = desk.client.get(
                address, query_string=query | {"items": item(comment)}, headers=headers
            )
            assert response.status_code in (404, 405)
    for page in (URL, f"{URL}/{comment.id}", "/admin/bulks/new", "/admin/comments/changes"):
        desk.get(page, verdict="approve", version=1, csrf_token=desk.token, since=0)
    assert everything() == before


def test_fields_in_the_query_string_are_ignored(desk, comment):
    query = f"?csrf_token={desk.token}&verdict=approve&version=1"
    response = desk.client.post(f"{URL}/{comment.id}/decisions{query}", data={})
    assert response.status_code == 422
    assert reload(comment).is_pending


def test_isso_a_form_from_before_a_password_change_decides_nothing(desk, comment):
    old = desk.client.get_cookie(SESSION, path="/admin").value
    change = {"current": PASSWORD, "new": "another long secret", "again": "another long secret"}
    assert desk.post("/admin/account/password", change, htmx=False).status_code == 303
    desk.client.set_cookie(SESSION, old, path="/admin")
    response = desk.decide(comment, "approve", htmx=False)
    assert response.location.startswith("/admin/login")
    assert reload(comment).is_pending


def test_a_form_from_before_signing_out_decides_nothing(desk, comment):
    old = desk.client.get_cookie(SESSION, path="/admin").value
    desk.post("/admin/logout", {}, htmx=False)
    desk.client.set_cookie(SESSION, old, path="/admin")
    response = desk.decide(comment, "approve")
    assert response.headers["HX-Redirect"].startswith("/admin/login")
    assert reload(comment).is_pending


def test_a_token_of_another_session_is_refused(app, desk, comment):
    jun = open_desk(app, email="jun@example.org")
    jun.token = desk.token
    assert jun.decide(comment, "spam").status_code == 422
    assert reload(comment).is_pending


def test_an_unknown_comment_is_a_404_whatever_the_verdict(desk):
    for number in ("999", "0", str(2**63), str(10**30), "-1", "1.0", "%00"):
        for verdict in ("approve", "reopen", "unknown"):
            form = {"version": 1, "verdict": verdict}
            for htmx in HTMX_OR_PLAIN:
                response = desk.post(f"{URL}/{number}/decisions", form, htmx=htmx)
                assert response.status_code == 404, (number, verdict)


def test_json_instead_of_a_form_changes_nothing(desk, comment):
    for body in ([1, 2], {"verdict": 5}, None):
        response = desk.client.post(f"{URL}/{comment.id}/decisions", json=body)
        assert response.status_code == 422, body
        assert "Nothing was changed" in text_of(response)
    assert log() == []


def test_wordpress_every_verdict_from_another_site_is_refused(desk, review):
    comment = make_published_comment(review=review, moderator=desk.moderator)
    before = everything()
    for verdict in DECIDING:
        form = {"csrf_token": desk.token, "version": 2, "verdict": verdict, "reason": REASON}
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://drama.example.evil.example"},
            {"Origin": "null"},
        ):
            url = f"{URL}/{comment.id}/decisions"
            assert desk.client.post(url, data=form, headers=headers).status_code == 403
    assert everything() == before


def test_a_stranger_with_a_moderators_form_is_asked_to_sign_in(desk, stranger, comment):
    forged = Desk(stranger, desk.moderator)
    forged.token = desk.token
    assert forged.decide(comment, "approve", htmx=False).location == "/admin/login"
    assert forged.decide(comment, "approve").headers["HX-Redirect"] == "/admin/login"
    assert reload(comment).is_pending
