"""What a moderator sends to decide on many comments."""

import re

from wtforms import BooleanField, Field, IntegerField, StringField, ValidationError
from wtforms.validators import NumberRange

from blog.comments.models import Seen
from blog.db.ids import LARGEST_ID
from blog.decisions.models import LARGEST_BULK
from blog.desk.queue.forms import VerdictForm, read_seen
from blog.web.forms import Form

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


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


class PurgeForm(Form):
    """Take the wish to delete the spam that was there when the page was made."""

    until_decision = IntegerField(validators=[NumberRange(0, LARGEST_ID)])
    until_comment = IntegerField(validators=[NumberRange(0, LARGEST_ID)])
