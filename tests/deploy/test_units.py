"""The units of deploy/systemd: correct, hardened, and runnable."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.server import free_port, wait
from tests.deploy.units import (
    CODE,
    ROOT,
    UNITS,
    Service,
    commands,
    confined,
    environment,
    listening,
    read_environment,
    read_unit,
)
from tests.manuscripts.files import draw_picture, write_review
from tests.programs import find_program

SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
# Of 10; the services that Debian ships mostly have more than 9.
MOST_EXPOSED = 1.5


@pytest.fixture
def installed(tmp_path) -> Path:
    """A folder of units as docs/deploy.md installs them, that run this checkout."""
    for path in UNITS.glob("second-lead*"):
        # The file named here is one that every machine has.
        text = path.read_text().replace(f"{CODE}/.venv/bin/", "/bin/false ")
        (tmp_path / path.name).write_text(text)
    for name in ("second-lead.service.d", "second-lead-.service.d"):
        (tmp_path / name).mkdir()
        shutil.copy(UNITS / "hardening.conf", tmp_path / name)
    return tmp_path


def analyze(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [find_program("systemd-analyze"), "--no-pager", *arguments],
        env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_systemd_finds_no_fault_in_the_units(installed):
    names = [path.name for path in installed.glob("second-lead*.*") if path.is_file()]
    assert len(names) == len(SERVICES) + 3
    result = analyze(installed, "verify", "--man=no", *(f"./{name}" for name in names))
    ours = [line for line in result.stderr.splitlines() if "second-lead" in line]
    assert not ours
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_little_besides_its_work(installed, name):
    result = analyze(installed, "security", "--offline=true", f"./{name}")
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", result.stdout)
    assert level, result.stdout + result.stderr
    assert float(level[1]) <= MOST_EXPOSED, result.stdout


def test_systemd_waits_longer_than_gunicorn_needs_to_stop():
    conf = (ROOT / "gunicorn.conf.py").read_text()
    graceful = re.search(r"^graceful_timeout = (\d+)", conf, re.MULTILINE)
    assert graceful
    assert int(read_unit("second-lead.service")["TimeoutStopSec"][0]) > int(graceful[1])


def test_the_socket_listens_where_the_example_of_settings_says():
    env = read_environment(ROOT / "deploy" / "env.example")
    assert read_unit("second-lead.socket")["ListenStream"] == [f"{env['HOST']}:{env['PORT']}"]
    assert env["TRUSTED_PROXIES"] == "1"


def test_each_timer_has_its_service():
    timers = [path.stem for path in UNITS.glob("*.timer")]
    assert {f"{timer}.service" for timer in timers} < set(SERVICES)
    for timer in timers:
        assert read_unit(f"{timer}.timer")["Persistent"] == ["true"]
        assert read_unit(f"{timer}.service")["Type"] == ["oneshot"]


@pytest.mark.slow
def test_the_services_run_with_the_system_calls_that_their_units_allow(tmp_path):
    port = free_port()
    settings = {"DATA_DIR": str(tmp_path / "data"), "PORT": str(port), "DEMO": "0"}
    env = environment(settings)
    flask = str(Path(sys.executable).with_name("flask"))
    run = {"env": env, "cwd": ROOT, "capture_output": True, "text": True, "check": True}
    # The review has a picture, which is converted, and another is drawn for links to it.
    draw_picture(tmp_path, "track.jpg", size=(900, 600))
    file = write_review(tmp_path, body="![A track](track.jpg)\n\nThey run.")
    for words in (["setup"], ["review", "import", str(file)]):
        subprocess.run(confined([flask, "--app", "wsgi", *words]), **run)
    (tmp_path / "cache").mkdir()
    with listening(port) as listener:
        service = Service(listener=listener, settings=settings, folder=tmp_path / "cache")
        service.start()
        assert service.process
        try:
            wait(service.process, f"http://127.0.0.1:{port}", service.log)
        finally:
            service.stop()
    assert "Traceback" not in service.log.read_text()
    assert list((tmp_path / "cache" / "static").glob("*/css/site.css.br"))
    for command in commands("second-lead-maintenance.service", cache_dir=tmp_path):
        assert "deleted" in subprocess.run(confined(command), **run).stdout
    (outbox,) = commands("second-lead-outbox.service", cache_dir=tmp_path)
    assert "0 due" in subprocess.run(confined([*outbox, "--once"]), **run).stdout


def test_the_filter_of_system_calls_is_really_applied():
    code = "import os; os.chroot('/')"
    result = subprocess.run(
        confined([sys.executable, "-c", code]), capture_output=True, text=True, check=False
    )
    assert "Operation not permitted" in result.stderr
