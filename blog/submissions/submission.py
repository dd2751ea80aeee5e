"""Comments as they are sent or imported, and the token that makes a browser their owner."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from blog.comments.fields import OwnFields, fields_of
from blog.comments.models import Comment
from blog.moderation.states import Status
from blog.proofs.challenges import Proof
from blog.text.language import format_number
from blog.text.language import gettext as _
from blog.text.likeness import fingerprints_of

# A comment sent within this time of the first key stroke is flagged as typed too fast.
HASTY_SECONDS = 3
# The lifetime of the token's cookie: the longest that browsers allow.
TOKEN_DAYS = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Written(OwnFields):
    """A reader's input, checked and rendered, with the reasons for a moderator to look at it.

    `typed_seconds` is the time from the first key stroke to sending, or None if no script ran.
    `is_trapped` is true if the hidden spam trap field was filled. `found_reasons` are reasons that
    the caller found, by their names in REASONS. `fingerprints` and `reasons` are computed when the
    object is made, before any transaction begins, because they are slow.
    """

    review_id: int
    body_html: Markup
    typed_seconds: float | None = None
    is_trapped: bool = False
    found_reasons: Mapping[str, str | None] = field(default_factory=dict)
    fingerprints: Sequence[int] = field(init=False)
    reasons: Mapping[str, str | None] = field(init=False)

    def __post_init__(self) -> None:
        """Compute the fingerprints of the text and the reasons for a moderator to look at it."""
        object.__setattr__(self, "fingerprints", fingerprints_of(self.body))
        object.__setattr__(self, "reasons", self._find_reasons())

    def _find_reasons(self) -> dict[str, str | None]:
        """Return the reasons for a moderator to look at the comment, as details by name."""
        found: dict[str, str | None] = {}
        links = self.body_html.count("<a ")
        if links:
            found["links"] = str(links)
        # A missing time is no reason, because not every browser runs the script.
        if self.typed_seconds is not None and self.typed_seconds <= HASTY_SECONDS:
            seconds = format_number(round(max(self.typed_seconds, 0)))
            found["hasty"] = _("%(seconds)s s", seconds=seconds)
        if self.is_trapped:
            found["trap"] = None
        return found | dict(self.found_reasons)

    @property
    def field_values(self) -> dict[str, Any]:
        """Return the author's input and the HTML rendered from it, by column name."""
        return {**fields_of(self), "body_html": self.body_html}


class Sent:
    """A mixin for the values that identify a comment when it is sent again.

    `token` is the browser's token, 32 hexadecimal digits; `is_known` is true if the browser sent
    the token. `submission_id` is the form's random id, or None if no script ran.
    """

    __slots__ = ()

    review_id: int
    author_name: str
    body: str
    token: str
    is_known: bool
    submission_id: str | None
    in_reply_to_id: int | None

    @property
    def owner_hash(self) -> str:
        """Return the hash of the token, as stored."""
        return hash_token(self.token)

    @property
    def submission_hash(self) -> str | None:
        """Return the hash of the form's id; the id is not stored, as the token derives from it."""
        return self._hash_id()

    @property
    def hash_with_text(self) -> str | None:
        """Return the hash of the form's id, name and text, for a second comment from one form."""
        return self._hash_id(self.author_name, self.body)

    def _hash_id(self, *more: str) -> str | None:
        if self.submission_id is None:
            return None
        parts = (self.submission_id, str(self.review_id), *more)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending(Sent):
    """A comment that has arrived, before its text is rendered and examined."""

    review_id: int
    author_name: str
    body: str
    token: str
    is_known: bool
    submission_id: str | None
    in_reply_to_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission(Sent, Written):
    """A comment that a reader sent, rendered and examined.

    `proof` is a valid proof of work, which may have been used before. `is_spam` is true if a rule
    files the comment as spam. `address` is the network address, `client_names` are its names if
    they are known. `newest_shown` is the id of the newest own comment that the reader has seen, if
    the page's script knows it.
    """

    token: str
    is_known: bool
    submission_id: str | None
    address: str | None
    client_names: Sequence[str] = ()
    newest_shown: int | None = None
    in_reply_to_id: int | None = None
    proof: Proof | None = None
    is_spam: bool = False

    def repeats(self, comment: Comment) -> bool:
        """Return whether all fields of the author are equal to those of the comment."""
        return fields_of(self) == fields_of(comment)

    def follows(self, comment: Comment) -> bool:
        """Return whether the reader had already seen the comment when the form was sent."""
        return self.newest_shown is not None and comment.id <= self.newest_shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared(Written):
    """A comment to import with its status, such as a comment of the demo."""

    status: Status
    submitted_at: datetime
    is_demo: bool
    # The first comment of its thread, and the comment that it replies to.
    parent_id: int | None = None
    in_reply_to_id: int | None = None
    owner_hash: str | None = None
    client_name: str | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """Return the values of the comment's row, by column name."""
        return self.field_values | {
            "review_id": self.review_id,
            "status": self.status,
            "submitted_at": self.submitted_at,
            "published_at": self.submitted_at if self.status == Status.PUBLISHED else None,
            "waiting_since": self.submitted_at if self.status == Status.PENDING else None,
            "is_demo": self.is_demo,
            "parent_id": self.parent_id,
            "in_reply_to_id": self.in_reply_to_id,
            "owner_hash": self.owner_hash,
            "client_name": self.client_name,
        }


def make_token(*, submission_id: str | None, secret_key: str) -> str:
    """Return a token for a new browser: 128 bits as 32 hexadecimal digits.

    The token is derived from the form's random id, if there is one, so that a form sent again after
    a lost response gets the same token.
    """
    if submission_id is None:
        return secrets.token_hex(16)
    message = f"owner:{submission_id}".encode()
    return hmac.digest(secret_key.encode(), message, hashlib.sha256).hex()[:32]


def hash_token(token: str) -> str:
    """Return the hash of a browser's token, as stored in `owner_hash`."""
    return hashlib.sha256(token.encode()).hexdigest()
