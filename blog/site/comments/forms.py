"""What a reader may send."""

import re
from typing import Any, Self

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    TextAreaField,
    ValidationError,
)

from blog.comments.fields import FIELDS, fields_of
from blog.comments.models import BODY_LENGTHS, NAME_LENGTH, Comment
from blog.db.ids import read_id, read_version
from blog.proofs.challenges import LONGEST as LONGEST_PROOF
from blog.site.comments.captcha import CaptchaField
from blog.text.language import format_number, lazy_gettext, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import EMAIL_LENGTH, email_fault, has_visible_character
from blog.web.fields import EmailLineField, LineField, TextField
from blog.web.forms import Form

_RANDOM_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_SECONDS = re.compile(r"\d{1,7}(?:\.\d{1,3})?", re.ASCII)


class WordsForm(Form):
    """Take what a comment says and of what its writer is told; lengths are code points."""

    class Meta:
        """Carry no token: a page that was open all night still sends its comment."""

        csrf = False

    author_name = LineField(lazy_gettext("Name"), most=NAME_LENGTH)
    author_email = EmailLineField(lazy_gettext("E-mail"), most=EMAIL_LENGTH)
    body = TextField(lazy_gettext("Comment"), most=BODY_LENGTHS[1])
    is_spoiler = BooleanField(lazy_gettext("My comment gives away what happens"))
    wants_notice = BooleanField(lazy_gettext("Tell me by e-mail when it appears"))
    wants_replies = BooleanField(lazy_gettext("Tell me by e-mail about replies"))
    # Nobody sees it; programs like its name, and no browser has an address or a name for it.
    message = TextAreaField(lazy_gettext("Leave this field empty; it is there to catch programs"))

    at = ""
    # Of the comment's own fields: whose faults are listed, and what a draft keeps.
    own_names = tuple(FIELDS)

    def place(self, at: str) -> Self:
        """Give the fields ids of their own, for a page that has several forms."""
        self.at = f"-{at}"
        for field in self:
            field.id = f"{field.short_name}-{at}"
            field.label.field_id = field.id
        return self

    def validate_author_name(self, field: Field) -> None:
        """Refuse a name that nobody could see, or that is too long."""
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
            raise ValidationError(_("Write a name; any name will do."))

    def validate_author_email(self, field: Field) -> None:
        """Refuse what is not an e-mail address by its syntax; none is fine where none is used."""
        if not field.data and (self.wants_notice.data or self.wants_replies.data):
            raise ValidationError(
                _(
                    "Write your e-mail address, so that we can tell you when your comment appears;"
                    " or take the tick away."
                )
                if self.wants_notice.data
                else _(
                    "Write your e-mail address, so that we can tell you about replies;"
                    " or take the tick away."
                )
            )
        if field.data and email_fault(field.data):
            raise ValidationError(
                _("That is not an e-mail address, such as mina@example.org. You may leave it out.")
            )

    def validate_body(self, field: Field) -> None:
        """Refuse a comment that says nothing, or too much."""
        least, most = BODY_LENGTHS
        length = len(field.data)
        if length > most:
            raise ValidationError(
                ngettext(
                    "The comment has %(num)s character; it takes up to %(most)s."
                    " Shorten it, or send it in two.",
                    "The comment has %(num)s characters; it takes up to %(most)s."
                    " Shorten it, or send it in two.",
                    length,
                    most=format_number(most),
                )
            )
        if length < least or not has_visible_character(field.data):
            raise ValidationError(
                ngettext(
                    "Write a comment of at least %(num)s character.",
                    "Write a comment of at least %(num)s characters.",
                    least,
                )
            )

    @property
    def words(self) -> dict[str, Any]:
        """Return what the writer decided, by the names of the comment's own fields."""
        given = {name: self[name].data for name in self.own_names}
        return {name: None if value == "" else value for name, value in given.items()}

    def repeats(self, comment: Comment) -> bool:
        """Tell whether it says nothing that the comment does not say."""
        return bool(self.words == fields_of(comment))

    @property
    def is_trapped(self) -> bool:
        """Tell whether the field that nobody sees was filled; what with is nobody's business."""
        return bool((self.message.data or "").strip())


class CommentForm(WordsForm):
    """Take a comment, or a reply to one, with what came along with it."""

    submission_id = HiddenField()
    typed_seconds = HiddenField()
    proof = HiddenField()
    captcha = CaptchaField()
    parent_id = HiddenField(filters=[lambda value: (value or "").strip()])

    def validate_parent_id(self, field: Field) -> None:
        """Refuse a reply that names no comment."""
        if field.data and self.replied_to is None:
            raise ValidationError(
                _(
                    "The comment you are replying to was not found. Your words are kept below; you"
                    " can send them as a comment of their own, or open Reply again."
                )
            )

    @property
    def replied_to(self) -> int | None:
        """Return the id of the comment it replies to, or None."""
        return read_id(self.parent_id.data)

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

    @property
    def kept_proof(self) -> str:
        """Return the proof to give back with a refused form; what is no proof is not repeated."""
        given = self.proof.data or ""
        return given if len(given) <= LONGEST_PROOF else ""


class RevisionForm(WordsForm):
    """Take other words for a comment that is there, on the version its writer saw."""

    version = HiddenField()

    def validate_version(self, field: Field) -> None:
        """Refuse a form that does not say which version it began from."""
        if self.seen_version is None:
            raise ValidationError(
                _("The form has lost its place; open Edit again. Your words stay.")
            )

    @property
    def seen_version(self) -> int | None:
        """Return the version its writer saw, or None where the form names none."""
        return read_version(self.version.data or "")
