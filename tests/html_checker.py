"""Find the Nu HTML checker, or install it; `python -m tests.html_checker` does the latter.

It is a Java program that comes as an npm package, so it takes Java to run and npm to install.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.plan import ROOT

PACKAGE = "vnu-jar@26.9.27"
FOLDER = ROOT / ".venv" / "html-checker"
JAR = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

# A row of the queue is named by the line with its writer's name: fifty headings would fill the
# outline of the page.
MEANT = ("Article lacks heading.",)


def find() -> Path | None:
    """Return the checker's file where it can be run: the one VNU_JAR names, or our own."""
    jar = Path(os.environ.get("VNU_JAR", JAR))
    return jar if jar.is_file() and shutil.which("java") else None


def install() -> None:
    """Install the checker where it is missing and can be had."""
    if JAR.is_file() or not (shutil.which("java") and shutil.which("npm")):
        return
    command = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--prefix"]
    subprocess.run(
        [*command, str(FOLDER), PACKAGE],
        check=False,
        timeout=300,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def check(jar: Path, pages: Sequence[Path]) -> list[str]:
    """Return what is wrong with pages that are files, each fault once, with one of its places."""
    answer = subprocess.run(
        ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", *map(str, pages)],
        capture_output=True,
        check=True,
    )
    messages: list[dict[str, Any]] = json.loads(answer.stderr)["messages"]
    places = {
        m["message"]: f"{Path(m['url']).name}: {m.get('extract', '')}"
        for m in messages
        if not m["message"].startswith(MEANT)
    }
    return [f"{message}\n    {place}" for message, place in places.items()]


if __name__ == "__main__":
    install()
