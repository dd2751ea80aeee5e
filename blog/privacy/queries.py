"""Find the data about a person, by e-mail address or by browser."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from blog.accounts.queries import find_moderator
from blog.comments.models import DECISION_NOTICE, REPLY_NOTICE, Comment
from blog.comments.queries import WITH_REPLIED_TO
from blog.db.engine import db
from blog.decisions.queries import count_decisions_with_reason
from blog.notices.tokens import hash_address
from blog.outbox.models import MailAddress, OutboxMessage
from blog.outbox.queries import (
    list_mail_addresses,
    list_messages_about,
    list_messages_to,
    list_recipients,
)
from blog.rules.models import Kind, Rule
from blog.rules.queries import list_rules
from blog.text.folding import fold_line
from blog.text.hosts import to_ascii, to_unicode


@dataclass(frozen=True, kw_only=True, slots=True)
class Holdings:
    """The data found about a person.

    `spellings` are all spellings of the e-mail address, the given one first. `messages` are those
    about the comments, about replies to them, and to the address. Two fields name data that an
    erasure does not delete: `reasons` is the number of decisions on the comments that have a
    reason, and `name_rules` are the rules that match the person's name.
    """

    comments: Sequence[Comment]
    messages: Sequence[OutboxMessage]
    spellings: Sequence[str] = ()
    addresses: Sequence[MailAddress] = ()
    reasons: int = 0
    name_rules: Sequence[Rule] = field(default_factory=list)
    is_moderator: bool = False

    @property
    def is_empty(self) -> bool:
        """Return whether there are no comments, no messages and no addresses."""
        return not (self.comments or self.messages or self.addresses)

    @property
    def is_stopped(self) -> bool:
        """Return whether the owner of the address wants no mail."""
        return any(address.is_stopped for address in self.addresses)


def get_holdings_of_browser(*, owner_hash: str) -> Holdings:
    """Return the data about a browser, without data about e-mail addresses."""
    comments = list_all_own_comments(owner_hash=owner_hash)
    return Holdings(comments=comments, messages=_list_messages(comments))


def get_holdings_of_address(*, email: str, secret_key: str) -> Holdings:
    """Return the stored data about an e-mail address, whichever way it was typed."""
    spellings = list_spellings(email=email)
    comments = list_comments_of(emails=spellings)
    messages = {message.id: message for message in _list_messages(comments)}
    messages |= {message.id: message for message in list_messages_to(recipients=spellings)}
    names = {fold_line(comment.author_name) for comment in comments}
    return Holdings(
        comments=comments,
        messages=[messages[number] for number in sorted(messages)],
        spellings=spellings,
        addresses=list_mail_addresses(
            address_hashes=hash_spellings(spellings, secret_key=secret_key)
        ),
        reasons=count_decisions_with_reason(comment_ids=[comment.id for comment in comments]),
        name_rules=[r for r in list_rules() if r.kind == Kind.NAME and r.pattern in names],
        is_moderator=find_moderator(email=email) is not None,
    )


def list_spellings(*, email: str) -> list[str]:
    """Return the given e-mail address, then its other spellings in comments and messages."""
    stored = {*list_emails(), *list_recipients()}
    return [email, *sorted(s for s in stored - {email} if is_same_address(s, email))]


def hash_spellings(spellings: Sequence[str], *, secret_key: str) -> list[str]:
    """Return the fingerprints of all spellings of an e-mail address, sorted."""
    return sorted({hash_address(spelling, secret_key=secret_key) for spelling in spellings})


def is_same_address(one: str, other: str) -> bool:
    """Return whether two e-mail addresses are equal but for case and the encoding of the host."""
    return _canonical(one) == _canonical(other)


def list_message_ids(*, comment_ids: Sequence[int]) -> list[str]:
    """Return the Message-IDs of the messages about these comments and about replies to them."""
    return [message.message_id for message in _list_messages_about(comment_ids)]


def _list_messages(comments: Sequence[Comment]) -> Sequence[OutboxMessage]:
    return _list_messages_about([comment.id for comment in comments])


def _list_messages_about(comment_ids: Sequence[int]) -> Sequence[OutboxMessage]:
    replies = list_reply_ids(comment_ids=comment_ids)
    return [
        *list_messages_about(kinds=[DECISION_NOTICE, REPLY_NOTICE], subject_ids=comment_ids),
        *list_messages_about(kinds=[REPLY_NOTICE], subject_ids=set(replies) - set(comment_ids)),
    ]


def _canonical(email: str) -> str:
    """Return an e-mail address in lower case, with its host in IDNA form where that is lossless."""
    user, _, host = unicodedata.normalize("NFC", email.strip().lower()).rpartition("@")
    try:
        encoded = to_ascii(host)
        is_reversible = to_unicode(encoded) == host
    except UnicodeError:
        return f"{user}@{host}"
    return f"{user}@{encoded if is_reversible else host}"


def list_emails() -> Sequence[str]:
    """Return all e-mail addresses of comments, each spelling once."""
    query = select(Comment.author_email).where(Comment.author_email.is_not(None)).distinct()
    return [email for email in db.session.execute(query).scalars() if email]


def list_comments_of(*, emails: Collection[str]) -> Sequence[Comment]:
    """Return the comments with one of these e-mail addresses, spelled exactly so, in any status."""
    return _list_with_relations(Comment.author_email.in_(list(emails)))


def list_all_own_comments(*, owner_hash: str) -> Sequence[Comment]:
    """Return all comments that a browser owns, in any status and without a limit."""
    return _list_with_relations(
        or_(Comment.owner_hash == owner_hash, Comment.resent_owner_hash == owner_hash)
    )


def list_reply_ids(*, comment_ids: Iterable[int]) -> Sequence[int]:
    """Return the ids of the replies to these comments, in any status."""
    query = select(Comment.id).where(Comment.in_reply_to_id.in_(list(comment_ids)))
    return db.session.execute(query.order_by(Comment.id)).scalars().all()


def _list_with_relations(rule: ColumnElement[bool]) -> Sequence[Comment]:
    """Return the comments that match a rule, with parent, review and the comment replied to."""
    query = (
        select(Comment)
        .options(joinedload(Comment.parent), joinedload(Comment.review), WITH_REPLIED_TO)
        .where(rule)
        .order_by(Comment.id)
    )
    return db.session.execute(query).scalars().all()
