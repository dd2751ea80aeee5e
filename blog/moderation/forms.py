"""What a moderator sends."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange

from blog.comments.models import Verdict

VERDICTS = [verdict.value for verdict in Verdict]


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Take a verdict on the version of a comment that the moderator saw."""

    version = IntegerField(validators=[InputRequired(), NumberRange(min=1, max=2**31 - 1)])
    verdict = StringField(
        validators=[AnyOf(VERDICTS, f"A verdict is one of {', '.join(VERDICTS)}.")]
    )

    @property
    def fault(self) -> str:
        """Say in a sentence what is wrong, and what would be right."""
        if self.csrf_token.errors:
            return "This page had expired, so nothing was changed. Here is the comment again."
        if self.verdict.errors:
            return f"{self.verdict.errors[0]} Nothing was changed."
        return "The form did not say which version it is about. Nothing was changed."
