"""What a message says, made from the database when it leaves; no comment is quoted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from blog.accounts.queries import list_moderators
from blog.comments.models import Comment
from blog.comments.states import Status, StatusEntry
from blog.db.transactions import Write
from blog.decisions.models import Decision
from blog.notices.links import Links
from blog.notices.queries import (
    Waiting,
    find_decision,
    find_last_notified_status,
    find_reply,
    summarise_waiting,
)
from blog.notices.tokens import Action, hash_address, make_token
from blog.outbox.commands import AskedRecentlyError, Claim, StoppedAddressError, admit
from blog.outbox.delivery import NothingToSayError
from blog.outbox.mail import Letter, Sender, make_mail
from blog.outbox.models import MailAddress
from blog.outbox.queries import find_last_sent, has_newer
from blog.outbox.transports import RefusedError
from blog.settings import Settings
from blog.text.formatting import waited
from blog.text.language import format_number, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import email_fault, in_one_line

# Discord takes no more; the others do.
HOOK_LENGTH = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Composer:
    """Compose messages, with a function that renders letters and what makes their links.

    `render` takes a letter's name and its data, and returns plain text and HTML.
    """

    settings: Settings
    clock: Callable[[], datetime]
    render: Callable[[str, dict[str, Any]], tuple[str, str]]
    links: Links
    write: Write

    def compose_decision(self, message: Claim) -> EmailMessage:
        """Tell a commenter what was decided."""
        version = message.payload.get("version", 0)
        found = find_decision(comment_id=message.subject_id, version=version)
        if found is None:
            raise NothingToSayError("the decision no longer stands")
        comment, decision = found
        words = _words_of(comment.status, decision)
        if decision.from_status == decision.to_status or words.mailed is None:
            raise NothingToSayError("there is nothing to tell of this decision")
        if find_last_notified_status(comment_id=comment.id) == comment.status:
            raise NothingToSayError("the commenter knows it already")
        return self._tell_commenter(
            message,
            "decision",
            comment=comment,
            news=words.mailed(_title_of(comment)),
            first_news=words.mailed_first,
            reason=(decision.reason or "") if decision.shares_reason else "",
        )

    def compose_reply(self, message: Claim) -> EmailMessage:
        """Tell a commenter that somebody has replied."""
        reply = find_reply(comment_id=message.subject_id)
        if reply is None:
            raise NothingToSayError("the reply is not there to be read")
        if find_last_sent(kind=message.kind, subject_id=message.subject_id):
            raise NothingToSayError("the commenter knows it already")
        title = _title_of(reply)
        return self._tell_commenter(
            message,
            "reply",
            comment=reply,
            news=_("Your comment on “%(title)s” has a reply.", title=title),
            first_news=_("Your comment has a reply."),
            title=title,
        )

    def compose_digest(self, message: Claim) -> EmailMessage:
        """Tell a moderator how much waits and where."""
        waiting = _find_waiting(message)
        accounts = {account.id: account for account in list_moderators() if account.is_active}
        if message.subject_id not in accounts:
            raise NothingToSayError("the moderator has left")
        recipient = accounts[message.subject_id].email
        address = self._admit(message, recipient, needs_confirmation=False)
        data = {
            "waiting": waiting,
            "news": self._say_waiting(waiting),
            "link": self.links.queue(),
            "stop_link": self._link_for(Action.STOP, address),
        }
        subject = ngettext(
            "%(num)s comment waits for a decision",
            "%(num)s comments wait for a decision",
            waiting.count,
        )
        return self._make_mail(message, recipient, "digest", data, subject)

    def compose_hook(self, message: Claim) -> dict[str, Any]:
        """Tell the settings' address the same, in the words that ntfy, Discord and Slack read."""
        waiting = _find_waiting(message)
        link = self.links.queue()
        text = self._say_waiting(waiting)
        titles = "; ".join(f"{title} ({format_number(number)})" for title, number in waiting.titles)
        text = f"{in_one_line(f'{text} {titles}')[: HOOK_LENGTH - len(link) - 1]}\n{link}"
        title = self.settings.site_name
        # In the order of who reads them: Discord, Slack, ntfy.
        words = {"content": text, "text": text, "message": text, "title": title, "click": link}
        return words | {"allowed_mentions": {"parse": []}}

    def _say_waiting(self, waiting: Waiting) -> str:
        return ngettext(
            "%(num)s comment waits for a decision, the oldest for %(age)s.",
            "%(num)s comments wait for a decision, the oldest for %(age)s.",
            waiting.count,
            age=waited(self.clock() - waiting.oldest),
        )

    def _tell_commenter(
        self,
        message: Claim,
        letter: str,
        *,
        comment: Comment,
        news: str,
        first_news: str,
        **more: str,
    ) -> EmailMessage:
        """Tell an address all of it where it has confirmed, else the least there is."""
        recipient = message.recipient
        address = self._admit(message, recipient, needs_confirmation=True)
        data = {
            "link": self._link_to(comment),
            "stop_link": self._link_for(Action.STOP, address),
        }
        if not address.is_confirmed:
            letter, news = "first", str(first_news)
            more = {"confirm_link": self._link_for(Action.CONFIRM, address)}
        subject = news.removesuffix(".")
        return self._make_mail(message, recipient, letter, data | more | {"news": news}, subject)

    def _admit(self, message: Claim, recipient: str, *, needs_confirmation: bool) -> MailAddress:
        """Ask what is known of an address, which may be that nothing goes there."""
        if email_fault(recipient):
            raise RefusedError("the recipient is not an e-mail address")
        try:
            return self.write(
                admit,
                address_hash=hash_address(recipient, secret_key=self.settings.secret_key),
                asked_by=message.id,
                needs_confirmation=needs_confirmation,
                now=self.clock(),
            )
        except StoppedAddressError:
            raise NothingToSayError("the address wants no mail") from None
        except AskedRecentlyError:
            raise NothingToSayError(
                "the address has not confirmed and had its mail of the day"
            ) from None

    def _make_mail(
        self, message: Claim, recipient: str, letter: str, data: dict[str, Any], subject: str
    ) -> EmailMessage:
        text, html = self.render(letter, data)
        name, address, host = self.settings.site_name, self.settings.sender, self.settings.mail_host
        try:
            return make_mail(
                letter=Letter(
                    recipient=recipient,
                    subject=subject,
                    text=text,
                    html=html,
                    stop_link=data["stop_link"],
                ),
                sender=Sender(name=name, address=address, host=host),
                message_id=message.message_id,
                now=self.clock(),
            )
        except ValueError:
            raise RefusedError("the recipient is no address that mail can go to") from None

    def _link_to(self, comment: Comment) -> str:
        """Return the comment's own address while everybody may read it, else its review's."""
        slug = comment.review.slug
        if comment.is_public:
            return self.links.comment(slug, comment.id)
        return self.links.review(slug)

    def _link_for(self, action: Action, address: MailAddress) -> str:
        secret_key = self.settings.secret_key
        token = make_token(action=action, address=address, secret_key=secret_key)
        return self.links.mail(token)


def _words_of(status: Status, decision: Decision) -> StatusEntry:
    was_public = decision.from_status == Status.PUBLISHED and status == Status.REJECTED
    return (Status.REMOVED if was_public else status).entry


def _title_of(comment: Comment) -> str:
    return in_one_line(comment.review.title)


def _find_waiting(message: Claim) -> Waiting:
    if has_newer(message_id=message.id, kind=message.kind, subject_id=message.subject_id):
        raise NothingToSayError("a newer digest says more")
    waiting = summarise_waiting()
    if waiting is None:
        raise NothingToSayError("nothing waits any more")
    return waiting
