"""What a moderator sends to answer a comment."""

from wtforms import Field, StringField, ValidationError

from blog.comments.models import BODY_LENGTHS
from blog.desk.forms import VerdictForm, check_version
from blog.text.normalising import has_visible_character
from blog.web.fields import TextField
from blog.web.forms import Form


class AnswerForm(Form):
    """Take a moderator's answer to the version of a comment that the moderator saw."""

    version = StringField(validators=[check_version])
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
