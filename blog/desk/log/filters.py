"""Read and write the filters of the log as query parameters."""

import re
from collections.abc import Mapping
from datetime import date

from blog.accounts.queries import list_moderators
from blog.db.ids import read_id
from blog.decisions.log import LogFilter
from blog.desk.filtering import BadFilterError, read_choice, read_cursor
from blog.moderation.states import Verdict
from blog.text.language import gettext as _

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_filter(given: Mapping[str, str]) -> LogFilter:
    """Return the filter in the query parameters. Raises BadFilterError if one is invalid."""
    moderator_id = _read_number(
        "moderator", given, fault=_("moderator must be the number of a moderator, such as 12.")
    )
    if moderator_id is not None and moderator_id not in {m.id for m in list_moderators()}:
        raise BadFilterError(_("moderator: no moderator has this number."))
    verdict = read_choice("verdict", given, list(Verdict))
    first_day, last_day = _read_day("from", given), _read_day("to", given)
    if first_day and last_day and first_day > last_day:
        raise BadFilterError(
            _(
                "from (%(first)s) is later than to (%(last)s); swap them.",
                first=first_day,
                last=last_day,
            )
        )
    comment_id = _read_number(
        "comment", given, fault=_("comment must be the number of a comment, such as 12.")
    )
    return LogFilter(
        moderator_id=moderator_id,
        verdict=Verdict(verdict) if verdict else None,
        first_day=first_day,
        last_day=last_day,
        comment_id=comment_id,
    )


def read_place(given: Mapping[str, str]) -> int | None:
    """Return the id of the last decision on the previous page, None for the first page.

    Raises BadFilterError if the cursor in the query parameters is invalid.
    """
    after = read_cursor("after", given)
    return after.id if after else None


def write_filter(wanted: LogFilter) -> dict[str, str]:
    """Return the query parameters of a filter."""
    parts = {
        "moderator": wanted.moderator_id,
        "verdict": wanted.verdict,
        "from": wanted.first_day,
        "to": wanted.last_day,
        "comment": wanted.comment_id,
    }
    return {name: str(value) for name, value in parts.items() if value is not None}


def _read_number(name: str, given: Mapping[str, str], *, fault: str) -> int | None:
    """Return the id in a parameter, None if empty. Raises BadFilterError with the text `fault`."""
    text = given.get(name, "").strip()
    if not text:
        return None
    number = read_id(text)
    if number is None:
        raise BadFilterError(fault)
    return number


def _read_day(name: str, given: Mapping[str, str]) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # Some texts of this form are not dates, such as 2026-02-30.
    raise BadFilterError(_("%(name)s must be a date, such as 2026-05-01.", name=name))
