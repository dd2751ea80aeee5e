"""A comment as it was sent, and the token of the browser it belongs to."""

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
from blog.comments.states import Status
from blog.proofs.challenges import Proof
from blog.text.language import format_number
from blog.text.language import gettext as _
from blog.text.likeness import fingerprints_of

# Whoever sends a comment so soon after the first key stroke has hardly typed it.
HASTY_SECONDS = 3
# A browser keeps its token as long as browsers keep any cookie.
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
        """Find out what the words are like and what is odd about them."""
        object.__setattr__(self, "fingerprints", fingerprints_of(self.body))
        object.__setattr__(self, "reasons", self._find_reasons())

    def _find_reasons(self) -> dict[str, str | None]:
        """Return why it deserves a look, as far as it tells by itself; REASONS names them."""
        found: dict[str, str | None] = {}
        links = self.body_html.count("<a ")
        if links:
            found["links"] = str(links)
        # Not knowing is no reason: not every browser runs the script.
        if self.typed_seconds is not None and self.typed_seconds <= HASTY_SECONDS:
            seconds = format_number(round(max(self.typed_seconds, 0)))
            found["hasty"] = _("%(seconds)s s", seconds=seconds)
        if self.is_trapped:
            found["trap"] = None
        return found | dict(self.found_reasons)

    @property
    def field_values(self) -> dict[str, Any]:
        """Return the values of OwnFields and the rendered HTML, by column name."""
        return {**fields_of(self), "body_html": self.body_html}


class Sent:
    """Tell what is sent again: by its form's id, or by its sender and its words.

    `token` is the owner's, 32 hexadecimal digits; `is_known` tells that the browser had it
    already. `submission_id` is the form's own random id, where a script could make one.
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
        """Return what is stored of the token."""
        return hash_token(self.token)

    @property
    def submission_hash(self) -> str | None:
        """Return what is stored of the form's id; knowing the id is knowing the token."""
        return self._hash_id()

    @property
    def hash_with_text(self) -> str | None:
        """Return what is stored of the form's id where its first words were decided on."""
        return self._hash_id(self.author_name, self.body)

    def _hash_id(self, *words: str) -> str | None:
        if self.submission_id is None:
            return None
        parts = (self.submission_id, str(self.review_id), *words)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending(Sent):
    """Be a comment that arrives, before anything is made of its words."""

    review_id: int
    author_name: str
    body: str
    token: str
    is_known: bool
    submission_id: str | None
    in_reply_to_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission(Sent, Written):
    """Be a comment as it was sent.

    `proof` was found to be good, and may have been used before; `is_spam` tells that a rule says
    so.
    """

    token: str
    is_known: bool
    submission_id: str | None
    address: str | None
    in_reply_to_id: int | None = None
    proof: Proof | None = None
    is_spam: bool = False

    def repeats(self, comment: Comment) -> bool:
        """Return whether it says nothing that the comment does not say."""
        return fields_of(self) == fields_of(comment)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared(Written):
    """Be a comment that comes from elsewhere with its state."""

    status: Status
    submitted_at: datetime
    is_demo: bool
    # Of the thread it stands in, and of what it answers there.
    parent_id: int | None = None
    in_reply_to_id: int | None = None
    owner_hash: str | None = None
    client_name: str | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """Return what is stored in the comment's own row."""
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
    """Return a new browser's token, 128 bits.

    Derived from the form's random id, so that sending it again after a lost answer gives the same.
    """
    if submission_id is None:
        return secrets.token_hex(16)
    words = f"owner:{submission_id}".encode()
    return hmac.digest(secret_key.encode(), words, hashlib.sha256).hex()[:32]


def hash_token(token: str) -> str:
    """Return what is stored of an owner's token."""
    return hashlib.sha256(token.encode()).hexdigest()
