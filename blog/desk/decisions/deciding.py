"""Apply the verdict of a form to one comment or many, and describe the result."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blog.comments.models import Comment, Seen
from blog.db.transactions import write
from blog.decisions.commands import CommentResult, decide
from blog.decisions.recording import Ruling
from blog.desk.account.signing_in import current_moderator
from blog.desk.decisions.forms import DecisionForm
from blog.desk.decisions.wording import explain_refusal, summarise
from blog.desk.queue.row_queries import Row
from blog.moderation.states import Verdict
from blog.text.language import gettext as _
from blog.web.current import current_time


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionResult:
    """The result of a decision for each comment; `bulk_key` is None for a single decision."""

    verdict: Verdict
    results: Sequence[CommentResult]
    bulk_key: str | None

    @property
    def is_done(self) -> bool:
        """Return whether at least one comment was decided on.

        Comments that the same moderator had already decided on in the same way count too.
        """
        return any(result.is_done for result in self.results)

    @property
    def single_row(self) -> Row | None:
        """Return what the line after a single decision needs, None if it was not made."""
        (result, *_) = self.results
        if self.bulk_key or not result.is_done or result.comment is None:
            return None
        return Row(comment=result.comment, decision=result.last_decision)

    @property
    def summary(self) -> str:
        """Return one line: how many comments were decided on, and why the others were not."""
        return summarise(self.results, self.verdict)

    def refusal(self, comment: Comment) -> str:
        """Return why nothing was changed: the summary of a bulk, else the reason for `comment`."""
        if self.bulk_key:
            no_change = _("Nothing was changed by you.")
            return f"{self.summary}. {no_change}"
        return explain_refusal(comment, self.results[0].last_decision)

    def includes(self, comment_id: int) -> bool:
        """Return whether this comment was decided on."""
        return any(result.is_done for result in self.results if result.comment_id == comment_id)


def new_bulk_key() -> str:
    """Return a new random key that is stored with every decision of one bulk."""
    return secrets.token_hex(16)


def decide_on(seen: Sequence[Seen], form: DecisionForm, *, is_bulk: bool) -> DecisionResult:
    """Apply the verdict of a validated form to comments and return the result.

    `seen` has the comments with the versions that the moderator saw.
    """
    ruling = Ruling(
        verdict=form.chosen_verdict,
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
    """Return the key of an earlier bulk if the same form was sent before, else None."""
    done = (result.last_decision for result in results if result.is_done)
    return next((decision.bulk_key for decision in done if decision and decision.bulk_key), None)
