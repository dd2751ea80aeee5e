"""A comment as it was sent, and the token of the browser it belongs to."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from blog.comments.models import Comment


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """Hold a comment as it was sent, its words checked and rendered.

    `token` is the owner's, 32 hexadecimal digits; `is_known` tells that the browser had it
    already. `submission_id` is the form's own random id, where a script could make one.
    """

    review_id: int
    author_name: str
    author_email: str | None
    body: str
    body_html: Markup
    token: str
    is_known: bool
    submission_id: str | None
    address: str | None

    @property
    def owner_hash(self) -> str:
        """Return what is stored of the token."""
        return hash_token(self.token)

    @property
    def submission_hash(self) -> str | None:
        """Return what is stored of the form's id; knowing the id is knowing the token."""
        return self._hash_id()

    @property
    def hash_with_words(self) -> str | None:
        """Return what is stored of the form's id where its first words were decided on."""
        return self._hash_id(self.author_name, self.body)

    def _hash_id(self, *words: str) -> str | None:
        if self.submission_id is None:
            return None
        parts = (self.submission_id, str(self.review_id), *words)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def words(self) -> dict[str, Any]:
        """Return what the reader wrote, and what it looks like."""
        return {
            "author_name": self.author_name,
            "author_email": self.author_email,
            "body": self.body,
            "body_html": self.body_html,
        }

    def repeats(self, comment: Comment) -> bool:
        """Tell whether it says nothing that the comment does not say."""
        mine = (self.author_name, self.author_email, self.body)
        return self.submission_id is None or mine == (
            comment.author_name,
            comment.author_email,
            comment.body,
        )


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
