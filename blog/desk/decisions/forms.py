"""What a moderator sends to decide, on one comment or on many, and to reply."""

from wtforms import BooleanField, Field, StringField, ValidationError

from blog.comments.models import BODY_LENGTHS, Seen
from blog.comments.states import Verdict
from blog.db.ids import read_version
from blog.decisions.models import LARGEST_BULK, REASON_LENGTH
from blog.desk.filtering import read_seen
from blog.desk.queue.copy_queries import differ_though_copies
from blog.text.language import format_number, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import has_visible_character
from blog.web.fields import LineField, TextField
from blog.web.forms import Form


class VerdictForm(Form):
    """Take a verdict and the reason for it: one of the site's own, the moderator's words, both."""

    verdict = StringField()
    reason = LineField(most=REASON_LENGTH)
    reason_words = LineField(most=REASON_LENGTH)
    shares_reason = BooleanField()

    def validate_verdict(self, field: Field) -> None:
        """Refuse what is no verdict."""
        if field.data not in list(Verdict):
            values = ", ".join(Verdict)
            raise ValidationError(_("A verdict is one of %(values)s.", values=values))

    def validate_reason(self, field: Field) -> None:
        """Refuse a reason that is too long, and a taking down without one."""
        if self.full_reason is None:
            if self.verdict.data == Verdict.TAKE_DOWN:
                raise ValidationError(
                    _("Taking a comment down takes a reason: choose or write one.")
                )
            if self.shares_reason.data:
                raise ValidationError(_("There is no reason to tell: choose or write one."))
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
    def chosen(self) -> Verdict:
        """Return the verdict, after validation."""
        return Verdict(self.verdict.data)

    @property
    def full_reason(self) -> str | None:
        """Return the reason in one line, None where there is none."""
        given = [text for text in (self.reason.data, self.reason_words.data) if text]
        return ": ".join(given) or None

    @property
    def fault(self) -> str:
        """Say in a sentence what is wrong, and what would be right."""
        if self.csrf_token.errors:
            return _("This page had expired, so nothing was changed. Here it is again.")
        for errors in self.errors.values():
            told = _("Nothing was changed.")
            return f"{errors[0]} {told}"
        return ""


def _split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _read_all(texts: list[str]) -> list[Seen]:
    return [seen for text in texts if (seen := read_seen(text))]


class DecisionForm(VerdictForm):
    """Take one verdict on the comments in `items`, each in the version that was seen or counted.

    `items` has them as "id.version", once for each tick or with commas between.
    """

    items = StringField()
    # What stands behind the row was shown, or was counted and asked for as all that match.
    is_opened = BooleanField()

    def validate_items(self, field: Field) -> None:
        """Refuse what names no comments, and more than a bulk can have."""
        given = self._given()
        if not given:
            raise ValidationError(_("Nothing is selected: tick the comments to decide on."))
        if len(given) > LARGEST_BULK:
            raise ValidationError(
                ngettext(
                    "%(num)s comment is too many at one stroke; it takes up to %(most)s.",
                    "%(num)s comments are too many at one stroke; it takes up to %(most)s.",
                    len(given),
                    most=format_number(LARGEST_BULK),
                )
            )
        if not all(map(read_seen, given)):
            raise ValidationError(_('items takes "number.version", with commas between.'))

    def validate_is_opened(self, field: Field) -> None:
        """Refuse to publish unread copies that differ from the one that stands for them."""
        if field.data or self.verdict.errors or self.items.errors:
            return
        if self.chosen.entry.is_approval and any(
            differ_though_copies(comment_ids=group) for group in self._groups()
        ):
            raise ValidationError(
                _(
                    "Several wordings, names or reviews stand behind one row: open it and approve"
                    " them there."
                )
            )

    def listed(self) -> list[Seen]:
        """Return the comments in `items` and the versions of them, after validation."""
        return _read_all(self._given())

    def _groups(self) -> list[list[int]]:
        """Return the numbers that stand together behind one tick or one row."""
        texts = [text for text in self.items.raw_data or [] if "," in text]
        return [[seen.comment_id for seen in _read_all(_split(text))] for text in texts]

    def _given(self) -> list[str]:
        return [item for text in self.items.raw_data or [] for item in _split(text)]


def check_version(_form: Form, field: Field) -> None:
    """Refuse what is no version of a comment."""
    if read_version(field.data or "") is None:
        raise ValidationError(_("The form did not say which version it is about."))


class RowForm(DecisionForm):
    """Take a verdict on the `version` of a row's own comment, or on the copies in `items`."""

    version = StringField()

    @property
    def names_copies(self) -> bool:
        """Tell whether the row stands for copies."""
        return bool(self.items.data)

    def validate_items(self, field: Field) -> None:
        """Refuse what names no comments, where it stands for copies."""
        if self.names_copies:
            super().validate_items(field)

    def validate_version(self, field: Field) -> None:
        """Refuse what is no version, where it stands for itself."""
        if not self.names_copies:
            check_version(self, field)

    def seen(self, comment_id: int) -> list[Seen]:
        """Return what a moderator decides on in the row of a comment, after validation."""
        return self.listed() if self.names_copies else [Seen(comment_id, int(self.version.data))]


class ReplyForm(Form):
    """Take a moderator's reply to the version of a comment that the moderator saw."""

    version = StringField(validators=[check_version])
    body = TextField(most=BODY_LENGTHS[1])

    fault = VerdictForm.fault

    def validate_body(self, field: Field) -> None:
        """Refuse a reply that says nothing, or too much."""
        least, most = BODY_LENGTHS
        length = len(field.data)
        if length > most:
            raise ValidationError(
                ngettext(
                    "The reply has %(num)s character; it takes up to %(most)s.",
                    "The reply has %(num)s characters; it takes up to %(most)s.",
                    length,
                    most=format_number(most),
                )
            )
        if length < least or not has_visible_character(field.data):
            raise ValidationError(
                ngettext(
                    "Write a reply of at least %(num)s character.",
                    "Write a reply of at least %(num)s characters.",
                    least,
                )
            )
