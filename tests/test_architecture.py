"""Who may import whom, and who alone may do what; docs/architecture.md says why.

A finding is one line that names the file, the rule and the remedy.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.plan import (
    BLOG,
    DOORS,
    FEATURES,
    FOUNDATION,
    MODULES,
    ROOMS,
    ROOT,
    TREES,
    WEB,
    imports_of,
    may_know,
    room_of,
)

# In a feature each of these may know those before it.
LAYERS = ("models", "queries", "commands")
LARGEST_FOLDER = (10, 1300)
LONGEST_MODULE = 300
HTTP = {"flask", "flask_login", "flask_wtf", "werkzeug", "wtforms", "htmx_flask", "jinja2", "click"}
TEMPLATE = re.compile(r"(?:[\w-]+/)*[\w.-]+\.(?:html|xml|txt)")
CHANGES = {"insert", "update", "delete", "insert_into"}
ADDS = {f"db.session.{verb}" for verb in ("add", "add_all", "delete", "merge")}


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


def test_every_module_stands_in_a_room_that_is_known():
    homeless = [name for name in MODULES if name != "blog" and room_of(name) not in ROOMS]
    report(homeless, f"The rooms are {', '.join(ROOMS)}. A new feature gets a place among them.")
    gone = [room for room in ROOMS if not in_rooms(room)]
    report(gone, "Nothing stands there any more: take it out of the list.")


def test_the_root_holds_next_to_nothing():
    at_root = [path.name for path in BLOG.glob("*.py")]
    report(at_root if len(at_root) > 5 else [], "Find the folder that each belongs into.")


def test_no_folder_grows_crowded():
    modules, lines = LARGEST_FOLDER
    findings = []
    for folder in sorted({MODULES[name].parent for name in in_rooms(*FEATURES, *DOORS)}):
        paths = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        count = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
        if len(paths) > modules or count > lines:
            findings.append(f"{folder.relative_to(ROOT)}: {len(paths)} modules, {count} lines")
    report(findings, f"More than {modules} modules or {lines} lines: which two subjects are these?")


def test_a_long_module_gives_the_reason_for_its_length():
    findings = []
    for name, path in MODULES.items():
        count = len(path.read_text(encoding="utf-8").splitlines())
        said = " ".join((ast.get_docstring(TREES[name]) or "").split())
        if count > LONGEST_MODULE and "long because" not in said:
            findings.append(f"{name}: {count} lines")
    report(findings, "Part it by its subjects, or say in its docstring: It is long because …")


def test_imports_point_one_way():
    findings = [
        f"{name} imports {other}"
        for name in MODULES
        for other in imports_of(name)
        if other in MODULES and room_of(other) not in {room_of(name), *may_know(room_of(name))}
    ]
    report(findings, "Move what both need down, or take it as an argument from the floor above.")


def test_the_folders_of_a_door_do_not_know_each_other_both_ways():
    known = {
        (name.rpartition(".")[0], other.rpartition(".")[0])
        for name in in_rooms(*DOORS)
        for other in imports_of(name)
        if other in MODULES and room_of(other) == room_of(name)
        # What stands at the door's root is no folder's.
        if name.count(".") == other.count(".") == 3
    }
    both = [f"{one} and {other}" for one, other in known if one < other and (other, one) in known]
    report(sorted(both), "What both need goes to a module at the door's root, or to one of them.")


def test_models_know_no_queries_and_queries_no_commands():
    findings = [
        f"{name} imports {other}"
        for name in in_rooms(*FEATURES)
        for other in imports_of(name)
        for layer, other_layer in [(name.rsplit(".", 1)[-1], other.rsplit(".", 1)[-1])]
        if layer in LAYERS
        and other_layer in LAYERS
        and other in MODULES
        and LAYERS.index(other_layer) > LAYERS.index(layer)
    ]
    report(findings, f"{' ← '.join(LAYERS)}: move what both need to the lower one.")


def test_features_and_what_they_stand_on_know_no_http():
    below = in_rooms(*FOUNDATION, *FEATURES)
    findings = [
        f"{name} imports {other}"
        for name in below
        for other in imports_of(name)
        if other.split(".")[0] in HTTP
    ]
    report(findings, "Arguments in, objects or a named exception out; the door knows HTTP.")
    findings = [
        f"{name}:{node.lineno} names {node.value!r}"
        for name in below
        for node in strings_of(name)
        if TEMPLATE.fullmatch(node.value) and (ROOT / "templates" / node.value).exists()
    ]
    report(findings, "What renders is handed in by the door.")


def test_there_is_no_import_in_a_function():
    findings = [
        f"{name}:{node.lineno} in {function.name}()"
        for name, tree in TREES.items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    report(findings, "It hides a cycle: move what both need to a lower module.")


# What only one module, or one room, may do.
@pytest.mark.parametrize(
    ("packages", "owner"),
    [
        ({"bleach", "nh3"}, "blog.text.markup"),
        ({"htmx_flask"}, "blog.web.htmx"),
        ({"flask_wtf"}, "blog.web.forms and blog.site.comments.captcha"),
        ({"argon2"}, "blog.accounts.passwords"),
        ({"PIL"}, "blog.reviews.pictures"),
        ({"alembic"}, "blog.db.migrating"),
        ({"sqlite3", "pysqlite3"}, "blog.db.driver"),
        ({"feedgen"}, "blog.site.reviews.feeds"),
        ({"yaml"}, "blog.reviews.front_matter and blog.demo"),
        ({"smtplib"}, "blog.outbox.transports"),
        ({"altcha"}, "blog.proofs.challenges"),
        ({"click", "getpass"}, "blog.cli"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_some_packages_have_one_place_that_knows_them(packages, owner):
    users = {
        name for name in MODULES for other in imports_of(name) if other.split(".")[0] in packages
    }
    owners = tuple(f"{each}." for each in owner.split(" and "))
    others = sorted(name for name in users if not f"{name}.".startswith(owners))
    report(others, f"Ask {owner}; nobody else knows {', '.join(sorted(packages))}.")
    assert users, f"{owner} no longer uses it: take the row out"


@pytest.mark.parametrize("folder", ["tests", "tools", "migrations"])
def test_the_sqlite_library_is_the_same_everywhere(folder):
    """Two of them in one process ignore each other's locks, and lose rows."""
    findings = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {"sqlite3", "pysqlite3"}
        & {(getattr(node, "module", "") or "").split(".")[0], *(a.name for a in node.names)}
    ]
    report(findings, "Take `sqlite` from blog.db.driver.")


def test_only_the_markup_module_vouches_for_html():
    findings = [
        f"{name}:{call.lineno} calls {function}"
        for name in MODULES
        if name != "blog.text.markup"
        for function, call in calls_of(name)
        if function.rsplit(".", 1)[-1] in ("Markup", "literal") or function.endswith(".unescape")
    ]
    report(
        findings, "Return words and let the template escape them, or render in blog/text/markup.py."
    )


def test_only_the_htmx_module_names_its_headers():
    findings = [
        f"{name}:{node.lineno} {node.value!r}"
        for name, tree in TREES.items()
        if name != "blog.web.htmx"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.upper().startswith("HX-")
    ]
    report(findings, "Ask a function of blog/web/htmx.py.")


def test_only_write_commits_and_only_doors_call_it():
    findings = [
        f"{name}:{call.lineno} calls {function}"
        for name in MODULES
        if name != "blog.db.transactions"
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
    report(findings, "A door opens the transaction; what runs by itself is handed `write`.")


def test_only_a_feature_changes_its_tables():
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
        for table in [ast.unparse(call.args[0])]
        if table not in tables_of(room_of(name))
    ]
    report(findings, "One writer per table: call a command of the feature that owns it.")
    findings = [
        f"{name}:{call.lineno} {function}(…)"
        for name in in_rooms(*FEATURES)
        for function, call in calls_of(name)
        if function in ADDS and not tables_of(room_of(name))
    ]
    report(findings, "It has no table of its own.")


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
    report(sorted(findings), "Ask a function of the door's …queries.py, or of a feature.")


def test_only_a_feature_makes_or_changes_its_objects():
    owners: dict[str, set[str]] = {}
    for feature in FEATURES:
        for table in tables_of(feature):
            owners.setdefault(table, set()).add(feature)
    findings = [f"{table}: {sorted(rooms)}" for table, rooms in owners.items() if len(rooms) > 1]
    report(findings, "A table's class has a name of its own.")
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
    """Return the names of the columns in a feature's models."""
    tree = TREES.get(f"blog.{feature}.models", ast.Module([], []))
    return {
        ast.unparse(node.target)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith("Mapped")
    }


# What would let a module past the rules above, by the rooms that may use it.
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
def test_some_names_are_used_in_some_rooms_alone(names, rooms):
    findings = [
        f"{name}:{getattr(node, 'lineno', 0)} uses {found}"
        for name, tree in TREES.items()
        if room_of(name) not in rooms
        for node in ast.walk(tree)
        for found in [getattr(node, "id", None) or getattr(node, "attr", None)]
        if found in names
    ]
    report(findings, f"It belongs into {', '.join(sorted(rooms)) or 'no module'}; hand it in.")


def test_features_name_no_address_of_a_door():
    promised = (ROOT / "tests" / "routes.txt").read_text(encoding="utf-8")
    endpoints = {line.split()[-1] for line in promised.splitlines()}
    findings = [
        f"{name}:{node.lineno} names {node.value!r}"
        for name in in_rooms(*FOUNDATION, *FEATURES)
        for node in strings_of(name)
        if node.value in endpoints
    ]
    report(findings, "The door hands in what makes its links (blog/notices/links.py).")


def tables_of(feature: str) -> set[str]:
    """Return the classes of a feature's tables."""
    tree = TREES.get(f"blog.{feature}.models", ast.Module([], []))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) and "Base" in [ast.unparse(base) for base in node.bases]
    }


def test_nothing_is_caught_without_a_name_or_passed_over_in_silence():
    findings = []
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            line = MODULES[name].read_text().splitlines()[node.body[0].lineno - 1]
            if node.type is None or ast.unparse(node.type) == "Exception":
                findings.append(f"{name}:{node.lineno} catches everything")
            elif isinstance(node.body[0], ast.Pass) and "#" not in line:
                findings.append(f"{name}:{node.lineno} passes and does not say why")
    report(findings, "Name the exception; what is not expected reaches the error page and the log.")


def test_every_public_thing_says_what_its_name_cannot():
    findings = []
    for name, tree in TREES.items():
        if not ast.get_docstring(tree):
            findings.append(f"{name}: the module")
        findings += [
            f"{name}:{node.lineno} {node.name}" for node in public(tree) if not well_said(node)
        ]
    report(findings, "One sentence that begins with a capital and ends with a full stop.")


def public(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Give what is public at the top of a module and in its public classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def well_said(node: ast.FunctionDef | ast.ClassDef) -> bool:
    first = (ast.get_docstring(node) or "").partition("\n")[0]
    return bool(first) and not first[0].islower() and first.endswith((".", ":"))


def test_an_exception_to_a_tool_gives_its_reason_on_the_line():
    findings = [
        f"{name}:{number}"
        for name, path in MODULES.items()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        for mark in ("# noqa", "# type: ignore")
        if mark in line and line.partition(mark)[2].count("#") < 1
    ]
    report(findings, "Write the reason behind it: `# noqa: S608  # The name is ours.`")
    findings = [
        f"{name}:{number}"
        for name, path in MODULES.items()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if ".flush()" in line and "#" not in line
    ]
    report(findings, "flush() is rarely needed; say on the line why it is here.")


def test_exceptions_are_named_by_what_happened_and_end_in_error():
    findings = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(
            "Exception" in ast.unparse(b) or ast.unparse(b).endswith("Error") for b in node.bases
        )
        and not node.name.endswith("Error")
    ]
    report(findings, "…Error.")


def test_the_map_in_words_lists_every_room_in_order():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`([\w/.]+)`\]", page, re.MULTILINE)
    named = [row.removesuffix("/").removesuffix(".py") for row in rows]
    behind = ("/".join(name.split(".")[1:3]) for name in MODULES if name.count(".") > 2)
    places = {*ROOMS, *behind}
    report(sorted(places - set(named)), "Say in docs/architecture.md's map what is in it.")
    report(sorted(set(named) - places), "It is gone: take its row out of docs/architecture.md.")
    in_order = sorted(named, key=lambda place: (ROOMS.index(place.split("/")[0]), "/" in place))
    findings = [place for place, other in zip(named, in_order, strict=True) if place != other]
    report(findings, "The rows stand in the order of tests/plan.py, each folder below its door.")
