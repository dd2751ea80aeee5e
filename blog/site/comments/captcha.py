"""The captcha in a form: Flask-WTF's markup, and no check of its own."""

from typing import Any

from flask_wtf import RecaptchaField
from flask_wtf.recaptcha import RecaptchaWidget
from markupsafe import Markup
from wtforms.validators import Optional

from blog.web.current import current_settings
from blog.web.security import allow_recaptcha


class CaptchaWidget(RecaptchaWidget):  # type: ignore[misc]  # Flask-WTF has no types.
    """Show the captcha, and let the page that shows it load what it needs."""

    def __call__(self, field: "CaptchaField", **_marks: Any) -> Markup:
        """Return the script and the box; without an id, because a page may have two forms."""
        allow_recaptcha()
        html: Markup = self.recaptcha_html(current_settings().recaptcha_public_key)
        return html


class CaptchaField(RecaptchaField):  # type: ignore[misc]  # Flask-WTF has no types.
    """Stand in a form where the captcha does; `read_captcha` reads its answer.

    Flask-WTF's own check has no timeout, tells the reader's address, and refuses.
    """

    widget = CaptchaWidget()
    privacy_url = "https://policies.google.com/privacy"
    terms_url = "https://policies.google.com/terms"

    def __init__(self, label: str = "", **options: Any) -> None:
        # With no validator at all it would take Flask-WTF's own.
        super().__init__(label, validators=[Optional()], **options)

    @property
    def is_offered(self) -> bool:
        """Tell whether this site asks for a captcha."""
        return current_settings().captcha is not None
