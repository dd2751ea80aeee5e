"""Fields of forms that take what people type, normalised, and refuse what no person types."""

from typing import Any

from wtforms import Form, StringField, ValidationError
from wtforms.widgets import EmailInput, TextArea

from blog.text.normalising import LONGEST_SPELLING, marks_fault, normalise_line, normalise_text


class LineField(StringField):  # type: ignore[misc]  # WTForms has no types.
    """Take one line. `most` is how many characters the form's own check allows."""

    normalise = staticmethod(normalise_line)

    def __init__(self, label: str = "", *, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(label, filters=[self._normalise], **options)

    def _normalise(self, value: str | None) -> str:
        return self.normalise(value or "", most=self.most)

    def pre_validate(self, form: Form) -> None:
        """Refuse a heap of combining marks; what is too long is refused for its length."""
        fault = marks_fault(self.data) if len(self.data) <= self.most * LONGEST_SPELLING else None
        if fault:
            raise ValidationError(fault)


class EmailLineField(LineField):
    """Take an e-mail address, whose syntax the form checks."""

    widget = EmailInput()


class TextField(LineField):
    """Take several lines."""

    widget = TextArea()
    normalise = staticmethod(normalise_text)
