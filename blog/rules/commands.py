"""Write rules."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, update
from sqlalchemy.exc import IntegrityError

from blog.db.engine import db, insert_into
from blog.db.errors import constraint_name
from blog.rules.folding import fold
from blog.rules.models import Draft, Kind, Rule
from blog.rules.queries import find_rule


class DuplicateRuleError(Exception):
    """Say that there is a rule with this pattern already."""


class UnknownRuleError(Exception):
    """Say that there is no such rule, or none any more."""


def create_rule(*, draft: Draft, moderator_id: int, now: datetime) -> Rule:
    """Write a rule that looks at every comment from now on. Raises DuplicateRuleError."""
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


def update_rule(*, rule_id: int, draft: Draft) -> Rule:
    """Let a rule say something else. Raises UnknownRuleError or DuplicateRuleError.

    An UPDATE has no ON CONFLICT: after DuplicateRuleError its transaction can only be rolled back.
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
    """Delete a rule; what it caught stays as it is. Raises UnknownRuleError."""
    if not _delete(Rule.id == rule_id):
        raise UnknownRuleError(rule_id)


def forget_rules(*, now: datetime) -> int:
    """Delete the rules that have ended; return how many."""
    return _delete(Rule.ends_at <= now)


def forget_sender(*, owner_hashes: Sequence[str], emails: Sequence[str]) -> int:
    """Delete the rules that name these browsers or these whole addresses; return how many.

    For somebody who asks to be erased: a rule keeps what they were known by. Takes the addresses as
    they were typed.
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
    """Tell whether the database refused a rule because another has its pattern."""
    name = constraint_name(error)
    return "pattern" in name and "length" not in name
