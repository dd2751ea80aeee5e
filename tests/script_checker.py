"""Find Biome, or install it; `python -m tests.script_checker` checks the scripts with it.

`python -m tests.script_checker --write` formats them, and mends what can be mended safely. Biome is
one program without dependencies, which comes as an npm package: npm is needed once.
"""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.plan import ROOT

VERSION = "2.6.8"
FOLDER = ROOT / ".venv" / f"biome-{VERSION}"
CONFIGURATION = ROOT / "tests" / "script_checker.json"
# Not static/vendor, which is as others ship it.
SCRIPTS = (ROOT / "static" / "js", ROOT / "tests" / "js")


def find() -> Path | None:
    """Return the path of Biome: the one that BIOME names, or our own."""
    named = os.environ.get("BIOME")
    paths = [Path(named)] if named else FOLDER.glob("node_modules/@biomejs/cli-*/biome*")
    return next((path for path in paths if os.access(path, os.X_OK)), None)


def install() -> Path | None:
    """Install Biome where it is missing, and return its path, or None where it cannot be had."""
    if not find() and shutil.which("npm"):
        command = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--prefix"]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [*command, str(FOLDER), f"@biomejs/biome@{VERSION}"],
                check=False,
                timeout=300,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
    return find()


def check(biome: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Check style and format of these files and folders; its return code is 0 without a fault."""
    command = [biome, "check", f"--config-path={CONFIGURATION}", *arguments]
    return subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def main() -> int:
    """Check the project's scripts, and return what the program is to return."""
    biome = install()
    if biome is None:
        sys.stdout.write("The scripts are not checked: Biome needs npm and a package registry.\n")
        return 0
    done = check(biome, *sys.argv[1:], *SCRIPTS)
    sys.stdout.write(done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
