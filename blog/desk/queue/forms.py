"""What a moderator sends about one comment."""

from wtforms import BooleanField, Field, IntegerField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired, NumberRange

from blog.comments.models import BODY_LENGTHS, Seen
from blog.comments.states import Verdict
from blog.db.ids import LARGEST_ID, read_id
from blog.decisions.models import REASON_LENGTH
from blog.text.normalising import has_visible_character
from blog.web.fields import LineField, TextField
from blog.web.forms import Form

VERDICTS = [verdict.value for verdict in Verdict]


def read_seen(text: str) -> Seen | None:
    """Return the comment and the version that a page names as "id.version", None for no such."""
    comment_id, _, version = map(read_id, text.partition("."))
    return Seen(comment_id, version) if comment_id and version else None


class VerdictForm(Form):
    """Take a verdict and the reason for it: one of the site's own, the moderator's words, both."""

    verdict = StringField(
        validators=[AnyOf(VERDICTS, f"A verdict is one of {', '.join(VERDICTS)}.")]
    )
    reason = LineField(most=REASON_LENGTH)
    reason_words = LineField(most=REASON_LENGTH)
    is_told = BooleanField()

    def validate_reason(self, field: Field) -> None:
        """Refuse a reason that is too long, and a taking down without one."""
        if self.full_reason is None:
            if self.verdict.data == Verdict.TAKE_DOWN:
                raise ValidationError("Taking a comment down takes a reason: choose or write one.")
            if self.is_told.data:
                raise ValidationError("There is no reason to tell: choose or write one.")
        elif len(self.full_reason) > REASON_LENGTH:
            raise ValidationError(
                f"The reason has {len(self.full_reason)} characters; it takes up to"
                f" {REASON_LENGTH}."
            )

    @property
    def full_reason(self) -> str | None:
        """Return the reason in one line, None where there is none."""
        given = [text for text in (self.reason.data, self.reason_words.data) if text]
        return ": ".join(given) or None

    @property
    def fault(self) -> str:
        """Say in a sentence what is wrong, and what would be right."""
        if self.csrf_token.errors:
            return "This page had expired, so nothing was changed. Here it is again."
        for errors in self.errors.values():
            # What WTForms says of a number that is none comes before our own words.
            return f"{errors[-1]} Nothing was changed."
        return ""


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
