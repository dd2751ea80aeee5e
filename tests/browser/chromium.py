"""Find Chromium or install it; `python -m tests.browser.chromium` installs it if necessary."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The names of the programs, in order of preference: a headless shell is smaller and starts faster.
NAMES = (
    *("chromium-headless-shell", "chrome-headless-shell"),
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
# The packages of Debian; older releases have only the second.
PACKAGES = ("chromium-headless-shell", "chromium")
# Debian's Chromium comes without fonts, so that screenshots would lack Korean text and emoji.
FONTS = ("fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji")
ARGUMENTS = [
    "--no-sandbox",  # As root in a container, Chromium cannot create its sandbox.
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    # No host name outside this machine is resolved.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


def find() -> str | None:
    """Return the path of Chromium or None: from $CHROMIUM, from Playwright or from the system."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return _playwrights() or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> str | None:
    """Install Chromium if it is missing; return its path, or None if the installation failed."""
    if find():
        return find()
    sys.stdout.write("Looking for a Chromium to test in …\n")
    sys.stdout.flush()
    _try(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update", "-qq")
        for package in PACKAGES:
            # One package at a time, because one unknown name makes apt-get install nothing.
            if not find():
                _try("apt-get", "install", "-y", "-qq", "--no-install-recommends", package, *FONTS)
    return find()


def _playwrights() -> str | None:
    """Return the path of Playwright's headless shell or whole Chromium; None without either."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        whole = Path(playwright.chromium.executable_path)
    # Playwright returns the path of the whole browser even if only the shell of the same revision
    # is installed, in a folder beside it.
    folder = next(parent for parent in whole.parents if parent.name.startswith("chromium-"))
    number = folder.name.removeprefix("chromium-")
    shells = folder.parent.glob(f"chromium_headless_shell-{number}/*/*headless*shell*")
    found = [path for path in (*shells, whole) if path.is_file() and os.access(path, os.X_OK)]
    return str(found[0]) if found else None


def _try(*command: str) -> None:
    """Run a command without output, and ignore its failure."""
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
