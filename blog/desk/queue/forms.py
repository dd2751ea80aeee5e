"""What a moderator sends about one comment."""

from wtforms import Field, IntegerField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from blog.comments.models import BODY_LENGTHS
from blog.db.ids import LARGEST_ID
from blog.desk.forms import VerdictForm
from blog.text.normalising import has_visible_character
from blog.web.fields import TextField
from blog.web.forms import Form


class DecisionForm(VerdictForm):
    """Take a verdict on the version of a comment that the moderator saw."""

    version = IntegerField(
        validators=[
            InputRequired("The form did not say which version it is about."),
            NumberRange(1, LARGEST_ID, "The form did not say which version it is about."),
        ]
    )


class AnswerForm(Form):
    """Take a moderator's answer to the version of a comment that the moderator saw."""

    version = DecisionForm.version
    body = TextField("Answer", most=BODY_LENGTHS[1])

    fault = VerdictForm.fault

    def validate_body(self, field: Field) -> None:
        """Refuse an answer that says nothing, or too much."""
        least, most = BODY_LENGTHS
        length = len(field.data)
        if length > most:
            raise ValidationError(f"The answer has {length:,} characters; it takes up to {most:,}.")
        if length < least or not has_visible_character(field.data):
            raise ValidationError(f"Write an answer of at least {least} characters.")
