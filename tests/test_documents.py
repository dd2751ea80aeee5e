"""The documents name existing settings, files and commands; no file names one person's machine."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONFIG = "".join(
    (ROOT / "blog" / name).read_text(encoding="utf-8") for name in ("settings.py", "environment.py")
)
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
# Written in pieces, so that this file does not match its own patterns.
INDEX_ADDRESS = re.compile("index" + r"[-_]url|/simp" + r"le/|--find" + r"-links|pypi" + r"\.org")
HOME_FOLDER = re.compile("/(?:ho" + "me|Use" + "rs|ro" + "ot|wo" + "rk)/[a-z]" + r"\S*")
CREATED_AT_RUN_TIME = {"data", ".venv", "DATA_DIR"}


@cache
def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("this copy of the project is no git repository")
    names = listing.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        try:
            found.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def settings_read() -> set[str]:
    """Return the names of the environment variables that settings.py and environment.py read."""
    names = re.findall(r'(?:env\.get|self\.text|reader\.\w+)\(\s*"([A-Z_]+)"', CONFIG)
    assert len(names) >= 10
    return set(names)


def test_the_table_of_settings_lists_exactly_the_settings():
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\|([^|]*)\|", text, re.MULTILINE)
    named = [name for cell in cells for name in re.findall(r"`([A-Z][A-Z_]+)`", cell)]
    assert len(named) == len(set(named)), "a setting is listed twice in docs/settings.md"
    assert set(named) == settings_read(), "docs/settings.md and blog/settings.py differ"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_links_only_to_existing_files(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:|#", target):
            continue
        assert (path.parent / target.partition("#")[0]).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_files_that_exist(path):
    if path.name == "CHANGELOG.md":
        return  # The changelog also names files that no longer exist.
    for name in re.findall(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:py|md|toml|txt))`", path.read_text()):
        if name.startswith(("/", "http")) or name.split("/")[0] in CREATED_AT_RUN_TIME:
            continue
        places = [ROOT / name, path.parent / name, ROOT / "blog" / name]
        if "/" not in name:
            assert any(p.name == name for p in tracked()), f"{path.name} names {name}"
        else:
            assert any(place.exists() for place in places), f"{path.name} names {name}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_commands_that_exist(app, path):
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"`make ([a-z]+)", text):
        assert target in targets, f"{path.name}: make {target}"
    for words in re.findall(r"--app wsgi ([a-z-]+(?: [a-z-]+)?)", text):
        name, _, inner = words.partition(" ")
        command = app.cli.commands.get(name)
        known = command is not None and inner in getattr(command, "commands", {inner})
        known = known or name == "run"
        assert known, f"{path.name}: flask --app wsgi {words}"


def test_no_file_names_a_package_index():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts()
        if path.suffix != ".md" or "requirements" in path.name
        for match in INDEX_ADDRESS.finditer(text)
    ]
    assert not found, "Each machine configures its own package index: remove the address."


def test_no_file_contains_a_path_of_one_machine():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts()
        for match in HOME_FOLDER.finditer(text)
    ]
    assert not found, "Use a path relative to the project."


def test_every_dependency_is_pinned_with_hashes():
    for name in ("requirements.txt", "requirements-sentry.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text().splitlines()
        pins = [line for line in lines if line and not line.startswith(("#", " "))]
        assert pins
        for line in pins:
            assert re.match(r"[A-Za-z0-9._-]+(?:\[[\w,-]+\])?==\S+", line), f"{name}: {line}"
            following = lines[lines.index(line) + 1]
            assert "--hash=sha256:" in following, f"{name}: {line} has no hash"
