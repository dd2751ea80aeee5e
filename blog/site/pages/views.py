"""Standing pages, from Markdown: the site's own in the data directory, else ours."""

import re
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from blog.privacy.retention import as_markdown
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.text.markup import render_page
from blog.web.caching import cache_publicly
from blog.web.current import current_settings, current_time
from blog.web.links import absolute

blueprint = Blueprint("pages", __name__)

# A month more or less; RFC 9116 recommends less than a year.
SECURITY_VALID = timedelta(days=180)
STANDING = Path(__file__).parent / "standing"
# What the pages have to do with other sites.
ALONE = lazy_gettext("Nothing is loaded from other sites.")
WITH_RECAPTCHA = lazy_gettext(
    "Nothing is loaded from other sites but this: where you write a comment, your browser loads"
    " reCAPTCHA from Google, which learns your network address and looks at your browser; Google's"
    " [privacy policy](https://policies.google.com/privacy) and"
    " [terms](https://policies.google.com/terms) tell more."
)
_HEADING = re.compile(r"\A\s*+#\s++(.+)")


@blueprint.get("/about")
@cache_publicly
def about() -> str:
    """Tell what the site is."""
    return _show("about")


@blueprint.get("/privacy")
@cache_publicly
def privacy() -> str:
    """Tell what is kept about readers, why and how long."""
    return _show("privacy")


@blueprint.get("/terms")
@cache_publicly
def terms() -> str:
    """Tell what comments may be."""
    return _show("terms")


@blueprint.get("/.well-known/security.txt")
@cache_publicly
def security() -> Response:
    """Say where to report a hole, where the site's owner wants to be told (RFC 9116)."""
    contact = current_settings().security_contact or abort(404)
    # The same for a month, so that whoever keeps it need not fetch it anew.
    month = current_time().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    text = render_template(
        "site/pages/security.txt",
        contact=contact,
        expires=(month + SECURITY_VALID).isoformat(),
        canonical=absolute(url_for("pages.security")),
    )
    response = make_response(text)
    response.mimetype = "text/plain"
    return response


def _show(name: str) -> str:
    """Render a page; its first heading is its title. `_fill` has what stands in braces."""
    own = current_settings().pages_dir / f"{name}.md"
    file = own if own.is_file() else STANDING / f"{name}.md"
    # Somebody wrote it by hand: one wrong letter must not take the page away.
    text = file.read_text(encoding="utf-8-sig", errors="replace")
    text = _fill(text)
    heading = _HEADING.search(text)
    # The foot of every page has these words, so the catalogue has them.
    title = heading[1].rstrip() if heading else _(name.capitalize())
    body = text[heading.end() :] if heading else text
    return render_template("site/pages/show.html", title=title, body=render_page(body))


def _fill(text: str) -> str:
    """Put the site's name for `{site}`, the table of what is kept for `{retention}`, and so on."""
    settings = current_settings()
    values = {
        "{retention}": as_markdown(),
        "{others}": str(WITH_RECAPTCHA if settings.captcha else ALONE),
        "{site}": settings.site_name,
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text
