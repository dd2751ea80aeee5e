"""The plan of blog/: its rooms, and who may know whom; and its code, read for the tests of it.

The architecture's tests hold the code against it, and tools/map.py draws it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOG = ROOT / "blog"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(BLOG.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}

# What is known everywhere; each may know those before it, and nothing else of ours.
FOUNDATION = ("clock", "text", "environment", "settings", "db")
# One subject each, with the tables it alone writes. Each may know the foundation and the features
# before it.
FEATURES = (
    "limits",
    "outbox",
    "proofs",
    "captcha",
    "accounts",
    "reviews",
    "marks",
    "comments",
    "decisions",
    "submissions",
    "reports",
    "rules",
    "notices",
    "privacy",
    "demo",
    "bench",
)
# Everything HTTP that is not a feature; it may know the foundation.
WEB = "web"
# One for each kind of person. They may know all of the above, and not each other.
DOORS = ("site", "desk", "cli")
# In a feature each of these modules may know those before it.
LAYERS = ("models", "queries", "commands")
ROOMS = (*FOUNDATION, *FEATURES, WEB, *DOORS)


def room_of(name: str) -> str:
    """Return the folder or module at the root of blog/ that a module stands in; "" for blog."""
    return name.partition(".")[2].partition(".")[0]


def may_know(room: str) -> set[str]:
    """Return the rooms whose modules those of a room may import, besides its own."""
    if room in FOUNDATION:
        return set(FOUNDATION[: FOUNDATION.index(room)])
    if room in FEATURES:
        return {*FOUNDATION, *FEATURES[: FEATURES.index(room)]}
    if room == WEB:
        return set(FOUNDATION)
    if room in DOORS:
        return {*FOUNDATION, *FEATURES, WEB}
    return set(ROOMS)


def imports_of(name: str) -> Iterator[str]:
    """Name everything a module imports, as the full name of a module of ours where it is one."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: import {node.module} by its full name"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else str(node.module)


def in_rooms(*rooms: str) -> list[str]:
    return [name for name in MODULES if room_of(name) in rooms]


def names_imported(name: str) -> Iterator[str]:
    """Give every name that a module imports from another, with that module before it."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls_of(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Give every call with its function's name as written: `db.session.add`."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def strings_of(name: str) -> Iterator[ast.Constant]:
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def report(findings: list[str], remedy: str) -> None:
    assert not findings, "\n".join(["", *findings, f"→ {remedy}"])
