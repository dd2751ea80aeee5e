"""Functions that create reviews, comments and moderators for tests with the real commands."""

from contextvars import Context
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from flask import Flask, session
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from blog.accounts.commands import create_moderator
from blog.accounts.models import Moderator
from blog.accounts.passwords import hash_password
from blog.comments.fields import fields_of
from blog.comments.models import Comment, Seen
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import decide, reply
from blog.decisions.recording import Ruling
from blog.desk.account.signing_in import CSRF_KEY, CSRF_SALT, begin_session
from blog.drafts.commands import create_draft, save_draft
from blog.drafts.links import make_link_token, share_draft
from blog.drafts.models import Draft, Writing
from blog.drafts.queries import find_draft
from blog.manuscripts.documents import document_of
from blog.moderation.states import Verdict
from blog.publishing.reviewers import publish_reviewers
from blog.reports.commands import report_comment
from blog.reports.models import Kind
from blog.reviewers.commands import Profile
from blog.reviews.commands import Manuscript, publish
from blog.reviews.models import Review
from blog.submissions.changes import revise_comment
from blog.submissions.commands import submit_comment
from blog.submissions.submission import Submission, Written, hash_token, make_token
from blog.text.markup import render_comment, render_review
from tests.databases import SECRET_KEY
from tests.page import soup_of

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

_numbers = count(1)


def make_manuscript(
    *, slug: str = "run-on", title: str | None = None, published_at: datetime | None = NOON, **more
) -> Manuscript:
    body = more.pop("body", "They run, and then they talk.")
    fields = {
        "byline": "Hana Yoo",
        "summary": "A runner and a translator.",
        "body_html": render_review(body),
        "source_hash": f"test-{next(_numbers)}",
        # Each review is of a drama of its own.
        "drama_title": slug.replace("-", " ").title(),
        "drama_korean_title": "런온",
        "drama_year": 2020,
        **more,
    }
    return Manuscript(
        slug=slug,
        title=title or f"The finish line of {slug}",
        body=body,
        published_at=published_at,
        **fields,
    )


def make_review(*, is_demo: bool = False, **fields) -> Review:
    """Publish a review with these fields of `make_manuscript`."""
    review, _outcome = write(
        publish, manuscript=make_manuscript(**fields), now=NOON, is_demo=is_demo
    )
    return review


def make_draft(
    *, moderator: Moderator, keys: dict | None = None, body: str = "", now: datetime = NOON
) -> Draft:
    """Create the draft of a new review with its first revision."""
    writing = Writing({"title": "A first thought"} if keys is None else keys, body)
    return write(create_draft, writing=writing, moderator_id=moderator.id, now=now)


def make_draft_link(
    *, draft_id: int, moderator: Moderator, now: datetime, days: int = 7, note: str = "Min-a"
) -> str:
    """Make a link to a draft; return its token."""
    token = make_link_token()
    write(
        share_draft,
        draft_id=draft_id,
        token=token,
        days=days,
        note=note,
        moderator_id=moderator.id,
        now=now,
    )
    return token


def make_changes(
    *, review: Review, moderator: Moderator, body: str, now: datetime = NOON, **keys
) -> Draft:
    """Write something else in the draft of a review, without publishing it."""
    public, text = document_of(review)
    draft = find_draft(draft_id=review.id)
    return write(
        save_draft,
        draft_id=review.id,
        version=draft.version,
        writing=Writing(public | keys, body),
        former=Writing(public, text),
        moderator_id=moderator.id,
        now=now,
        is_revision=True,
    )


def make_reviewer(*, slug: str = "hana-yoo", name: str = "Hana Yoo", **more) -> None:
    """Create a reviewer; all others whom no review names are deleted."""
    fields = {"biography": "Watches everything twice.", "language": None, "picture": None, **more}
    html = render_review(fields["biography"])
    write(
        publish_reviewers,
        profiles=[Profile(slug=slug, name=name, biography_html=html, **fields)],
    )


def make_comment(
    *,
    review: Review,
    name: str = "Mina",
    body: str = "The bench scene.",
    email: str | None = None,
    token: str | None = None,
    address: str | None = None,
    submission_id: str | None = None,
    is_spoiler: bool = False,
    wants_notice: bool = False,
    typed_seconds: float | None = None,
    is_trapped: bool = False,
    now: datetime = NOON,
) -> Comment:
    """Submit a comment, which is then pending; without `address`, use a new IP address."""
    submission = Submission(
        review_id=review.id,
        author_name=name,
        author_email=email,
        body=body,
        body_html=render_comment(body),
        token=token or make_token(submission_id=submission_id, secret_key=SECRET_KEY),
        is_known=token is not None,
        submission_id=submission_id,
        address=address or _new_address(),
        is_spoiler=is_spoiler,
        wants_notice=wants_notice,
        typed_seconds=typed_seconds,
        is_trapped=is_trapped,
    )
    return write(submit_comment, submission=submission, comments_open=True, now=now)


def make_published_comment(
    *, review: Review, moderator: Moderator | None = None, now: datetime = NOON, **more
) -> Comment:
    comment = make_comment(review=review, now=now, **more)
    moderator = moderator or _some_moderator()
    return make_decision(comment=comment, moderator=moderator, now=now)


def make_decision(
    *,
    comment: Comment,
    moderator: Moderator,
    verdict: Verdict = Verdict.APPROVE,
    reason: str | None = None,
    shares_reason: bool = False,
    now: datetime = NOON + timedelta(minutes=1),
) -> Comment:
    ruling = Ruling(
        verdict=verdict,
        moderator_id=moderator.id,
        now=now,
        reason=reason,
        shares_reason=shares_reason,
    )
    (result,) = write(decide, seen=[Seen(comment.id, comment.version)], ruling=ruling)
    assert result.is_done
    return result.comment


def make_moderator_reply(
    *,
    comment: Comment,
    moderator: Moderator | None = None,
    body: str = "Thank you. We thought so too.",
    now: datetime = NOON + timedelta(minutes=2),
) -> Comment:
    """Publish a moderator's reply, and the comment too if it is pending; return the reply."""
    moderator = moderator or _some_moderator()
    ruling = Ruling(
        verdict=Verdict.APPROVE, moderator_id=moderator.id, now=now, bulk_key=uuid4().hex
    )
    write(
        reply,
        comment_id=comment.id,
        version=comment.version,
        body=body,
        body_html=render_comment(body),
        name=moderator.name,
        ruling=ruling,
    )
    given = (
        Comment.in_reply_to_id == comment.id,
        Comment.moderator_id == moderator.id,
        Comment.body == body,
    )
    query = select(Comment).where(*given).order_by(Comment.id.desc()).limit(1)
    return db.session.execute(query).scalar_one()


def make_report(
    *,
    comment: Comment,
    kind: Kind = Kind.INSULT,
    words: str | None = None,
    address: str | None = None,
    now: datetime = NOON + timedelta(minutes=3),
) -> None:
    """Report a published comment as a reader; without `address`, use a new IP address."""
    write(
        report_comment,
        comment_id=comment.id,
        kind=kind,
        words=words,
        address=address or _new_address(),
        owner_hash=None,
        now=now,
    )


def make_moderator(
    *, email: str = "mina@example.org", name: str = "Mina Park", password: str = PASSWORD
) -> Moderator:
    return write(
        create_moderator,
        email=email,
        name=name,
        password_hash=hash_password(password),
        now=NOON,
    )


def _some_moderator() -> Moderator:
    return make_moderator(email=f"mod{next(_numbers)}@example.org")


def _new_address() -> str:
    number = next(_numbers)
    return f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"


def sign_in(
    client: FlaskClient, *, email: str = "mina@example.org", password: str = PASSWORD, **more
):
    token = soup_of(client.get("/admin/login")).find("input", {"name": "csrf_token"})["value"]
    form = {"email": email, "password": password, "csrf_token": token, **more}
    return client.post("/admin/login", data=form)


def enter(client: FlaskClient, moderator: Moderator) -> None:
    """Sign a moderator in without the form, with the session that the form would begin."""
    with client.session_transaction("/admin") as kept:
        kept.update(Context().run(_begin_session, client.application, moderator))


def _begin_session(app: Flask, moderator: Moderator) -> dict[str, object]:
    with app.test_request_context("/admin"):
        begin_session(moderator)
        return dict(session)


def csrf_token(client: FlaskClient) -> str:
    """Return a CSRF token of a signed-in moderator, made as pages make it."""
    with client.session_transaction("/admin") as kept:
        signer = URLSafeTimedSerializer(client.application.secret_key, salt=CSRF_SALT)
        return signer.dumps(kept[CSRF_KEY])


def make_reply(
    *,
    to: Comment,
    name: str = "Jun",
    body: str | None = None,
    token: str | None = None,
    now: datetime = NOON + timedelta(minutes=2),
    **more,
) -> Comment:
    """Submit a reader's reply to a published comment, by default with a text used only once."""
    body = body or f"So did I, number {next(_numbers)}."
    submission = Submission(
        review_id=to.review_id,
        author_name=name,
        author_email=more.pop("email", None),
        body=body,
        body_html=render_comment(body),
        token=token or make_token(submission_id=None, secret_key=SECRET_KEY),
        is_known=token is not None,
        submission_id=None,
        address=_new_address(),
        in_reply_to_id=to.id,
        **more,
    )
    return write(submit_comment, submission=submission, comments_open=True, now=now)


def make_published_reply(
    *, to: Comment, moderator: Moderator | None = None, now: datetime = NOON, **more
) -> Comment:
    reply = make_reply(to=to, now=now, **more)
    return make_decision(comment=reply, moderator=moderator or _some_moderator(), now=now)


def make_revision(
    *,
    comment: Comment,
    token: str | None = None,
    now: datetime = NOON + timedelta(minutes=5),
    **changes,
) -> Comment:
    """Edit a comment as its author; an edit of a published comment waits for a moderator."""
    fields = fields_of(comment) | changes
    written = Written(
        review_id=comment.review_id, body_html=render_comment(fields["body"]), **fields
    )
    return write(
        revise_comment,
        comment_id=comment.id,
        owner_hash=hash_token(token) if token else comment.owner_hash,
        version=comment.version,
        written=written,
        address=_new_address(),
        now=now,
    )
