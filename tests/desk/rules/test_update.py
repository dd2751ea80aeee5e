"""GET /admin/rules/<id>/edit, POST /admin/rules/<id> and POST /admin/rules/<id>/removal."""

import pytest

from blog.moderation.states import Verdict
from blog.rules.models import Action, Kind
from tests.builders import make_comment
from tests.databases import on_both
from tests.desk.desk import HTMX_OR_PLAIN, everything
from tests.desk.rules.ruling import (
    RULE,
    URL,
    attempt,
    filled,
    form_of,
    make_decided,
    make_rule,
    press_save,
    rules,
    save,
    values_of,
)
from tests.page import HTMX, soup_of, text_of

GONE = "This rule no longer exists. Nothing was changed."


@pytest.fixture
def rule(desk):
    return make_rule(moderator=desk.moderator)


@on_both
def test_a_rule_is_changed_after_a_trial(desk, rule):
    form = filled(form_of(desk.get(f"{URL}/{rule.id}/edit")))
    assert {name: form[name] for name in ("kind", "pattern", "action", "note")} == {
        "kind": "word",
        "pattern": "casino",
        "action": "hold",
        "note": "",
    }
    changed = form | {"kind": "name", "pattern": "Poker*", "action": "spam", "note": "New."}
    trial = desk.post("/admin/rules/trials", changed, htmx=False)
    assert text_of(trial).startswith(f"Rule {rule.id}")
    response = press_save(desk, trial)
    assert (response.status_code, response.location) == (303, "/admin/rules?done=saved")
    [now] = rules()
    assert values_of(now) == (Kind.NAME, "poker*", Action.SPAM, "New.")
    assert now.created_at == rule.created_at


@on_both
def test_a_rule_about_a_sender_can_change_only_action_and_note(desk, review):
    comment, other = make_comment(review=review), make_comment(review=review, body="Another.")
    save(desk, kind="client", comment=comment.id)
    [rule] = rules()
    page = desk.get(f"{URL}/{rule.id}/edit")
    assert "3 May 2026, 00:00 UTC" in text_of(page)
    assert comment.client_name not in page.text
    form = filled(form_of(page)) | {"action": "spam", "note": "Again."}
    forged = form | {"kind": "browser", "comment": other.id, "pattern": "f" * 64}
    assert desk.post(f"{URL}/{rule.id}", forged, htmx=False).status_code == 303
    [now] = rules()
    assert values_of(now) == (Kind.CLIENT, comment.client_name, Action.SPAM, "Again.")
    assert (now.comment_id, now.ends_at) == (comment.id, rule.ends_at)
    for kind, edited in (("word", now), ("browser", make_rule(moderator=desk.moderator))):
        sent = RULE | {"kind": kind, "comment": comment.id}
        response = desk.post(f"{URL}/{edited.id}", sent, htmx=False)
        assert response.status_code == 422
        assert "or the other way round" in text_of(response)
    assert values_of(rules()[0]) == values_of(now)


def test_a_rule_about_a_sender_can_be_changed_after_its_comment_was_deleted(desk):
    rule = make_rule(moderator=desk.moderator, kind=Kind.BROWSER, pattern="a" * 64, comment_id=999)
    page = desk.get(f"{URL}/{rule.id}/edit")
    assert "comment no. 999, now deleted" in text_of(page)
    form = filled(form_of(page)) | {"action": "spam"}
    trial = desk.post("/admin/rules/trials", form, htmx=False)
    assert press_save(desk, trial).status_code == 303
    assert rules()[0].action == Action.SPAM


@on_both
def test_a_change_is_checked_like_a_new_rule(desk, review, rule):
    other = make_rule(moderator=desk.moderator, pattern="poker")
    make_decided(review, desk.moderator, 10, verdict=Verdict.APPROVE)
    before = everything()
    for change, status, words in [
        ({"pattern": ""}, 422, "Enter at least one letter"),
        ({"pattern": "POKER"}, 409, f"It is the same as rule {other.id}"),
        ({"pattern": "scene"}, 422, "The rule would have caught 10 of the last 10"),
        ({"csrf_token": "wrong"}, 422, "This page had expired"),
    ]:
        for htmx in HTMX_OR_PLAIN:
            response = desk.post(f"{URL}/{rule.id}", RULE | change, htmx=htmx)
            assert response.status_code == status, change
            assert words in text_of(response), change
            assert filled(form_of(response))["rule"] == str(rule.id)
    assert everything() == before


def test_saving_the_same_values_changes_nothing(desk, rule):
    assert desk.post(f"{URL}/{rule.id}", RULE, htmx=False).status_code == 303
    assert values_of(rules()[0]) == values_of(rule)


@on_both
def test_an_unknown_rule_is_a_404_with_a_message(desk):
    for number in (999, 0, 2**63 - 1):
        for response in (
            desk.get(f"{URL}/{number}/edit"),
            desk.post(f"{URL}/{number}", RULE, htmx=False),
            desk.post(f"{URL}/{number}/removal", {}, htmx=False),
        ):
            assert response.status_code == 404
            assert GONE in text_of(response)
    assert desk.get(f"{URL}/{2**63}/edit").status_code == 404
    for given in ("999", "x", "9" * 40, "-1"):
        response = attempt(desk, rule=given)
        assert response.status_code == 404
        assert GONE in text_of(response)


@on_both
def test_a_rule_is_removed(desk, rule):
    page = desk.get(URL)
    form = soup_of(page).select_one(f'form[action="{URL}/{rule.id}/removal"]')
    response = desk.client.post(form["action"], data=filled(form))
    assert (response.status_code, response.location) == (303, "/admin/rules?done=removed")
    assert "Comments it caught stay as they are." in text_of(desk.get(response.location))
    assert not rules()
    assert desk.post(form["action"], {}, htmx=False).status_code == 404


def test_a_forged_removal_removes_nothing(desk, rule):
    for token in (None, "wrong", "é\0"):
        for headers in ({}, HTMX):
            data = {} if token is None else {"csrf_token": token}
            response = desk.client.post(f"{URL}/{rule.id}/removal", data=data, headers=headers)
            assert response.status_code == 422
            assert "This page had expired" in text_of(response)
    assert len(rules()) == 1
