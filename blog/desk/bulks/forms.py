"""What a moderator sends to empty the spam."""

from wtforms import IntegerField
from wtforms.validators import NumberRange

from blog.db.ids import LARGEST_ID
from blog.web.forms import Form


class PurgeForm(Form):
    """Take the wish to delete the spam that was there when the page was made."""

    until_decision = IntegerField(validators=[NumberRange(0, LARGEST_ID)])
    until_comment = IntegerField(validators=[NumberRange(0, LARGEST_ID)])
