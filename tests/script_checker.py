"""Find, install and run Biome; `python -m tests.script_checker` checks the scripts with it.

`python -m tests.script_checker --write` formats the scripts and applies Biome's safe fixes. Biome
is a single program in an npm package, so only its installation needs npm.
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
# static/vendor is not checked: its files are released by others.
SCRIPTS = (ROOT / "static" / "js", ROOT / "tests" / "js")


def find() -> Path | None:
    """Return the path of Biome ($BIOME or the installed program), or None if there is none."""
    named = os.environ.get("BIOME")
    paths = [Path(named)] if named else FOLDER.glob("node_modules/@biomejs/cli-*/biome*")
    return next((path for path in paths if os.access(path, os.X_OK)), None)


def install() -> Path | None:
    """Install Biome if it is missing; return its path, or None if it could not be installed."""
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
    """Run `biome check` with these arguments; the return code is 0 if Biome finds no fault."""
    command = [biome, "check", f"--config-path={CONFIGURATION}", *arguments]
    return subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def main() -> int:
    """Check the project's scripts; return the exit code, which is 0 if Biome is missing."""
    biome = install()
    if biome is None:
        sys.stdout.write("The scripts were not checked: Biome needs npm and a package registry.\n")
        return 0
    done = check(biome, *sys.argv[1:], *SCRIPTS)
    sys.stdout.write(done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
