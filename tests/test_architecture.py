"""The place of each module and the allowed imports; docs/architecture.md gives the reasons.

A finding is one line that names the file; the message ends with what to do about the findings.
"""

import ast
import re

from tests.plan import (
    BLOG,
    DOORS,
    FEATURES,
    FOUNDATION,
    LAYERS,
    MODULES,
    ROOMS,
    ROOT,
    TREES,
    imports_of,
    in_rooms,
    may_know,
    report,
    room_of,
    strings_of,
)

LARGEST_FOLDER = (10, 1300)
LONGEST_MODULE = 300
HTTP = {"flask", "flask_login", "flask_wtf", "werkzeug", "wtforms", "htmx_flask", "jinja2", "click"}
TEMPLATE = re.compile(r"(?:[\w-]+/)*[\w.-]+\.(?:html|xml|txt)")


def test_every_module_is_in_a_known_room():
    homeless = [name for name in MODULES if name != "blog" and room_of(name) not in ROOMS]
    report(homeless, f"The rooms are {', '.join(ROOMS)}. Add a new feature to tests/plan.py.")
    gone = [room for room in ROOMS if not in_rooms(room)]
    report(gone, "This room has no modules any more: remove the room from tests/plan.py.")


def test_the_root_of_blog_has_at_most_five_modules():
    at_root = [path.name for path in BLOG.glob("*.py")]
    report(at_root if len(at_root) > 5 else [], "Move each of them into the folder it belongs to.")


def test_no_folder_is_too_large():
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
        docstring = " ".join((ast.get_docstring(TREES[name]) or "").split())
        if count > LONGEST_MODULE and "long because" not in docstring:
            findings.append(f"{name}: {count} lines")
    report(findings, "Split it by its subjects, or say in its docstring: It is long because …")


def test_modules_import_only_from_their_room_and_allowed_rooms():
    findings = [
        f"{name} imports {other}"
        for name in MODULES
        for other in imports_of(name)
        if other in MODULES and room_of(other) not in {room_of(name), *may_know(room_of(name))}
    ]
    report(findings, "Move the shared code to a lower room, or take the object as an argument.")


def test_no_two_folders_of_a_door_import_each_other():
    known = {
        (name.rpartition(".")[0], other.rpartition(".")[0])
        for name in in_rooms(*DOORS)
        for other in imports_of(name)
        if other in MODULES and room_of(other) == room_of(name)
        # Modules directly in the door's folder are not compared.
        if name.count(".") == other.count(".") == 3
    }
    both = [f"{one} and {other}" for one, other in known if one < other and (other, one) in known]
    report(sorted(both), "Move the shared code to the door's own folder, or to one of the two.")


def test_models_import_no_queries_and_queries_no_commands():
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
    report(findings, f"{' ← '.join(LAYERS)}: move the shared code to the lower module.")


def test_features_and_the_foundation_use_no_http():
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
    report(findings, "The door renders templates; take a function as an argument.")


def test_no_function_imports_a_module_of_the_site():
    """A function may import a package that few processes need."""
    findings = [
        f"{name}:{node.lineno} in {function.name}()"
        for name, tree in TREES.items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and "blog" in ast.unparse(node)
    ]
    report(findings, "It hides a cycle: move the shared code to a lower module.")


def test_the_site_starts_without_what_only_migrations_need():
    findings = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom) and "alembic" in ast.unparse(node)
    ]
    report(findings, "Import it in the function that migrates.")


def test_features_name_no_endpoint_of_a_door():
    promised = (ROOT / "tests" / "routes.txt").read_text(encoding="utf-8")
    endpoints = {line.split()[-1] for line in promised.splitlines()}
    findings = [
        f"{name}:{node.lineno} names {node.value!r}"
        for name in in_rooms(*FOUNDATION, *FEATURES)
        for node in strings_of(name)
        if node.value in endpoints
    ]
    report(findings, "Take a function that makes links as an argument (blog/notices/links.py).")


def test_the_table_in_architecture_md_lists_every_room_in_order():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`([\w/.]+)`\]", page, re.MULTILINE)
    named = [row.removesuffix("/").removesuffix(".py") for row in rows]
    behind = ("/".join(name.split(".")[1:3]) for name in MODULES if name.count(".") > 2)
    places = {*ROOMS, *behind}
    report(sorted(places - set(named)), "Add a row to the table in docs/architecture.md.")
    report(sorted(set(named) - places), "It is gone: remove its row from docs/architecture.md.")
    in_order = sorted(named, key=lambda place: (ROOMS.index(place.split("/")[0]), "/" in place))
    findings = [place for place, other in zip(named, in_order, strict=True) if place != other]
    report(findings, "Use the order of tests/plan.py for the rows, each folder below its door.")
