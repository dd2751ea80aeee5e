"""Form fields for text: they normalise it, and refuse excessive runs of combining marks."""

from typing import Any

from wtforms import Form, StringField, ValidationError
from wtforms.widgets import EmailInput, TextArea

from blog.text.language import format_number, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import (
    LONGEST_SPELLING,
    has_visible_character,
    marks_fault,
    normalise_line,
    normalise_text,
)


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
    """A field for several lines of text of up to `most` characters.

    If `is_required`, the text needs a visible character.
    """

    widget = TextArea()
    normalise = staticmethod(normalise_text)

    def __init__(self, label: str = "", *, is_required: bool = False, **options: Any) -> None:
        self.is_required = is_required
        super().__init__(label, **options)

    def pre_validate(self, form: Form) -> None:
        """Refuse a text that is too long, or that is required and has no visible character."""
        super().pre_validate(form)
        if len(self.data) > self.most:
            raise ValidationError(
                ngettext(
                    "The text has %(num)s character; it takes up to %(most)s. Please shorten it.",
                    "The text has %(num)s characters; it takes up to %(most)s. Please shorten it.",
                    len(self.data),
                    most=format_number(self.most),
                )
            )
        if self.is_required and not has_visible_character(self.data):
            raise ValidationError(_("Write something first; one character is enough."))
