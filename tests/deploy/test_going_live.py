"""docs/deploy.md and docs/operations.md, typed word for word in a folder of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.server import free_port, wait
from tests.deploy.units import Service, listening
from tests.documented import CODE, DOCUMENTS, ROOT, SHELL, Block
from tests.manuscripts.files import write_review

pytestmark = pytest.mark.slow

# Runs a command as systemd-run does: with the variables of the file, in the folder, with the umask.
SYSTEMD_RUN = """#!{python}
import os, sys
sys.path.insert(0, "{root}")
from pathlib import Path
from tests.deploy.units import read_environment
options, command = sys.argv[1:sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1:]
pairs = [option.removeprefix("--property=").partition("=") for option in options]
values = dict(pair[::2] for pair in pairs)
os.umask(int(values["UMask"], 8))
os.chdir(values["WorkingDirectory"].removeprefix("-"))
file = values["EnvironmentFile"].removeprefix("{folder}")
settings = read_environment(Path("{folder}" + file))
os.execve(command[0], command, os.environ | settings)
"""
# Makes no new environment, but a link to the one that runs the tests.
PYTHON3 = """#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then exec ln -s "{environment}" "$3"; fi
exec "{python}" "$@"
"""
OPERATIONS = DOCUMENTS[-1]


class Machine:
    """A folder that stands for a machine, and a shell in which the documents are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        programs = folder / "usr/local/bin"
        programs.mkdir(parents=True)
        places = {
            "python": sys.executable,
            "root": ROOT,
            "environment": sys.prefix,
            "folder": folder,
        }
        for name, text in {
            "systemd-run": SYSTEMD_RUN.format(**places),
            "python3": PYTHON3.format(**places),
            "id": "#!/bin/sh\necho 0\n",
        }.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self.env = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "DOMAIN": "site.test",
            "EMAIL": "you@example.org",
            "SOURCE": str(self._tagged()),
            "RELEASE": "v0.2.0",
            "SECOND_LEAD_CODE": self.place(CODE),
            "PIP_NO_INDEX": "1",
        }

    def place(self, text: str) -> str:
        """Return a text in which the machine's folders are those below this one's."""
        text = re.sub(r"(?: -[og] second-lead)+", "", text)
        return re.sub(r"(?<![\w/.])/(?=(?:opt|etc|var|usr/local)/)", f"{self.folder}/", text)

    def type(self, script: str) -> str:
        """Run a script in a shell that stops at the first failure; return its output."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.place(script)],
            cwd=self.folder, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _tagged(self) -> Path:
        source = self.folder / "source"
        git = ["git", "-c", "advice.detachedHead=false"]
        subprocess.run([*git, "clone", "--quiet", "--shared", ROOT, source], check=True)
        for tag in ("v0.2.0", "v0.3.0"):
            subprocess.run([*git, "-C", source, "tag", tag], check=True)
        return source


def runnable(document: Path) -> list[Block]:
    return [block for block in SHELL if block.document == document and not block.reason]


def tolerant(text: str) -> str:
    """Let `doctor` find fault with the site: here nothing answers at its public address."""
    return re.sub(r"^(second-lead doctor)$", r"\1 || [ $? -le 2 ]", text, flags=re.MULTILINE)


def test_a_machine_goes_live_by_the_words_of_the_documents(tmp_path):
    machine = Machine(tmp_path)
    deploy = runnable(DOCUMENTS[1])
    before, after = deploy[:3], deploy[3:]
    assert "second-lead setup" in before[-1].text
    machine.type(before[0].text)
    # As systemd does by tmpfiles.conf and by the unit.
    machine.type("install -d /var/lib/second-lead /var/cache/second-lead")
    machine.type(before[1].text)
    settings = tmp_path / "etc/second-lead/env"
    assert settings.stat().st_mode & 0o777 == 0o640
    text = machine.place(settings.read_text())
    assert "SITE_URL=https://site.test\n" in text
    settings.write_text(text.replace("PORT=8000", f"PORT={machine.port}"))
    setup = machine.type(before[2].text)
    assert re.search(r"Sign-in: you@example\.org +\S{12,} +\(shown once\)", setup)
    assert "none loaded" in setup, "a public site got the demo"

    manuscript = write_review(tmp_path)
    assert "run-on" in machine.type(f"second-lead review import {manuscript}")
    with listening(machine.port) as listener:
        service = Service(
            listener=listener, settings={}, folder=tmp_path / "var/cache/second-lead",
            code=Path(machine.place(CODE)), settings_file=settings,
        )  # fmt: skip
        service.start()
        assert service.process
        try:
            wait(service.process, f"http://127.0.0.1:{machine.port}", service.log)
            typed = [machine.type(tolerant(block.text)) for block in after]
            backup = machine.type("find /var/lib/second-lead/backups -type f").strip()
            machine.env |= {"RELEASE": "v0.3.0", "FILE": backup}
            typed += [machine.type(tolerant(block.text)) for block in runnable(OPERATIONS)]
        finally:
            service.stop()
    assert any("run-on" in output for output in typed), "the rehearsal restored nothing"
    assert not (tmp_path / "var/lib/second-lead-rehearsal").exists()
    assert (tmp_path / "opt/second-lead/current/wsgi.py").exists()
    assert (tmp_path / "var/lib/second-lead/second-lead.sqlite3").exists()
    assert os.access(tmp_path / "usr/local/bin/second-lead", os.X_OK)
