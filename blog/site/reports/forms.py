"""What a reader says of a comment that a moderator should look at again."""

from wtforms import Field, RadioField, SelectChoice, ValidationError

from blog.reports.models import WORDS_LENGTH, Kind
from blog.text.language import format_number, lazy_gettext, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import has_visible_character
from blog.web.fields import TextField
from blog.web.forms import Form


class ReportForm(Form):
    """Take a report; lengths are code points after normalising."""

    class Meta:
        """Carry no token, as the page it stands on is the same for everybody."""

        csrf = False

    kind = RadioField(
        lazy_gettext("What is wrong with it"),
        choices=[SelectChoice(kind.value, kind.label) for kind in Kind],
        validate_choice=False,
    )
    # Called what a comment's words are called, so that every error page gives them back too.
    body = TextField(lazy_gettext("In your words"), most=WORDS_LENGTH)

    def validate_kind(self, field: Field) -> None:
        """Refuse a report that does not say what is wrong."""
        if field.data not in list(Kind):
            raise ValidationError(_("Choose one of the lines; the last is for everything else."))

    def validate_body(self, field: Field) -> None:
        """Refuse too many words, and none where nothing else says what is wrong."""
        if len(field.data) > WORDS_LENGTH:
            raise ValidationError(
                ngettext(
                    "Your words have %(num)s character; up to %(most)s fit.",
                    "Your words have %(num)s characters; up to %(most)s fit.",
                    len(field.data),
                    most=format_number(WORDS_LENGTH),
                )
            )
        if self.kind.data == Kind.OTHER and self.words is None:
            raise ValidationError(_("Say in a few words what is wrong."))

    @property
    def words(self) -> str | None:
        """Return what a moderator will read, None where there is nothing to see."""
        return self.body.data if has_visible_character(self.body.data) else None
