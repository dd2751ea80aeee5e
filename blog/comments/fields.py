"""What a writer writes: the one table of a comment's own fields.

A field is a line of OwnFields, under the name of its column and of its place in the form.
Submission, change, revision, copies, export, erasure, form and drafts read it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

# What stands where words were deleted; nobody is shown it.
BLANK = "Erased"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """Hold what the export calls a field, and what is left of it where a comment was erased.

    `is_shown` tells that everybody sees it: once published, a change waits for a moderator. The
    others change at once. `set_by_verdict` tells that a verdict may change it too.
    """

    exported: str
    blank: Any
    is_shown: bool = False
    set_by_verdict: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFields:
    """Be what a writer writes."""

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
# What everybody sees as it was written, whatever the verdict.
AUTHORED = tuple(name for name in SHOWN if not FIELDS[name].set_by_verdict)
ERASED = {name: field.blank for name, field in FIELDS.items()}


def fields_of(source: Any, names: Iterable[str] = tuple(FIELDS)) -> dict[str, Any]:
    """Return fields of a comment, of what was sent, or, those that are shown, of a revision."""
    return {name: getattr(source, name) for name in names}
