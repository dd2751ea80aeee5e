"""POST /admin/rules: create a rule; invalid rules are also sent to the trial."""

from datetime import timedelta
from itertools import product

from blog.db.errors import DatabaseBusyError
from blog.db.transactions import write
from blog.desk.rules import views
from blog.desk.rules.forms import PHRASE_LENGTH
from blog.limits.queries import list_client_names
from blog.moderation.states import Verdict
from blog.rules.commands import delete_expired_rules, delete_sender_rules
from blog.rules.models import NOTE_LENGTH, PATTERN_LENGTH, Action, Kind
from blog.rules.queries import list_current_rules
from tests.builders import NOON, make_comment
from tests.databases import on_both
from tests.desk.desk import HTMX_OR_PLAIN, everything, make_many
from tests.desk.rules.ruling import (
    RULE,
    TRIALS,
    URL,
    attempt,
    filled,
    form_of,
    make_decided,
    make_rule,
    rules,
    save,
    values_of,
)
from tests.page import soup_of, text_of

# Invalid form fields, each with its error message.
FAULTS = [
    ({"kind": "regex"}, "kind must be one of word, link, domain,"),
    ({"kind": ""}, "kind must be one of"),
    ({"kind": None}, "kind must be one of"),
    ({"pattern": ""}, "Enter at least one letter, digit or sign"),
    ({"pattern": None}, "Enter at least one letter, digit or sign"),
    ({"pattern": " \u200b\u3164\t"}, "Enter at least one letter, digit or sign"),
    ({"pattern": "\0"}, "Enter at least one letter, digit or sign"),
    ({"pattern": "..."}, "Enter at least one letter, digit or sign"),
    (
        {"pattern": "가" * (PATTERN_LENGTH + 1)},
        "This has 201 characters; a pattern takes up to 200.",
    ),
    ({"pattern": "\ufdfa" * 20}, "a pattern takes up to 200."),
    ({"pattern": "*" * 50_000 + "a"}, "This has 50,001 characters"),
    ({"pattern": "a " * (PHRASE_LENGTH + 1)}, "This has 11 words; a phrase takes up to 10."),
    ({"kind": "link", "pattern": "spam.example/*"}, "must begin with http://, https:// or *"),
    ({"kind": "domain", "pattern": "https://spam.example/x"}, "Enter only a host name"),
    ({"kind": "domain", "pattern": "a b"}, "Enter only a host name"),
    ({"kind": "domain", "pattern": "a..b"}, "Enter only a host name"),
    ({"kind": "email", "pattern": "jo"}, "Enter a full e-mail address, or a part with *"),
    ({"action": "delete"}, "Choose one: hold, spam."),
    ({"action": None}, "Choose one: hold, spam."),
    ({"note": "n" * (NOTE_LENGTH + 1)}, "The note has 201 characters; it takes up to 200."),
    ({"kind": "browser"}, "needs a comment from that sender"),
    ({"kind": "client", "comment": "x"}, "needs a comment from that sender"),
    ({"csrf_token": None}, "This page had expired"),
    ({"csrf_token": "wrong"}, "This page had expired"),
]


def test_an_invalid_form_comes_back_with_its_values_and_a_message(desk):
    before = everything()
    for path, htmx in product((URL, TRIALS), HTMX_OR_PLAIN):
        for change, words in FAULTS:
            sent = {**RULE, "note": "Kept.", **change}
            response = desk.post(path, sent, htmx=htmx)
            assert response.status_code == 422, change
            assert words in text_of(response), change
            form = filled(form_of(response))
            assert form["note"] == sent["note"]
            if "pattern" not in change and "kind" not in change:
                assert (form["kind"], form["pattern"]) == ("word", "casino")
            assert not soup_of(response).select("form.rule-save"), change
    assert everything() == before


def test_a_refused_form_can_be_sent_again(desk):
    form = filled(form_of(save(desk, pattern="", csrf_token="wrong")))
    assert desk.client.post(URL, data=form | {"pattern": "casino"}).status_code == 303


STORED = [
    ("word", "카지노*", "카지노*"),
    ("link", "HTTPS://Spam.example/*", "https://spam.example/*"),
    ("link", "*spam*", "*spam*"),
    ("link", "http*://spam.example/", "http*://spam.example/"),
    ("domain", "XN--3E0B707E.kr", "한국.kr"),
    ("email", "*@Spam.example", "*@spam.example"),
    ("name", "Best   DEALS", "best deals"),
]


@on_both
def test_a_pattern_is_stored_normalised(desk, clock):
    for kind, pattern, _ in STORED:
        assert save(desk, kind=kind, pattern=pattern).status_code == 303, pattern
    found = rules()
    expected = [(Kind(kind), stored, Action.HOLD, None) for kind, _, stored in STORED]
    assert [values_of(rule) for rule in found] == expected
    assert {(rule.moderator_id, rule.created_at) for rule in found} == {
        (desk.moderator.id, clock.now)
    }
    assert {(rule.comment_id, rule.ends_at) for rule in found} == {(None, None)}


def test_a_duplicate_rule_is_refused_with_a_link_to_the_first(desk):
    save(desk, pattern="Casino")
    for path, htmx in product((URL, TRIALS), HTMX_OR_PLAIN):
        response = desk.post(path, RULE | {"pattern": "CASINO", "action": "spam"}, htmx=htmx)
        assert response.status_code == 409
        assert "This rule already exists." in text_of(response)
        assert f'href="/admin/rules/{rules()[0].id}/edit"' in response.text
        assert filled(form_of(response))["pattern"] == "CASINO"
    assert save(desk, kind="name").status_code == 303
    assert [rule.kind for rule in rules()] == [Kind.WORD, Kind.NAME]


def test_a_pattern_of_wildcards_alone_is_refused_with_the_number_it_catches(desk, review):
    for count in (0, 3):
        body = "See https://a.example/"
        more = {"body": body, "email": "jo@example.org"}
        made = make_decided(review, desk.moderator, min(count, 2), verdict=Verdict.APPROVE, **more)
        made += make_decided(review, desk.moderator, min(count, 1), verdict=Verdict.SPAM, **more)
        words = f"The rule would have caught {count} of the last {len(made)} decided comment"
        for kind, pattern in [
            ("word", "*"),
            ("word", "* ** *"),
            ("name", "**"),
            ("link", "*://*"),
            ("domain", "*.*"),
            ("email", "*@*"),
        ]:
            for send in (save, attempt):
                response = send(desk, kind=kind, pattern=pattern)
                assert response.status_code == 422, pattern
                assert words in text_of(response)
                assert not soup_of(response).select("form.rule-save")
    assert not rules()


@on_both
def test_a_rule_that_catches_half_of_the_published_comments_is_refused(desk, review):
    make_decided(review, desk.moderator, 6, verdict=Verdict.APPROVE, body="The bench.")
    make_decided(review, desk.moderator, 3, verdict=Verdict.APPROVE, body="The wall.")
    # With fewer than ten published comments the rule is not refused.
    assert attempt(desk, pattern="bench").status_code == 200
    make_decided(review, desk.moderator, 3, verdict=Verdict.APPROVE, body="The roof.")
    assert attempt(desk, pattern="bench").status_code == 200
    make_decided(review, desk.moderator, 1, verdict=Verdict.APPROVE, body="Bench.", name="Jo")
    response = save(desk, pattern="be*h")
    assert response.status_code == 422
    words = (
        "The rule would have caught 7 of the last 13 decided comments, including 7 of 13 published"
    )
    assert words in text_of(response)
    assert not rules()


@on_both
def test_a_rule_for_the_address_of_half_of_the_comments_is_refused(desk, review):
    where = "203.0.113.9"
    made = make_decided(review, desk.moderator, 11, verdict=Verdict.APPROVE, address=where)
    response = save(desk, kind="client", comment=made[0].id)
    assert response.status_code == 422
    assert "The rule would have caught 11 of the last 11" in text_of(response)
    assert not rules()


@on_both
def test_the_sender_of_a_rule_is_taken_from_its_comment(desk, review):
    comment, other = make_many(review, 2)
    assert save(desk, kind="browser", comment=comment.id, pattern="f" * 64).status_code == 303
    [rule] = rules()
    assert (rule.pattern, rule.comment_id) == (comment.owner_hash, comment.id)
    assert save(desk, kind="browser", comment=comment.id).status_code == 409
    assert save(desk, kind="browser", comment=other.id).status_code == 303


def test_a_deleted_comment_makes_no_rule(desk):
    for path in (URL, TRIALS):
        response = desk.post(path, RULE | {"kind": "client", "comment": "999"})
        assert response.status_code == 404, path
        assert "Comment no. 999 no longer exists." in text_of(response), path
    assert not rules()


def test_a_client_with_a_deleted_key_makes_no_rule(desk, review, clock):
    comment = make_comment(review=review)
    clock.advance(hours=34, minutes=59)
    assert attempt(desk, kind="client", comment=comment.id).status_code == 200
    clock.advance(minutes=1)
    response = save(desk, kind="client", comment=comment.id)
    assert response.status_code == 422
    assert "is too old" in text_of(response)


@on_both
def test_a_client_rule_ends_with_its_key_and_is_deleted(desk, review, clock):
    comment = make_comment(review=review, address="203.0.113.9")
    save(desk, kind="client", comment=comment.id)
    save(desk)
    later = NOON + timedelta(days=1)
    assert comment.client_name in list_client_names(address="203.0.113.9", now=later)
    assert len(list_current_rules(now=NOON + timedelta(hours=35))) == 2
    [rule] = list_current_rules(now=NOON + timedelta(hours=36))
    assert rule.kind == Kind.WORD
    assert write(delete_expired_rules, now=NOON + timedelta(hours=35)) == 0
    assert write(delete_expired_rules, now=NOON + timedelta(hours=36)) == 1
    assert [rule.kind for rule in rules()] == [Kind.WORD]


@on_both
def test_erasing_a_sender_deletes_the_rules_about_the_sender(desk, review):
    comment, other = make_many(review, 2)
    save(desk, kind="browser", comment=comment.id)
    save(desk, kind="browser", comment=other.id)
    save(desk, kind="email", pattern="Jo@spam.example")
    save(desk, kind="email", pattern="*@spam.example")
    gone = write(delete_sender_rules, owner_hashes=[comment.owner_hash], emails=["JO@spam.example"])
    assert gone == 2
    assert [rule.pattern for rule in rules()] == [other.owner_hash, "*@spam.example"]


def test_a_busy_database_returns_the_form(desk, monkeypatch):
    def be_busy(*args, **kwargs):
        raise DatabaseBusyError

    make_rule(moderator=desk.moderator, pattern="poker")
    monkeypatch.setattr(views, "write", be_busy)
    for path in (URL, f"{URL}/1"):
        for htmx in HTMX_OR_PLAIN:
            response = desk.post(path, RULE | {"note": "Kept."}, htmx=htmx)
            assert response.status_code == 503
            assert response.headers["Retry-After"]
            assert "could not save the rule" in text_of(response)
            assert filled(form_of(response))["note"] == "Kept."
    assert [rule.pattern for rule in rules()] == ["poker"]


def test_a_stranger_changes_no_rule(desk, stranger):
    make_rule(moderator=desk.moderator)
    before = everything()
    for path in (URL, TRIALS, f"{URL}/1", f"{URL}/1/removal"):
        response = stranger.post(path, data=RULE | {"csrf_token": desk.token})
        assert response.status_code == 403, path
        assert soup_of(response).h1.get_text() == "Sign in", path
    assert everything() == before


def test_json_makes_no_rule(desk):
    response = desk.client.post(URL, json=RULE | {"csrf_token": desk.token})
    assert response.status_code == 422
    assert not rules()
