"""Who may import whom, and who alone may do what; docs/architecture.md says why.

A finding is one line that names the file, the rule and the remedy.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOG = ROOT / "blog"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(BLOG.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}

# Downwards only: a layer imports those before it.
LAYERS = ("models", "queries", "commands", "forms", "views")
# What else stands in a feature's folder, and which layer it belongs to.
SPECIAL = {
    "blog.accounts.passwords": "commands",
    "blog.submissions.submission": "queries",
    "blog.submissions.resending": "queries",
    "blog.submissions.owning": "queries",
    "blog.site.browser": "views",
    "blog.site.comments.gate": "views",
    "blog.site.own.views": "views",
    "blog.proofs.challenges": "queries",
    "blog.text.likeness": "models",
    "blog.comments.marking": "commands",
    "blog.decisions.announcing": "commands",
    "blog.comments.revisions": "commands",
    "blog.decisions.commands": "commands",
    "blog.submissions.changes": "commands",
    "blog.comments.removal": "commands",
    "blog.reviews.pictures": "forms",
    "blog.reviews.front_matter": "forms",
    "blog.reviews.importing": "forms",
    "blog.reviews.closing": "models",
    "blog.site.reviews.feeds": "views",
    "blog.captcha.verification": "forms",
    "blog.desk.reviews.queries": "views",
    "blog.desk.reviews.views": "views",
    "blog.desk.queue.filters": "forms",
    "blog.desk.queue.fragments": "views",
    "blog.desk.bulks.views": "views",
    "blog.bench.texts": "models",
    "blog.bench.loading": "views",
    "blog.demo.busy": "views",
    "blog.rules.matching": "models",
    "blog.desk.rules.examining": "forms",
    "blog.outbox.mail": "commands",
    "blog.outbox.transports": "commands",
    "blog.outbox.delivery": "views",
    "blog.notices.tokens": "queries",
    "blog.notices.composing": "views",
    "blog.notices.rounds": "views",
    "blog.privacy.exporting": "views",
    "blog.privacy.retention": "views",
    "blog.demo.draw": "models",
    "blog.demo.loading": "views",
}
# Each feature's models, queries and commands may know those named, and no other feature's.
FEATURES = {
    "limits": set(),
    "captcha": set(),
    "proofs": set(),
    "outbox": set(),
    "accounts": {"limits"},
    "reviews": set(),
    "comments": {"accounts", "limits", "outbox", "proofs", "reviews"},
    "rules": {"accounts", "comments", "limits", "reviews"},
    "reports": {"comments", "limits", "reviews"},
    "moderation": {"accounts", "comments", "limits", "reports", "reviews"},
    "notices": {"accounts", "comments", "outbox", "reviews"},
    "decision_log": {"accounts", "comments", "reviews"},
    "privacy": {"accounts", "comments", "limits", "notices", "outbox", "reports", "rules"},
    "pages": set(),
    "demo": {"accounts", "comments", "reviews"},
    "bench": {"comments", "reviews"},
}
COMMAND_LINE = {name for name in MODULES if f"{name}.".startswith("blog.cli.")}
TOP = {"blog", "blog.desk.admin", *COMMAND_LINE}
# The frame: no feature is known to it.
FRAME = {name for name in MODULES if name.count(".") == 1} - TOP - {f"blog.{f}" for f in FEATURES}
LEAVES = {
    "config",
    "environment",
    "database",
    "driver",
    "htmx",
    "comment_markdown",
    "review_markdown",
    "markup",
    "pagination",
    "text",
    "clock",
    "schema",
    "logs",
}
PURE = ("models", "queries", "commands")
HTTP = {"flask", "flask_login", "flask_wtf", "werkzeug", "wtforms", "htmx_flask"}
# Where HTTP would come in by another name.
HTTP_OURS = {
    "blog.clock",
    "blog.web.htmx",
    "blog.web.security",
    "blog.web.errors",
    "blog.web.caching",
    "blog.web.links",
}
CHANGES = {"insert", "update", "delete", "insert_into"}


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


def calls_of(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Give every call with its function's name as written: `db.session.add`."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def feature_of(name: str) -> str | None:
    part = name.split(".")[1] if name.startswith("blog.") else ""
    return part if part in FEATURES else None


def layer_of(name: str) -> str | None:
    """Return the layer of a module of ours in a feature's folder, else None."""
    if name not in MODULES or name.count(".") < 2 or not feature_of(name):
        return None
    return SPECIAL.get(name, name.rsplit(".", 1)[-1])


def report(findings: list[str], remedy: str) -> None:
    assert not findings, "\n".join(["", *findings, f"→ {remedy}"])


def test_every_module_has_its_place():
    homeless = [
        name
        for name in MODULES
        if feature_of(name) and name.count(".") == 2 and layer_of(name) not in LAYERS
    ]
    report(homeless, f"Name it after a layer ({', '.join(LAYERS)}), or give it one in SPECIAL.")
    unknown = [n for n in FRAME if (BLOG / n.split(".")[1]).is_dir()]
    report(unknown, "A new feature: say in FEATURES which others it may know.")


def test_imports_point_downwards():
    findings = [
        f"{name} imports {other}"
        for name in MODULES
        for other in imports_of(name)
        if layer_of(name)
        and layer_of(other)
        and LAYERS.index(layer_of(other)) > LAYERS.index(layer_of(name))
    ]
    report(findings, f"Layers: {' ← '.join(LAYERS)}. Move what both need to the lower one.")


def test_only_the_top_imports_the_top():
    findings = [
        f"{name} imports {other}"
        for name in set(MODULES) - TOP
        for other in imports_of(name)
        if other in TOP
    ]
    report(findings, "The application is put together above; pass what is needed as an argument.")


def test_features_know_each_other_one_way():
    findings = [
        f"{name} imports {other}"
        for name in MODULES
        if feature_of(name) and layer_of(name) in PURE
        for other in imports_of(name)
        if feature_of(other)
        and feature_of(other) != feature_of(name)
        and feature_of(other) not in FEATURES[feature_of(name)]
    ]
    report(findings, "accounts, reviews ← comments ← moderation; let the view join the two.")


def test_the_frame_and_the_leaves_know_no_feature():
    findings = [
        f"{name} imports {other}"
        for name in FRAME
        for other in imports_of(name)
        if feature_of(other)
    ]
    report(findings, "What serves every feature takes it as an argument, or belongs in a feature.")
    frame = {f"blog.{leaf}" for leaf in LEAVES}
    findings = [
        f"{name} imports {other}"
        for name in sorted(frame & set(MODULES))
        for other in imports_of(name)
        if other in FRAME - frame
    ]
    report(findings, "A leaf imports leaves alone.")


def test_models_queries_and_commands_know_no_http():
    findings = [
        f"{name} imports {other}"
        for name in MODULES
        if layer_of(name) in PURE
        for other in imports_of(name)
        if other.split(".")[0] in HTTP - {"flask_login"} or other in HTTP_OURS
    ]
    report(findings, "Keyword arguments in, objects or a named exception out; the view knows HTTP.")
    findings = [
        f"{name} imports flask_login"
        for name in MODULES
        if "flask_login" in set(imports_of(name))
        and name not in ("blog.accounts.models", "blog.desk.admin")
        and layer_of(name) != "views"
    ]
    report(findings, "Only accounts' model and the views know who is signed in.")


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


# What only one module may do.
@pytest.mark.parametrize(
    ("packages", "owner"),
    [
        ({"bleach", "nh3"}, "blog.text.markup"),
        ({"htmx_flask"}, "blog.web.htmx"),
        ({"argon2"}, "blog.accounts.passwords"),
        ({"PIL"}, "blog.reviews.pictures"),
        ({"alembic"}, "blog.db.migrating"),
        ({"sqlite3", "pysqlite3"}, "blog.db.driver"),
        ({"feedgen"}, "blog.site.reviews.feeds"),
        ({"frontmatter"}, "blog.reviews.front_matter"),
        ({"smtplib"}, "blog.outbox.transports"),
        ({"altcha"}, "blog.proofs.challenges"),
        ({"click", "getpass"}, "blog.cli"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_some_packages_have_one_module_that_knows_them(packages, owner):
    users = {
        "blog.cli" if name in COMMAND_LINE else name
        for name in MODULES
        for other in imports_of(name)
        if other.split(".")[0] in packages and name != "blog.demo.draw"
    }
    report(
        sorted(users - {owner}), f"Ask {owner}, which alone knows {', '.join(sorted(packages))}."
    )
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
    report(findings, "Take `sqlite` from blog.driver.")


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


def test_only_write_commits_and_only_views_and_commands_of_the_shell_write():
    findings = [
        f"{name}:{call.lineno} calls {function}"
        for name in MODULES
        if name != "blog.db.database"
        for function, call in calls_of(name)
        if function.endswith((".commit", ".begin", "sessionmaker")) or function == "Session"
    ]
    report(findings, "blog.db.database.write(command, …) commits.")
    may = {name for name in MODULES if layer_of(name) == "views"} | COMMAND_LINE
    findings = [
        f"{name}:{call.lineno}"
        for name in set(MODULES) - may - {"blog.db.database"}
        for function, call in calls_of(name)
        if function in ("write", "database.write")
    ]
    report(findings, "The view, or the command line, opens the transaction around one command.")


def test_only_a_features_commands_change_its_tables():
    findings = [
        f"{name}:{call.lineno} calls {function}"
        for name in MODULES
        if layer_of(name) != "commands" and name != "blog.db.database"
        for function, call in calls_of(name)
        if function in CHANGES
        or function in {f"db.session.{verb}" for verb in ("add", "add_all", "delete", "merge")}
    ]
    report(findings, "Call a command of the feature that owns the table.")
    findings = [
        f"{name}:{call.lineno} {function}({table})"
        for name in MODULES
        if layer_of(name) == "commands"
        for function, call in calls_of(name)
        if function in CHANGES and call.args
        for table in [ast.unparse(call.args[0])]
        if table not in classes_of(f"blog.{feature_of(name)}.models")
    ]
    report(findings, "One writer per table: call a command of the feature that owns it.")


def classes_of(name: str) -> set[str]:
    return {node.name for node in TREES[name].body if isinstance(node, ast.ClassDef)}


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
