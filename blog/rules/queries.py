"""Read rules, and try one on what has been decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from blog.comments.models import Comment
from blog.comments.states import Status
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.rules.matching import Candidate, catches
from blog.rules.models import Draft, Kind, Rule
from blog.text.markup import list_links

TRIED = 1000
SHOWN = 20
# With fewer that were published, half of them may be chance.
TELLING = 10
REFUSED = (Status.REJECTED, Status.SPAM, Status.REMOVED)


@dataclass(slots=True)
class Found:
    """Count comments, and keep the newest of them to be shown."""

    count: int = 0
    sample: list[tuple[Comment, Status]] = field(default_factory=list)

    def add(self, comment: Comment, status: Status) -> None:
        """Count one more."""
        self.count += 1
        if len(self.sample) < SHOWN:
            self.sample.append((comment, status))


@dataclass(slots=True)
class Trial:
    """Say what a rule would have done to what was decided last.

    `right` are those it catches that were refused, `wrong` those that were published. What was
    refused and it does not catch is `missed`, or `elsewhere` where another rule catches it.
    """

    size: int = 0
    published: int = 0
    right: Found = field(default_factory=Found)
    wrong: Found = field(default_factory=Found)
    missed: Found = field(default_factory=Found)
    elsewhere: Found = field(default_factory=Found)

    @property
    def caught(self) -> int:
        """Return how many it would have caught."""
        return self.right.count + self.wrong.count

    @property
    def misses(self) -> int:
        """Return how many were refused that it would not have caught."""
        return self.missed.count + self.elsewhere.count

    @property
    def is_sweeping(self) -> bool:
        """Tell whether it catches more than half of what was published, where that can be told."""
        return self.published >= TELLING and self.wrong.count * 2 > self.published


def list_rules() -> Sequence[Rule]:
    """Return every rule, those of a kind by their patterns, taken from comments by their order."""
    return db.session.execute(select(Rule).order_by(Rule.kind, Rule.pattern)).scalars().all()


def list_current_rules(*, now: datetime) -> Sequence[Rule]:
    """Return the rules that have not ended."""
    query = select(Rule).where(or_(Rule.ends_at.is_(None), Rule.ends_at > now))
    return db.session.execute(query.order_by(Rule.id)).scalars().all()


def find_rule(*, rule_id: int) -> Rule | None:
    """Return a rule, or None."""
    return db.session.get(Rule, rule_id, populate_existing=True)


def find_same_rule(*, kind: Kind, pattern: str) -> Rule | None:
    """Return the rule that has this pattern, or None."""
    query = select(Rule).where(Rule.kind == kind, Rule.pattern == pattern)
    return db.session.execute(query).scalar_one_or_none()


def list_present_comments(*, comment_ids: Iterable[int]) -> set[int]:
    """Return which of these comments are still there."""
    query = select(Comment.id).where(Comment.id.in_(sorted(set(comment_ids))))
    return set(db.session.execute(query).scalars())


def try_rule(*, draft: Draft, now: datetime, but: int | None = None) -> Trial:
    """Return what a rule would have done; `but` is the rule it would take the place of."""
    others = [rule for rule in list_current_rules(now=now) if rule.id != but]
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
            is_noticed = any(catches(rule, candidate) for rule in others)
            (trial.elsewhere if is_noticed else trial.missed).add(comment, status)
    return trial


def _list_decided() -> list[tuple[Comment, Status]]:
    """Return the comments decided on last with what was decided, the newest decision first."""
    later = aliased(Decision)
    is_last = ~exists().where(later.comment_id == Decision.comment_id, later.id > Decision.id)
    query = (
        select(Comment, Decision.to_status)
        .join(Comment, Comment.id == Decision.comment_id)
        # No rule looks at what a moderator wrote.
        .where(is_last, Comment.moderator_id.is_(None))
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
