"""Scripts, styles and drawings, at addresses that hold their version.

/static/3f2a90c1d4e5/js/site.js is kept for ever: with any change of any file all addresses change.
The version stands in the path, so that what a file names beside itself has the same one.

A script that a page names imports others, which import others again. The page names them all, so
that the browser asks for them at once.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

from blog.web.caching import keep_for_ever

STATIC = Path(__file__).parents[2] / "static"
_VERSIONED = re.compile(r"([0-9a-f]{12})/(.+)", re.ASCII)
# An import begins a line and names a file beside it: `import "./a.js";`, `} from "../b.js";`.
_IMPORT = re.compile(r'^(?:import|(?:import |\}).* from) "(\.[^"]+)";$', re.MULTILINE)


def init_app(app: Flask) -> None:
    """Serve the files under the endpoint `static`, and let `url_for` name their version."""
    app.add_url_rule("/static/<path:filename>", "static", _show)
    app.url_defaults(_name_version)
    app.jinja_env.globals.update(list_imports=list_imports)
    for path in STATIC.glob("js/*.js"):
        list_imports(f"js/{path.name}")


@lru_cache(maxsize=1)
def version() -> str:
    """Return a part of the hash of all files: twelve hexadecimal digits."""
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(STATIC)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache
def list_imports(filename: str) -> list[str]:
    """Return what a script imports, and what that imports: each once, in the order they run."""
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


def _show(filename: str) -> Response:
    """Send a file as it is now; only under the present version may it be kept without asking."""
    match = _VERSIONED.fullmatch(filename)
    response = send_from_directory(STATIC, match[2] if match else filename)
    # A page made before an update asks for the version of then, and gets today's file.
    is_present = match is not None and match[1] == version()
    return keep_for_ever(response) if is_present and response.status_code == 200 else response


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values["filename"] = f"{version()}/{values['filename']}"
