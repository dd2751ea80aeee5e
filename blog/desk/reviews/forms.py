"""The form that closes or opens the comments on a review."""

from wtforms import Field, HiddenField, StringField, ValidationError

from blog.db.paging import BadCursorError, Cursor
from blog.reviews.models import CommentsOverride
from blog.text.language import gettext as _
from blog.web.forms import Form
from blog.web.refusals import EXPIRED

AUTO = "auto"
STATES = (CommentsOverride.OPEN.value, CommentsOverride.CLOSED.value, AUTO)


class ClosureForm(Form):
    """A moderator's choice for new comments on a review: open, closed, or the default."""

    state = StringField()
    # The cursor of the page of reviews that sent the form.
    after = HiddenField()

    def validate_state(self, field: Field) -> None:
        """Refuse an unknown state."""
        if field.data not in STATES:
            values = ", ".join(STATES)
            raise ValidationError(
                _("%(name)s must be one of %(values)s.", name="state", values=values)
            )

    @property
    def override(self) -> CommentsOverride | None:
        """Return the moderator's choice, None for the default; call this only after validation."""
        return None if self.state.data == AUTO else CommentsOverride(self.state.data)

    @property
    def place(self) -> Cursor | None:
        """Return the cursor of the page that sent the form, None for the first page."""
        try:
            return Cursor.parse(self.after.data)
        except BadCursorError:
            return None

    @property
    def fault(self) -> str:
        """Return the error of the form as text for the moderator."""
        if self.csrf_token.errors:
            return str(EXPIRED)
        no_change = _("Nothing was changed.")
        return f"{self.state.errors[0]} {no_change}"
