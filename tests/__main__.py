"""Run the tests in phases: first those that can run in parallel, then those that must run alone.

`python -m tests [quick | slow] [pytest options and paths …]`
"""

import os
import subprocess
import sys

import pytest

# conftest.py says how many workers there are, which tests go to the same one, and their order.
PARALLEL = ["-n", "auto", "--dist", "loadscope", "--no-loadscope-reorder"]
# The phases of each run, with pytest's options; conftest.py says which tests belong to a phase.
RUNS = {
    "all": [("together", PARALLEL), ("alone", ["-n", "0"])],
    "quick": [("quick", PARALLEL)],
    "slow": [("slow", PARALLEL), ("slow-alone", ["-n", "0"])],
}
# With this variable, Python keeps no compiled modules.
NOT_KEEPING = "PYTHONDONTWRITEBYTECODE"
NO_TESTS = pytest.ExitCode.NO_TESTS_COLLECTED


def main(arguments: list[str]) -> int:
    """Run pytest for each phase; return the highest exit code, ignoring phases without tests."""
    name = arguments.pop(0) if arguments and arguments[0] in RUNS else "all"
    codes = []
    # So that no worker, no program that a test starts and no later run compiles a module again.
    keeping = {name: value for name, value in os.environ.items() if name != NOT_KEEPING}
    for phase, options in RUNS[name]:
        command = [sys.executable, "-m", "pytest", f"--phase={phase}", *options, *arguments]
        codes.append(subprocess.run(command, env=keeping, check=False).returncode)
        if codes[-1] not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, NO_TESTS):
            break
    ran = [code for code in codes if code != NO_TESTS]
    return max(ran, default=NO_TESTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
