"""What a moderator asks for in the address of the log, read and written."""

import re
from collections.abc import Mapping
from datetime import date

from blog.accounts.queries import list_moderators
from blog.comments.states import Verdict
from blog.db.ids import read_id
from blog.decisions.log import LogFilter
from blog.desk.filtering import BadFilterError, read_choice, read_cursor
from blog.text.language import gettext as _

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_filter(given: Mapping[str, str]) -> LogFilter:
    """Return what the address asks for. Raises BadFilterError."""
    moderator_id = _read_number(
        "moderator", given, fault=_("moderator takes the number of a moderator, as 12.")
    )
    if moderator_id is not None and moderator_id not in {m.id for m in list_moderators()}:
        raise BadFilterError(_("moderator takes the number of a moderator; none has this one."))
    verdict = read_choice("verdict", given, list(Verdict))
    first_day, last_day = _read_day("from", given), _read_day("to", given)
    if first_day and last_day and first_day > last_day:
        raise BadFilterError(
            _(
                "from (%(first)s) is later than to (%(last)s); turn them round.",
                first=first_day,
                last=last_day,
            )
        )
    comment_id = _read_number(
        "comment", given, fault=_("comment takes the number of a comment, as 12.")
    )
    return LogFilter(
        moderator_id=moderator_id,
        verdict=Verdict(verdict) if verdict else None,
        first_day=first_day,
        last_day=last_day,
        comment_id=comment_id,
    )


def read_place(given: Mapping[str, str]) -> int | None:
    """Return before which decision's id the address asks for more. Raises BadFilterError."""
    after = read_cursor("after", given)
    return after.id if after else None


def write_filter(wanted: LogFilter) -> dict[str, str]:
    """Return the parts of an address that ask for this."""
    parts = {
        "moderator": wanted.moderator_id,
        "verdict": wanted.verdict,
        "from": wanted.first_day,
        "to": wanted.last_day,
        "comment": wanted.comment_id,
    }
    return {name: str(value) for name, value in parts.items() if value is not None}


def _read_number(name: str, given: Mapping[str, str], *, fault: str) -> int | None:
    """Return a whole number. Raises BadFilterError, which says the fault."""
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
        pass  # Not every such text is a day: there is no 30 February.
    raise BadFilterError(_("%(name)s takes a day of the calendar, as 2026-05-01.", name=name))
