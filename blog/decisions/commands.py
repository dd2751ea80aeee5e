"""Decide on comments, one or many at a stroke, undo it, answer; the only module that does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, delete, exists, func, insert, select, tuple_, update
from sqlalchemy.orm import selectinload

from blog.comments.marking import begin_thread
from blog.comments.models import REPORTED, REVISED, Comment, Reason, Revision, RevisionState, Seen
from blog.comments.queries import find_comment
from blog.comments.revisions import WORDINGS_KEPT, restore_revisions, settle_revisions
from blog.comments.states import APPROVALS, Status, Verdict
from blog.db.engine import db, insert_into
from blog.decisions.announcing import TOLD, announce, announce_again, take_back
from blog.decisions.models import Decision
from blog.decisions.queries import find_last_decision, list_last_decisions


class UnknownCommentError(Exception):
    """Say that no comment has this id."""


class StaleVersionError(Exception):
    """Say that the comment is no longer what the moderator saw; hold what it is now."""

    def __init__(self, comment: Comment, last_decision: Decision | None) -> None:
        super().__init__(f"Comment {comment.id} is at version {comment.version}.")
        self.comment = comment
        self.last_decision = last_decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """Hold what a moderator says of one comment or of many."""

    verdict: Verdict
    moderator_id: int
    now: datetime
    reason: str | None = None
    is_told: bool = False
    # The same for all that are decided at one stroke.
    bulk_key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Tell what became of one comment of a bulk: it is None where there is no such comment.

    `is_done` is true as well where the same moderator had decided the same before.
    """

    comment_id: int
    is_done: bool
    comment: Comment | None
    last_decision: Decision | None


def decide(
    *,
    comment_id: int,
    version: int,
    verdict: Verdict,
    moderator_id: int,
    now: datetime,
    reason: str | None = None,
    is_told: bool = False,
) -> Comment:
    """Take a decision on the version a moderator saw, and record it.

    The same verdict by the same moderator on the same version again is answered as done. Raises
    UnknownCommentError, or StaleVersionError where the version is no longer the current one, or
    the verdict changes nothing about a comment in this state.
    """
    ruling = Ruling(
        verdict=verdict, moderator_id=moderator_id, now=now, reason=reason, is_told=is_told
    )
    return _single(decide_together(seen=[Seen(comment_id, version)], ruling=ruling))


def decide_together(*, seen: Sequence[Seen], ruling: Ruling) -> list[Outcome]:
    """Decide on many at a stroke; each is decided or not for itself, and each is accounted for.

    Takes up to LARGEST_BULK and returns an outcome for each in the order of their ids.
    """
    wanted = sorted(set(seen))
    ids = {pair.comment_id for pair in wanted}
    before = _lock(ids | _find_answers(ids) if _is_undo(ruling) else ids)
    current = [p for p in wanted if p.comment_id in before and before[p.comment_id].version == p[1]]
    changed = _reopen(current, before, ruling) if _is_undo(ruling) else _rule(current, ruling)
    if not _is_undo(ruling):
        _record([_describe(before[comment_id], ruling) for comment_id in changed])
        announce(
            decided=[before[comment_id] for comment_id in changed],
            verdict=ruling.verdict,
            now=ruling.now,
        )
    return _account(wanted, set(changed), ruling)


def answer(
    *, comment_id: int, version: int, body: str, body_html: Markup, name: str, ruling: Ruling
) -> Comment:
    """Publish a moderator's answer under a comment, and the comment where it waits; return that.

    Both are decided at one stroke and undone at one. The same answer again is the one already
    there. Raises what `decide` raises.
    """
    # Locked, so that the same answer sent twice at once finds itself.
    db.session.execute(select(Comment.id).where(Comment.id == comment_id).with_for_update())
    comment = _get(comment_id)
    is_due = comment.status != Status.PUBLISHED or comment.waiting_since is not None
    if not is_due and _find_answer(comment_id, body, ruling) is not None:
        return comment
    if is_due:
        _single(decide_together(seen=[Seen(comment_id, version)], ruling=ruling))
    elif comment.version != version:
        # Published meanwhile, perhaps with words that whoever answers has not seen.
        raise StaleVersionError(comment, find_last_decision(comment_id=comment_id))
    thread = comment.parent_id or comment_id
    begin_thread(comment_id=thread)
    answer = Comment(
        review_id=comment.review_id,
        parent_id=thread,
        in_reply_to_id=comment_id,
        moderator_id=ruling.moderator_id,
        author_name=name,
        author_email=None,
        body=body,
        body_html=body_html,
        submitted_at=ruling.now,
        waiting_since=ruling.now,
        is_demo=comment.is_demo,
    )
    db.session.add(answer)
    db.session.flush()  # The decision names it by its id.
    approval = Ruling(
        verdict=Verdict.APPROVE,
        moderator_id=ruling.moderator_id,
        now=ruling.now,
        bulk_key=ruling.bulk_key,
    )
    decide_together(seen=[Seen(answer.id, answer.version)], ruling=approval)
    return _get(comment_id)


def _is_undo(ruling: Ruling) -> bool:
    return ruling.verdict == Verdict.REOPEN


def _lock(comment_ids: Iterable[int]) -> dict[int, Any]:
    """Lock comments in the order of their ids, so that two bulks never wait for each other."""
    ids = sorted(set(comment_ids))
    rows = db.session.execute(
        select(
            Comment.id,
            Comment.version,
            Comment.status,
            Comment.is_folded,
            Comment.waiting_since,
            Comment.author_email,
            Comment.wants_notice,
            Comment.in_reply_to_id,
            Comment.moderator_id,
            Comment.owner_hash,
        )
        .where(Comment.id.in_(ids))
        .order_by(Comment.id)
        # Whoever writes a row that refers to one of them need not wait for us.
        .with_for_update(key_share=True)
    ).all()
    return {row[0]: row for row in rows}


def _rule(current: Sequence[Seen], ruling: Ruling) -> list[int]:
    """Change the comments that the verdict changes something about, and return their ids.

    The statement that checks the version is the one that changes it: nobody comes between.
    """
    verdict = ruling.verdict
    changes: ColumnElement[bool]
    values: dict[str, Any] = {
        "status": verdict.outcome,
        "version": Comment.version + 1,
        "waiting_since": None,
    }
    if verdict in APPROVALS:
        values["published_at"] = func.coalesce(Comment.published_at, ruling.now)
        changes = (Comment.status != Status.PUBLISHED) | Comment.waiting_since.is_not(None)
    elif verdict == Verdict.KEEP:
        changes = (Comment.status == Status.PUBLISHED) & _is_revised()
    elif verdict == Verdict.REJECT and ruling.bulk_key is not None:
        # What is published is taken down, each with its reason; in a bulk it may stand by chance.
        changes = Comment.status.not_in([Status.REJECTED, Status.PUBLISHED])
    else:
        changes = Comment.status != verdict.outcome
    if verdict == Verdict.APPROVE_FOLDED:
        values["is_folded"] = True
        changes = changes | ~Comment.is_folded
    elif verdict == Verdict.UNFOLD:
        values["is_folded"] = False
        changes = (Comment.status == Status.PUBLISHED) & Comment.is_folded & ~_is_revised()
    elif verdict == Verdict.TAKE_DOWN:
        changes = Comment.status == Status.PUBLISHED
    # Its writer has taken it back, or it was deleted; nobody brings it back.
    is_there = (Comment.status != Status.WITHDRAWN) & ~Comment.is_blank
    changed = _update(current, changes & is_there, values)
    versions = {pair.comment_id: pair.version for pair in current if pair.comment_id in changed}
    settle_revisions(versions=versions, verdict=verdict, now=ruling.now)
    # A report has had its answer; the next is a new one.
    db.session.execute(
        delete(Reason).where(Reason.comment_id.in_(changed), Reason.name.in_([REPORTED, REVISED]))
    )
    return changed


def _is_revised() -> ColumnElement[bool]:
    return exists().where(
        Revision.comment_id == Comment.id, Revision.state == RevisionState.WAITING
    )


def _reopen(current: Sequence[Seen], before: Mapping[int, Any], ruling: Ruling) -> list[int]:
    """Give comments back the state they had before their last decision, and return their ids."""
    last = list_last_decisions(comment_ids=[pair.comment_id for pair in current])
    undone = {
        pair.comment_id: last[pair.comment_id]
        for pair in current
        if pair.comment_id in last
        and last[pair.comment_id].can_be_undone(pair.version)
        and not _has_lost_its_words(last[pair.comment_id], ruling.now)
    }
    undone |= _find_answers_with(undone, before)
    records = []
    for comment_id in sorted(undone):
        decision = undone[comment_id]
        values = _values_before(decision, before[comment_id], ruling)
        if _update([Seen(comment_id, decision.new_version)], Comment.id == comment_id, values):
            records.append(_describe_undo(decision, before[comment_id], values, ruling))
    _record(records)
    ended = [undone[record["comment_id"]] for record in records]
    untold = take_back(undone=ended)
    # Whoever was told in the meantime that it is gone learns that it stands again.
    told = [d for d in ended if d.comment_id not in untold]
    announce_again(
        decided=[
            before[decision.comment_id]
            for decision in told
            if decision.from_status == Status.PUBLISHED and decision.verdict in TOLD
        ],
        now=ruling.now,
    )
    revised = restore_revisions(undone=ended)
    _mark_anew(REVISED, revised)
    # What was published and waited was reported, where it was not to be changed.
    reported = [r["comment_id"] for r in records if _was_published(undone[r["comment_id"]])]
    _mark_anew(REPORTED, [number for number in reported if number not in revised])
    return [record["comment_id"] for record in records]


def _has_lost_its_words(decision: Decision, now: datetime) -> bool:
    """Tell whether what a decision put in place may have replaced words that are deleted by now."""
    return (
        decision.to_status == Status.PUBLISHED
        and _was_published(decision)
        and now - decision.decided_at >= WORDINGS_KEPT
    )


def _values_before(decision: Decision, before: Any, ruling: Ruling) -> dict[str, Any]:
    """Return what an undo gives back; an answer, which nobody had sent in, is taken down."""
    values: dict[str, Any] = {
        "status": decision.from_status,
        "version": Comment.version + 1,
        "waiting_since": decision.from_waiting_since,
        "is_folded": decision.from_folded,
    }
    if decision.from_status == Status.PENDING:
        values["published_at"] = None
        # Decisions from before there were undos do not know since when.
        values["waiting_since"] = decision.from_waiting_since or ruling.now
        if before.moderator_id is not None:
            values |= {"status": Status.REMOVED, "waiting_since": None}
    return values


def _was_published(decision: Decision) -> bool:
    return decision.from_status == Status.PUBLISHED and decision.from_waiting_since is not None


def _mark_anew(name: str, comment_ids: Sequence[int]) -> None:
    rows = [{"comment_id": number, "name": name} for number in comment_ids]
    if rows:
        db.session.execute(insert_into(Reason).on_conflict_do_nothing(), rows)


def _find_answers(comment_ids: Iterable[int]) -> set[int]:
    """Return the moderators' answers to these comments, to be locked together with them."""
    query = select(Comment.id).where(
        Comment.in_reply_to_id.in_(sorted(comment_ids)), Comment.moderator_id.is_not(None)
    )
    return set(db.session.execute(query).scalars())


def _find_answers_with(
    undone: Mapping[int, Decision], before: Mapping[int, Any]
) -> dict[int, Decision]:
    """Return the decisions that published an answer at the same stroke as what it answers."""
    keys = {c: d.bulk_key for c, d in undone.items() if d.bulk_key and d.verdict in APPROVALS}
    answers = [r for r in before.values() if r.in_reply_to_id in keys and r.id not in undone]
    last = list_last_decisions(comment_ids=[row.id for row in answers])
    return {
        row.id: last[row.id]
        for row in answers
        if row.id in last
        and last[row.id].bulk_key == keys[row.in_reply_to_id]
        and last[row.id].can_be_undone(row.version)
    }


def _update(
    current: Sequence[Seen], changes: ColumnElement[bool], values: Mapping[str, Any]
) -> list[int]:
    if not current:
        return []
    return sorted(
        db.session.execute(
            update(Comment)
            .where(
                Comment.id.in_([pair.comment_id for pair in current]),
                tuple_(Comment.id, Comment.version).in_([tuple(pair) for pair in current]),
                changes,
            )
            .values(values)
            .execution_options(synchronize_session=False)
            .returning(Comment.id)
        ).scalars()
    )


def _record(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(Decision), rows)


def _describe(before: Any, ruling: Ruling) -> dict[str, Any]:
    # A moderator's own answer has waited for nobody.
    since = before.waiting_since if before.moderator_id is None else None
    return {
        "comment_id": before.id,
        "moderator_id": ruling.moderator_id,
        "verdict": ruling.verdict,
        "from_status": before.status,
        "to_status": ruling.verdict.outcome,
        "version": before.version,
        "decided_at": ruling.now,
        "reason": ruling.reason,
        "is_told": ruling.is_told,
        "bulk_key": ruling.bulk_key,
        "from_folded": before.is_folded,
        "from_waiting_since": before.waiting_since,
        "undoes_id": None,
        "waited_seconds": max(0, int((ruling.now - since).total_seconds())) if since else None,
    }


def _describe_undo(
    undone: Decision, before: Any, values: Mapping[str, Any], ruling: Ruling
) -> dict[str, Any]:
    return {
        "comment_id": undone.comment_id,
        "moderator_id": ruling.moderator_id,
        "verdict": Verdict.REOPEN,
        "from_status": undone.to_status,
        "to_status": values["status"],
        "version": undone.new_version,
        "decided_at": ruling.now,
        "reason": ruling.reason,
        "is_told": False,
        "bulk_key": ruling.bulk_key,
        "from_folded": before.is_folded,
        "from_waiting_since": before.waiting_since,
        "undoes_id": undone.id,
        "waited_seconds": None,
    }


def _account(wanted: Sequence[Seen], changed: set[int], ruling: Ruling) -> list[Outcome]:
    """Say of each what became of it; two versions of one comment were never both seen last."""
    ids = {pair.comment_id for pair in wanted}
    query = select(Comment).options(selectinload(Comment.reasons)).where(Comment.id.in_(ids))
    query = query.execution_options(populate_existing=True)
    comments = {comment.id: comment for comment in db.session.execute(query).scalars()}
    last = list_last_decisions(comment_ids=ids)
    outcomes = []
    for comment_id, version in wanted:
        comment, decision = comments.get(comment_id), last.get(comment_id)
        is_done = comment is not None and (
            (comment_id in changed and comment.version == version + 1)
            or _was_done_before(comment, version, decision, ruling)
        )
        outcomes.append(
            Outcome(comment_id=comment_id, is_done=is_done, comment=comment, last_decision=decision)
        )
    return outcomes


def _was_done_before(comment: Comment, version: int, last: Decision | None, ruling: Ruling) -> bool:
    """Tell whether the same moderator had decided just this on the same version before."""
    return (
        last is not None
        and comment.version == version + 1
        and (last.version, last.verdict, last.moderator_id)
        == (version, ruling.verdict, ruling.moderator_id)
    )


def _single(outcomes: Sequence[Outcome]) -> Comment:
    outcome = outcomes[0]
    if outcome.comment is None:
        raise UnknownCommentError(outcome.comment_id)
    if not outcome.is_done:
        raise StaleVersionError(outcome.comment, outcome.last_decision)
    return outcome.comment


def _find_answer(comment_id: int, body: str, ruling: Ruling) -> Comment | None:
    query = select(Comment).where(
        Comment.in_reply_to_id == comment_id,
        Comment.moderator_id == ruling.moderator_id,
        Comment.body == body,
        Comment.status == Status.PUBLISHED,
    )
    return db.session.execute(query.limit(1)).scalar_one_or_none()


def _get(comment_id: int) -> Comment:
    comment = find_comment(comment_id=comment_id)
    if comment is None:
        raise UnknownCommentError(comment_id)
    return comment
