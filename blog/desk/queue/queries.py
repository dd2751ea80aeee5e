"""Read the queue, and what a moderator needs to know of each comment in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, load_only, raiseload, selectinload

from blog.comments.fields import AUTHORED
from blog.comments.models import Comment, Revision, Seen
from blog.comments.queries import list_waiting_revisions
from blog.comments.states import DESK_STATUSES, VERDICTS, State, Status, Verdict
from blog.comments.verdicts import state_of
from blog.db.engine import db
from blog.db.paging import Cursor, Page, is_up_to, rows_after, rows_before
from blog.decisions.models import LARGEST_BULK, Decision
from blog.decisions.queries import list_last_decisions
from blog.marks.models import Reason
from blog.reports.models import Report
from blog.reports.queries import get_latest_report_id, list_reports
from blog.reviews.models import Review

PAGE_SIZE = 50
# Of a thread, so many on either side are shown with a comment.
ANSWERS_AROUND = 20
SEARCHED = 10_000
# More than this is told as "1 000+": nobody needs to know, and counting takes time.
COUNTED = 1000
# Of a review a row shows the name: its text, fifty times over, would be the most of what is read.
_NAMES = (Review.slug, Review.title, Review.drama_title, Review.drama_korean_title)
_PLACE = (Comment.submitted_at, Comment.id)
_PLACE_DOWN = (Comment.submitted_at.desc(), Comment.id.desc())
_WITH_ROW = (
    joinedload(Comment.review).load_only(*_NAMES, raiseload=True).raiseload("*"),
    joinedload(Comment.in_reply_to).load_only(
        Comment.author_name, Comment.body, Comment.status, Comment.is_folded
    ),
    selectinload(Comment.reasons),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Name who sent a comment: by the token of the browser, or by the address of those days."""

    comment_id: int
    owner_hash: str | None
    client_name: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """Say which comments are asked for, and in which order.

    PENDING asks for all that wait, the reported ones among them. `waited` is how long at least.
    """

    status: Status = Status.PENDING
    words: str = ""
    reason: str | None = None
    review: Review | None = None
    sender: Sender | None = None
    waited: timedelta | None = None
    known_first: bool = False

    @property
    def is_waiting(self) -> bool:
        """Tell whether it asks for what waits."""
        return self.status == Status.PENDING

    @property
    def is_ranked(self) -> bool:
        """Tell whether known readers stand first; what is decided is sorted by its moment alone."""
        return self.known_first and self.is_waiting

    @property
    def is_narrow(self) -> bool:
        """Tell whether it asks for less than all of a state."""
        return any((self.words, self.reason, self.review, self.sender, self.waited))


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Hold what differs among copies: the words, the name above them, the review they are under."""

    comment: Comment
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Copies:
    """Hold what waits with equal or nearly equal words: the oldest LARGEST_BULK of them."""

    members: Sequence[Seen]
    total: int
    senders: int
    wordings: Sequence[Wording]
    # Why any of them deserves a look.
    reasons: Sequence[Reason]

    @property
    def texts(self) -> int:
        """Return how many different texts there are, under whatever names."""
        return len({wording.comment.body for wording in self.wordings})

    @property
    def items(self) -> str:
        """Return the members as a form sends them."""
        return ",".join(f"{member.comment_id}.{member.version}" for member in self.members)


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Tell what else a browser has sent."""

    published: int = 0
    refused: int = 0
    is_first: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Hold one row of the queue: a comment, and what helps to decide on it."""

    comment: Comment
    history: History = field(default_factory=History)
    copies: Copies | None = None
    reports: Sequence[Report] = ()
    # What its writer would have it say instead.
    revision: Revision | None = None
    decision: Decision | None = None

    @property
    def state(self) -> State:
        """Return what a decision on it begins from."""
        return state_of(self.comment, is_revised=self.revision is not None)

    @property
    def approvals(self) -> list[Verdict]:
        """Return the verdicts of its buttons that publish it, in their order."""
        return [verdict for verdict in self._offered if verdict.entry.is_approval]

    @property
    def others(self) -> list[Verdict]:
        """Return the verdicts of its other buttons, in their order."""
        return [verdict for verdict in self._offered if not verdict.entry.is_approval]

    @property
    def _offered(self) -> list[Verdict]:
        is_folded = self.comment.is_folded and self.comment.status == Status.PUBLISHED
        return [
            verdict
            for verdict in VERDICTS
            # There is nothing to fold about what everybody finds folded.
            if verdict.entry.is_offered(self.state) and not (verdict.entry.folds and is_folded)
        ]

    @property
    def with_reason(self) -> Verdict | None:
        """Return the verdict that its form for a reason gives, None where there is no such form."""
        given = (verdict for verdict in VERDICTS if self.state in verdict.entry.with_reason)
        return next(given, None)

    @property
    def line(self) -> str:
        """Return what stands for it once it was decided."""
        decision = self.decision
        if (
            decision
            and decision.verdict.entry.line
            and decision.can_be_undone(self.comment.version)
        ):
            return decision.verdict.entry.line
        is_folded = self.comment.is_folded and self.comment.status == Status.PUBLISHED
        return f"{self.comment.status.words.line}{', folded' if is_folded else ''}"


def list_queue(
    *, wanted: QueueFilter, now: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[Comment]:
    """Return a page of comments: what waits oldest first, the rest newest first.

    Of waiting copies the oldest stands for all. With words, those whose text, name or e-mail holds
    them, among the newest 10 000 of the state.
    """
    moment, rank = _moment(wanted), _rank(wanted)
    # The numbers alone: to sort them, whole comments would be read that no page shows.
    query = select(Comment.id, rank).where(*_matching(Comment, wanted, now))
    if wanted.is_waiting:
        place = (rank, moment, Comment.id) if wanted.is_ranked else (moment, Comment.id)
        query = query.where(~_older_copy(wanted, now)).order_by(*place)
        query = rows_after(query, after, *place)
    else:
        query = query.order_by(moment.desc(), Comment.id.desc())
        query = rows_before(query, after, moment, Comment.id)
    ranks = {row[0]: row[1] for row in db.session.execute(query.limit(size + 1))}
    found = {comment.id: comment for comment in list_queued_comments(comment_ids=ranks)}
    return Page.of(
        [found[number] for number in ranks if number in found],
        size,
        lambda c: Cursor(_moment_of(c, wanted), c.id, ranks[c.id]),
    )


def list_rows(*, comments: Sequence[Comment], wanted: QueueFilter, now: datetime) -> list[Row]:
    """Return the rows of these comments, each with what helps to decide on it."""
    ids = [comment.id for comment in comments]
    histories = _list_histories(comments)
    copies = _list_copies(comments, wanted, now) if wanted.is_waiting else {}
    again = [comment.id for comment in comments if comment.waits_again]
    reports, revisions = list_reports(comment_ids=again), list_waiting_revisions(comment_ids=again)
    decisions = list_last_decisions(comment_ids=ids)
    return [
        Row(
            comment=comment,
            history=histories[comment.id],
            copies=copies.get(comment.id),
            reports=reports.get(comment.id, []),
            revision=revisions.get(comment.id),
            decision=decisions.get(comment.id),
        )
        for comment in comments
    ]


def list_matching(*, wanted: QueueFilter, now: datetime) -> tuple[list[Seen], int]:
    """Return the first LARGEST_BULK that match, copies each for itself, and how many there are."""
    moment = _moment(wanted)
    query = select(Comment.id, Comment.version).where(*_matching(Comment, wanted, now))
    found = db.session.execute(query.order_by(moment, Comment.id).limit(LARGEST_BULK)).all()
    if len(found) < LARGEST_BULK:
        return [Seen(*row) for row in found], len(found)
    total = db.session.execute(query.with_only_columns(func.count())).scalar_one()
    return [Seen(*row) for row in found], total


def count_by_status() -> Mapping[Status, int]:
    """Return how many comments are in each state, up to one more than COUNTED.

    Counted as pending is all that waits for a decision, reported comments among it.
    """
    return {status: count_matching(wanted=QueueFilter(status=status)) for status in DESK_STATUSES}


def count_matching(
    *, wanted: QueueFilter, now: datetime | None = None, since: datetime | None = None
) -> int:
    """Return how many match, up to one more than COUNTED; of those that wait since a moment."""
    query = select(Comment.id).where(*_matching(Comment, wanted, now))
    if since is not None:
        query = query.where(Comment.waiting_since > since)
    counted = query.limit(COUNTED + 1).subquery()
    return db.session.execute(select(func.count()).select_from(counted)).scalar_one()


def find_newest(*, wanted: QueueFilter, now: datetime) -> datetime | None:
    """Return since when the newest of those that match waits."""
    query = select(Comment.waiting_since).where(*_matching(Comment, wanted, now))
    query = query.order_by(Comment.waiting_since.desc(), Comment.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def find_oldest() -> datetime | None:
    """Return since when the comment waits that waits longest."""
    query = select(func.min(Comment.waiting_since)).where(Comment.waiting_since.is_not(None))
    return db.session.execute(query).scalar_one()


def get_latest_ids_sum() -> int:
    """Return a number that rises with every comment, decision and report."""
    ids = (select(func.coalesce(func.max(table.id), 0)) for table in (Comment, Decision))
    numbers = [db.session.execute(query).scalar_one() for query in ids]
    return sum(numbers) + get_latest_report_id()


def list_versions(*, comment_ids: Iterable[int]) -> dict[int, int]:
    """Return the present version of each of these comments that is there."""
    query = select(Comment.id, Comment.version).where(Comment.id.in_(list(comment_ids)))
    return {row[0]: row[1] for row in db.session.execute(query.order_by(Comment.id))}


def list_queued_comments(*, comment_ids: Iterable[int]) -> Sequence[Comment]:
    """Return these comments in any state with their reviews and reasons, those that are there."""
    query = (
        select(Comment)
        .options(*_WITH_ROW)
        .where(Comment.id.in_(list(comment_ids)))
        .order_by(Comment.id)
        .execution_options(populate_existing=True)
    )
    return db.session.execute(query).scalars().all()


def find_sender(*, comment_id: int) -> Sender | None:
    """Return who sent a comment, or None where there is no such comment."""
    query = select(Comment.owner_hash, Comment.client_name).where(Comment.id == comment_id)
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    return Sender(comment_id=comment_id, owner_hash=row[0], client_name=row[1])


def list_reviews_with_waiting() -> Sequence[Review]:
    """Return the reviews under which something waits, up to 200, by the drama's name."""
    waits = exists().where(Comment.review_id == Review.id, Comment.waiting_since.is_not(None))
    query = select(Review).options(load_only(*_NAMES, raiseload=True), raiseload("*"))
    query = query.where(waits).order_by(Review.drama_title, Review.id).limit(200)
    return db.session.execute(query).scalars().all()


def list_neighbours(*, comment: Comment, size: int = 2) -> tuple[list[Comment], list[Comment]]:
    """Return what is published just before and just after the place where a comment will stand."""
    here = (comment.parent or comment).cursor
    query = select(Comment).where(
        Comment.review_id == comment.review_id, Comment.is_public, Comment.parent_id.is_(None)
    )
    before = rows_before(query, here, *_PLACE).order_by(*_PLACE_DOWN)
    after = rows_after(query, here, *_PLACE).order_by(*_PLACE)
    return (
        list(reversed(db.session.execute(before.limit(size)).scalars().all())),
        list(db.session.execute(after.limit(size)).scalars().all()),
    )


def list_answers(*, comment: Comment) -> Sequence[Comment]:
    """Return the answers in a comment's thread in any state; of many, those around it."""
    query = select(Comment).where(Comment.parent_id == (comment.parent_id or comment.id))
    before = query.where(is_up_to(comment.cursor, *_PLACE)).order_by(*_PLACE_DOWN)
    after = rows_after(query, comment.cursor, *_PLACE).order_by(*_PLACE)
    return [
        *reversed(db.session.execute(before.limit(ANSWERS_AROUND)).scalars().all()),
        *db.session.execute(after.limit(ANSWERS_AROUND)).scalars(),
    ]


def list_by_sender(*, comment: Comment, size: int = 20) -> Sequence[Comment]:
    """Return what else the same browser sent, in any state, the newest first."""
    query = (
        select(Comment)
        .options(*_WITH_ROW)
        .where(Comment.owner_hash == comment.owner_hash, Comment.id != comment.id)
        .order_by(Comment.submitted_at.desc(), Comment.id.desc())
    )
    if comment.owner_hash is None:
        return []
    return db.session.execute(query.limit(size)).scalars().all()


def _moment(wanted: QueueFilter) -> Any:
    return Comment.waiting_since if wanted.is_waiting else Comment.submitted_at


def _moment_of(comment: Comment, wanted: QueueFilter) -> datetime:
    waiting = comment.waiting_since if wanted.is_waiting else None
    return waiting or comment.submitted_at


def _rank(wanted: QueueFilter) -> ColumnElement[int]:
    """Put first those whose browser had something published before; all alike where unsorted."""
    if not wanted.is_ranked:
        return func.abs(0)
    earlier = aliased(Comment)
    known = exists().where(
        earlier.owner_hash == Comment.owner_hash, earlier.status == Status.PUBLISHED
    )
    return case((known, 0), else_=1)


def _matching(entity: Any, wanted: QueueFilter, now: datetime | None) -> list[ColumnElement[bool]]:
    """Return what a comment must be to match; for an alias of the table as well."""
    if wanted.is_waiting:
        found: list[ColumnElement[bool]] = [entity.waiting_since.is_not(None)]
    else:
        found = [entity.status == wanted.status]
        if wanted.status == Status.REMOVED:
            found.append(~entity.is_blank)
    if wanted.review is not None:
        found.append(entity.review_id == wanted.review.id)
    if wanted.reason is not None:
        found.append(exists().where(Reason.comment_id == entity.id, Reason.name == wanted.reason))
    if wanted.sender is not None:
        found.append(_is_from(entity, wanted.sender))
    if wanted.waited is not None and now is not None:
        moment = entity.waiting_since if wanted.is_waiting else entity.submitted_at
        found.append(moment <= now - wanted.waited)
    if wanted.words:
        found.append(_holds(entity, wanted))
    return found


def _is_from(entity: Any, sender: Sender) -> ColumnElement[bool]:
    """Tell a sender by either mark; one who left none is nobody but the comment itself."""
    marks = [(entity.owner_hash, sender.owner_hash), (entity.client_name, sender.client_name)]
    # None compares as IS NULL, and would make one sender of all who left no mark.
    left = [column == mark for column, mark in marks if mark is not None]
    return or_(entity.id == sender.comment_id, *left)


def _older_copy(wanted: QueueFilter, now: datetime) -> ColumnElement[bool]:
    """Find one with the same words that waited before, and so stands for this one too."""
    older = aliased(Comment)
    return exists().where(
        _is_unpublished(Comment),
        older.copies_key == Comment.copies_key,
        _is_unpublished(older),
        tuple_(older.waiting_since, older.id) < tuple_(Comment.waiting_since, Comment.id),
        *_matching(older, wanted, now),
    )


def _is_unpublished(entity: Any) -> ColumnElement[bool]:
    """Tell, of what waits, what is no reported comment.

    As an inequality, because SQLite takes the index on an equal status for the better one, and
    reads all that waits for each page.
    """
    return cast(ColumnElement[bool], entity.status != Status.PUBLISHED)


def _holds(entity: Any, wanted: QueueFilter) -> ColumnElement[bool]:
    newest = aliased(Comment)
    state = (
        newest.waiting_since.is_not(None) if wanted.is_waiting else (newest.status == wanted.status)
    )
    moment = newest.waiting_since if wanted.is_waiting else newest.submitted_at
    looked_at = (
        select(newest.id).where(state).order_by(moment.desc(), newest.id.desc()).limit(SEARCHED)
    )
    columns = (entity.body, entity.author_name, entity.author_email)
    found = or_(*(column.icontains(wanted.words, autoescape=True) for column in columns))
    return and_(entity.id.in_(looked_at.subquery().select()), found)


def _list_copies(
    comments: Sequence[Comment], wanted: QueueFilter, now: datetime
) -> dict[int, Copies]:
    """Return the copies that each of these comments stands for, where there are any."""
    leads = {c.copies_key or "": c for c in comments if c.is_pending and c.copies_key}
    if not leads:
        return {}
    pending = (
        Comment.copies_key.in_(leads),
        _is_unpublished(Comment),
        *_matching(Comment, wanted, now),
    )
    sender = func.count(func.coalesce(Comment.client_name, Comment.owner_hash).distinct())
    counts = db.session.execute(
        select(Comment.copies_key, func.count(), sender)
        .where(*pending)
        .group_by(Comment.copies_key)
        .having(func.count() > 1)
    ).all()
    return {
        leads[key].id: _read_copies(select(Comment).where(*pending), key, total, senders)
        for key, total, senders in counts
        if key is not None
    }


def _read_copies(pending: Select[Comment], key: str, total: int, senders: int) -> Copies:
    members = (
        db.session.execute(
            pending.where(Comment.copies_key == key)
            .options(*_WITH_ROW)
            .order_by(Comment.waiting_since, Comment.id)
            .limit(LARGEST_BULK)
        )
        .scalars()
        .all()
    )
    counts = Counter(_published_part(member) for member in members)
    first = {_published_part(member): member for member in reversed(members)}
    reasons = {reason.name: reason for member in members for reason in member.reasons}
    return Copies(
        members=[Seen(member.id, member.version) for member in members],
        total=total,
        senders=max(senders, 1),
        wordings=[Wording(comment=first[part], count=counts[part]) for part in counts],
        reasons=[reasons[name] for name in sorted(reasons)],
    )


def _published_part(comment: Comment | type[Comment]) -> tuple[Any, ...]:
    """Return what everybody will read of a comment, and where; where all agree, one shows all.

    Of the class, it is the columns.
    """
    return tuple(getattr(comment, name) for name in (*AUTHORED, "review_id", "in_reply_to_id"))


def differ_though_copies(*, comment_ids: Sequence[int]) -> bool:
    """Tell whether these are copies of one another and not all the same to everybody's eyes."""
    own = select(*_published_part(Comment), Comment.copies_key)
    parts = own.where(Comment.id.in_(comment_ids)).distinct().subquery()
    query = select(func.count(), func.count(parts.c.copies_key.distinct())).select_from(parts)
    count, keys = db.session.execute(query).one()
    return keys == 1 and count > 1


def _list_histories(comments: Sequence[Comment]) -> dict[int, History]:
    """Return what else was sent by the browser of each of these comments."""
    owners = {comment.owner_hash for comment in comments if comment.owner_hash}
    query = (
        select(Comment.owner_hash, Comment.status, func.count())
        .where(Comment.owner_hash.in_(owners))
        .group_by(Comment.owner_hash, Comment.status)
    )
    counts: dict[str, Counter[Status]] = defaultdict(Counter)
    for owner, status, count in db.session.execute(query):
        counts[owner or ""][status] = count
    return {c.id: _history_of(c, counts.get(c.owner_hash or "", Counter())) for c in comments}


def _history_of(comment: Comment, counts: Counter[Status]) -> History:
    others = counts.copy()
    others[comment.status] -= 1
    return History(
        published=max(others[Status.PUBLISHED], 0),
        refused=sum(max(others[s], 0) for s in (Status.REJECTED, Status.SPAM, Status.REMOVED)),
        is_first=sum(max(count, 0) for count in others.values()) == 0,
    )
