"""The table of the fields that a comment's author fills in.

Each attribute of OwnFields is one field, with the name of its column and of its form field.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

# The name and text stored in an erased comment; no page shows them.
BLANK = "Erased"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """The properties of one field of OwnFields.

    `exported` is its key in the export. `blank` is its value in an erased comment. `is_shown` is
    true if the public sees the field: edits of it wait for a moderator, edits of other fields take
    effect at once. `set_by_verdict` is true if a verdict may change it too.
    """

    exported: str
    blank: Any
    is_shown: bool = False
    set_by_verdict: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFields:
    """The values of the fields that a comment's author fills in."""

    author_name: Annotated[str, Field(exported="name", blank=BLANK, is_shown=True)]
    author_email: Annotated[str | None, Field(exported="email", blank=None)]
    body: Annotated[str, Field(exported="words", blank=BLANK, is_shown=True)]
    is_spoiler: Annotated[
        bool,
        Field(exported="contains_spoilers", blank=False, is_shown=True, set_by_verdict=True),
    ] = False
    wants_notice: Annotated[bool, Field(exported="tell_me_when_it_appears", blank=False)] = False
    wants_replies: Annotated[bool, Field(exported="tell_me_about_replies", blank=False)] = False


FIELDS: dict[str, Field] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(OwnFields, include_extras=True).items()
}
SHOWN = tuple(name for name in FIELDS if FIELDS[name].is_shown)
CONTACT = tuple(name for name in FIELDS if not FIELDS[name].is_shown)
# The fields that the public sees and no verdict changes.
AUTHORED = tuple(name for name in SHOWN if not FIELDS[name].set_by_verdict)
ERASED = {name: field.blank for name, field in FIELDS.items()}


def fields_of(source: Any, names: Iterable[str] = tuple(FIELDS)) -> dict[str, Any]:
    """Return the values of the named fields of a comment, a form or a revision, by name."""
    return {name: getattr(source, name) for name in names}
