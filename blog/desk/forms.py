"""What a moderator sends to decide, on one comment or on many."""

import re

from wtforms import BooleanField, Field, StringField, ValidationError
from wtforms.validators import AnyOf

from blog.comments.models import Seen
from blog.comments.states import Verdict
from blog.db.ids import read_id
from blog.decisions.models import LARGEST_BULK, REASON_LENGTH
from blog.web.fields import LineField
from blog.web.forms import Form

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
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


def _split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _read_all(texts: list[str]) -> list[Seen]:
    return [seen for text in texts if (seen := read_seen(text))]


class BulkForm(VerdictForm):
    """Take one verdict on many comments, each in the version that was seen or counted.

    `items` has them as "id.version", once for each tick or with commas between. With `bulk` in
    place of them, those that were decided at that stroke are meant.
    """

    items = StringField()
    bulk = StringField()
    # What stands behind the row was shown, or was counted and asked for as all that match.
    is_opened = BooleanField()

    def validate_items(self, field: Field) -> None:
        """Refuse what names no comments, and more than can be decided at one stroke."""
        if self.bulk.data:
            if not _KEY.fullmatch(self.bulk.data):
                raise ValidationError("bulk names nothing that was decided at one stroke.")
            return
        given = self._given()
        if not given:
            raise ValidationError("Nothing is selected: tick the comments to decide on.")
        if len(given) > LARGEST_BULK:
            raise ValidationError(
                f"{len(given):,} comments are too many at one stroke; it takes up to"
                f" {LARGEST_BULK:,}."
            )
        if not all(map(read_seen, given)):
            raise ValidationError('items takes "number.version", with commas between.')

    def seen(self) -> list[Seen]:
        """Return the comments and the versions of them, after validation."""
        return _read_all(self._given())

    def groups(self) -> list[list[int]]:
        """Return the numbers that stand together behind one tick or one row."""
        texts = [text for text in self.items.raw_data or [] if "," in text]
        return [[seen.comment_id for seen in _read_all(_split(text))] for text in texts]

    def _given(self) -> list[str]:
        return [item for text in self.items.raw_data or [] for item in _split(text)]
