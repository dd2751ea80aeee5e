"""deploy/systemd/tmpfiles.conf: the proxy reads the pictures, and nothing else of the site."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.units import UNITS
from tests.programs import find_program

FOLDER = "/var/lib/second-lead"
# Users that every machine has stand for that of the site and that of Caddy; a third is a stranger.
SITE, PROXY, STRANGER = "daemon", "nobody", "bin"


@pytest.fixture
def site() -> Iterator[Path]:
    """The folder of a site with an old picture, prepared as the document says."""
    if os.getuid() != 0:
        pytest.skip("only root can act as other users")
    # Not in tmp_path, which other users may not enter.
    base = Path(tempfile.mkdtemp(prefix="second-lead-"))
    base.chmod(0o711)
    try:
        folder = base / "site"
        (folder / "media").mkdir(parents=True)
        (folder / "media" / "old.webp").write_text("old")
        (folder / "media" / "old.webp").chmod(0o600)
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, SITE, SITE)
        conf = base / "second-lead.conf"
        text = (UNITS / "tmpfiles.conf").read_text().replace(FOLDER, str(folder))
        text = text.replace("second-lead second-lead", f"{SITE} {SITE}")
        conf.write_text(text.replace("u:caddy:", f"u:{PROXY}:"))
        command = [find_program("systemd-tmpfiles"), "--create", str(conf)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        yield folder
    finally:
        shutil.rmtree(base)


def act(user: str, script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    ids = pwd.getpwnam(user)
    options = [f"--reuid={ids.pw_uid}", f"--regid={ids.pw_gid}", "--clear-groups"]
    command = [find_program("setpriv"), *options, "sh", "-c", script]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_proxy_reads_old_and_new_pictures_and_nothing_else(site):
    # As the site stores a picture (blog/pictures/files.py), with the umask of its services.
    new = "umask 077; echo -n new > media/.new; mv media/.new media/new.webp; echo key > secret_key"
    assert act(SITE, new, site).returncode == 0
    site.chmod(0o710)  # As StateDirectoryMode does at each start.
    assert act(PROXY, "cat media/old.webp media/new.webp", site).stdout == "oldnew"
    for refused in ("cat secret_key", "ls .", "echo x > media/x", "rm media/old.webp"):
        assert act(PROXY, refused, site).returncode != 0, refused
    assert act(STRANGER, "cat media/new.webp", site).returncode != 0
