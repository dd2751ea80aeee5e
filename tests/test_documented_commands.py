"""Whatever README, the documents for operators and deploy/ tell people to type exists."""

import re
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from tests.documented import (
    BLOCKS,
    CODE,
    DEPLOYED,
    DOCUMENTS,
    ROOT,
    SHELL,
    list_calls,
    list_commands,
)
from tests.test_documents import settings_read

# Variables that are no settings: of the documents' own scripts, of programs, and of deploy/.
OTHER_VARIABLES = {
    *("DOMAIN", "EMAIL", "SOURCE", "RELEASE", "FILE"),
    *("PATH", "PWD", "TERM", "HOME", "MAINPID", "GUNICORN_CMD_ARGS"),
    *("SITE_HOST", "UPSTREAM", "CACHE_DIR", "CODE_DIR", "CADDY_ADMIN", "SECOND_LEAD_CODE"),
    *("XDG_DATA_HOME", "XDG_CONFIG_HOME", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"),
    *("POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"),
}
FLASK_COMMANDS = {"run", "shell", "routes"}
UNITS = {path.name for path in (ROOT / "deploy" / "systemd").iterdir()}
COMMANDS = list_commands()
VARIABLES = [
    re.compile(r"\$\{?([A-Z][A-Z_]+)"),
    re.compile(r"^#?(?:export |Environment=)?([A-Z][A-Z_]+)=", re.MULTILINE),
    re.compile(r"`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`"),
    re.compile(r"^ {4}([A-Z][A-Z_]+):", re.MULTILINE),
]


def find_fault(cli: click.Group, words: list[str]) -> str | None:
    """Return what click finds wrong with a command, without running it."""
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group):
        if not words or words[0].startswith("-"):
            return "the command is not complete"
        name, *words = words
        found = command.get_command(context, name)
        if found is None:
            return f"there is no command {name}"
        command, context = found, click.Context(found, parent=context)
    try:
        values, rest, _order = command.make_parser(context).parse_args(words)
    except click.UsageError as error:
        return error.format_message()
    missing = [
        parameter.name
        for parameter in command.params
        if isinstance(parameter, click.Argument)
        and parameter.required
        and not isinstance(values.get(parameter.name), (str, tuple))
    ]
    return f"{rest or missing} is too much or missing" if rest or missing else None


def test_the_checker_sees_commands():
    assert len(COMMANDS) > 40
    assert {"setup", "maintenance", "outbox", "backup", "moderator"} <= {
        words[0] for _where, words in COMMANDS
    }


def test_each_command_exists_with_these_options(app):
    cli = app.cli
    faults = [
        f"{where}: {' '.join(words)}: {fault}"
        for where, words in COMMANDS
        if words[0] not in ("alembic", "…") and (fault := find_fault(cli, words))
    ]
    assert not faults, "\n".join(faults)


def test_the_checker_finds_faults(app):
    for words, part in {
        "outbox runs": "no command runs",
        "outbox run --twice": "--twice",
        "privacy erase": "email",
        "setup now": "now",
        "review": "not complete",
    }.items():
        assert part in (find_fault(app.cli, words.split()) or ""), words


def test_the_table_of_commands_lists_each_command(app):
    table = (ROOT / "docs" / "operations.md").read_text().partition("## Commands")[2]
    cells = re.findall(r"^\| (`.+?`) \| ", table.partition("\n## ")[0], re.MULTILINE)
    listed = {name for cell in cells for name in _names(cell)}
    # Flask's own commands are not ours to explain.
    groups = {name: each for name, each in app.cli.commands.items() if name not in FLASK_COMMANDS}
    there = {
        f"{name} {inner}" if inner else name
        for name, each in groups.items()
        for inner in (each.commands if isinstance(each, click.Group) else [""])
    }
    assert listed == there


def _names(cell: str) -> list[str]:
    """Return the commands in a cell such as "`moderator create\\|remove EMAIL`, `setup`"."""
    names = []
    for text in re.findall("`([^`]+)`", cell):
        words = [word for word in text.split() if re.fullmatch(r"[a-z-]+(?:\\\|[a-z-]+)*", word)]
        names += [" ".join([*words[:1], verb]).strip() for verb in _verbs(words)]
    return names


def _verbs(words: list[str]) -> list[str]:
    return words[1].split("\\|") if len(words) > 1 else [""]


@pytest.mark.parametrize("path", [*DOCUMENTS, *DEPLOYED], ids=lambda path: path.name)
def test_each_variable_is_a_setting(path):
    known = settings_read() | OTHER_VARIABLES
    text = path.read_text()
    if path.suffix == ".py":
        return
    named = {name for pattern in VARIABLES for name in pattern.findall(text)}
    assert not named - known


@pytest.mark.parametrize("path", [*DOCUMENTS, *DEPLOYED], ids=lambda path: path.name)
def test_each_path_in_the_project_exists(path):
    text = path.read_text()
    paths = re.findall(rf"(?:{CODE}|\{{\$CODE_DIR[^}}]*\}})/((?!\.venv)[\w./*-]+)", text)
    if path in DEPLOYED:
        paths += re.findall(r"(?<![\w/.])((?:docs|deploy|blog|tests|tools)/[\w./-]+\.\w+)", text)
    for name in paths:
        assert list(ROOT.glob(name.rstrip("."))), f"{path.name} names {name}"


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_files_that_a_block_installs_exist(block):
    folder: Path | None = None
    for program, *words in list_calls(block.text):
        if program == "cd":
            inside = words[0].removeprefix(CODE).lstrip("/")
            is_ours = words[0].startswith(CODE) or (ROOT / words[0]).is_dir()
            folder = (
                ROOT / inside if is_ours and not words[0].startswith("/opt/second-lead/r") else None
            )
        if program not in ("install", "cp") or folder is None:
            continue
        names = [word for word in words[:-1] if "." in word and not word.startswith("/")]
        for name in names:
            assert list(folder.glob(name)), f"{block}: {name}"


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_a_block_is_correct_shell(block):
    result = subprocess.run(
        ["bash", "-n"], input=block.text, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_each_unit_that_is_named_exists():
    missing = []
    for path in (*DOCUMENTS, *DEPLOYED):
        text = path.read_text()
        named = re.findall(r"second-lead[\w-]*\.(?:service|socket|timer)(?!\.d)", text)
        for call in re.findall(
            r"(?:systemctl [a-z-]+|--unit)((?: (?:--now )?second-lead[\w.-]*)+)", text
        ):
            named += [unit if "." in unit else f"{unit}.service" for unit in call.split()[:]]
        missing += [
            f"{path.name}: {name}" for name in named if name not in UNITS | {"--now.service"}
        ]
    assert not missing


def test_each_make_target_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = [call[1] for block in BLOCKS for call in list_calls(block.text) if call[0] == "make"]
    assert named
    assert set(named) <= targets


def test_what_no_test_runs_says_why():
    by_hand = [str(block) for block in SHELL if block.reason]
    # A block that a test can run must not come into this list by accident.
    assert by_hand == [
        "deploy.md, 1. Names",
        "deploy.md, 1. Names",
        "deploy.md, 2. Packages",
        "deploy.md, 4. The user, the folders and the settings",
        "deploy.md, 4. The user, the folders and the settings",
        "deploy.md, 6. The services",
        "deploy.md, 7. The proxy",
        "deploy.md, 8. The firewall",
        "deploy.md, 9. The first look",
        "deploy.md, PostgreSQL",
        "deploy.md, Docker",
        "deploy.md, A managed database, or PgBouncer",
        "operations.md, Upgrade",
        "operations.md, Upgrade",
        "operations.md, Upgrade",
        "operations.md, Roll back",
        "operations.md, Roll back",
        "operations.md, Backup and restore",
        "operations.md, Move to another machine",
        "operations.md, Move to another machine",
        "operations.md, From SQLite to PostgreSQL",
        "operations.md, Locked out",
        "operations.md, The disk is full",
        "operations.md, Read the logs",
        "operations.md, Read the logs",
    ]


def test_compose_runs_what_exists():
    services = yaml.safe_load((ROOT / "deploy/docker/compose.yaml").read_text())["services"]
    assert set(services) == {"db", "setup", "web", "outbox", "jobs", "proxy"}
    published = {port.split(":")[0] for each in services.values() for port in each.get("ports", [])}
    assert published == {"80", "443"}, "only the proxy is reached from outside"
    for name, service in services.items():
        for other, condition in service.get("depends_on", {}).items():
            assert other in services
            is_checked = condition["condition"] != "service_healthy" or other in ("db", "web")
            assert is_checked, f"{name} waits for {other}, which has no health check"
    assert services["setup"]["restart"] == "no"
    assert {"web", "outbox", "jobs"} == {
        name for name, each in services.items() if "setup" in each.get("depends_on", {})
    }


def test_the_dockerfile_copies_what_exists_and_what_the_ignore_file_lets_through():
    lines = (ROOT / "deploy/docker/Dockerfile").read_text().replace("\\\n", " ").splitlines()
    instructions = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    assert {word for word, _rest in instructions} <= {
        *("FROM", "COPY", "RUN", "WORKDIR", "ENV", "USER", "EXPOSE", "STOPSIGNAL", "CMD"),
        "HEALTHCHECK",
    }
    ignored = (ROOT / "deploy/docker/Dockerfile.dockerignore").read_text().splitlines()
    for word, rest in instructions:
        if word == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in ignored, source
    assert any("--require-hashes" in rest for word, rest in instructions if word == "RUN")
    assert sum(word == "USER" for word, _rest in instructions) == 2, "an image runs as root"
