"""Decide on what a form names, one comment or many, and say what became of it."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blog.comments.models import Comment, Seen
from blog.comments.states import Status, Verdict
from blog.db.transactions import write
from blog.decisions.commands import Outcome, decide
from blog.decisions.models import Decision
from blog.decisions.recording import Ruling
from blog.desk.account.signing_in import current_moderator
from blog.desk.decisions.forms import DecisionForm
from blog.marks.models import REPORTED
from blog.web.current import current_time


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """Hold what became of each comment that a form named; only a bulk has a key."""

    verdict: Verdict
    outcomes: Sequence[Outcome]
    bulk_key: str | None

    @property
    def is_done(self) -> bool:
        """Tell whether any was decided on, by this form or before by the same one."""
        return any(outcome.is_done for outcome in self.outcomes)

    @property
    def summary(self) -> str:
        """Say how many were decided on, and what kept the others from it."""
        return summarise(self.outcomes, self.verdict)

    def refusal(self, comment: Comment) -> str:
        """Say why nothing was changed, of the comment itself where it is no bulk."""
        if self.bulk_key:
            return f"{self.summary}. Nothing was changed by you."
        return explain_refusal(comment, self.outcomes[0].last_decision)

    def includes(self, comment_id: int) -> bool:
        """Tell whether this comment was decided on."""
        return any(o.is_done for o in self.outcomes if o.comment_id == comment_id)


def new_bulk_key() -> str:
    """Return a key for what is decided together."""
    return secrets.token_hex(16)


def decide_on(seen: Sequence[Seen], form: DecisionForm, *, is_bulk: bool) -> Result:
    """Give the verdict of a form on comments, as a bulk or on one by itself."""
    ruling = Ruling(
        verdict=form.chosen,
        moderator_id=current_moderator().id,
        now=current_time(),
        reason=form.full_reason,
        is_told=form.is_told.data,
        bulk_key=new_bulk_key() if is_bulk else None,
    )
    outcomes = write(decide, seen=seen, ruling=ruling)
    key = (_find_former_key(outcomes) or ruling.bulk_key) if is_bulk else None
    return Result(verdict=ruling.verdict, outcomes=outcomes, bulk_key=key)


def _find_former_key(outcomes: Iterable[Outcome]) -> str | None:
    """Return the key of the first time, where a form is sent again after a lost answer."""
    done = (outcome.last_decision for outcome in outcomes if outcome.is_done)
    return next((decision.bulk_key for decision in done if decision and decision.bulk_key), None)


def explain_refusal(comment: Comment, decision: Decision | None) -> str:
    """Say why a comment could not be decided on as it was seen."""
    told = "Nothing was changed by you."
    if comment.status == Status.WITHDRAWN:
        return f"Its writer has withdrawn this comment. {told}"
    if comment.is_blank:
        return f"The words of this comment were deleted. {told}"
    # A decision ends the version it was taken on; if it did not, the words have changed since.
    if decision is None or decision.new_version != comment.version:
        names = {reason.name for reason in comment.reasons}
        what = "was reported" if REPORTED in names else "changed"
        return f"The comment {what} after you opened this page. {told}"
    when = decision.decided_at.strftime("%H:%M UTC on %-d %B %Y")
    name = decision.moderator.name
    if decision.verdict.is_undo:
        return f"{name} undid a decision on this comment at {when}. {told}"
    return f"{name} {decision.verdict.done} this comment at {when}. {told}"


def summarise(outcomes: Iterable[Outcome], verdict: Verdict) -> str:
    """Say what became of a bulk: "35 published, 2 already decided by Mina"."""
    done, elsewhere, changed, gone, public = 0, dict[str, int](), 0, 0, 0
    for outcome in outcomes:
        if outcome.is_done:
            done += 1
        elif outcome.comment is None:
            gone += 1
        elif verdict == Verdict.REJECT and outcome.comment.status == Status.PUBLISHED:
            public += 1
        elif outcome.last_decision and outcome.last_decision.new_version == outcome.comment.version:
            name = outcome.last_decision.moderator.name
            elsewhere[name] = elsewhere.get(name, 0) + 1
        else:
            changed += 1
    parts = [f"{done:,} {verdict.done}"]
    parts += [f"{count:,} already decided by {name}" for name, count in sorted(elsewhere.items())]
    if public:
        parts.append(f"{public:,} published: to be taken down with a reason, each for itself")
    if changed:
        parts.append(f"{changed:,} changed since you saw {'it' if changed == 1 else 'them'}")
    if gone:
        parts.append(f"{gone:,} no longer there")
    return ", ".join(parts)
