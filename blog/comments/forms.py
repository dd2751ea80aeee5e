"""What a reader may send."""

import re

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    StringField,
    TextAreaField,
    ValidationError,
)

from blog.comments.models import BODY_LENGTHS, NAME_LENGTH
from blog.text import email_fault, has_visible_character, normalise_line, normalise_text

_RANDOM_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_SECONDS = re.compile(r"\d{1,7}(?:\.\d{1,3})?", re.ASCII)


def _line(value: str | None) -> str:
    return normalise_line(value or "")


def _text(value: str | None) -> str:
    return normalise_text(value or "")


class CommentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Take a comment; lengths are code points after normalising."""

    class Meta:
        """Carry no token: a page that was open all night still sends its comment."""

        csrf = False

    author_name = StringField("Name", filters=[_line])
    author_email = EmailField("E-mail", filters=[_line])
    body = TextAreaField("Comment", filters=[_text])
    is_folded = BooleanField("My comment gives away what happens")
    wants_notice = BooleanField("Tell me by e-mail when it appears")
    # Nobody sees it; programs like its name, and no browser has an address or a name for it.
    message = TextAreaField("Leave this field empty; it is there to catch programs")
    submission_id = HiddenField()
    typed_seconds = HiddenField()
    parent_id = HiddenField(filters=[_line])

    def validate_author_name(self, field: Field) -> None:
        """Refuse a name that nobody could see, or that is too long."""
        if not has_visible_character(field.data):
            raise ValidationError("Write a name; any name will do.")
        if len(field.data) > NAME_LENGTH:
            raise ValidationError(
                f"The name has {len(field.data)} characters; it takes up to {NAME_LENGTH}."
            )

    def validate_author_email(self, field: Field) -> None:
        """Refuse what is not an e-mail address by its syntax; none is fine where none is used."""
        if not field.data and self.wants_notice.data:
            raise ValidationError(
                "Write your e-mail address, so that we can tell you when your comment appears;"
                " or take the tick away."
            )
        if field.data and email_fault(field.data):
            raise ValidationError(
                "That is not an e-mail address, such as mina@example.org. You may leave it out."
            )

    def validate_body(self, field: Field) -> None:
        """Refuse a comment that says nothing, or too much."""
        least, most = BODY_LENGTHS
        length = len(field.data)
        if length < least or not has_visible_character(field.data):
            raise ValidationError(f"Write a comment of at least {least} characters.")
        if length > most:
            raise ValidationError(
                f"The comment has {length:,} characters; it takes up to {most:,}."
                " Shorten it, or send it in two."
            )

    def validate_parent_id(self, field: Field) -> None:
        """Refuse an answer to a comment; only moderators write those."""
        if field.data:
            raise ValidationError(
                "Readers cannot answer one another here yet. Your words are kept below; you can"
                " send them as a comment of their own."
            )

    @property
    def is_trapped(self) -> bool:
        """Tell whether the field that nobody sees was filled; what with is nobody's business."""
        return bool((self.message.data or "").strip())

    @property
    def seconds(self) -> float | None:
        """Return how long the writing took by the page's script, or None where nobody knows."""
        given = self.typed_seconds.data or ""
        return float(given) if _SECONDS.fullmatch(given) else None

    @property
    def random_id(self) -> str | None:
        """Return the id the page's script made, or None where there is none worth the name."""
        given = self.submission_id.data or ""
        return given if _RANDOM_ID.fullmatch(given) else None
