"""What a moderator sends to decide on many comments at once, and to empty the spam."""

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
    """Take one verdict on many comments: on those in `items`, or on all of a former `bulk`."""

    bulk = StringField()

    def validate_items(self, field: Field) -> None:
        """Refuse what names no comments, where it names no bulk."""
        if not self.bulk.data:
            super().validate_items(field)

    def validate_bulk(self, field: Field) -> None:
        """Refuse what is no bulk's key."""
        if field.data and not _KEY.fullmatch(field.data):
            raise ValidationError(_("bulk names nothing that was decided at one stroke."))

    def seen(self) -> list[Seen]:
        """Return the comments and the versions of them, after validation."""
        return list_bulk(bulk_key=self.bulk.data) if self.bulk.data else self.listed()


class PurgeForm(Form):
    """Take the wish to delete the spam that was there when the page was made."""

    until_decision = IntegerField(validators=[NumberRange(0, LARGEST_ID)])
    until_comment = IntegerField(validators=[NumberRange(0, LARGEST_ID)])
