"""The form of a rule."""

import re
from collections.abc import Callable

from wtforms import Field, RadioField, SelectChoice, SelectField, StringField, ValidationError

from blog.db.ids import read_id
from blog.rules.folding import has_words, normalise_pattern, split_words
from blog.rules.models import NOTE_LENGTH, PATTERN_LENGTH, Action, Kind, RuleDraft
from blog.text.language import format_number, lazy_gettext, ngettext
from blog.text.language import gettext as _
from blog.web.fields import LineField
from blog.web.forms import Form

KINDS = {
    Kind.WORD: lazy_gettext("A word or a phrase in the text"),
    Kind.LINK: lazy_gettext("A full link address"),
    Kind.DOMAIN: lazy_gettext("A domain and its subdomains"),
    Kind.EMAIL: lazy_gettext("The sender's e-mail address"),
    Kind.NAME: lazy_gettext("The sender's name"),
    Kind.BROWSER: lazy_gettext("The sender's browser"),
    Kind.CLIENT: lazy_gettext("The sender's IP address"),
}
ACTIONS = {
    Action.HOLD: lazy_gettext("Hold for review"),
    Action.SPAM: lazy_gettext("Mark as spam"),
}
# The most words of a phrase. Longer phrases would make matching slow.
PHRASE_LENGTH = 10
_HOST = re.compile(r"[\w*\-]+(?:\.[\w*\-]+)*")
_SCHEMES = ("http://", "https://")


class RuleForm(Form):
    """A rule with a typed pattern, or a rule for the sender of the comment in `comment`."""

    kind = SelectField(
        lazy_gettext("Where to look"),
        choices=[SelectChoice(kind.value, KINDS[kind]) for kind in Kind if kind.is_typed],
        validate_choice=False,
    )
    pattern = LineField(lazy_gettext("Look for"), most=PATTERN_LENGTH)
    comment = StringField(filters=[lambda value: (value or "").strip()])
    action = RadioField(
        lazy_gettext("Action"),
        choices=[SelectChoice(action.value, ACTIONS[action]) for action in Action],
        validate_choice=False,
    )
    note = LineField(lazy_gettext("Note"), most=NOTE_LENGTH)

    def validate_kind(self, field: Field) -> None:
        """Refuse an unknown kind of rule."""
        if field.data not in list(Kind):
            raise ValidationError(_("kind must be one of %(values)s.", values=", ".join(Kind)))

    def validate_pattern(self, field: Field) -> None:
        """Refuse a pattern that can match nothing.

        A pattern that matches everything is refused later, by its trial.
        """
        if self.kind.data not in list(Kind) or not Kind(self.kind.data).is_typed:
            return
        kind = Kind(self.kind.data)
        _check_length(field.data)
        pattern = normalise_pattern(kind, field.data)
        _check_length(pattern)
        if not has_words(pattern) and "*" not in pattern:
            raise ValidationError(_("Enter at least one letter, digit or sign to look for."))
        fault = _FAULTS[kind](pattern) if has_words(pattern) else None
        if fault:
            raise ValidationError(fault)

    def validate_comment(self, field: Field) -> None:
        """Refuse a rule for a browser or an IP address without the number of a comment."""
        is_sender = self.kind.data in (Kind.BROWSER, Kind.CLIENT)
        if is_sender and read_id(field.data) is None:
            raise ValidationError(
                _("A rule for a browser or an IP address needs a comment from that sender.")
            )

    def validate_action(self, field: Field) -> None:
        """Refuse an unknown or missing action."""
        if field.data not in list(Action):
            raise ValidationError(_("Choose one: %(values)s.", values=", ".join(Action)))

    def validate_note(self, field: Field) -> None:
        """Refuse a note that is too long."""
        if len(field.data) > NOTE_LENGTH:
            raise ValidationError(
                ngettext(
                    "The note has %(num)s character; it takes up to %(most)s.",
                    "The note has %(num)s characters; it takes up to %(most)s.",
                    len(field.data),
                    most=format_number(NOTE_LENGTH),
                )
            )

    @property
    def draft(self) -> RuleDraft:
        """Return the draft in a form with a typed pattern; call this only after validation."""
        kind = Kind(self.kind.data)
        return RuleDraft(
            kind=kind,
            pattern=normalise_pattern(kind, self.pattern.data),
            action=Action(self.action.data),
            note=self.note.data or None,
        )


def _check_length(pattern: str) -> None:
    if len(pattern) > PATTERN_LENGTH:
        raise ValidationError(
            ngettext(
                "This has %(num)s character; a pattern takes up to %(most)s.",
                "This has %(num)s characters; a pattern takes up to %(most)s.",
                len(pattern),
                most=format_number(PATTERN_LENGTH),
            )
        )


def _find_phrase_fault(pattern: str) -> str | None:
    length = len(split_words(pattern, is_pattern=True).split())
    if length > PHRASE_LENGTH:
        return ngettext(
            "This has %(num)s word; a phrase takes up to %(most)s.",
            "This has %(num)s words; a phrase takes up to %(most)s.",
            length,
            most=format_number(PHRASE_LENGTH),
        )
    return None


def _find_link_fault(pattern: str) -> str | None:
    head, star, _tail = pattern.partition("*")
    can_match = head.startswith(_SCHEMES) or (star and any(s.startswith(head) for s in _SCHEMES))
    if can_match:
        return None
    return _("A link must begin with http://, https:// or *.")


def _find_domain_fault(pattern: str) -> str | None:
    if _HOST.fullmatch(pattern):
        return None
    return _("Enter only a host name, such as spam.example: no https://, no path, no spaces.")


def _find_email_fault(pattern: str) -> str | None:
    if ("@" in pattern or "*" in pattern) and " " not in pattern:
        return None
    return _("Enter a full e-mail address, or a part with *, such as *@spam.example.")


def _find_name_fault(pattern: str) -> str | None:
    return None


_FAULTS: dict[Kind, Callable[[str], str | None]] = {
    Kind.WORD: _find_phrase_fault,
    Kind.LINK: _find_link_fault,
    Kind.DOMAIN: _find_domain_fault,
    Kind.EMAIL: _find_email_fault,
    Kind.NAME: _find_name_fault,
}
