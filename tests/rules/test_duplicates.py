"""The database refuses a rule that equals another one."""

import pytest
from sqlalchemy.exc import IntegrityError

from blog.db.transactions import write
from blog.rules.commands import DuplicateRuleError, create_rule, update_rule
from blog.rules.models import Action, Kind, RuleDraft
from tests.builders import NOON, make_moderator
from tests.databases import on_both
from tests.desk.rules.ruling import make_rule, rules, values_of

pytestmark = on_both


def draft(pattern: str, **more) -> RuleDraft:
    return RuleDraft(kind=Kind.WORD, pattern=pattern, action=Action.SPAM, **more)


def test_a_new_or_changed_rule_that_equals_another_is_refused(app):
    moderator = make_moderator()
    make_rule(moderator=moderator, pattern="casino")
    other = make_rule(moderator=moderator, pattern="lottery")
    before = [values_of(rule) for rule in rules()]
    with pytest.raises(DuplicateRuleError):
        write(create_rule, draft=draft("casino"), moderator_id=moderator.id, now=NOON)
    with pytest.raises(DuplicateRuleError):
        write(update_rule, rule_id=other.id, draft=draft("casino"))
    assert [values_of(rule) for rule in rules()] == before


def test_an_invalid_rule_is_not_reported_as_a_duplicate(app):
    moderator = make_moderator()
    rule = make_rule(moderator=moderator)
    for invalid in (draft(""), draft("lottery", note="")):
        with pytest.raises(IntegrityError):
            write(create_rule, draft=invalid, moderator_id=moderator.id, now=NOON)
        with pytest.raises(IntegrityError):
            write(update_rule, rule_id=rule.id, draft=invalid)
    assert len(rules()) == 1
