"""What somebody who wants to come in sends."""

from urllib.parse import unquote

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from blog.text import normalise_line

HOME = "/admin/comments"


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Take an e-mail address and a password."""

    email = EmailField(
        "E-mail",
        [InputRequired("Write your e-mail address."), Length(max=254)],
        filters=[lambda value: normalise_line(value or "")],
    )
    password = PasswordField("Password", [InputRequired("Write your password."), Length(max=1000)])
    next = HiddenField()

    @property
    def destination(self) -> str:
        """Return where to go after signing in: a page under /admin, whatever was asked for."""
        return safe_destination(self.next.data or "")


def safe_destination(address: str) -> str:
    """Return the address where it is a plain path under /admin, else the queue's."""
    if not address.startswith("/admin/") or not address.isprintable() or "\\" in address:
        return HOME
    # A browser takes "%2e%2e" for "..", so the path is judged as a browser reads it.
    path = unquote(address.partition("#")[0].partition("?")[0])
    if "//" in path or ".." in path or path == "/admin/logout":
        return HOME
    return address
