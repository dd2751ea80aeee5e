"""Compose messages from the database when they are sent; no message quotes a comment."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from blog.accounts.queries import list_moderators
from blog.comments.models import Comment
from blog.db.transactions import Write
from blog.decisions.models import Decision
from blog.moderation.states import Status, StatusEntry
from blog.notices.links import Links
from blog.notices.queries import (
    Waiting,
    find_decision,
    find_last_notified_status,
    find_reply,
    summarise_waiting,
)
from blog.notices.tokens import Action, hash_address, make_token
from blog.outbox.commands import AskedRecentlyError, Claim, StoppedAddressError, allow_mail
from blog.outbox.delivery import NothingToSayError
from blog.outbox.mail import MailContent, Sender, make_mail
from blog.outbox.models import MailAddress
from blog.outbox.queries import find_last_sent, has_newer
from blog.outbox.transports import RefusedError
from blog.settings import Settings
from blog.text.formatting import waited
from blog.text.language import format_number, ngettext
from blog.text.language import gettext as _
from blog.text.markup import fill_sentence, isolate
from blog.text.normalising import email_fault, in_one_line

# The longest text in characters that Discord accepts; ntfy and Slack accept more.
HOOK_LENGTH = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Composer:
    """The composer of mail and web hook messages.

    `render` takes the name of a mail template and its data, and returns plain text and HTML.
    """

    settings: Settings
    clock: Callable[[], datetime]
    render: Callable[[str, dict[str, Any]], tuple[str, str]]
    links: Links
    write: Write

    def compose_decision(self, message: Claim) -> EmailMessage:
        """Return the notice of a decision for the comment's author.

        Raises NothingToSayError if the notice is obsolete or unwanted.
        """
        version = message.payload.get("version", 0)
        found = find_decision(comment_id=message.subject_id, version=version)
        if found is None:
            raise NothingToSayError("the decision was undone or replaced")
        comment, decision = found
        entry = _status_entry_of(comment.status, decision)
        if decision.from_status == decision.to_status or entry.mailed is None:
            raise NothingToSayError("this kind of decision needs no notice")
        if find_last_notified_status(comment_id=comment.id) == comment.status:
            raise NothingToSayError("the author has been notified already")
        return self._compose_for_author(
            message,
            "decision",
            comment=comment,
            news=entry.mailed,
            reason=(decision.reason or "") if decision.shares_reason else "",
        )

    def compose_reply(self, message: Claim) -> EmailMessage:
        """Return the notice of a reply for the author of the comment that it replies to.

        Raises NothingToSayError if the notice is obsolete or unwanted.
        """
        reply = find_reply(comment_id=message.subject_id)
        if reply is None:
            raise NothingToSayError("the reply is not public")
        if find_last_sent(kind=message.kind, subject_id=message.subject_id):
            raise NothingToSayError("the author has been notified already")
        return self._compose_for_author(message, "reply", comment=reply, news=_tell_of_reply)

    def compose_digest(self, message: Claim) -> EmailMessage:
        """Return the digest of the moderation queue for one moderator.

        Raises NothingToSayError if no comment waits or the moderator wants no mail.
        """
        waiting = _find_waiting(message)
        accounts = {account.id: account for account in list_moderators() if account.is_active}
        if message.subject_id not in accounts:
            raise NothingToSayError("the moderator's account is gone")
        recipient = accounts[message.subject_id].email
        address = self._admit(message, recipient, needs_confirmation=False)
        data = {
            "waiting": waiting,
            "news": self._describe_waiting(waiting),
            "link": self.links.queue(),
            "stop_link": self._link_for(Action.STOP, address),
        }
        subject = ngettext(
            "%(num)s comment at %(site)s is waiting for a moderator",
            "%(num)s comments at %(site)s are waiting for a moderator",
            waiting.count,
            site=self.settings.site_name,
        )
        return self._make_mail(message.message_id, recipient, "digest", data, subject)

    def compose_hook(self, message: Claim) -> dict[str, Any]:
        """Return the digest as JSON for the web hook, for ntfy, Discord and Slack alike."""
        waiting = _find_waiting(message)
        link = self.links.queue()
        text = self._describe_waiting(waiting)
        titles = "; ".join(
            f"{review.full_title} ({format_number(number)})" for review, number in waiting.reviews
        )
        text = f"{in_one_line(f'{text} {titles}')[: HOOK_LENGTH - len(link) - 1]}\n{link}"
        title = self.settings.site_name
        # Discord reads `content`, Slack reads `text`, ntfy reads the other three.
        fields = {"content": text, "text": text, "message": text, "title": title, "click": link}
        return fields | {"allowed_mentions": {"parse": []}}

    def compose_test(self, recipient: str) -> EmailMessage:
        """Return a mail by which an operator tests the mail server.

        Raises RefusedError for an address that mail cannot be sent to.
        """
        subject = _("Test mail from %(site)s", site=self.settings.site_name)
        data = {"site": self.settings.site_name, "link": self.links.home(), "stop_link": None}
        return self._make_mail(secrets.token_hex(16), recipient, "test", data, subject)

    def _describe_waiting(self, waiting: Waiting) -> str:
        return ngettext(
            "%(num)s comment at %(site)s is waiting for a moderator; oldest: %(age)s.",
            "%(num)s comments at %(site)s are waiting for a moderator; oldest: %(age)s.",
            waiting.count,
            site=self.settings.site_name,
            age=waited(self.clock() - waiting.oldest),
        )

    def _compose_for_author(
        self,
        message: Claim,
        template: str,
        *,
        comment: Comment,
        news: Callable[..., str],
        **details: str,
    ) -> EmailMessage:
        """Return a notice; to an unconfirmed address, only `news` and a confirmation link.

        `news` makes a sentence of the drama's `title` and the name of the `site`.
        """
        recipient = message.recipient
        address = self._admit(message, recipient, needs_confirmation=True)
        data = {
            "link": self._link_to(comment),
            "stop_link": self._link_for(Action.STOP, address),
        }
        if not address.is_confirmed:
            template = "first"
            details = {"confirm_link": self._link_for(Action.CONFIRM, address)}
        title, site = in_one_line(comment.review.drama_name), self.settings.site_name
        sentence = news(title=title, site=site)
        marked = fill_sentence(news, title=isolate(title, comment.review.language), site=site)
        data |= {**details, "news": sentence, "news_html": marked}
        return self._make_mail(
            message.message_id, recipient, template, data, sentence.removesuffix(".")
        )

    def _admit(self, message: Claim, recipient: str, *, needs_confirmation: bool) -> MailAddress:
        """Return the stored address of a recipient who may get this message now.

        Raises RefusedError for an invalid address, NothingToSayError for one that stopped all mail
        or that has not been confirmed and had a message within the last day.
        """
        if email_fault(recipient):
            raise RefusedError("the recipient is not an e-mail address")
        try:
            return self.write(
                allow_mail,
                address_hash=hash_address(recipient, secret_key=self.settings.secret_key),
                asked_by=message.id,
                needs_confirmation=needs_confirmation,
                now=self.clock(),
            )
        except StoppedAddressError:
            raise NothingToSayError("the owner of the address has stopped all mail") from None
        except AskedRecentlyError:
            raise NothingToSayError(
                "the address is unconfirmed and has had a message within a day"
            ) from None

    def _make_mail(
        self, message_id: str, recipient: str, template: str, data: dict[str, Any], subject: str
    ) -> EmailMessage:
        text, html = self.render(template, data)
        name, address, host = self.settings.site_name, self.settings.sender, self.settings.mail_host
        try:
            return make_mail(
                content=MailContent(
                    recipient=recipient,
                    subject=subject,
                    text=text,
                    html=html,
                    stop_link=data["stop_link"],
                ),
                sender=Sender(name=name, address=address, host=host),
                message_id=message_id,
                now=self.clock(),
            )
        except ValueError:
            raise RefusedError("mail cannot be sent to this address") from None

    def _link_to(self, comment: Comment) -> str:
        """Return the URL of a public comment, or of its review if the comment is not public."""
        slug = comment.review.slug
        if comment.is_public:
            return self.links.comment(slug, comment.id)
        return self.links.review(slug)

    def _link_for(self, action: Action, address: MailAddress) -> str:
        secret_key = self.settings.secret_key
        token = make_token(action=action, address=address, secret_key=secret_key)
        return self.links.mail(token)


def _status_entry_of(status: Status, decision: Decision) -> StatusEntry:
    """Return the texts about a status; a published comment that was rejected was taken down."""
    was_public = decision.from_status == Status.PUBLISHED and status == Status.REJECTED
    return (Status.REMOVED if was_public else status).entry


def _tell_of_reply(**names: str) -> str:
    return _("Your comment on “%(title)s” at %(site)s has a reply.", **names)


def _find_waiting(message: Claim) -> Waiting:
    if has_newer(message_id=message.id, kind=message.kind, subject_id=message.subject_id):
        raise NothingToSayError("there is a newer digest")
    waiting = summarise_waiting()
    if waiting is None:
        raise NothingToSayError("no comment waits any more")
    return waiting
