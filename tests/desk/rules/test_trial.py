"""POST /admin/rules/trials: try a rule on the comments decided last."""

from datetime import timedelta

from blog.moderation.states import Status, Verdict
from blog.rules import queries
from blog.rules.models import Action, Kind
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator_reply,
    make_published_comment,
)
from tests.databases import on_both
from tests.desk.desk import everything, reload
from tests.desk.rules.ruling import (
    attempt,
    counts_of,
    filled,
    form_of,
    make_decided,
    make_rule,
    press_save,
    rules,
    values_of,
)
from tests.engine import statements
from tests.page import HTMX, soup_of, text_of
from tests.site.comments.sending import with_and_without_htmx


def lists_of(page):
    """Return the linked comments of each list of a trial by its heading."""
    return {
        part.summary.get_text().strip(): [a.get_text() for a in part.select("li > a")]
        for part in soup_of(page).select(".trial details")
    }


@on_both
@with_and_without_htmx
def test_a_trial_counts_wrong_holds_right_holds_and_misses(desk, review, htmx):
    make_rule(moderator=desk.moderator, kind=Kind.DOMAIN, pattern="spam.example")
    wrong = make_decided(review, desk.moderator, 2, verdict=Verdict.APPROVE, body="A casino in it.")
    make_decided(review, desk.moderator, 3, verdict=Verdict.APPROVE)
    spam = make_decided(review, desk.moderator, 2, verdict=Verdict.SPAM, body="Casino!")
    rejected = make_decided(review, desk.moderator, 1, verdict=Verdict.REJECT, body="Casino.")
    missed = make_decided(review, desk.moderator, 1, verdict=Verdict.REJECT, body="Roulette")
    other = make_decided(review, desk.moderator, 1, verdict=Verdict.SPAM, body="At spam.example")
    make_comment(review=review, body="Nobody decided on this casino.")
    before = everything()
    page = attempt(desk, htmx=htmx)
    assert page.status_code == 200
    assert bool(soup_of(page).html) is not htmx
    assert counts_of(page) == [2, 3, 2]
    words = text_of(page)
    assert "Tried on the last 10 decided comments." in words
    assert "refused comments this rule would not catch; 1 that no rule catches" in words
    numbers = {name: [f"No. {c.id}" for c in made] for name, made in [
        ("Wrong holds: 2", wrong[::-1]),
        ("Correctly caught: 3", [*rejected, *spam[::-1]]),
        ("Refused comments that no rule catches: 1", missed),
        ("Refused comments that another rule catches: 1", other),
    ]}  # fmt: skip
    assert lists_of(page) == numbers
    assert everything() == before


def test_the_rule_that_was_tried_is_saved(desk):
    page = attempt(desk, pattern=" Best  CASINO* ", action="spam", note=" A  note. ")
    form = filled(form_of(page))
    assert (form["pattern"], form["note"]) == ("Best  CASINO*", "A  note.")
    response = press_save(desk, page)
    assert (response.status_code, response.location) == (303, "/admin/rules?done=saved")
    [rule] = rules()
    assert values_of(rule) == (Kind.WORD, "best casino*", Action.SPAM, "A  note.")


def test_htmx_is_redirected_to_the_list_after_saving(desk):
    response = press_save(desk, attempt(desk, htmx=True), **HTMX)
    assert response.headers["HX-Redirect"] == "/admin/rules?done=saved"
    assert len(rules()) == 1


def test_a_trial_without_decided_comments_shows_a_message(desk, review):
    make_comment(review=review, body="A casino")
    page = attempt(desk)
    assert "No comments have been decided yet" in text_of(page)
    assert form_of(page, "form.rule-save")


@on_both
def test_a_trial_uses_only_the_current_decision_on_each_comment(desk, review):
    comment = make_published_comment(review=review, body="A casino", moderator=desk.moderator)
    make_decision(comment=comment, moderator=desk.moderator, verdict=Verdict.SPAM)
    undone = make_published_comment(review=review, body="Casino two", moderator=desk.moderator)
    make_decision(comment=undone, moderator=desk.moderator, verdict=Verdict.REOPEN)
    published = make_published_comment(review=review, moderator=desk.moderator)
    make_moderator_reply(comment=published, moderator=desk.moderator, body="No casino, please.")
    assert reload(undone).status == Status.PENDING
    page = attempt(desk)
    assert "Tried on the last 2 decided comments" in text_of(page)
    assert counts_of(page) == [0, 1, 0]


@on_both
def test_a_trial_uses_the_last_thousand_comments_and_shows_twenty(desk, review, monkeypatch):
    assert queries.TRIED == 1000
    tried = queries.SHOWN + 1
    monkeypatch.setattr(queries, "TRIED", tried)
    made = make_decided(review, desk.moderator, tried + 1, verdict=Verdict.SPAM, body="Casino")
    page = attempt(desk)
    assert counts_of(page) == [0, tried, 0]
    [(name, numbers)] = lists_of(page).items()
    assert name == f"Correctly caught: {tried}, showing the last 20"
    assert numbers == [f"No. {comment.id}" for comment in made[:-21:-1]]


def test_a_trial_runs_no_more_queries_for_more_comments(desk, review):
    def run():
        with statements() as executed:
            assert attempt(desk).status_code == 200
        return len(executed)

    make_decided(review, desk.moderator, 2, verdict=Verdict.SPAM, body="Casino")
    assert desk.token
    few = run()
    make_decided(review, desk.moderator, 15, verdict=Verdict.APPROVE)
    assert run() == few


@on_both
def test_a_trial_of_a_client_covers_its_own_day(desk, review):
    comments = [make_comment(review=review, address="203.0.113.9", body=f"Scene {n}") for n in "ab"]
    for comment in comments:
        make_decision(comment=comment, moderator=desk.moderator, verdict=Verdict.SPAM)
    page = attempt(desk, kind="client", comment=comments[0].id, pattern="")
    assert counts_of(page) == [0, 2, 0]
    assert "The fingerprint of an IP address changes every day" in text_of(page)
    assert "3 May 2026, 00:00 UTC" in text_of(page)
    assert press_save(desk, page).status_code == 303
    [rule] = rules()
    assert rule.pattern == comments[0].client_name
    assert rule.comment_id == comments[0].id
    assert rule.ends_at == NOON + timedelta(hours=36)


@on_both
def test_the_edited_rule_is_not_counted_among_the_other_rules(desk, review):
    rule = make_rule(moderator=desk.moderator)
    make_decided(review, desk.moderator, 1, verdict=Verdict.SPAM, body="Casino")
    page = attempt(desk, rule=rule.id, pattern="poker")
    assert "refused comments this rule would not catch; 1 that no rule catches" in text_of(page)
    assert form_of(page, "form.rule-save")["action"] == f"/admin/rules/{rule.id}"
    assert attempt(desk, rule=rule.id, pattern="Casino").status_code == 200
