"""Find Chromium, or install it; `python -m tests.browser.chromium` does the latter."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# A browser that never shows a window is smaller and begins sooner.
NAMES = (
    *("chromium-headless-shell", "chrome-headless-shell"),
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
# Debian's, of which older releases have the second alone.
PACKAGES = ("chromium-headless-shell", "chromium")
# They make what the tests' pictures show what a reader sees; Debian has Chromium without any.
FONTS = ("fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji")
ARGUMENTS = [
    "--no-sandbox",  # Chromium as root, in a container, cannot make its sandbox.
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    # Nothing outside this machine is even looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


def find() -> str | None:
    """Return the path of a Chromium: the one CHROMIUM names, Playwright's own, the system's."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return _playwrights() or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> str | None:
    """Install Chromium where there is none, and return its path, or None where it cannot be had."""
    if find():
        return find()
    sys.stdout.write("Looking for a Chromium to test in …\n")
    sys.stdout.flush()
    _try(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update", "-qq")
        for package in PACKAGES:
            # One at a time: a name it does not know makes apt-get install none of them.
            if not find():
                _try("apt-get", "install", "-y", "-qq", "--no-install-recommends", package, *FONTS)
    return find()


def _playwrights() -> str | None:
    """Return the path of what `playwright install` has brought: the shell alone, or all of it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        whole = Path(playwright.chromium.executable_path)
    # It names the whole browser's place, whether it is there or not: the shell of the same number
    # lies beside it.
    folder = next(parent for parent in whole.parents if parent.name.startswith("chromium-"))
    number = folder.name.removeprefix("chromium-")
    shells = folder.parent.glob(f"chromium_headless_shell-{number}/*/*headless*shell*")
    found = [path for path in (*shells, whole) if path.is_file() and os.access(path, os.X_OK)]
    return str(found[0]) if found else None


def _try(*command: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        command,
        env=environment,
        check=False,
        timeout=420,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    path = install()
    sys.stdout.write(f"Chromium: {path or 'none here; the browser tests will say so.'}\n")
