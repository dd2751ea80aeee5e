"""The forms for a new comment, a reply and an edit."""

import re
from typing import Any, Self

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    TextAreaField,
    ValidationError,
)

from blog.comments.fields import CONTACT, FIELDS, fields_of
from blog.comments.models import BODY_LENGTH, NAME_LENGTH, Comment
from blog.db.ids import read_id, read_version
from blog.proofs.challenges import LONGEST as LONGEST_PROOF
from blog.reviews.models import Review
from blog.site.comments.captcha import CaptchaField
from blog.text.language import format_number, lazy_gettext, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import EMAIL_LENGTH, email_fault, has_visible_character
from blog.web.fields import EmailLineField, LineField, TextField
from blog.web.forms import Form

_RANDOM_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_SECONDS = re.compile(r"\d{1,7}(?:\.\d{1,3})?", re.ASCII)


class BaseCommentForm(Form):
    """The fields that new comments and edits share, in the order of the page.

    Lengths are in code points.
    """

    class Meta:
        """Form options: no CSRF token, so that a page that was open all night still works."""

        csrf = False

    body = TextField(lazy_gettext("Comment"), most=BODY_LENGTH, is_required=True)
    is_spoiler = BooleanField(lazy_gettext("My comment contains spoilers"))
    author_name = LineField(lazy_gettext("Name"), most=NAME_LENGTH)
    author_email = EmailLineField(lazy_gettext("E-mail"), most=EMAIL_LENGTH)
    wants_notice = BooleanField(lazy_gettext("E-mail me when my comment is published"))
    wants_replies = BooleanField(lazy_gettext("E-mail me about replies"))
    # A hidden spam trap: programs fill in a field of this name, and browsers do not.
    message = TextAreaField(lazy_gettext("Leave this field empty; programs fill it in"))

    id_suffix = ""

    def set_id_suffix(self, suffix: str) -> Self:
        """Add a suffix to the HTML ids of the fields, for a page with several forms."""
        self.id_suffix = f"-{suffix}"
        for field in self:
            field.id = f"{field.short_name}-{suffix}"
            field.label.field_id = field.id
        return self

    def validate_author_name(self, field: Field) -> None:
        """Refuse a name that is too long, or that has no visible character."""
        if len(field.data) > NAME_LENGTH:
            raise ValidationError(
                ngettext(
                    "The name has %(num)s character; it takes up to %(most)s.",
                    "The name has %(num)s characters; it takes up to %(most)s.",
                    len(field.data),
                    most=format_number(NAME_LENGTH),
                )
            )
        if not has_visible_character(field.data):
            raise ValidationError(_("Enter a name; any name will do."))

    def validate_author_email(self, field: Field) -> None:
        """Refuse an address with invalid syntax, and a missing address if a mail box is ticked."""
        if not field.data and (self.wants_notice.data or self.wants_replies.data):
            raise ValidationError(
                _(
                    "Enter your e-mail address, so that we can tell you when your comment is"
                    " published, or untick the box."
                )
                if self.wants_notice.data
                else _(
                    "Enter your e-mail address, so that we can tell you about replies,"
                    " or untick the box."
                )
            )
        if field.data and email_fault(field.data):
            raise ValidationError(
                _("Enter an e-mail address such as mina@example.org, or leave the field empty.")
            )

    @property
    def field_names(self) -> tuple[str, ...]:
        """Return the names of the comment's fields, for its draft and the list of its errors."""
        return tuple(name for name in self._fields if name in FIELDS)

    @property
    def has_contact(self) -> bool:
        """Return whether a field that is only for mail has a value or an error."""
        return any(self[name].data or self[name].errors for name in CONTACT)

    @property
    def field_values(self) -> dict[str, Any]:
        """Return the values of the comment's fields by name; None for an empty value."""
        given = {name: self[name].data for name in self.field_names}
        return {name: None if value == "" else value for name, value in given.items()}

    def equals(self, comment: Comment) -> bool:
        """Return whether all field values are those of a stored comment."""
        return bool(self.field_values == fields_of(comment))

    @property
    def is_trapped(self) -> bool:
        """Return whether the hidden spam trap field was filled in."""
        return bool((self.message.data or "").strip())


class CommentForm(BaseCommentForm):
    """The form for a new comment or a reply, with the values that the page's script adds."""

    submission_id = HiddenField()
    last_shown_id = HiddenField()
    typed_seconds = HiddenField()
    proof = HiddenField()
    captcha = CaptchaField()
    parent_id = HiddenField(filters=[lambda value: (value or "").strip()])

    def validate_parent_id(self, field: Field) -> None:
        """Refuse a reply whose parent_id is not a comment's id."""
        if field.data and self.replied_to is None:
            raise ValidationError(
                _(
                    "The comment you are replying to was not found. Your text is kept below; you"
                    " can send it as a new comment, or open Reply again."
                )
            )

    @property
    def replied_to(self) -> int | None:
        """Return the id of the comment that this form replies to, or None."""
        return read_id(self.parent_id.data)

    @property
    def seconds(self) -> float | None:
        """Return how many seconds the reader typed, as the script measured, or None if unknown."""
        given = self.typed_seconds.data or ""
        return float(given) if _SECONDS.fullmatch(given) else None

    @property
    def random_id(self) -> str | None:
        """Return the random id that the page's script made, 32 hexadecimal digits, or None."""
        given = self.submission_id.data or ""
        return given if _RANDOM_ID.fullmatch(given) else None

    @property
    def newest_shown(self) -> int | None:
        """Return the id of the newest own comment that the reader has seen, or None if unknown."""
        return read_id(self.last_shown_id.data or "")

    @property
    def kept_proof(self) -> str:
        """Return the submitted proof of work for the refused form; "" if too long to be valid."""
        given = self.proof.data or ""
        return given if len(given) <= LONGEST_PROOF else ""


class RevisionForm(BaseCommentForm):
    """The form for an edit of a comment, with the version that its author saw."""

    version = HiddenField()

    def validate_version(self, field: Field) -> None:
        """Refuse a form without the version of the comment that was edited."""
        if self.seen_version is None:
            raise ValidationError(_("The form is incomplete; open Edit again. Your text is kept."))

    @property
    def seen_version(self) -> int | None:
        """Return the version of the comment when the edit form was opened, or None if invalid."""
        return read_version(self.version.data or "")


def draft_name(review: Review, replied_to: int | None) -> str:
    """Return the name under which browsers keep the draft of a form: "run-on", or "run-on/7".

    The second is that of a reply. The name stays when the slug of the review changes.
    """
    return "/".join(str(part) for part in (review.first_slug, replied_to) if part)
