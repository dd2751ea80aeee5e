"""Forms for bulk decisions and for deleting all spam."""

import re

from wtforms import Field, IntegerField, StringField, ValidationError
from wtforms.validators import NumberRange

from blog.comments.models import Seen
from blog.db.ids import LARGEST_ID
from blog.decisions.queries import list_bulk
from blog.desk.decisions.forms import DecisionForm
from blog.text.language import gettext as _
from blog.web.forms import Form

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


class BulkForm(DecisionForm):
    """A verdict on many comments: those in `items`, or those of an earlier bulk in `bulk`."""

    bulk = StringField()

    def validate_items(self, field: Field) -> None:
        """Refuse an invalid list of comments; with `bulk`, a key, the list is not needed."""
        if not self.bulk.data:
            super().validate_items(field)

    def validate_bulk(self, field: Field) -> None:
        """Refuse a malformed key of a bulk."""
        if field.data and not _KEY.fullmatch(field.data):
            raise ValidationError(_("bulk is not the key of a bulk action."))

    def seen(self) -> list[Seen]:
        """Return the comments with their versions; call this only after validation."""
        return list_bulk(bulk_key=self.bulk.data) if self.bulk.data else self.list_seen()


class PurgeForm(Form):
    """The latest ids when the moderator opened the page; spam with later ids is not deleted."""

    until_decision = IntegerField(validators=[NumberRange(0, LARGEST_ID)])
    until_comment = IntegerField(validators=[NumberRange(0, LARGEST_ID)])
