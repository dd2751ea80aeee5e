"""The planned structure of blog/: its packages ("rooms") and the imports that are allowed.

The architecture tests compare the code with this plan, and tools/map.py draws the plan. The
functions here read the source code for those tests.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOG = ROOT / "blog"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(BLOG.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}

# Every module may import these. Each of them may import only those before it.
FOUNDATION = ("clock", "text", "environment", "settings", "db", "failures")
# Each feature has one subject, and tables that only this feature writes. A feature may import the
# foundation and the features before it.
FEATURES = (
    "versions",
    "jobs",
    "limits",
    "outbox",
    "proofs",
    "captcha",
    "accounts",
    "drafts",
    "pictures",
    "reviewers",
    "reviews",
    "listings",
    "manuscripts",
    "link_previews",
    "publishing",
    "exports",
    "moderation",
    "marks",
    "comments",
    "decisions",
    "submissions",
    "reports",
    "rules",
    "notices",
    "privacy",
    "backups",
    "monitoring",
    "demo",
    "bench",
)
# The HTTP code that belongs to no feature; it may import the foundation.
WEB = "web"
# One door for each kind of person. A door may import everything above, but no other door.
DOORS = ("site", "desk", "cli")
# In a feature, each of these modules may import those before it.
LAYERS = ("models", "queries", "commands")
ROOMS = (*FOUNDATION, *FEATURES, WEB, *DOORS)


def room_of(name: str) -> str:
    """Return the room of a module: the folder or module directly in blog/; "" for blog itself."""
    return name.partition(".")[2].partition(".")[0]


def may_know(room: str) -> set[str]:
    """Return the other rooms that the modules of this room may import."""
    if room in FOUNDATION:
        return set(FOUNDATION[: FOUNDATION.index(room)])
    if room in FEATURES:
        return {*FOUNDATION, *FEATURES[: FEATURES.index(room)]}
    if room == WEB:
        return set(FOUNDATION)
    if room in DOORS:
        return {*FOUNDATION, *FEATURES, WEB}
    return set(ROOMS)


@cache
def imports_of(name: str) -> Sequence[str]:
    """Return the full name of each module that a module imports; external modules as written."""
    found: list[str] = []
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: import {node.module} by its full name"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.append(inner if inner in MODULES else str(node.module))
    return found


def in_rooms(*rooms: str) -> list[str]:
    return [name for name in MODULES if room_of(name) in rooms]


@cache
def names_imported(name: str) -> Sequence[str]:
    """Return each name that a module imports with `from`, as "module.name"."""
    imports = (node for node in ast.walk(TREES[name]) if isinstance(node, ast.ImportFrom))
    return [f"{node.module}.{alias.name}" for node in imports for alias in node.names]


@cache
def calls_of(name: str) -> Sequence[tuple[str, ast.Call]]:
    """Return each call in a module as (function as written, node): ("db.session.add", node)."""
    calls = (node for node in ast.walk(TREES[name]) if isinstance(node, ast.Call))
    return [(ast.unparse(node.func), node) for node in calls]


def strings_of(name: str) -> Iterator[ast.Constant]:
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def report(findings: list[str], remedy: str) -> None:
    assert not findings, "\n".join(["", *findings, f"→ {remedy}"])
