"""How the code of blog/ is written: what every docstring, exception and comment must say."""

import ast
from collections.abc import Iterator

from tests.plan import MODULES, TREES, report


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
