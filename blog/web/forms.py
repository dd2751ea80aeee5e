"""The base class of all forms."""

from functools import cached_property
from typing import Any, Self

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import PasswordField

from blog.text.language import gettext as _
from blog.web.decoding import unreadable_fields
from blog.web.fields import LineField


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A form; without fields of its own it contains only the CSRF token."""

    @classmethod
    def sent(cls) -> Self:
        """Return the form with the submitted fields. FlaskForm alone would accept JSON too."""
        return cls(request.form)

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether the form is valid; refuse text that did not arrive as UTF-8."""
        is_valid = bool(super().validate(extra_validators))
        for name in unreadable_fields() & self._fields.keys():
            if isinstance(self[name], LineField | PasswordField):
                fault = _("Some characters could not be read; please replace each \ufffd.")
                self[name].errors = [fault, *self[name].errors]
                is_valid = False
        return is_valid

    @cached_property
    def token_field(self) -> Markup:
        """Return the hidden field with the CSRF token, the same for all forms of a page."""
        field: Markup = self.csrf_token(id=False)
        return field

    @classmethod
    def empty(cls, **values: object) -> Self:
        """Return a form for a page, with these initial values instead of submitted fields."""
        return cls(formdata=None, **values)
