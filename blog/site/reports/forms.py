"""The form in which a reader reports a comment."""

from wtforms import Field, RadioField, SelectChoice, ValidationError

from blog.reports.models import WORDS_LENGTH, Kind
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.text.normalising import has_visible_character
from blog.web.fields import TextField
from blog.web.forms import Form


class ReportForm(Form):
    """A report of a comment; lengths are in code points after normalising."""

    class Meta:
        """Form options: no CSRF token, as the page with the form is cached publicly."""

        csrf = False

    kind = RadioField(
        lazy_gettext("What is wrong with this comment?"),
        choices=[SelectChoice(kind.value, kind.label) for kind in Kind],
        validate_choice=False,
    )
    # The same name as a comment's text, so that error pages return this text too.
    body = TextField(lazy_gettext("Details"), most=WORDS_LENGTH)

    def validate_kind(self, field: Field) -> None:
        """Refuse a report without one of the reasons in `Kind`."""
        if field.data not in list(Kind):
            raise ValidationError(_("Choose a reason."))

    def validate_body(self, field: Field) -> None:
        """Refuse a missing text for the reason "other"."""
        if self.kind.data == Kind.OTHER and self.text is None:
            raise ValidationError(_("Say in a few words what is wrong."))

    @property
    def text(self) -> str | None:
        """Return the report's text, or None for a text without a visible character."""
        return self.body.data if has_visible_character(self.body.data) else None
