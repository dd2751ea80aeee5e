"""What templates may use besides the data they receive."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from jinja2 import StrictUndefined

from blog.text.formatting import counted, day, moment, usually, waited
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
