"""The captcha field of the comment form, with Flask-WTF's HTML but without its check."""

from typing import Any

from flask_wtf import RecaptchaField
from flask_wtf.recaptcha import RecaptchaWidget
from markupsafe import Markup
from wtforms.validators import Optional

from blog.web.current import current_settings
from blog.web.security import allow_recaptcha


def offer_captcha() -> None:
    """Allow reCAPTCHA's scripts on a page whose form is kept, if the settings turn it on."""
    if current_settings().captcha is not None:
        allow_recaptcha()


class CaptchaWidget(RecaptchaWidget):  # type: ignore[misc]  # Flask-WTF has no types.
    """The widget that renders the captcha, and allows reCAPTCHA's scripts on the page."""

    def __call__(self, field: "CaptchaField", **_attributes: Any) -> Markup:
        """Return the captcha's HTML, without an id, as a page may have two forms."""
        allow_recaptcha()
        html: Markup = self.recaptcha_html(current_settings().recaptcha_public_key)
        return html


class CaptchaField(RecaptchaField):  # type: ignore[misc]  # Flask-WTF has no types.
    """The form field that shows the captcha; `read_captcha` checks the solution.

    Flask-WTF's own check is not used: it has no timeout, sends the reader's network address to
    Google, and refuses the form.
    """

    widget = CaptchaWidget()
    privacy_url = "https://policies.google.com/privacy"
    terms_url = "https://policies.google.com/terms"

    def __init__(self, label: str = "", **options: Any) -> None:
        # Without a validator, the field would use Flask-WTF's own.
        super().__init__(label, validators=[Optional()], **options)

    @property
    def is_offered(self) -> bool:
        """Return whether the settings turn the captcha on."""
        return current_settings().captcha is not None
