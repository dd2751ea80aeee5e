"""Find, install and run the Nu HTML checker; `python -m tests.html_checker` installs it.

The checker is a Java program in an npm package: it needs Java to run and npm to be installed.
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

# A row of the queue is named by its author instead of a heading: fifty headings would fill the
# outline of the page.
# The page of a Korean review is in the site's language, and its text says that it is Korean; the
# checker guesses one language for both.
ACCEPTED = ("Article lacks heading.", "This document appears to be written in Korean but")


def find() -> Path | None:
    """Return the path of the checker (VNU_JAR or the installed file), or None if it cannot run."""
    jar = Path(os.environ.get("VNU_JAR", JAR))
    return jar if jar.is_file() and shutil.which("java") else None


def install() -> None:
    """Install the checker with npm if it is missing and Java and npm are present."""
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
    """Return the faults of these HTML files, each fault once with one place as an example."""
    result = subprocess.run(
        ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", *map(str, pages)],
        capture_output=True,
        check=True,
    )
    messages: list[dict[str, Any]] = json.loads(result.stderr)["messages"]
    places = {
        m["message"]: f"{Path(m['url']).name}: {m.get('extract', '')}"
        for m in messages
        if not m["message"].startswith(ACCEPTED)
    }
    return [f"{message}\n    {place}" for message, place in places.items()]


if __name__ == "__main__":
    install()
