"""The pages About, Privacy and Terms, from Markdown files, security.txt and the web app manifest.

A file in the data directory replaces the default text in `standing/`.
"""

import re
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, url_for

from blog.privacy.retention import as_markdown, describe_backups
from blog.text.language import gettext as _
from blog.text.language import language_tag, lazy_gettext
from blog.text.markup import render_page
from blog.web.assets import PAPER
from blog.web.caching import cache_publicly, depend_on, expire_at
from blog.web.current import current_settings, current_time
from blog.web.links import absolute

blueprint = Blueprint("pages", __name__)

# A month more or less; RFC 9116 recommends less than a year.
SECURITY_VALID = timedelta(days=180)
STANDING = Path(__file__).parent / "standing"
# The sentence about other sites on the privacy page.
ALONE = lazy_gettext("Nothing is loaded from other sites.")
WITH_RECAPTCHA = lazy_gettext(
    "Only one thing is loaded from another site: where you write a comment, your browser loads"
    " reCAPTCHA from Google. Google learns your network address and examines your browser; see"
    " Google's [privacy policy](https://policies.google.com/privacy) and"
    " [terms](https://policies.google.com/terms)."
)
# The icons of the manifest: file, width in pixels, purpose.
ICONS = (
    ("icons/icon-192.png", 192, "any"),
    ("icons/icon-512.png", 512, "any"),
    ("icons/icon-maskable-512.png", 512, "maskable"),
)
_HEADING = re.compile(r"\A\s*+#\s++(.+)")


@blueprint.get("/about")
@cache_publicly
def about() -> str:
    """Show the page about the site."""
    return _show("about")


@blueprint.get("/privacy")
@cache_publicly
def privacy() -> str:
    """Show which data about readers is kept, why and for how long."""
    return _show("privacy")


@blueprint.get("/terms")
@cache_publicly
def terms() -> str:
    """Show the terms for comments."""
    return _show("terms")


@blueprint.get("/.well-known/security.txt")
@cache_publicly
def security() -> Response:
    """Show security.txt (RFC 9116), or raise 404 if the settings name no security contact."""
    contact = current_settings().security_contact or abort(404)
    # The same expiry date for a month, so that caches can revalidate the file.
    month = current_time().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    expire_at((month + timedelta(days=31)).replace(day=1))
    text = render_template(
        "site/pages/security.txt",
        contact=contact,
        expires=(month + SECURITY_VALID).isoformat(),
        canonical=absolute(url_for("pages.security")),
    )
    response = make_response(text)
    response.mimetype = "text/plain"
    return response


@blueprint.get("/site.webmanifest")
@cache_publicly
def manifest() -> Response:
    """Return the web app manifest: the name and the icons of the site on a phone's home screen."""
    icons = [
        {
            "src": url_for("static", filename=filename),
            "sizes": f"{width}x{width}",
            "type": "image/png",
            "purpose": purpose,
        }
        for filename, width, purpose in ICONS
    ]
    site_name, front = current_settings().site_name, url_for("reviews.index")
    response = jsonify(
        name=site_name,
        short_name=site_name,
        lang=language_tag(),
        start_url=front,
        id=front,
        scope=front,
        display="minimal-ui",
        theme_color=PAPER["light"],
        background_color=PAPER["light"],
        icons=icons,
    )
    response.mimetype = "application/manifest+json"
    return response


def _show(name: str) -> str:
    """Return the page of this name as HTML; the first heading of its Markdown is the title."""
    own = current_settings().pages_dir / f"{name}.md"
    depend_on(own)
    file = own if own.is_file() else STANDING / f"{name}.md"
    depend_on(file)
    # The file may be written by hand: one invalid byte must not make the page fail.
    text = file.read_text(encoding="utf-8-sig", errors="replace")
    text = _fill_placeholders(text)
    heading = _HEADING.search(text)
    # The footer of every page contains these names, so they can be translated.
    title = heading[1].rstrip() if heading else _(name.capitalize())
    body = text[heading.end() :] if heading else text
    return render_template("site/pages/show.html", title=title, body=render_page(body))


def _fill_placeholders(text: str) -> str:
    """Replace `{site}`, `{others}`, `{retention}` and `{backups}` in a page's Markdown."""
    settings = current_settings()
    values = {
        "{retention}": as_markdown(),
        "{backups}": describe_backups(settings.backup_days),
        "{others}": str(WITH_RECAPTCHA if settings.captcha else ALONE),
        "{site}": settings.site_name,
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text
