"""The absolute URLs that mail and exports contain."""

from typing import Protocol


class Links(Protocol):
    """A builder of absolute URLs; the caller provides one, as features do not know the routes."""

    def home(self) -> str:
        """Return the URL of the front page."""

    def review(self, slug: str) -> str:
        """Return the URL of a review."""

    def comment(self, slug: str, comment_id: int) -> str:
        """Return the permanent URL of a comment."""

    def queue(self) -> str:
        """Return the URL of the moderation queue."""

    def mail(self, token: str) -> str:
        """Return the URL of the page for a token in mail."""
