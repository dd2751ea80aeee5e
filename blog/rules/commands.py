"""Commands that create, change and delete rules."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, update
from sqlalchemy.exc import IntegrityError

from blog.db.engine import db, insert_into
from blog.db.errors import constraint_name
from blog.rules.models import Kind, Rule, RuleDraft
from blog.rules.queries import find_rule
from blog.text.folding import fold


class DuplicateRuleError(Exception):
    """Raised when a rule with the same kind and pattern already exists."""


class UnknownRuleError(Exception):
    """Raised when a rule does not exist, or no longer exists."""


def create_rule(*, draft: RuleDraft, moderator_id: int, now: datetime) -> Rule:
    """Create a rule, which checks every comment from now on. Raises DuplicateRuleError."""
    written = (
        insert_into(Rule)
        .values(
            kind=draft.kind,
            pattern=draft.pattern,
            comment_id=draft.comment_id,
            action=draft.action,
            note=draft.note,
            moderator_id=moderator_id,
            created_at=now,
            ends_at=draft.ends_at,
        )
        .on_conflict_do_nothing(index_elements=["kind", "pattern"])
        .returning(Rule)
    )
    rule: Rule | None = db.session.execute(written).scalar_one_or_none()
    if rule is None:
        raise DuplicateRuleError
    return rule


def update_rule(*, rule_id: int, draft: RuleDraft) -> Rule:
    """Replace the content of a rule. Raises UnknownRuleError or DuplicateRuleError.

    After DuplicateRuleError the transaction must be rolled back: UPDATE has no ON CONFLICT.
    """
    try:
        changed = db.session.execute(
            update(Rule)
            .where(Rule.id == rule_id)
            .values(kind=draft.kind, pattern=draft.pattern, action=draft.action, note=draft.note)
            .execution_options(synchronize_session=False)
            .returning(Rule.id)
        ).scalar_one_or_none()
    except IntegrityError as error:
        if not _is_duplicate(error):
            raise
        raise DuplicateRuleError from error
    rule = find_rule(rule_id=rule_id)
    if changed is None or rule is None:
        raise UnknownRuleError(rule_id)
    return rule


def remove_rule(*, rule_id: int) -> None:
    """Delete a rule; comments that the rule caught do not change. Raises UnknownRuleError."""
    if not _delete(Rule.id == rule_id):
        raise UnknownRuleError(rule_id)


def delete_expired_rules(*, now: datetime) -> int:
    """Delete the rules that have expired; return how many."""
    return _delete(Rule.ends_at <= now)


def delete_sender_rules(*, owner_hashes: Sequence[str], emails: Sequence[str]) -> int:
    """Delete the rules for these browsers or complete e-mail addresses; return how many.

    Used when personal data is erased. `emails` are compared without regard to case and width.
    """
    whole = [fold(email) for email in emails]
    return _delete(
        or_(
            (Rule.kind == Kind.BROWSER) & Rule.pattern.in_(list(owner_hashes)),
            (Rule.kind == Kind.EMAIL) & Rule.pattern.in_(whole),
        )
    )


def _delete(condition: ColumnElement[bool]) -> int:
    return len(db.session.execute(delete(Rule).where(condition).returning(Rule.id)).all())


def _is_duplicate(error: IntegrityError) -> bool:
    """Return whether the database refused a rule because another rule has the same pattern."""
    name = constraint_name(error)
    return "pattern" in name and "length" not in name
