"""What every form has in common."""

from typing import Self

from flask import request
from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Take what the form on a page sends; without fields of its own, that is the token alone."""

    @classmethod
    def sent(cls) -> Self:
        """Read the form that was sent; by itself it would take JSON too, of any shape."""
        return cls(request.form)

    @classmethod
    def empty(cls, **values: object) -> Self:
        """Make a form to be filled in, which begins from these values."""
        return cls(formdata=None, **values)
