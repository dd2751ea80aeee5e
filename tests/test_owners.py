"""Actions that only one module or kind of room may do; docs/architecture.md gives the reasons."""

import ast

import pytest

from tests.plan import (
    DOORS,
    FEATURES,
    LAYERS,
    MODULES,
    ROOT,
    TREES,
    WEB,
    calls_of,
    imports_of,
    in_rooms,
    names_imported,
    report,
    room_of,
)

CHANGES = {"insert", "update", "delete", "insert_into"}
ADDS = {f"db.session.{verb}" for verb in ("add", "add_all", "delete", "merge")}


# The external packages that only one module or one room may import.
@pytest.mark.parametrize(
    ("packages", "owner"),
    [
        ({"bleach", "nh3"}, "blog.text.markup"),
        ({"htmx_flask"}, "blog.web.htmx"),
        ({"flask_wtf"}, "blog.web.forms and blog.site.comments.captcha"),
        ({"argon2"}, "blog.accounts.passwords"),
        ({"PIL"}, "blog.pictures.converter and blog.link_previews.drawing"),
        ({"alembic"}, "blog.db.migrating"),
        ({"sqlite3", "pysqlite3"}, "blog.db.driver"),
        ({"feedgen"}, "blog.site.reviews.feeds"),
        ({"yaml"}, "blog.manuscripts.front_matter and blog.exports.files and blog.demo"),
        ({"smtplib"}, "blog.outbox.transports"),
        ({"altcha"}, "blog.proofs.challenges"),
        ({"prometheus_client"}, "blog.web.measuring and blog.site.monitoring.metrics"),
        ({"click", "getpass"}, "blog.cli"),
        ({"sentry_sdk"}, "blog.web.sentry"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_only_the_owner_of_a_package_imports_it(packages, owner):
    users = {
        name for name in MODULES for other in imports_of(name) if other.split(".")[0] in packages
    }
    owners = tuple(f"{each}." for each in owner.split(" and "))
    others = sorted(name for name in users if not f"{name}.".startswith(owners))
    report(others, f"Call {owner}; no other module imports {', '.join(sorted(packages))}.")
    assert users, f"{owner} no longer imports it: remove the row"


@pytest.mark.parametrize("folder", ["tests", "tools", "migrations"])
def test_all_code_uses_one_sqlite_library(folder):
    """Two SQLite libraries in one process ignore each other's locks, and rows are lost."""
    findings = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / folder).rglob("*.py")
        for text in [path.read_text(encoding="utf-8")]
        if "sqlite3" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {"sqlite3", "pysqlite3"}
        & {(getattr(node, "module", "") or "").split(".")[0], *(a.name for a in node.names)}
    ]
    report(findings, "Import `sqlite` from blog.db.driver.")


def test_only_the_markup_module_marks_html_as_safe():
    findings = [
        f"{name}:{call.lineno} calls {function}"
        for name in MODULES
        if name != "blog.text.markup"
        for function, call in calls_of(name)
        if function.rsplit(".", 1)[-1] in ("Markup", "literal") or function.endswith(".unescape")
    ]
    report(
        findings, "Return text and let the template escape it, or render in blog/text/markup.py."
    )


def test_only_the_htmx_module_names_the_headers_of_htmx():
    findings = [
        f"{name}:{node.lineno} {node.value!r}"
        for name, tree in TREES.items()
        if name != "blog.web.htmx"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.upper().startswith("HX-")
    ]
    report(findings, "Call a function of blog/web/htmx.py.")


def test_only_write_commits_and_only_doors_call_it():
    findings = [
        f"{name}:{call.lineno} calls {function}"
        for name in MODULES
        if name not in ("blog.db.transactions", "blog.db.two_connections")
        for function, call in calls_of(name)
        if function.endswith((".commit", ".begin", "sessionmaker")) or function == "Session"
    ]
    report(findings, "blog.db.transactions.write(command, …) commits.")
    findings = [
        f"{name}:{call.lineno} calls {function}"
        for name in MODULES
        for function, call in calls_of(name)
        if function.endswith(".begin_nested")
    ]
    report(findings, "No savepoint: `insert_into(…).on_conflict_do_nothing(…).returning(…)`.")
    findings = [
        name
        for name in MODULES
        if room_of(name) not in DOORS
        and {"blog.db.transactions", "blog.db.transactions.write"} & set(names_imported(name))
    ]
    report(findings, "A door opens the transaction; other code takes `write` as an argument.")


def test_only_the_owning_feature_changes_its_tables():
    findings = [
        f"{name}:{call.lineno} calls {function}"
        for name in MODULES
        if room_of(name) not in (*FEATURES, "db") or name.rsplit(".", 1)[-1] in LAYERS[:2]
        for function, call in calls_of(name)
        if function in CHANGES | ADDS
    ]
    report(findings, "Call a command of the feature that owns the table.")
    findings = [
        f"{name}:{call.lineno} {function}({table})"
        for name in in_rooms(*FEATURES)
        for function, call in calls_of(name)
        if function in CHANGES and call.args
        for table in [ast.unparse(call.args[0]).removeprefix("table_of(").removesuffix(")")]
        if table not in tables_of(room_of(name))
    ]
    report(findings, "Only one feature writes a table: call a command of the feature that owns it.")
    findings = [
        f"{name}:{call.lineno} {function}(…)"
        for name in in_rooms(*FEATURES)
        for function, call in calls_of(name)
        if function in ADDS and not tables_of(room_of(name))
    ]
    report(findings, "The feature has no table.")


def test_doors_read_through_queries_and_write_through_commands():
    findings = [
        f"{name} imports {imported}"
        for name in in_rooms(*DOORS, WEB)
        for imported in names_imported(name)
        if imported.rsplit(".", 1)[-1] in CHANGES
        and imported.startswith(("sqlalchemy.", "blog.db"))
    ]
    report(findings, "Call a command of the feature that owns the table.")
    findings = [
        name
        for name in in_rooms(*DOORS)
        if "blog.db.engine.db" in names_imported(name) and not name.endswith("queries")
    ]
    report(sorted(findings), "Call a function of the door's …queries.py, or of a feature.")


def test_only_the_owning_feature_creates_or_changes_its_objects():
    owners: dict[str, set[str]] = {}
    for feature in FEATURES:
        for table in tables_of(feature):
            owners.setdefault(table, set()).add(feature)
    findings = [f"{table}: {sorted(rooms)}" for table, rooms in owners.items() if len(rooms) > 1]
    report(findings, "Give the class of each table a unique name.")
    findings = [
        f"{name}:{call.lineno} {function}(…)"
        for name in MODULES
        for function, call in calls_of(name)
        if function in owners and room_of(name) not in owners[function]
    ]
    report(findings, "Call a command of the feature that owns the table.")
    columns = {feature: columns_of(feature) for feature in FEATURES}
    everywhere = set().union(*columns.values()) - {"id", "name"}
    findings = [
        f"{name}:{node.lineno} sets .{node.attr}"
        for name in in_rooms(*FEATURES, *DOORS, WEB)
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if ast.unparse(node.value) != "self"
        if node.attr in everywhere - columns.get(room_of(name), set())
    ]
    report(findings, "Call a command of the feature that owns the row.")


def columns_of(feature: str) -> set[str]:
    """Return the names of all columns in a feature's models.py."""
    tree = TREES.get(f"blog.{feature}.models", ast.Module([], []))
    return {
        ast.unparse(node.target)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith("Mapped")
    }


# Names that could bypass the rules above, with the rooms that may use them.
@pytest.mark.parametrize(
    ("names", "rooms"),
    [
        ({"importlib", "__import__", "import_module", "eval", "exec"}, set()),
        ({"render_template_string", "from_string"}, set()),
        ({"environ", "getenv"}, {"environment", "settings", "cli", "web"}),
        ({"utc_now"}, {"clock", ""}),
        ({"get_or_404", "one_or_404", "first_or_404", "paginate"}, set()),
        ({"bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"}, set()),
    ],
    ids=lambda value: "-".join(sorted(value)) if value else "nobody",
)
def test_some_names_are_used_only_in_certain_rooms(names, rooms):
    findings = [
        f"{name}:{getattr(node, 'lineno', 0)} uses {found}"
        for name, tree in TREES.items()
        if room_of(name) not in rooms
        for node in ast.walk(tree)
        for found in [getattr(node, "id", None) or getattr(node, "attr", None)]
        if found in names
    ]
    report(findings, f"Use it only in {', '.join(sorted(rooms)) or 'no module'}; pass the result.")


def tables_of(feature: str) -> set[str]:
    """Return the class names of a feature's tables."""
    tree = TREES.get(f"blog.{feature}.models", ast.Module([], []))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) and "Base" in [ast.unparse(base) for base in node.bases]
    }
