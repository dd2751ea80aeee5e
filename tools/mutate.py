"""Put faults into a copy of the site, one at a time, and tell whether the tests catch each.

`.venv/bin/python tools/mutate.py` tries every fault in tools/faults.toml; --help lists the options.
With `--tests FOLDER` the tests are those of another checkout, such as an older one, so that two
suites can be compared: what the older one catches, the newer one should catch.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FAULTS = ROOT / "tools" / "faults.toml"
LISTING = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
PYTEST = ("-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider")
CAUGHT, HUNG, SURVIVED, BROKEN = "caught", "hung", "survived", "broken"
# The whole suite may take so many times what the tests of one fault may.
WHOLE_FACTOR = 10
# What pytest may take, once it is interrupted, to stop the servers it started.
GRACE_SECONDS = 30
_BLAMED = re.compile(r"^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Hold a mistake: `old`, which stands once in `file`, becomes `new`.

    `breaks` says what a person would notice, `tests` names the files and folders to catch it.
    """

    name: str
    file: str
    old: str
    new: str
    breaks: str
    tests: list[str]

    def find_misfit(self, suite: "Suite") -> str:
        """Say why it cannot be tried on this checkout and what would be right, or nothing."""
        path = ROOT / self.file
        if not path.is_file():
            return f"{self.name}: there is no file {self.file}; name one of the checkout."
        count = path.read_text(encoding="utf-8").count(self.old) if self.old else 0
        if count != 1 or self.old == self.new:
            words = "it takes a text that stands there once, and another one as new."
            return f"{self.name}: old stands {count} times in {self.file}; {words}"
        lost = [name for name in self.tests if not suite.find(name)]
        if lost or not self.tests:
            words = "is not there; tests takes files and folders below tests."
            return f"{self.name}: {lost[0] if lost else 'a test'} {words}"
        return ""


@dataclass(frozen=True, slots=True)
class Suite:
    """Be the tests of this checkout, or of another whose pyproject.toml stands beside them."""

    folder: Path

    @property
    def is_own(self) -> bool:
        """Tell whether the tests are those of this checkout."""
        return self.folder == ROOT / "tests"

    def find(self, name: str) -> str:
        """Return where these tests are in this suite, or nothing where that would be all of it.

        For a file that is not here, renamed perhaps, the folder stands in that it would be in.
        """
        path = Path(name).relative_to("tests") if name.startswith("tests/") else Path()
        while not (self.folder / path).exists():
            path = path.parent
        return "" if path == Path() else f"tests/{path}"

    def copy_checkout(self, folder: Path) -> Path:
        """Copy this checkout with these tests, without what git ignores, and return its folder."""
        root = folder / "checkout"
        listing = subprocess.run(LISTING, cwd=ROOT, capture_output=True, check=True)  # noqa: S603  # It is fixed.
        for name in dict.fromkeys(listing.stdout.decode().split("\0")):
            is_theirs = name.startswith("tests/") or name == "pyproject.toml"
            if (ROOT / name).is_file() and (self.is_own or not is_theirs):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        if not self.is_own:
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(self.folder, root / "tests", ignore=ignore)
            shutil.copy2(self.folder.parent / "pyproject.toml", root)
        # Some tests read data that lies beside the checkout, and skip without it.
        if (ROOT.parent / "shared").is_dir():
            (folder / "shared").symlink_to(ROOT.parent / "shared")
        return root


def read_faults() -> dict[str, Fault]:
    """Return all faults by their names, or end the program in words."""
    try:
        tables = tomllib.loads(FAULTS.read_text(encoding="utf-8"))["fault"]
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"{FAULTS.name} is no TOML with [[fault]] tables: {error}.")
    types = {field.name: list if field.name == "tests" else str for field in fields(Fault)}
    faults: dict[str, Fault] = {}
    for place, table in enumerate(tables, 1):
        if {name: type(value) for name, value in table.items()} != types:
            sys.exit(f"Fault no. {place} takes {', '.join(types)}: texts, and a list of tests.")
        if table["name"] in faults:
            sys.exit(f"Fault no. {place} is called {table['name']} like another; rename it.")
        faults[table["name"]] = Fault(**table)
    return faults


def run_pytest(root: Path, tests: Iterable[str], seconds: int) -> tuple[str, str]:
    """Run tests until one fails; return the verdict, and which test that was or pytest's last line.

    A run that takes too long counts as caught.
    """
    # A compiled file is told from its source by whole seconds, and a fault may take less.
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *PYTEST, *dict.fromkeys(tests)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(  # noqa: S603  # What it runs is ours.
            command, cwd=root, env=env, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            return HUNG, f"caught by hanging for {seconds} s"
        output.seek(0)
        said = output.read()
    last, blamed = said.strip().rpartition("\n")[2], _BLAMED.search(said)
    if code == 0:
        return SURVIVED, last
    # A file that cannot be loaded ends the run as a failed test does, and names no test.
    return (CAUGHT, blamed[1]) if code == 1 and blamed else (BROKEN, f"status {code}: {last}")


def try_fault(
    fault: Fault, suite: Suite, root: Path, options: argparse.Namespace
) -> tuple[str, str]:
    """Put a fault into a copy, run its tests and take it out again; return what `run_pytest` does.

    What they do not catch is tried on the whole suite where that is asked for.
    """
    path = root / fault.file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    try:
        found = run_pytest(root, map(suite.find, fault.tests), options.timeout)
        if found[0] == SURVIVED and options.whole:
            verdict, detail = run_pytest(root, ["tests"], options.timeout * WHOLE_FACTOR)
            found = verdict, f"{detail}, in the whole suite"
    finally:
        path.write_text(text, encoding="utf-8")
    return found


def try_all(faults: Iterable[Fault], suite: Suite, options: argparse.Namespace) -> dict[str, str]:
    """Try faults, as many at a time as there are workers; tell of each and return the verdicts."""
    waiting, verdicts = list(faults), dict[str, str]()
    pending = iter(waiting)

    def work(root: Path) -> None:
        for fault in pending:
            start = time.monotonic()
            verdicts[fault.name], detail = try_fault(fault, suite, root, options)
            seconds = f"{time.monotonic() - start:.0f} s"
            say(f"{verdicts[fault.name]:8} {seconds:>6}  {fault.name}: {detail}")

    with ExitStack() as stack:
        make = (tempfile.TemporaryDirectory(prefix="faults-") for _ in range(options.workers))
        roots = [suite.copy_checkout(Path(stack.enter_context(folder))) for folder in make]
        if options.clean:
            tests = [suite.find(name) for fault in waiting for name in fault.tests]
            verdict, detail = run_pytest(roots[0], tests, options.timeout * WHOLE_FACTOR)
            if verdict != SURVIVED:
                sys.exit(f"The tests fail without any fault: {detail}.")
        with ThreadPoolExecutor(options.workers) as pool:
            try:
                list(pool.map(work, roots))
            except BaseException:
                waiting.clear()  # The others end with what they are at.
                raise
    return verdicts


def say(words: str) -> None:
    """Print a line at once, though it may go to a file."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _from_one(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def read_options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description="Tell whether the tests catch each known fault.")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="try these faults alone")
    parser.add_argument("--tests", type=Path, metavar="FOLDER", help="another checkout's tests")
    parser.add_argument("--whole", action="store_true", help="try what survives on the whole suite")
    parser.add_argument("--clean", action="store_true", help="run the tests without a fault first")
    parser.add_argument("--check", action="store_true", help="only see whether each fault fits")
    parser.add_argument("--workers", type=_from_one, default=1, help="how many at a time (1)")
    parser.add_argument("--timeout", type=_from_one, default=300, help="seconds for each (300)")
    return parser.parse_args()


def main() -> None:
    """Run as a program; its status is 0 where every fault is caught."""
    options, faults = read_options(), read_faults()
    suite = Suite((options.tests or ROOT / "tests").resolve())
    if not (suite.folder.is_dir() and (suite.folder.parent / "pyproject.toml").is_file()):
        sys.exit(f"{suite.folder} is no folder of tests with a pyproject.toml beside it.")
    unknown = [name for name in options.only or () if name not in faults]
    if unknown:
        sys.exit(f"There is no fault {unknown[0]}; {FAULTS.name} names all that there are.")
    chosen = [faults[name] for name in dict.fromkeys(options.only or faults)]
    misfits = [misfit for fault in chosen if (misfit := fault.find_misfit(suite))]
    if misfits:
        sys.exit("\n".join(misfits))
    for name in sorted({name for fault in chosen for name in fault.tests}):
        if suite.find(name) != name:
            say(f"{name} is not there; {suite.find(name)} stands in for it.")
    if options.check:
        say(f"{len(chosen)} faults fit.")
        return
    verdicts = try_all(chosen, suite, options)
    missed = [name for name in verdicts if verdicts[name] in (SURVIVED, BROKEN)]
    hung = list(verdicts.values()).count(HUNG)
    count = f"{len(verdicts) - len(missed)} of {len(verdicts)} faults caught"
    say(f"{count}, {hung} of them by hanging." if hung else f"{count}.")
    for name in missed:
        say(f"{verdicts[name]}: {name}. {faults[name].breaks}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
