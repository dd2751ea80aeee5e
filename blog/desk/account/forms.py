"""The sign-in form, and the forms of a moderator's password and settings."""

from urllib.parse import unquote

from wtforms import Field, HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from blog.accounts.models import BYLINE_LENGTH
from blog.environment import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from blog.text.language import format_number, lazy_gettext, ngettext
from blog.text.language import gettext as _
from blog.text.normalising import EMAIL_LENGTH, has_visible_character
from blog.text.zones import ZONE_LENGTH, find_zone
from blog.web.fields import EmailLineField, LineField
from blog.web.forms import Form

HOME = "/admin/comments"


class SignInForm(Form):
    """The sign-in form: an e-mail address and a password."""

    email = EmailLineField(
        lazy_gettext("E-mail"),
        most=EMAIL_LENGTH,
        validators=[
            InputRequired(lazy_gettext("Enter your e-mail address.")),
            Length(max=EMAIL_LENGTH, message=lazy_gettext("This e-mail address is too long.")),
        ],
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [
            InputRequired(lazy_gettext("Enter your password.")),
            Length(max=MAX_PASSWORD_LENGTH, message=lazy_gettext("This password is too long.")),
        ],
    )
    next = HiddenField()

    @property
    def destination(self) -> str:
        """Return the URL to open after signing in, always a page under /admin."""
        return safe_destination(self.next.data or "")


class PasswordForm(Form):
    """The form for changing a password: the current password, and the new password twice."""

    current = PasswordField(
        lazy_gettext("Current password"),
        [
            InputRequired(lazy_gettext("Enter your current password.")),
            Length(max=MAX_PASSWORD_LENGTH, message=lazy_gettext("This password is too long.")),
        ],
    )
    new = PasswordField(
        lazy_gettext("New password"), [InputRequired(lazy_gettext("Enter a new password."))]
    )
    again = PasswordField(
        lazy_gettext("Repeat the new password"),
        [
            InputRequired(lazy_gettext("Repeat the new password.")),
            EqualTo("new", lazy_gettext("The two new passwords differ.")),
        ],
    )

    min_length = MIN_PASSWORD_LENGTH

    def validate_new(self, field: Field) -> None:
        """Refuse a new password that is too short, too long, or equal to the current one."""
        length = len(field.data)
        if length < MIN_PASSWORD_LENGTH:
            raise ValidationError(
                _(
                    "A password needs at least %(least)s characters; this has %(length)s.",
                    least=format_number(MIN_PASSWORD_LENGTH),
                    length=format_number(length),
                )
            )
        if length > MAX_PASSWORD_LENGTH:
            raise ValidationError(
                _(
                    "A password can have at most %(most)s characters; this has %(length)s.",
                    most=format_number(MAX_PASSWORD_LENGTH),
                    length=format_number(length),
                )
            )
        if field.data == self.current.data:
            raise ValidationError(_("This is your current password. Choose another."))


class SettingsForm(Form):
    """The time zone and the byline of an account; an empty field restores the default."""

    time_zone = LineField(lazy_gettext("Time zone"), most=ZONE_LENGTH)
    byline = LineField(lazy_gettext("Byline of your new reviews"), most=BYLINE_LENGTH)

    def validate_time_zone(self, field: Field) -> None:
        """Refuse a name that is no time zone."""
        if field.data and find_zone(field.data) is None:
            raise ValidationError(
                _("This is no time zone. Choose one from the list, such as Asia/Seoul.")
            )

    def validate_byline(self, field: Field) -> None:
        """Refuse a byline that is too long or that nobody could see."""
        if len(field.data) > BYLINE_LENGTH:
            raise ValidationError(
                ngettext(
                    "The byline has %(num)s character; it takes up to %(most)s.",
                    "The byline has %(num)s characters; it takes up to %(most)s.",
                    len(field.data),
                    most=format_number(BYLINE_LENGTH),
                )
            )
        if field.data and not has_visible_character(field.data):
            raise ValidationError(_("Enter a visible character, or leave the field empty."))

    @property
    def zone_name(self) -> str | None:
        """Return the full name of the chosen zone, None for the site's; after validation only."""
        zone = find_zone(self.time_zone.data)
        return zone.key if zone else None


def safe_destination(address: str) -> str:
    """Return the address if it is a path under /admin, else the path of the moderation queue."""
    if not address.startswith("/admin/") or not address.isprintable() or "\\" in address:
        return HOME
    # A browser treats "%2e%2e" as "..", so the path is decoded before the check.
    path = unquote(address.partition("#")[0].partition("?")[0])
    if "//" in path or ".." in path or path == "/admin/logout":
        return HOME
    return address
