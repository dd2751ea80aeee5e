"""Checks of the machine: room on its disks, and who may read the site's files."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url

from blog.monitoring.findings import Examined, Finding, State
from blog.settings import Settings

MIB = 1 << 20
# Bytes, not per cent: what the site writes is as large on a large disk. An upload takes 100 MiB
# at once, converting its pictures and a backup take several times as much.
FULL = 100 * MIB
NEARLY_FULL = 1024 * MIB
DISK = "disk"
READ_BY_OTHERS = 0o077
# A proxy may pass through DATA_DIR to `media`; nobody else lists it or writes into it.
LISTED_BY_OTHERS = 0o026


def check_disks(examined: Examined) -> list[Finding]:
    """Check the room on the disk of each folder that the site writes to."""
    found: dict[tuple[int, int], Finding] = {}
    for name, folder in list_folders(examined.settings, examined.folders).items():
        usage = shutil.disk_usage(nearest(folder))
        # Folders on one disk are one finding, the first.
        found.setdefault((nearest(folder).stat().st_dev, usage.total), _judge(name, folder, usage))
    return list(found.values())


def is_full(settings: Settings) -> bool:
    """Return whether a disk that the site needs for every comment is full."""
    folders = list_folders(settings, {}).values()
    return any(shutil.disk_usage(nearest(folder)).free < FULL for folder in folders)


def list_folders(settings: Settings, more: Mapping[str, Path]) -> dict[str, Path]:
    """Return the folders that the site writes to, by the name that a person knows."""
    url = make_url(settings.database_url)
    folders = {"DATA_DIR": settings.data_dir}
    if url.get_backend_name() == "sqlite":
        folders["the database"] = Path(url.database or "").parent
    return {**folders, **more}


def check_permissions(examined: Examined) -> list[Finding]:
    """Check that other users of the machine can read neither the database nor the secret key."""
    settings = examined.settings
    url = make_url(settings.database_url)
    files = {"the secret key": settings.data_dir / "secret_key"}
    if url.get_backend_name() == "sqlite":
        files["the database file"] = Path(url.database or "")
    findings = [
        _check_mode(name, path, State.FAILED, READ_BY_OTHERS, "go=")
        for name, path in files.items()
        if path.exists()
    ]
    if settings.data_dir.exists():
        findings.append(
            _check_mode("DATA_DIR", settings.data_dir, State.WARNING, LISTED_BY_OTHERS, "g-w,o-rw")
        )
    return findings


def nearest(folder: Path) -> Path:
    """Return a folder, or the nearest folder above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _judge(name: str, folder: Path, usage: "shutil._ntuple_diskusage") -> Finding:
    sentence = f"{usage.free // MIB:,} MiB are free for {name}, at {folder}."
    # A small disk in memory, such as some machines have for /tmp, is never as empty as that.
    if usage.free < FULL:
        return Finding(DISK, State.FAILED, sentence, "Free some room, or move it to another disk.")
    if usage.free < min(NEARLY_FULL, usage.total // 4):
        return Finding(DISK, State.WARNING, sentence, "Free some room before it is full.")
    return Finding(DISK, State.OK, sentence)


def _check_mode(name: str, path: Path, state: State, others: int, mode: str) -> Finding:
    if path.stat().st_mode & others:
        return Finding(
            "permissions", state, f"Other users of this machine have access to {name}.",
            f"`chmod {mode} {path}`",
        )  # fmt: skip
    if not os.access(path, os.R_OK | os.W_OK):
        return Finding(
            "permissions", State.FAILED, f"This user cannot read and write {name}, {path}.",
            "Run this command as the site's user, or give the files to that user.",
        )  # fmt: skip
    return Finding("permissions", State.OK, f"Only this user has access to {name}.")
