"""What somebody who wants to come in sends."""

from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

HOME = "/admin/comments"


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Take an e-mail address and a password."""

    email = EmailField("E-mail", [InputRequired("Write your e-mail address."), Length(max=254)])
    password = PasswordField("Password", [InputRequired("Write your password."), Length(max=1000)])
    next = HiddenField()

    @property
    def destination(self) -> str:
        """Return where to go after signing in: a page under /admin, whatever was asked for."""
        return safe_destination(self.next.data or "")


def safe_destination(address: str) -> str:
    """Return the address where it is a plain path under /admin, else the queue's."""
    parts = urlsplit(address) if address.isprintable() and "\\" not in address else None
    if parts is None or parts.scheme or parts.netloc or not parts.path.startswith("/admin/"):
        return HOME
    if "//" in parts.path or ".." in parts.path or parts.path == "/admin/logout":
        return HOME
    return address
