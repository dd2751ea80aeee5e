"""Decide on what a form names, one comment or many, and say what became of it."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blog.comments.models import Comment, Seen
from blog.comments.states import Status, Verdict
from blog.db.transactions import write
from blog.decisions.commands import CommentResult, decide
from blog.decisions.models import Decision
from blog.decisions.recording import Ruling
from blog.desk.account.signing_in import current_moderator
from blog.desk.decisions.forms import DecisionForm
from blog.marks.models import REPORTED
from blog.text.language import format_clock, format_day, ngettext
from blog.text.language import gettext as _
from blog.web.current import current_time


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionResult:
    """Hold what became of each comment that a form named; only a bulk has a key."""

    verdict: Verdict
    results: Sequence[CommentResult]
    bulk_key: str | None

    @property
    def is_done(self) -> bool:
        """Tell whether any was decided on, by this form or before by the same one."""
        return any(result.is_done for result in self.results)

    @property
    def summary(self) -> str:
        """Say how many were decided on, and what kept the others from it."""
        return summarise(self.results, self.verdict)

    def refusal(self, comment: Comment) -> str:
        """Say why nothing was changed, of the comment itself where it is no bulk."""
        if self.bulk_key:
            told = _("Nothing was changed by you.")
            return f"{self.summary}. {told}"
        return explain_refusal(comment, self.results[0].last_decision)

    def includes(self, comment_id: int) -> bool:
        """Tell whether this comment was decided on."""
        return any(o.is_done for o in self.results if o.comment_id == comment_id)


def new_bulk_key() -> str:
    """Return a key for what is decided together."""
    return secrets.token_hex(16)


def decide_on(seen: Sequence[Seen], form: DecisionForm, *, is_bulk: bool) -> DecisionResult:
    """Give the verdict of a form on comments, as a bulk or on one by itself."""
    ruling = Ruling(
        verdict=form.chosen,
        moderator_id=current_moderator().id,
        now=current_time(),
        reason=form.full_reason,
        shares_reason=form.shares_reason.data,
        bulk_key=new_bulk_key() if is_bulk else None,
    )
    results = write(decide, seen=seen, ruling=ruling)
    key = (_find_former_key(results) or ruling.bulk_key) if is_bulk else None
    return DecisionResult(verdict=ruling.verdict, results=results, bulk_key=key)


def _find_former_key(results: Iterable[CommentResult]) -> str | None:
    """Return the key of the first time, where a form is sent again after a lost answer."""
    done = (result.last_decision for result in results if result.is_done)
    return next((decision.bulk_key for decision in done if decision and decision.bulk_key), None)


def explain_refusal(comment: Comment, decision: Decision | None) -> str:
    """Say why a comment could not be decided on as it was seen."""
    told = _("Nothing was changed by you.")
    return f"{_say_what_happened(comment, decision)} {told}"


def _say_what_happened(comment: Comment, decision: Decision | None) -> str:
    if comment.status == Status.WITHDRAWN:
        return _("Withdrawn by its author.")
    if comment.is_blank:
        return _("The words of this comment were deleted.")
    # A decision ends the version it was taken on; if it did not, the words have changed since.
    if decision is None or decision.new_version != comment.version:
        if REPORTED in {reason.name for reason in comment.reasons}:
            return _("The comment was reported after you opened this page.")
        return _("The comment changed after you opened this page.")
    name, time, day = (
        decision.moderator.name,
        format_clock(decision.decided_at),
        format_day(decision.decided_at),
    )
    if decision.verdict.is_undo:
        return _(
            "%(name)s undid a decision on this comment at %(time)s UTC on %(day)s.",
            name=name,
            time=time,
            day=day,
        )
    return _(
        "%(name)s %(done)s this comment at %(time)s UTC on %(day)s.",
        name=name,
        done=decision.verdict.done,
        time=time,
        day=day,
    )


def summarise(results: Iterable[CommentResult], verdict: Verdict) -> str:
    """Say what became of a bulk: "35 published, 2 already decided by Mina"."""
    done, elsewhere, changed, gone, public = 0, dict[str, int](), 0, 0, 0
    for result in results:
        if result.is_done:
            done += 1
        elif result.comment is None:
            gone += 1
        elif verdict == Verdict.REJECT and result.comment.status == Status.PUBLISHED:
            public += 1
        elif result.last_decision and result.last_decision.new_version == result.comment.version:
            name = result.last_decision.moderator.name
            elsewhere[name] = elsewhere.get(name, 0) + 1
        else:
            changed += 1
    parts = [ngettext("%(num)s %(done)s", "%(num)s %(done)s", done, done=verdict.done)]
    parts += [_say_decided_by(name, count) for name, count in sorted(elsewhere.items())]
    if public:
        parts.append(
            ngettext(
                "%(num)s published: to be taken down with a reason, each for itself",
                "%(num)s published: to be taken down with a reason, each for itself",
                public,
            )
        )
    if changed:
        parts.append(
            ngettext(
                "%(num)s changed since you saw it",
                "%(num)s changed since you saw them",
                changed,
            )
        )
    if gone:
        parts.append(ngettext("%(num)s no longer there", "%(num)s no longer there", gone))
    return ", ".join(parts)


def _say_decided_by(name: str, count: int) -> str:
    return ngettext(
        "%(num)s already decided by %(name)s",
        "%(num)s already decided by %(name)s",
        count,
        name=name,
    )
