"""What templates may use besides the data they receive."""

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from jinja2 import StrictUndefined

from blog.text.markup import list_links
from blog.text.normalising import dominant_language
from blog.web.caching import keep_for_ever
from blog.web.current import current_settings
from blog.web.links import absolute


def init_app(app: Flask) -> None:
    """Give templates filters and names; let undefined ones fail loudly."""
    app.jinja_options = app.jinja_options | {"undefined": StrictUndefined}
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        waited=waited,
        usually=usually,
        counted=counted,
        links=list_links,
        hangul=dominant_language,
    )
    app.jinja_env.globals.update(absolute=absolute)
    # It holds the secret key; a slip in a template must not be able to print it.
    app.jinja_env.globals.pop("config")
    app.context_processor(_site)
    app.url_defaults(_name_static_version)
    app.after_request(_keep_static)


def day(value: datetime) -> str:
    """Write a date: 14 March 2021."""
    return value.strftime("%-d %B %Y")


def moment(value: datetime) -> str:
    """Write a moment for `datetime`: 2021-03-14T18:30:00Z."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def waited(value: timedelta) -> str:
    """Write how long something has waited, in its largest unit."""
    seconds = max(0, int(value.total_seconds()))
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def usually(seconds: int) -> str:
    """Write how long something usually takes: "usually within an hour"."""
    for unit, size, most in (("minute", 60, 45), ("hour", 3600, 20), ("day", 86400, 10)):
        count = -(-max(seconds, 1) // size)
        if count == 1:
            return f"usually within {'an' if unit == 'hour' else 'a'} {unit}"
        if count <= most:
            return f"usually within {count} {unit}s"
    return "usually within a few weeks"


def counted(value: int) -> str:
    """Write how many there are; above a thousand nobody needs to know more, and we do not count."""
    return "1 000+" if value > 1000 else f"{value:,}".replace(",", " ")


def _site() -> dict[str, Any]:
    return {"site_name": current_settings().site_name}


def _name_static_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put a part of the file's hash into its address, so that it may be kept for ever."""
    if endpoint == "static" and "v" not in values:
        values["v"] = _version(values["filename"])


@lru_cache(maxsize=64)
def _version(filename: str) -> str:
    content = (Path(__file__).parents[2] / "static" / filename).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def _keep_static(response: Response) -> Response:
    """Let a file be kept for ever under its own version, and under no other."""
    if request.endpoint == "static" and response.status_code == 200:
        filename = (request.view_args or {})["filename"]
        if request.args.get("v") == _version(filename):
            keep_for_ever(response)
    return response
