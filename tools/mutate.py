"""Mutation testing: put faults into a copy of the site, and check that the tests catch each.

`.venv/bin/python tools/mutate.py` tries every fault in tools/faults.toml; --help lists the options.
`--tests FOLDER` uses the tests of another checkout, so that an older and a newer test suite can be
compared.
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
# The timeout of the whole suite, as a multiple of the timeout for one fault.
WHOLE_FACTOR = 10
# How long an interrupted pytest may take to stop the servers that it started.
GRACE_SECONDS = 30
_BLAMED = re.compile(r"^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault to try: `old`, which occurs once in `file`, is replaced by `new`.

    `breaks` says what the fault does, and `tests` lists the files and folders that should catch it.
    """

    name: str
    file: str
    old: str
    new: str
    breaks: str
    tests: list[str]

    def find_misfit(self, suite: "Suite") -> str:
        """Return an error message if the fault does not fit this checkout, else ""."""
        path = ROOT / self.file
        if not path.is_file():
            return f"{self.name}: there is no file {self.file}; name one of the checkout."
        count = path.read_text(encoding="utf-8").count(self.old) if self.old else 0
        if count != 1 or self.old == self.new:
            words = "old must occur there once, and differ from new."
            return f"{self.name}: old occurs {count} times in {self.file}; {words}"
        lost = [name for name in self.tests if not suite.find(name)]
        if lost or not self.tests:
            words = "does not exist; tests takes files and folders below tests."
            return f"{self.name}: {lost[0] if lost else 'a test'} {words}"
        return ""


@dataclass(frozen=True, slots=True)
class Suite:
    """A test suite: of this checkout, or of another with a pyproject.toml beside its tests."""

    folder: Path

    @property
    def is_own(self) -> bool:
        """Return whether the suite is that of this checkout."""
        return self.folder == ROOT / "tests"

    def find(self, name: str) -> str:
        """Return the path of a test file or folder in this suite, else of its nearest folder.

        Returns "" if only the folder of the whole suite is left.
        """
        path = Path(name).relative_to("tests") if name.startswith("tests/") else Path()
        while not (self.folder / path).exists():
            path = path.parent
        return "" if path == Path() else f"tests/{path}"

    def copy_checkout(self, folder: Path) -> Path:
        """Copy this checkout, with the tests of this suite, into a folder; return the copy's path.

        Files that git ignores are left out.
        """
        root = folder / "checkout"
        listing = subprocess.run(LISTING, cwd=ROOT, capture_output=True, check=True)  # noqa: S603  # The command is constant.
        for name in dict.fromkeys(listing.stdout.decode().split("\0")):
            is_theirs = name.startswith("tests/") or name == "pyproject.toml"
            if (ROOT / name).is_file() and (self.is_own or not is_theirs):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        if not self.is_own:
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(self.folder, root / "tests", ignore=ignore)
            shutil.copy2(self.folder.parent / "pyproject.toml", root)
        # Some tests read data beside the checkout, and are skipped without the data.
        if (ROOT.parent / "shared").is_dir():
            (folder / "shared").symlink_to(ROOT.parent / "shared")
        return root


def read_faults() -> dict[str, Fault]:
    """Return all faults by name, or exit with an error message if the file is bad."""
    try:
        tables = tomllib.loads(FAULTS.read_text(encoding="utf-8"))["fault"]
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"{FAULTS.name} is no TOML with [[fault]] tables: {error}.")
    types = {field.name: list if field.name == "tests" else str for field in fields(Fault)}
    faults: dict[str, Fault] = {}
    for place, table in enumerate(tables, 1):
        if {name: type(value) for name, value in table.items()} != types:
            sys.exit(f"Fault no. {place} needs {', '.join(types)}: texts, and a list of tests.")
        if table["name"] in faults:
            sys.exit(f"Fault no. {place}: another fault is called {table['name']}; rename it.")
        faults[table["name"]] = Fault(**table)
    return faults


def run_pytest(root: Path, tests: Iterable[str], seconds: int) -> tuple[str, str]:
    """Run tests until one fails; return the verdict, and the failed test or pytest's last line.

    A run that takes too long counts as caught.
    """
    # Python checks .pyc files by the second, and a fault may be put in and removed within one.
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *PYTEST, *dict.fromkeys(tests)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(  # noqa: S603  # The command is pytest.
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
        report = output.read()
    last, blamed = report.strip().rpartition("\n")[2], _BLAMED.search(report)
    if code == 0:
        return SURVIVED, last
    # A test file that cannot be loaded ends with the same status, but without a failed test.
    return (CAUGHT, blamed[1]) if code == 1 and blamed else (BROKEN, f"status {code}: {last}")


def try_fault(
    fault: Fault, suite: Suite, root: Path, options: argparse.Namespace
) -> tuple[str, str]:
    """Put a fault into the copy `root`, run the fault's tests, and undo it.

    With --whole, a fault that survives is tried on the whole suite. Returns verdict and detail, as
    `run_pytest` does.
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
    """Try faults in parallel, print the result of each, and return the verdicts by fault name."""
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
                waiting.clear()  # The other workers stop after their current fault.
                raise
    return verdicts


def say(line: str) -> None:
    """Print a line without buffering."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _from_one(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no positive whole number")
    return int(text)


def read_options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description="Check that the tests catch each known fault.")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="try only these faults")
    parser.add_argument("--tests", type=Path, metavar="FOLDER", help="use another checkout's tests")
    parser.add_argument("--whole", action="store_true", help="try survivors on the whole suite")
    parser.add_argument("--clean", action="store_true", help="run the tests without a fault first")
    parser.add_argument("--check", action="store_true", help="only check that each fault fits")
    parser.add_argument("--workers", type=_from_one, default=1, help="faults at a time (1)")
    parser.add_argument("--timeout", type=_from_one, default=300, help="seconds per fault (300)")
    return parser.parse_args()


def main() -> None:
    """Run the program; exit with status 0 if every fault is caught, else 1."""
    options, faults = read_options(), read_faults()
    suite = Suite((options.tests or ROOT / "tests").resolve())
    if not (suite.folder.is_dir() and (suite.folder.parent / "pyproject.toml").is_file()):
        sys.exit(f"{suite.folder} must be a folder of tests with a pyproject.toml beside it.")
    unknown = [name for name in options.only or () if name not in faults]
    if unknown:
        sys.exit(f"There is no fault {unknown[0]}; {FAULTS.name} lists all faults.")
    chosen = [faults[name] for name in dict.fromkeys(options.only or faults)]
    misfits = [misfit for fault in chosen if (misfit := fault.find_misfit(suite))]
    if misfits:
        sys.exit("\n".join(misfits))
    for name in sorted({name for fault in chosen for name in fault.tests}):
        if suite.find(name) != name:
            say(f"{name} does not exist; {suite.find(name)} is used instead.")
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
