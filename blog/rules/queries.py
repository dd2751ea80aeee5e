"""Queries for rules, and trying a rule on comments already decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from blog.comments.models import Comment
from blog.db.engine import db, execute
from blog.db.types import table_of
from blog.decisions.models import Decision
from blog.drafts.queries import deleted_ids
from blog.moderation.states import Status
from blog.rules.matching import Candidate, catches
from blog.rules.models import CurrentRule, Kind, Rule, RuleDraft
from blog.text.markup import list_links

TRIED = 1000
SHOWN = 20
# With fewer published comments, more than half of them may be caught by chance.
MIN_PUBLISHED = 10
REFUSED = (Status.REJECTED, Status.SPAM, Status.REMOVED)

_RULE = table_of(Rule).c
_CURRENT = (
    select(_RULE.id, _RULE.kind, _RULE.pattern, _RULE.comment_id, _RULE.action)
    .where(or_(_RULE.ends_at.is_(None), _RULE.ends_at > bindparam("now")))
    .order_by(_RULE.id)
)


@dataclass(slots=True)
class Found:
    """A count of comments, with a sample of the newest."""

    count: int = 0
    sample: list[tuple[Comment, Status]] = field(default_factory=list)

    def add(self, comment: Comment, status: Status) -> None:
        """Count a comment, and add it to the sample unless the sample is full."""
        self.count += 1
        if len(self.sample) < SHOWN:
            self.sample.append((comment, status))


@dataclass(slots=True)
class Trial:
    """The result of trying a rule on the comments that were decided last.

    Caught comments are `right` if moderators refused them, and `wrong` if they were published.
    Refused comments that the rule does not catch are `elsewhere` if another rule catches them, else
    `missed`.
    """

    size: int = 0
    published: int = 0
    right: Found = field(default_factory=Found)
    wrong: Found = field(default_factory=Found)
    missed: Found = field(default_factory=Found)
    elsewhere: Found = field(default_factory=Found)

    @property
    def caught(self) -> int:
        """Return how many comments the rule would have caught."""
        return self.right.count + self.wrong.count

    @property
    def misses(self) -> int:
        """Return how many refused comments the rule would not have caught."""
        return self.missed.count + self.elsewhere.count

    @property
    def is_too_broad(self) -> bool:
        """Return whether the rule catches over half of the published comments, of at least 10."""
        return self.published >= MIN_PUBLISHED and self.wrong.count * 2 > self.published


def list_rules() -> Sequence[Rule]:
    """Return all rules, sorted by kind and pattern."""
    return db.session.execute(select(Rule).order_by(Rule.kind, Rule.pattern)).scalars().all()


def list_current_rules(*, now: datetime) -> list[CurrentRule]:
    """Return the rules that have not expired."""
    return [CurrentRule(*row) for row in execute(_CURRENT, {"now": now})]


def find_rule(*, rule_id: int) -> Rule | None:
    """Return a rule by its id, or None."""
    return db.session.get(Rule, rule_id, populate_existing=True)


def find_same_rule(*, kind: Kind, pattern: str) -> Rule | None:
    """Return the rule with this kind and pattern, or None."""
    query = select(Rule).where(Rule.kind == kind, Rule.pattern == pattern)
    return db.session.execute(query).scalar_one_or_none()


def list_existing_ids(*, comment_ids: Iterable[int]) -> set[int]:
    """Return those of these comment ids whose comments still exist."""
    query = select(Comment.id).where(Comment.id.in_(sorted(set(comment_ids))))
    return set(db.session.execute(query).scalars())


def try_rule(*, draft: RuleDraft, now: datetime, except_id: int | None = None) -> Trial:
    """Try a rule on the comments decided last; `except_id` is the rule that the draft replaces."""
    others = [rule for rule in list_current_rules(now=now) if rule.id != except_id]
    trial = Trial()
    for comment, status in _list_decided():
        candidate = _read(comment)
        is_caught = catches(draft, candidate)
        trial.size += 1
        trial.published += status == Status.PUBLISHED
        if is_caught:
            found = trial.wrong if status == Status.PUBLISHED else trial.right
            found.add(comment, status)
        elif status != Status.PUBLISHED:
            is_caught_by_other = any(catches(rule, candidate) for rule in others)
            (trial.elsewhere if is_caught_by_other else trial.missed).add(comment, status)
    return trial


def _list_decided() -> list[tuple[Comment, Status]]:
    """Return the comments decided last, each with the status decided, the newest first."""
    later = aliased(Decision)
    is_last = ~exists().where(later.comment_id == Decision.comment_id, later.id > Decision.id)
    query = (
        select(Comment, Decision.to_status)
        .join(Comment, Comment.id == Decision.comment_id)
        # Rules are not applied to comments by moderators.
        .where(is_last, Comment.moderator_id.is_(None))
        .where(Comment.review_id.not_in(deleted_ids()))
        .where(Decision.to_status.in_([Status.PUBLISHED, *REFUSED]))
        .order_by(Decision.id.desc())
        .limit(TRIED)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _read(comment: Comment) -> Candidate:
    return Candidate(
        author_name=comment.author_name,
        author_email=comment.author_email,
        body=comment.body,
        links=list_links(comment.body_html),
        owner_hash=comment.owner_hash,
        client_names=[comment.client_name] if comment.client_name else [],
    )
