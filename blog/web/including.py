"""Compile included templates into the page that includes them.

Otherwise Jinja looks up each partial, and copies all variables for it, whenever a page includes it:
hundreds of times for the comments of a review. The bytes of the pages are the same.
"""

from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer


class SiteEnvironment(Environment):
    """The environment of the site's templates, in which an include costs nothing."""

    def _generate(self, source: nodes.Template, name: str | None, *more: Any, **named: Any) -> str:
        # While somebody works on the templates, each is compiled by itself, because only then does
        # Jinja notice that a partial has changed.
        if name and not self.auto_reload:
            _Including(self, name).visit(source)
        return super()._generate(source, name, *more, **named)

    def escapes(self, name: str) -> bool:
        """Return whether the values in a template are escaped."""
        return self.autoescape(name) if callable(self.autoescape) else self.autoescape

    def parse_file(self, name: str) -> nodes.Template:
        """Return the syntax tree of a template."""
        assert self.loader  # Flask sets it.
        text, filename, _is_current = self.loader.get_source(self, name)
        return self._parse(text, name, filename)


class _Including(NodeTransformer):
    """Replaces the includes of a page by the text of the included templates."""

    def __init__(self, env: SiteEnvironment, page: str) -> None:
        self.env = env
        self.escapes = env.escapes(page)

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802  # Jinja's name.
        """Return the included text, in a scope that keeps its variables apart."""
        name = node.template.value if isinstance(node.template, nodes.Const) else ""
        # A page of plain text would not escape the values of included HTML.
        if not name or self.env.escapes(name) != self.escapes:
            return node
        scope = nodes.Scope(self.visit(self.env.parse_file(name)).body)
        scope.set_environment(self.env)
        # A traceback names the line of the page that includes it.
        return scope.set_lineno(node.lineno, override=True)
