"""Disks that fill: a small one in memory, which only root may mount, or a limit of file sizes."""

import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

# No file may grow beyond this size where no small disk can be mounted.
LARGEST_FILE = 64 * 1024
BLOCK = 64 * 1024


class Disk(Protocol):
    """A disk that can be full for a while."""

    def fill(self) -> None: ...

    def free(self) -> None: ...


class SmallDisk:
    """A disk of its own; a file takes all of its room."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            for size in (BLOCK, 1):
                with suppress(OSError):  # No room is left.
                    while True:
                        file.write(bytes(size))

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


class FileLimit:
    """A limit of how large the files of some processes may become, as if the disk were full.

    An ordinary user may lower it for processes of their own, and raise it again.
    """

    def __init__(self, list_processes: Callable[[], Iterable[int]]) -> None:
        self._list_processes = list_processes

    def fill(self) -> None:
        self._limit(LARGEST_FILE)

    def free(self) -> None:
        self._limit(None)

    def _limit(self, size: int | None) -> None:
        for pid in self._list_processes():
            with suppress(ProcessLookupError):
                _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


@contextmanager
def mounted(folder: Path, *, megabytes: int) -> Iterator[bool]:
    """Mount a disk of this size, in memory, on a folder; yield whether that was possible."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "chaos", str(folder)]
    is_mounted = os.geteuid() == 0 and _succeeds(command)
    try:
        yield is_mounted
    finally:
        if is_mounted:
            # Lazily, as a process that is being killed may still have a file open.
            _succeeds(["umount", "--lazy", str(folder)])


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def find_mount_obstacle() -> str:
    """Return why no small disk can be mounted, "" if one can."""
    if os.geteuid() != 0:
        return "only root may mount a small disk"
    with tempfile.TemporaryDirectory() as folder, mounted(Path(folder), megabytes=1) as is_mounted:
        return "" if is_mounted else "this machine lets nobody mount a disk"
