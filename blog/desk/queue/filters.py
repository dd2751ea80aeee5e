"""Read and write the filters of the moderation queue as query parameters."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from blog.db.ids import read_id
from blog.desk.filtering import BadFilterError, read_choice
from blog.desk.queue.matching import QueueFilter, Sender
from blog.desk.queue.queries import find_sender
from blog.desk.queue.tabs import Tab
from blog.marks.models import REASONS
from blog.reviews.addresses import find_review_by_any_slug
from blog.text.language import format_number, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import marks_fault, normalise_line

MAX_SEARCH_LENGTH = 200
AGES = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}


def read_filter(given: Mapping[str, str]) -> QueueFilter:
    """Return the filter in the query parameters. Raises BadFilterError if one is invalid.

    Without a status, the list is that of waiting comments, or of all comments for a search.
    """
    search = normalise_line(given.get("q", ""), most=MAX_SEARCH_LENGTH)
    if len(search) > MAX_SEARCH_LENGTH:
        raise BadFilterError(
            ngettext(
                "q takes up to %(num)s character; this has %(given)s.",
                "q takes up to %(num)s characters; this has %(given)s.",
                MAX_SEARCH_LENGTH,
                given=format_number(len(search)),
            )
        )
    if fault := marks_fault(search):
        raise BadFilterError(_("q: %(fault)s", fault=fault))
    age = read_choice("age", given, AGES)
    slug = given.get("review", "")
    review = find_review_by_any_slug(slug=slug) if slug and "\0" not in slug else None
    if slug and review is None:
        raise BadFilterError(_("review: no review has this address."))
    return QueueFilter(
        tab=Tab(read_choice("status", given, list(Tab)) or (Tab.ANY if search else Tab.PENDING)),
        search=search,
        reason=read_choice("reason", given, REASONS),
        review=review,
        sender=_read_sender(given),
        waited=AGES[age] if age else None,
        known_first=read_choice("sort", given, ["known"]) is not None,
    )


def write_filter(wanted: QueueFilter) -> dict[str, Any]:
    """Return the query parameters of a filter."""
    ages = {span: name for name, span in AGES.items()}
    parts = {
        "status": wanted.tab.value,
        "q": wanted.search,
        "reason": wanted.reason,
        "review": wanted.review.slug if wanted.review else None,
        "sender": str(wanted.sender.comment_id) if wanted.sender else None,
        "age": ages[wanted.waited] if wanted.waited else None,
        "sort": "known" if wanted.known_first else None,
    }
    return {name: value for name, value in parts.items() if value}


def _read_sender(given: Mapping[str, str]) -> Sender | None:
    number = given.get("sender", "")
    if not number:
        return None
    comment_id = read_id(number)
    sender = find_sender(comment_id=comment_id) if comment_id else None
    if sender is None:
        raise BadFilterError(_("sender: no comment has this number."))
    return sender
