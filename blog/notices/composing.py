"""What a message says, made from the database when it leaves; no comment is quoted."""

from email.message import EmailMessage
from typing import Any

from flask import current_app, render_template

from blog.accounts.queries import list_moderators
from blog.comments.models import Comment
from blog.comments.states import Status
from blog.db.transactions import write
from blog.decisions.models import Decision
from blog.notices.queries import (
    Waiting,
    find_answer,
    find_decision,
    find_last_told,
    summarise_waiting,
)
from blog.notices.tokens import Action, hash_address, make_token
from blog.outbox.commands import AskedRecentlyError, Claim, StoppedAddressError, admit
from blog.outbox.delivery import NothingToSayError
from blog.outbox.mail import Letter, Sender, make_mail
from blog.outbox.models import MailAddress
from blog.outbox.queries import find_last_sent, has_newer
from blog.outbox.transports import RefusedError
from blog.text.normalising import email_fault, in_one_line
from blog.web.current import current_settings, current_time
from blog.web.links import absolute
from blog.web.templating import waited

OUTCOMES = {
    Status.PUBLISHED: "is published",
    Status.REJECTED: "was not published",
    Status.REMOVED: "is no longer published",
}
# Discord takes no more; the others do.
HOOK_LENGTH = 2000


def compose_outcome(message: Claim) -> EmailMessage:
    """Tell a commenter what was decided: all of it where they confirmed the address."""
    found = find_decision(comment_id=message.subject_id, version=message.payload.get("version", 0))
    if found is None:
        raise NothingToSayError("the decision no longer stands")
    comment, decision = found
    if decision.from_status == decision.to_status or comment.status not in OUTCOMES:
        raise NothingToSayError("there is nothing to tell of this decision")
    if find_last_told(comment_id=comment.id) == comment.status:
        raise NothingToSayError("the commenter knows it already")
    address = _admit(message, message.recipient, needs_confirmation=True)
    data = {
        "outcome": _say_outcome(comment.status, decision),
        "link": _link_to(comment),
        "stop_link": _link(Action.STOP, address),
    }
    if not address.is_confirmed:
        return _make_first(message, address, data)
    data["title"] = in_one_line(comment.review.title)
    data["reason"] = (decision.reason or "") if decision.is_told else ""
    return _make_mail(
        message,
        message.recipient,
        subject=f"Your comment on “{data['title']}” {data['outcome']}",
        text=render_template("mail/outcome.txt", **data),
        html=render_template("mail/_outcome.html", **data),
        stop_link=data["stop_link"],
    )


def compose_answer(message: Claim) -> EmailMessage:
    """Tell a commenter that somebody has answered; all of it where they confirmed the address."""
    answer = find_answer(comment_id=message.subject_id)
    if answer is None:
        raise NothingToSayError("the answer is not there to be read")
    if find_last_sent(kind=message.kind, subject_id=message.subject_id):
        raise NothingToSayError("the commenter knows it already")
    address = _admit(message, message.recipient, needs_confirmation=True)
    data = {
        "outcome": "has an answer",
        "link": _link_to(answer),
        "stop_link": _link(Action.STOP, address),
    }
    if not address.is_confirmed:
        return _make_first(message, address, data)
    data["title"] = in_one_line(answer.review.title)
    return _make_mail(
        message,
        message.recipient,
        subject=f"Your comment on “{data['title']}” has an answer",
        text=render_template("mail/answer.txt", **data),
        html=render_template("mail/_answer.html", **data),
        stop_link=data["stop_link"],
    )


def compose_digest(message: Claim) -> EmailMessage:
    """Tell a moderator how much waits and where."""
    waiting = _find_waiting(message)
    accounts = {account.id: account for account in list_moderators() if account.is_active}
    if message.subject_id not in accounts:
        raise NothingToSayError("the moderator has left")
    recipient = accounts[message.subject_id].email
    address = _admit(message, recipient, needs_confirmation=False)
    data: dict[str, Any] = {
        "waiting": waiting,
        "count": _count(waiting.count),
        "age": waited(current_time() - waiting.oldest),
        "link": _path("admin.moderation.queue"),
        "stop_link": _link(Action.STOP, address),
    }
    return _make_mail(
        message,
        recipient,
        subject=f"{data['count']} for a decision",
        text=render_template("mail/digest.txt", **data),
        html=render_template("mail/_digest.html", **data),
        stop_link=data["stop_link"],
    )


def compose_hook(message: Claim) -> dict[str, Any]:
    """Tell the address of the settings the same, in the words that ntfy, Discord and Slack read."""
    waiting = _find_waiting(message)
    count, link = _count(waiting.count), _path("admin.moderation.queue")
    age = waited(current_time() - waiting.oldest)
    titles = "; ".join(f"{title} ({number})" for title, number in waiting.titles)
    text = f"{count} for a decision, the oldest for {age}. {titles}"
    text = f"{in_one_line(text)[: HOOK_LENGTH - len(link) - 1]}\n{link}"
    title = current_settings().site_name
    # In the order of who reads them: Discord, Slack, ntfy.
    words = {"content": text, "text": text, "message": text, "title": title, "click": link}
    return words | {"allowed_mentions": {"parse": []}}


def _say_outcome(status: Status, decision: Decision) -> str:
    was_public = decision.from_status == Status.PUBLISHED and status == Status.REJECTED
    return OUTCOMES[Status.REMOVED if was_public else status]


def _find_waiting(message: Claim) -> Waiting:
    if has_newer(message_id=message.id, kind=message.kind, subject_id=message.subject_id):
        raise NothingToSayError("a newer digest says more")
    waiting = summarise_waiting()
    if waiting is None:
        raise NothingToSayError("nothing waits any more")
    return waiting


def _admit(message: Claim, recipient: str, *, needs_confirmation: bool) -> MailAddress:
    """Ask what is known of an address, which may be that nothing goes there."""
    if email_fault(recipient):
        raise RefusedError("the recipient is not an e-mail address")
    try:
        return write(
            admit,
            address_hash=hash_address(recipient, secret_key=current_settings().secret_key),
            asked_by=message.id,
            needs_confirmation=needs_confirmation,
            now=current_time(),
        )
    except StoppedAddressError:
        raise NothingToSayError("the address wants no mail") from None
    except AskedRecentlyError:
        raise NothingToSayError(
            "the address has not confirmed and had its mail of the day"
        ) from None


def _make_first(message: Claim, address: MailAddress, data: dict[str, str]) -> EmailMessage:
    """Tell an address that has never confirmed the least there is, and ask whether it is meant."""
    data["confirm_link"] = _link(Action.CONFIRM, address)
    return _make_mail(
        message,
        message.recipient,
        subject=f"Your comment {data['outcome']}",
        text=render_template("mail/first.txt", **data),
        html=render_template("mail/_first.html", **data),
        stop_link=data["stop_link"],
    )


def _make_mail(message: Claim, recipient: str, **words: str) -> EmailMessage:
    settings = current_settings()
    try:
        return make_mail(
            letter=Letter(recipient=recipient, **words),
            sender=Sender(
                name=settings.site_name, address=settings.sender, host=settings.mail_host
            ),
            message_id=message.message_id,
            now=current_time(),
        )
    except ValueError:
        raise RefusedError("the recipient is no address that mail can go to") from None


def _count(number: int) -> str:
    return "1 comment waits" if number == 1 else f"{number:,} comments wait"


def _link_to(comment: Comment) -> str:
    """Return the comment's own address while everybody may read it, else its review's."""
    slug = comment.review.slug
    if comment.is_public:
        return _path("comments.show", slug=slug, comment_id=comment.id)
    return _path("reviews.show", slug=slug)


def _link(action: Action, address: MailAddress) -> str:
    secret_key = current_settings().secret_key
    token = make_token(action=action, address=address, secret_key=secret_key)
    return _path("notices.show", token=token)


def _path(endpoint: str, **values: Any) -> str:
    """Return a whole address; there is no request here that `url_for` could ask for the host."""
    return absolute(current_app.url_map.bind("localhost").build(endpoint, values))
