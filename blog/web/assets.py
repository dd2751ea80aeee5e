"""Serve the static files (scripts, styles, drawings) at URLs that contain their version.

Browsers cache /static/3f2a90c1d4e5/js/site.js forever: a change of any file changes all URLs. The
version is a part of the path, so relative URLs inside the files contain the same version.

A script imports other scripts. A page lists them all, so that the browser loads them in parallel.
Comments and indentation of our own scripts and styles are not sent.
"""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin
from flask import Flask, Response, request, send_from_directory

from blog.web.caching import cache_forever
from blog.web.compressing import compress

STATIC = Path(__file__).parents[2] / "static"
# The page's background, --paper in the stylesheet, by day and in the dark: browsers colour their
# bars with it.
PAPER = {"light": "#faf6ef", "dark": "#15141a"}
DAY = 24 * 3600
_MINIFIERS: dict[str, Callable[[str], str]] = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}
_VERSIONED = re.compile(r"([0-9a-f]{12})/(.+)", re.ASCII)
# An import with a relative path at the start of a line: `import "./a.js";`, `} from "../b.js";`.
_IMPORT = re.compile(r'^(?:import|(?:import |\}).* from) "(\.[^"]+)";$', re.MULTILINE)


def init_app(app: Flask) -> None:
    """Serve the files under the endpoint `static`, and make `url_for` add their version."""
    app.add_url_rule("/static/<path:filename>", "static", _show)
    app.add_url_rule("/favicon.ico", "favicon", _show_favicon)
    app.url_defaults(_add_version)
    app.jinja_env.globals.update(list_imports=list_imports, paper=PAPER)
    for path in STATIC.glob("js/*.js"):
        list_imports(f"js/{path.name}")


@lru_cache(maxsize=1)
def version() -> str:
    """Return the version of the static files: 12 hexadecimal digits of a hash of all files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(STATIC)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache
def list_imports(filename: str) -> list[str]:
    """Return the paths of all direct and indirect imports of a script, in execution order."""
    names: list[str] = []
    _add_imports(STATIC / filename, names)
    return names


def _add_imports(path: Path, names: list[str]) -> None:
    for match in _IMPORT.finditer(path.read_text(encoding="utf-8")):
        imported = (path.parent / match[1]).resolve()
        name = imported.relative_to(STATIC.resolve()).as_posix()
        if name not in names:
            _add_imports(imported, names)
            names.append(name)


def is_minified(name: str) -> bool:
    """Return whether browsers get this file, named by its path in STATIC, without its comments.

    Libraries are sent exactly as their makers publish them.
    """
    return Path(name).suffix in _MINIFIERS and not name.startswith("vendor/")


@lru_cache(maxsize=200)
def minify(content: bytes, suffix: str) -> bytes:
    """Return a script or a style, by the suffix of its name, without comments and indentation."""
    return _MINIFIERS[suffix](content.decode()).encode()


def _show(filename: str) -> Response:
    """Send a static file; only at a URL of the current version may browsers cache it forever."""
    match = _VERSIONED.fullmatch(filename)
    name = match[2] if match else filename
    if is_minified(name):
        # A part of the file, or "not modified", is chosen after its content.
        response = send_from_directory(STATIC, name, conditional=False)
        response.direct_passthrough = False
        response.set_data(minify(response.get_data(), Path(name).suffix))
        response.make_conditional(request)
    else:
        response = send_from_directory(STATIC, name)
    if compress(response, is_lasting=True):
        response.set_etag(f"{response.get_etag()[0]}-{response.content_encoding}")
        response.make_conditional(request)
    # A page made before an update asks for the former version, and gets the current file.
    is_current = match is not None and match[1] == version()
    return cache_forever(response) if is_current and response.status_code == 200 else response


def _show_favicon() -> Response:
    """Send the icon that feed readers and some browsers ask for without reading a page."""
    return send_from_directory(STATIC, "favicon.ico", max_age=DAY)


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values["filename"] = f"{version()}/{values['filename']}"
