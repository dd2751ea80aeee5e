"""deploy/second-lead: a command by hand, with the user and the settings of the services."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.deploy.units import CODE, ROOT, read_unit

WRAPPER = ROOT / "deploy" / "second-lead"
# Writes down its arguments, as there is no systemd to run them.
STAND_IN = (
    '#!/bin/sh\npython3 -c "import json, sys; print(json.dumps(sys.argv[1:]))" "$@"\nexit 3\n'
)


@pytest.fixture
def machine(tmp_path) -> dict[str, str]:
    """An environment with stand-ins for systemd-run and for id, which says that we are root."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in {"systemd-run": STAND_IN, "id": "#!/bin/sh\necho 0\n"}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    flask = tmp_path / "code" / ".venv" / "bin" / "flask"
    flask.parent.mkdir(parents=True)
    flask.write_text("#!/bin/sh\n")
    flask.chmod(0o755)
    return {"PATH": f"{programs}:/usr/bin:/bin", "SECOND_LEAD_CODE": str(tmp_path / "code")}


def call(machine: dict[str, str], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(WRAPPER), *words],
        env=machine,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def split(result: subprocess.CompletedProcess[str]) -> tuple[list[str], list[str]]:
    arguments = json.loads(result.stdout)
    middle = arguments.index("--")
    return arguments[:middle], arguments[middle + 1 :]


def test_a_command_runs_as_the_services_do(machine, tmp_path):
    result = call(machine, tmp_path, "review", "import", "my reviews/one.md")
    options, command = split(result)
    code = machine["SECOND_LEAD_CODE"]
    assert command[:3] == [f"{code}/.venv/bin/flask", "--app", f"{code}/wsgi.py"]
    assert command[3:] == ["review", "import", "my reviews/one.md"]
    assert result.returncode == 3, "the status of the command is lost"
    service = read_unit("second-lead.service")
    for key in ("User", "Group", "UMask", "EnvironmentFile"):
        assert f"--property={key}={service[key][0]}" in options
    # Files that are named on the command line are found in the folder of whoever calls it.
    assert f"--property=WorkingDirectory=-{tmp_path}" in options
    assert "--pipe" in options


def test_the_tool_for_migrations_runs_in_the_folder_of_its_settings(machine, tmp_path):
    options, command = split(call(machine, tmp_path, "alembic", "downgrade", "-1"))
    code = machine["SECOND_LEAD_CODE"]
    assert command == [f"{code}/.venv/bin/alembic", "downgrade", "-1"]
    assert f"--property=WorkingDirectory={code}" in options


def test_another_file_of_settings_can_be_named(machine, tmp_path):
    (tmp_path / "rehearsal").write_text("DATA_DIR=/elsewhere\n")
    options, command = split(call(machine, tmp_path, "--settings", "rehearsal", "review", "list"))
    assert f"--property=EnvironmentFile={tmp_path}/rehearsal" in options
    assert command[3:] == ["review", "list"]
    for words in (["--settings"], ["--settings", "none", "review", "list"]):
        result = call(machine, tmp_path, *words)
        assert result.returncode == 1
        assert result.stderr


def test_a_machine_without_a_release_is_told_what_is_missing(machine, tmp_path):
    result = call(machine | {"SECOND_LEAD_CODE": "/nowhere"}, tmp_path, "doctor")
    assert result.returncode == 1
    assert "/nowhere holds no installed release" in result.stderr


def test_the_wrapper_runs_the_release_that_the_services_run():
    assert f"code=${{SECOND_LEAD_CODE:-{CODE}}}" in WRAPPER.read_text()
