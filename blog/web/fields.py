"""Form fields for text: they normalise it, and refuse excessive runs of combining marks."""

from typing import Any

from wtforms import Form, StringField, ValidationError
from wtforms.widgets import EmailInput, TextArea

from blog.text.normalising import LONGEST_SPELLING, marks_fault, normalise_line, normalise_text


class LineField(StringField):  # type: ignore[misc]  # WTForms has no types.
    """A field for one line of text; the form refuses more than `most` characters."""

    normalise = staticmethod(normalise_line)

    def __init__(self, label: str = "", *, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(label, filters=[self._normalise], **options)

    def _normalise(self, value: str | None) -> str:
        return self.normalise(value or "", most=self.most)

    def pre_validate(self, form: Form) -> None:
        """Refuse a text with too many combining marks; the form itself refuses a long text."""
        fault = marks_fault(self.data) if len(self.data) <= self.most * LONGEST_SPELLING else None
        if fault:
            raise ValidationError(fault)


class EmailLineField(LineField):
    """A field for an e-mail address; the form checks the syntax."""

    widget = EmailInput()


class TextField(LineField):
    """A field for several lines of text."""

    widget = TextArea()
    normalise = staticmethod(normalise_text)
