"""The whole addresses that letters and exports name."""

from typing import Protocol


class Links(Protocol):
    """Make the addresses of pages; the doors, which have the pages, hand one in."""

    def home(self) -> str:
        """Return the address of the front page."""

    def review(self, slug: str) -> str:
        """Return the address of a review."""

    def comment(self, slug: str, comment_id: int) -> str:
        """Return the address that leads to a comment in its place."""

    def queue(self) -> str:
        """Return the address of what waits for a decision."""

    def mail(self, token: str) -> str:
        """Return the address of the page behind a link in a letter."""
