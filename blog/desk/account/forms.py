"""What somebody who wants to come in sends, and what a moderator changes of their account."""

from urllib.parse import unquote

from wtforms import Field, HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from blog.environment import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from blog.text.language import format_number, lazy_gettext
from blog.text.language import gettext as _
from blog.text.normalising import EMAIL_LENGTH
from blog.web.fields import EmailLineField
from blog.web.forms import Form

HOME = "/admin/comments"


class SignInForm(Form):
    """Take an e-mail address and a password."""

    email = EmailLineField(
        lazy_gettext("E-mail"),
        most=EMAIL_LENGTH,
        validators=[
            InputRequired(lazy_gettext("Write your e-mail address.")),
            Length(max=EMAIL_LENGTH, message=lazy_gettext("No e-mail address is that long.")),
        ],
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [
            InputRequired(lazy_gettext("Write your password.")),
            Length(max=MAX_PASSWORD_LENGTH, message=lazy_gettext("No password is that long.")),
        ],
    )
    next = HiddenField()

    @property
    def destination(self) -> str:
        """Return where to go after signing in: a page under /admin, whatever was asked for."""
        return safe_destination(self.next.data or "")


class PasswordForm(Form):
    """Take the password a moderator has and, twice, the one they want."""

    current = PasswordField(
        lazy_gettext("Your password now"),
        [
            InputRequired(lazy_gettext("Write the password you have now.")),
            Length(max=MAX_PASSWORD_LENGTH, message=lazy_gettext("No password is that long.")),
        ],
    )
    new = PasswordField(
        lazy_gettext("New password"), [InputRequired(lazy_gettext("Write a new password."))]
    )
    again = PasswordField(
        lazy_gettext("New password again"),
        [
            InputRequired(lazy_gettext("Write the new password again.")),
            EqualTo("new", lazy_gettext("This is not the new password written above.")),
        ],
    )

    least = MIN_PASSWORD_LENGTH

    def validate_new(self, field: Field) -> None:
        """Refuse one that is too short or too long, or the one they have."""
        length = len(field.data)
        if length < MIN_PASSWORD_LENGTH:
            raise ValidationError(
                _(
                    "A password takes at least %(least)s characters; this has %(length)s.",
                    least=format_number(MIN_PASSWORD_LENGTH),
                    length=format_number(length),
                )
            )
        if length > MAX_PASSWORD_LENGTH:
            raise ValidationError(
                _(
                    "A password takes at most %(most)s characters; this has %(length)s.",
                    most=format_number(MAX_PASSWORD_LENGTH),
                    length=format_number(length),
                )
            )
        if field.data == self.current.data:
            raise ValidationError(_("This is the password you have now. Choose another."))


def safe_destination(address: str) -> str:
    """Return the address where it is a plain path under /admin, else the queue's."""
    if not address.startswith("/admin/") or not address.isprintable() or "\\" in address:
        return HOME
    # A browser takes "%2e%2e" for "..", so the path is judged as a browser reads it.
    path = unquote(address.partition("#")[0].partition("?")[0])
    if "//" in path or ".." in path or path == "/admin/logout":
        return HOME
    return address
