"""Copy the static files, minified and compressed, to where a proxy serves them: FOLDER/VERSION/….

Run as `python -m deploy.publish_static FOLDER` before the web server starts. Files of former
versions stay for pages that are still open, so a URL never gets the bytes of another version.
"""

import gzip
import secrets
import shutil
import sys
from pathlib import Path

import brotli

from blog.web.assets import STATIC, is_minified, minify, version
from blog.web.compressing import LEAST_BYTES

KEPT_VERSIONS = 5
COMPRESSIBLE = {".css", ".js", ".svg"}
# The names that proxies look for beside a file.
ENDINGS = {
    ".br": lambda content: brotli.compress(content, mode=brotli.MODE_TEXT, quality=11),
    ".gz": lambda content: gzip.compress(content, 9, mtime=0),
}


def publish(folder: Path) -> Path:
    """Copy the current version into a folder, delete old ones, and return the copy's path."""
    target = folder / version()
    if not target.is_dir():
        draft = folder / f".{version()}.{secrets.token_hex(4)}"
        try:
            shutil.copytree(STATIC, draft)
            _minify(draft)
            _compress(draft)
            _open_to_all(draft)
            draft.replace(target)  # A proxy never sees half of a version.
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            if not target.is_dir():  # Else another process was faster.
                raise
    target.touch()
    _delete_old(folder)
    return target


def _minify(folder: Path) -> None:
    """Write each file as the site itself sends it."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if is_minified(path.relative_to(folder).as_posix()):
            path.write_bytes(minify(path.read_bytes(), path.suffix))


def _compress(folder: Path) -> None:
    for path in [path for path in folder.rglob("*") if path.suffix in COMPRESSIBLE]:
        content = path.read_bytes()
        if len(content) >= LEAST_BYTES:
            for ending, compress in ENDINGS.items():
                path.with_name(path.name + ending).write_bytes(compress(content))


def _open_to_all(folder: Path) -> None:
    """Let the proxy's user read the files, whatever the umask is."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _delete_old(folder: Path) -> None:
    """Delete all but the versions that were current last, and drafts of killed processes."""
    versions = sorted(
        (path for path in folder.iterdir() if not path.name.startswith(".")),
        key=lambda path: path.stat().st_mtime,
    )
    drafts = [path for path in folder.iterdir() if path.name.startswith(".")]
    for path in (*versions[:-KEPT_VERSIONS], *drafts):
        shutil.rmtree(path, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Publish into the folder that is the only argument; return the exit status."""
    if len(arguments) != 1:
        print("Usage: python -m deploy.publish_static FOLDER", file=sys.stderr)  # noqa: T201  # A program of its own.
        return 2
    folder = Path(arguments[0])
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.chmod(0o755)
        publish(folder)
    except OSError as error:
        reason = f"{error.filename or folder}: {error.strerror or error}"
        print(f"The static files cannot be published: {reason}.", file=sys.stderr)  # noqa: T201  # As above.
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
