"""The export of somebody's data as JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from blog.comments.fields import FIELDS, SHOWN, fields_of
from blog.comments.models import Comment, Revision, RevisionState
from blog.comments.queries import list_revisions
from blog.decisions.models import Decision
from blog.decisions.queries import list_last_decisions
from blog.moderation.states import Status
from blog.notices.links import Links
from blog.outbox.models import MailAddress, OutboxMessage
from blog.privacy.queries import Holdings
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext

WORDINGS = {
    RevisionState.WAITING: lazy_gettext("waiting for a decision"),
    RevisionState.APPLIED: lazy_gettext("replaced by an edit"),
    RevisionState.DECLINED: lazy_gettext("declined"),
}
REPORTS = lazy_gettext("We do not store who sent a report, so your reports cannot be listed here.")
ADDRESS_ELSEWHERE = lazy_gettext(
    "Only the owner of an e-mail address gets the data about it. Write to us from that address."
)
NOT_HELD = [
    lazy_gettext(
        "Your network address; only a fingerprint of it, under a key that is deleted within two"
        " days."
    ),
    lazy_gettext(
        "The random number in your browser that shows which comments are yours; only a fingerprint."
    ),
    lazy_gettext("Which pages you read, when, and with which browser."),
    lazy_gettext("Drafts. They are only in your browser."),
]


def collect(
    holdings: Holdings, *, email: str | None, links: Links, now: datetime
) -> dict[str, Any]:
    """Return the data held about an e-mail address, or about a browser if `email` is None."""
    return {
        "site": links.home(),
        "made_at": _format_time(now),
        "about": email or _("everything that this browser has sent"),
        "comments": _describe_comments(holdings.comments, links),
        "mail": _describe_mail(holdings, email),
        "reports": str(REPORTS),
        "not_held": [str(sentence) for sentence in NOT_HELD],
    }


def _describe_comments(comments: Sequence[Comment], links: Links) -> list[dict[str, Any]]:
    ids = [comment.id for comment in comments]
    decisions, revisions = list_last_decisions(comment_ids=ids), list_revisions(comment_ids=ids)
    return [
        _describe_comment(comment, decisions.get(comment.id), revisions.get(comment.id, []), links)
        for comment in comments
    ]


def _describe_comment(
    comment: Comment,
    decision: Decision | None,
    revisions: list[Revision],
    links: Links,
) -> dict[str, Any]:
    slug, replied_to = comment.review.slug, comment.in_reply_to
    return {
        "review": {"title": comment.review.title, "address": links.review(slug)},
        "address": links.comment(slug, comment.id) if comment.is_public else None,
        "in_reply_to": links.comment(slug, replied_to.id) if replied_to else None,
        **_describe_fields(fields_of(comment)),
        "state": _state(comment, decision),
        "reason_given": _reason(comment, decision),
        "sent_at": _format_time(comment.submitted_at),
        "published_at": _format_time(comment.published_at),
        "edited_at": _format_time(comment.edited_at),
        "withdrawn_at": _format_time(comment.withdrawn_at),
        "other_wordings": [_describe_wording(revision) for revision in revisions],
        "fingerprints_of": [
            what
            for what, value in (
                (_("the browser"), comment.owner_hash),
                (_("the network address"), comment.client_name),
                (_("the form"), comment.submission_hash),
            )
            if value
        ],
    }


def _describe_wording(revision: Revision) -> dict[str, Any]:
    return {
        **_describe_fields(fields_of(revision, SHOWN)),
        "written_at": _format_time(revision.written_at),
        "state": str(WORDINGS[revision.state]),
    }


def _describe_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {FIELDS[name].exported: value for name, value in fields.items()}


def _describe_mail(holdings: Holdings, email: str | None) -> dict[str, Any]:
    if email is None:
        # A reader may have typed somebody else's address, so its data is not shown.
        return {"address": str(ADDRESS_ELSEWHERE)}
    return {
        "address": [_describe_address(address) for address in holdings.addresses]
        or _("No message to this address is known."),
        "messages": [_describe_message(message) for message in holdings.messages],
    }


def _describe_address(address: MailAddress) -> dict[str, Any]:
    return {
        "known_since": _format_time(address.created_at),
        "confirmed_at": _format_time(address.confirmed_at),
        "stopped_at": _format_time(address.stopped_at),
        "last_asked_to_confirm_at": _format_time(address.asked_at),
    }


def _describe_message(message: OutboxMessage) -> dict[str, Any]:
    return {
        "kind": message.kind,
        "about_comment": message.subject_id,
        "state": message.state.value,
        "written_at": _format_time(message.enqueued_at),
        "due_at": _format_time(message.due_at),
    }


def _state(comment: Comment, decision: Decision | None) -> str:
    """Return the status as its author may see it: spam filed by a rule is shown as waiting."""
    is_caught = comment.status == Status.SPAM and decision is None
    return str((Status.PENDING if is_caught else comment.status).entry.exported)


def _reason(comment: Comment, decision: Decision | None) -> str | None:
    is_refused = comment.status in (Status.REJECTED, Status.REMOVED)
    return decision.reason if decision and decision.shares_reason and is_refused else None


def _format_time(time: datetime | None) -> str | None:
    return time.isoformat(timespec="seconds") if time else None
