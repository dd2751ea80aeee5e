"""Programs that some slow tests need and that pip cannot install: nginx, Caddy, PgBouncer."""

import os
import shutil

import pytest


def find_program(name: str) -> str:
    """Return the path of a program; if it is missing, skip, or fail if REQUIRE_PROGRAMS is 1."""
    # Debian keeps servers in /usr/sbin, which is not in the PATH of every user.
    path = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if path is None:
        reason = f"{name} is not installed (Debian: apt install {name})"
        if os.environ.get("REQUIRE_PROGRAMS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
