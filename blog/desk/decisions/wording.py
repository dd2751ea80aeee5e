"""Sentences about decisions for moderators: who decided on a comment, and what a bulk changed."""

from collections.abc import Callable, Iterable, Mapping

from blog.comments.models import Comment
from blog.decisions.commands import CommentResult
from blog.decisions.models import Decision
from blog.marks.models import REPORTED
from blog.moderation.states import Status, Verdict
from blog.text.language import format_clock, format_day, ngettext
from blog.text.language import gettext as _

# Each verdict has whole sentences, because the order of words differs between languages.
DECIDED: Mapping[Verdict, Callable[..., str]] = {
    Verdict.APPROVE: lambda **facts: _(
        "%(name)s published this comment at %(time)s UTC on %(day)s.", **facts
    ),
    Verdict.APPROVE_SPOILER: lambda **facts: _(
        "%(name)s published this comment as a spoiler at %(time)s UTC on %(day)s.", **facts
    ),
    Verdict.NOT_SPOILER: lambda **facts: _(
        "%(name)s marked this comment as no spoiler at %(time)s UTC on %(day)s.", **facts
    ),
    Verdict.KEEP: lambda **facts: _(
        "%(name)s declined an edit of this comment at %(time)s UTC on %(day)s.", **facts
    ),
    Verdict.REJECT: lambda **facts: _(
        "%(name)s rejected this comment at %(time)s UTC on %(day)s.", **facts
    ),
    Verdict.SPAM: lambda **facts: _(
        "%(name)s marked this comment as spam at %(time)s UTC on %(day)s.", **facts
    ),
    Verdict.TAKE_DOWN: lambda **facts: _(
        "%(name)s took this comment down at %(time)s UTC on %(day)s.", **facts
    ),
    Verdict.DISCUSS: lambda **facts: _(
        "%(name)s marked this comment for discussion at %(time)s UTC on %(day)s.", **facts
    ),
    Verdict.REOPEN: lambda **facts: _(
        "%(name)s undid a decision on this comment at %(time)s UTC on %(day)s.", **facts
    ),
}
COUNTED: Mapping[Verdict, Callable[[int], str]] = {
    Verdict.APPROVE: lambda num: ngettext("%(num)s published", "%(num)s published", num),
    Verdict.APPROVE_SPOILER: lambda num: ngettext(
        "%(num)s published as spoiler", "%(num)s published as spoilers", num
    ),
    Verdict.NOT_SPOILER: lambda num: ngettext(
        "%(num)s marked as no spoiler", "%(num)s marked as no spoiler", num
    ),
    Verdict.KEEP: lambda num: ngettext("%(num)s edit declined", "%(num)s edits declined", num),
    Verdict.REJECT: lambda num: ngettext("%(num)s rejected", "%(num)s rejected", num),
    Verdict.SPAM: lambda num: ngettext("%(num)s marked as spam", "%(num)s marked as spam", num),
    Verdict.TAKE_DOWN: lambda num: ngettext("%(num)s taken down", "%(num)s taken down", num),
    Verdict.DISCUSS: lambda num: ngettext(
        "%(num)s marked for discussion", "%(num)s marked for discussion", num
    ),
    Verdict.REOPEN: lambda num: ngettext("%(num)s undone", "%(num)s undone", num),
}


def explain_refusal(comment: Comment, decision: Decision | None) -> str:
    """Return sentences that say why a moderator's decision on a comment was refused.

    `decision` is the last decision on the comment, None if there is none.
    """
    no_change = _("Nothing was changed by you.")
    return f"{_describe_change(comment, decision)} {no_change}"


def _describe_change(comment: Comment, decision: Decision | None) -> str:
    """Return a sentence that says what happened to a comment after a moderator saw it."""
    if comment.status == Status.WITHDRAWN:
        return _("Withdrawn by its author.")
    if comment.is_blank:
        return _("The text of this comment was deleted.")
    # A decision raises the version by one; any other version means another change.
    if decision is None or decision.new_version != comment.version:
        if REPORTED in {reason.name for reason in comment.reasons}:
            return _("The comment was reported after you opened this page.")
        return _("The comment changed after you opened this page.")
    return DECIDED[decision.verdict](
        name=decision.moderator.name,
        time=format_clock(decision.decided_at),
        day=format_day(decision.decided_at),
    )


def summarise(results: Iterable[CommentResult], verdict: Verdict) -> str:
    """Return the results of a bulk in one line: "35 published, 2 already decided by Mina"."""
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
    parts = [COUNTED[verdict](done)]
    parts += [_count_decided_by(name, count) for name, count in sorted(elsewhere.items())]
    if public:
        parts.append(
            ngettext(
                "%(num)s is already published: take it down separately, with a reason",
                "%(num)s are already published: take them down separately, with a reason",
                public,
            )
        )
    if changed:
        parts.append(
            ngettext(
                "%(num)s changed since you saw it", "%(num)s changed since you saw them", changed
            )
        )
    if gone:
        parts.append(ngettext("%(num)s no longer exists", "%(num)s no longer exist", gone))
    return ", ".join(parts)


def _count_decided_by(name: str, count: int) -> str:
    return ngettext(
        "%(num)s already decided by %(name)s",
        "%(num)s already decided by %(name)s",
        count,
        name=name,
    )
