"""Forms for decisions on one comment or many, and for a moderator's reply."""

from wtforms import BooleanField, Field, StringField, ValidationError

from blog.comments.models import BODY_LENGTH, Seen
from blog.db.ids import read_version
from blog.decisions.models import LARGEST_BULK, REASON_LENGTH
from blog.desk.filtering import read_seen
from blog.desk.queue.copy_queries import are_different_copies
from blog.moderation.states import Verdict
from blog.text.language import format_number, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import has_visible_character
from blog.web.fields import LineField, TextField
from blog.web.forms import Form
from blog.web.refusals import EXPIRED


class VerdictForm(Form):
    """A verdict and its reason: one of the site's reasons, the moderator's own text, or both."""

    verdict = StringField()
    reason = LineField(most=REASON_LENGTH)
    reason_words = LineField(most=REASON_LENGTH)
    shares_reason = BooleanField()

    def validate_verdict(self, field: Field) -> None:
        """Refuse an unknown verdict."""
        if field.data not in list(Verdict):
            values = ", ".join(Verdict)
            raise ValidationError(_("verdict must be one of %(values)s.", values=values))

    def validate_reason(self, field: Field) -> None:
        """Refuse a reason that is too long, or a missing reason where one is required."""
        if self.full_reason is None:
            if self.verdict.data == Verdict.TAKE_DOWN:
                raise ValidationError(_("Choose or write a reason for taking the comment down."))
            if self.shares_reason.data:
                raise ValidationError(_("Choose or write a reason to share."))
        elif len(self.full_reason) > REASON_LENGTH:
            raise ValidationError(
                ngettext(
                    "The reason has %(num)s character; it takes up to %(most)s.",
                    "The reason has %(num)s characters; it takes up to %(most)s.",
                    len(self.full_reason),
                    most=format_number(REASON_LENGTH),
                )
            )

    @property
    def chosen_verdict(self) -> Verdict:
        """Return the verdict; call this only after validation."""
        return Verdict(self.verdict.data)

    @property
    def full_reason(self) -> str | None:
        """Return both parts of the reason in one line, None if both have no visible character."""
        given = [
            text
            for text in (self.reason.data, self.reason_words.data)
            if has_visible_character(text)
        ]
        return ": ".join(given) or None

    @property
    def fault(self) -> str:
        """Return the first error of the form as text for the moderator, empty if there is none."""
        if self.csrf_token.errors:
            return EXPIRED
        for errors in self.errors.values():
            no_change = _("Nothing was changed.")
            return f"{errors[0]} {no_change}"
        return ""


def _split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _read_all(texts: list[str]) -> list[Seen]:
    return [seen for text in texts if (seen := read_seen(text))]


class DecisionForm(VerdictForm):
    """A verdict on the comments in `items`, with the version of each that the moderator saw.

    `items` contains "id.version" pairs: repeated fields, or one field separated by commas.
    """

    items = StringField()
    # True if the moderator opened the copies of the row, or chose all matching comments.
    is_opened = BooleanField()

    def validate_items(self, field: Field) -> None:
        """Refuse an empty or malformed list of comments, or one that is too long for a bulk."""
        given = self._list_items()
        if not given:
            raise ValidationError(_("Nothing is selected: select comments first."))
        if len(given) > LARGEST_BULK:
            raise ValidationError(
                ngettext(
                    "%(num)s comment is too many for one bulk action; it takes up to %(most)s.",
                    "%(num)s comments are too many for one bulk action; it takes up to %(most)s.",
                    len(given),
                    most=format_number(LARGEST_BULK),
                )
            )
        if not all(map(read_seen, given)):
            raise ValidationError(_('items must be "number.version", separated by commas.'))

    def validate_is_opened(self, field: Field) -> None:
        """Refuse to publish unopened copies that differ in text, name or review."""
        if field.data or self.verdict.errors or self.items.errors:
            return
        if self.chosen_verdict.entry.is_approval and any(
            are_different_copies(comment_ids=group) for group in self._groups()
        ):
            raise ValidationError(
                _(
                    "The copies in this row differ in text, name or review: open the row and"
                    " approve them there."
                )
            )

    def list_seen(self) -> list[Seen]:
        """Return the comments in `items` with their versions; call this only after validation."""
        return _read_all(self._list_items())

    def _groups(self) -> list[list[int]]:
        """Return the comment ids of each row of copies in `items`."""
        texts = [text for text in self.items.raw_data or [] if "," in text]
        return [[seen.comment_id for seen in _read_all(_split(text))] for text in texts]

    def _list_items(self) -> list[str]:
        return [item for text in self.items.raw_data or [] for item in _split(text)]


def check_version(_form: Form, field: Field) -> None:
    """Refuse a missing or malformed version of a comment."""
    if read_version(field.data or "") is None:
        raise ValidationError(_("The version of the comment is missing or wrong."))


class RowForm(DecisionForm):
    """A verdict on one row: on a single comment in `version`, or on the copies in `items`."""

    version = StringField()

    @property
    def has_copies(self) -> bool:
        """Return whether the form is for a row of copies."""
        return bool(self.items.data)

    def validate_items(self, field: Field) -> None:
        """Refuse an invalid list of comments in a form for several copies."""
        if self.has_copies:
            super().validate_items(field)

    def validate_version(self, field: Field) -> None:
        """Refuse an invalid `version`, if the form is for a single comment."""
        if not self.has_copies:
            check_version(self, field)

    def seen(self, comment_id: int) -> list[Seen]:
        """Return the comments of the row with their versions; call this only after validation."""
        return self.list_seen() if self.has_copies else [Seen(comment_id, int(self.version.data))]


class ReplyForm(Form):
    """A moderator's reply to a comment, and the version of the comment that the moderator saw."""

    version = StringField(validators=[check_version])
    body = TextField(most=BODY_LENGTH, is_required=True)

    fault = VerdictForm.fault
