"""What a moderator may say of a review's comments."""

from wtforms import Field, HiddenField, StringField, ValidationError

from blog.db.paging import BadCursorError, Cursor
from blog.reviews.models import CommentsOverride
from blog.text.language import gettext as _
from blog.web.forms import Form

AUTO = "auto"
STATES = (CommentsOverride.OPEN.value, CommentsOverride.CLOSED.value, AUTO)


class ClosureForm(Form):
    """Take who decides over a review's comments: a moderator, or its file and its age."""

    state = StringField()
    # The page of the list that the form stood on.
    after = HiddenField()

    def validate_state(self, field: Field) -> None:
        """Refuse a state there is none of."""
        if field.data not in STATES:
            values = ", ".join(STATES)
            raise ValidationError(
                _("%(name)s must be one of %(values)s.", name="state", values=values)
            )

    @property
    def override(self) -> CommentsOverride | None:
        """Return what the moderator says, None for what is set otherwise; after validation."""
        return None if self.state.data == AUTO else CommentsOverride(self.state.data)

    @property
    def place(self) -> Cursor | None:
        """Return the page to go back to, the first where the form names none."""
        try:
            return Cursor.parse(self.after.data)
        except BadCursorError:
            return None

    @property
    def fault(self) -> str:
        """Say in a sentence what is wrong, and what would be right."""
        if self.csrf_token.errors:
            return _("This page had expired, so nothing was changed. Here it is again.")
        told = _("Nothing was changed.")
        return f"{self.state.errors[0]} {told}"
