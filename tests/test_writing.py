"""Rules for the code of blog/: docstrings, exceptions, and reasons in comments."""

import ast
from collections.abc import Iterator

from tests.plan import MODULES, TREES, report


def test_no_exception_is_caught_by_a_bare_except_or_ignored_without_a_reason():
    findings = []
    for name, tree in TREES.items():
        lines = MODULES[name].read_text().splitlines()
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            has_reason = "#" in lines[node.lineno - 1]
            catches_all = node.type is None or ast.unparse(node.type) == "Exception"
            if catches_all and not has_reason:
                findings.append(f"{name}:{node.lineno} catches everything")
            elif isinstance(node.body[0], ast.Pass) and "#" not in lines[node.body[0].lineno - 1]:
                findings.append(f"{name}:{node.lineno} passes without a reason")
    report(findings, "Name the exception; unexpected ones reach the error page and the log.")


def test_every_public_function_class_and_module_has_a_docstring():
    findings = []
    for name, tree in TREES.items():
        if not ast.get_docstring(tree):
            findings.append(f"{name}: the module")
        findings += [
            f"{name}:{node.lineno} {node.name}" for node in public(tree) if not has_docstring(node)
        ]
    report(findings, "One sentence that begins with a capital and ends with a full stop.")


def public(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Yield the public functions and classes of a module, and the public members of its classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def has_docstring(node: ast.FunctionDef | ast.ClassDef) -> bool:
    first = (ast.get_docstring(node) or "").partition("\n")[0]
    return bool(first) and not first[0].islower() and first.endswith((".", ":"))


def test_noqa_type_ignore_and_flush_have_a_reason_on_their_line():
    findings = [
        f"{name}:{number}"
        for name, path in MODULES.items()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        for marker in ("# noqa", "# type: ignore")
        if marker in line and line.partition(marker)[2].count("#") < 1
    ]
    report(findings, "Write the reason after it: `# noqa: S608  # The name is ours.`")
    findings = [
        f"{name}:{number}"
        for name, path in MODULES.items()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "session.flush()" in line and "#" not in line
    ]
    report(findings, "session.flush() is rarely needed; give the reason on the line.")


def test_the_names_of_exceptions_end_in_error():
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
    report(findings, "Let the name end in Error.")
