"""The base class of all forms."""

from typing import Self

from flask import request
from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A form; without fields of its own it contains only the CSRF token."""

    @classmethod
    def sent(cls) -> Self:
        """Return the form with the submitted fields. FlaskForm alone would accept JSON too."""
        return cls(request.form)

    @classmethod
    def empty(cls, **values: object) -> Self:
        """Return a form for a page, with these initial values instead of submitted fields."""
        return cls(formdata=None, **values)
