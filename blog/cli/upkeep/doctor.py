"""flask --app wsgi doctor."""

import json
import os
import platform
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import with_appcontext

from blog.monitoring.checks import run_checks
from blog.monitoring.configuration import list_settings, read_release
from blog.monitoring.findings import Examined, Finding, State
from blog.web.current import current_settings, current_time
from blog.web.logs import is_unshielded

# As monitoring plugins exit; the worst state decides.
STATUSES = {State.OK: 0, State.WARNING: 1, State.FAILED: 2, State.UNKNOWN: 3}
WORST_FIRST = (State.FAILED, State.WARNING, State.UNKNOWN)
COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "red", State.UNKNOWN: "cyan"}


@click.command()
@click.option("--json", "is_json", is_flag=True, help="Print everything as JSON, for programs.")
@click.pass_context
@with_appcontext
def doctor(context: click.Context, *, is_json: bool) -> None:
    """Show the settings, and check whether everything works; change nothing.

    The exit status is 0 if all is well, 1 for warnings, 2 if something failed, and 3 if something
    could only not be checked, as monitoring plugins have it.
    """
    settings = list_settings(current_settings(), os.environ)
    rows = [(row.name, row.value, row.source) for row in settings]
    context.exit(_report(rows, run_checks(examine()), is_json=is_json))


def report_bad_settings(faults: list[str], *, is_json: bool) -> int:
    """Print what is wrong with the settings, in place of the checks; return the exit status."""
    remedy = "docs/settings.md explains each setting."
    found = (Finding("settings", State.FAILED, fault, remedy) for fault in faults)
    return _report([], found, is_json=is_json)


def examine() -> Examined:
    """Return what the checks examine: this application and this machine."""
    settings = current_settings()
    return Examined(
        settings=settings,
        clock=current_time,
        now=current_time(),
        is_unshielded=is_unshielded(settings),
        folders={
            "temporary files": Path(tempfile.gettempdir()),
            "backups": settings.backup_dir,
        },
    )


def _report(rows: list[tuple[str, str, str]], findings: Iterator[Finding], *, is_json: bool) -> int:
    """Print settings and findings; return the exit status."""
    versions = {"release": read_release(), "python": platform.python_version()}
    if is_json:
        found = list(findings)
        settings = [dict(zip(("name", "value", "source"), row, strict=True)) for row in rows]
        checks = [asdict(finding) for finding in found]
        whole = {**versions, "state": _worst(found), "settings": settings, "checks": checks}
        click.echo(json.dumps(whole, indent=2, ensure_ascii=False))
        return STATUSES[_worst(found)]
    click.echo(f"Second Lead {versions['release']}, Python {versions['python']}\n")
    for name, value, source in rows:
        click.echo(f"{name:<22} {value}  ({source})")
    if rows:
        click.echo()
    found = [_print(finding) for finding in findings]
    tally = Counter(finding.state for finding in found)
    click.echo("\n" + ", ".join(f"{tally[state]} {state}" for state in State if tally[state]))
    return STATUSES[_worst(found)]


def _print(finding: Finding) -> Finding:
    state = click.style(f"{finding.state:<8}", fg=COLOURS[finding.state])
    click.echo(f"{state} {finding.name:<13} {finding.sentence}")
    if finding.remedy:
        click.echo(f"{'':<22} {finding.remedy}")
    return finding


def _worst(findings: list[Finding]) -> State:
    states = {finding.state for finding in findings}
    return next((state for state in WORST_FIRST if state in states), State.OK)
