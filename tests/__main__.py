"""Run the suite in its phases: what may run side by side, then what needs the machine to itself.

`python -m tests [quick | slow] [what pytest is to be told …]`
"""

import subprocess
import sys

import pytest

# What each run consists of: conftest.py knows the phases.
RUNS = {
    "all": [("together", ["-n", "auto", "--dist", "loadgroup"]), ("alone", ["-n", "0"])],
    "quick": [("quick", ["-n", "auto"])],
    "slow": [("slow", ["-n", "0"])],
}
NOTHING = pytest.ExitCode.NO_TESTS_COLLECTED


def main(arguments: list[str]) -> int:
    """Return what the worst phase returned; a phase without tests is none, if another has some."""
    name = arguments.pop(0) if arguments and arguments[0] in RUNS else "all"
    codes = []
    for phase, options in RUNS[name]:
        command = [sys.executable, "-m", "pytest", f"--phase={phase}", *options, *arguments]
        codes.append(subprocess.run(command, check=False).returncode)
        if codes[-1] not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, NOTHING):
            break
    ran = [code for code in codes if code != NOTHING]
    return max(ran, default=NOTHING)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
