"""The templates: each names its variables, none contains unsafe code, and each is used."""

import hashlib
import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import meta, nodes

from blog import create_app
from tests.conftest import compiled_templates
from tests.databases import make_settings
from tests.plan import MODULES, report, strings_of

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
PARTIALS = [name for name in NAMES if Path(name).name.startswith("_")]
FRAGMENTS = [name for name in NAMES if name.endswith(".hx.html")]
PAGES = [
    name
    for name in NAMES
    if name.endswith(".html")
    and not name.endswith(".hx.html")
    and "/" in name
    and not Path(name).name.startswith("_")
    and not name.startswith("macros/")
]
# The SHA-256 of files from npm packages: dist/htmx.min.js of htmx.org 4.0.1, and
# dist/workers/pbkdf2.js of altcha 3.2.2.
RELEASED = {
    "vendor/htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "vendor/altcha-3.2.2.pbkdf2.js": (
        "7862add9c9d3d847ded3da928edcf406b46478754b9883351111414825b9c86f"
    ),
}
# The variables that Flask adds to every template, besides the globals of the environment.
GIVEN_BY_FLASK = {"g", "request", "session"}


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    url = f"sqlite:///{folder / 'none.sqlite3'}"
    env = create_app(make_settings(database_url=url, data_dir=folder)).jinja_env
    env.bytecode_cache = compiled_templates()
    return env


@cache
def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def without_comments(name: str) -> str:
    return re.sub(r"\{#.*?#\}", "", source(name), flags=re.DOTALL)


def needs(env, name: str) -> set[str]:
    """Return the variables that a template needs from outside, with those of its includes.

    An include counts as a use of its own variables at its place, because a loop or a `with` around
    the include may set them.
    """
    tree = env.parse(source(name))
    for node in list(tree.find_all(nodes.Include)):
        wanted = sorted(needs(env, node.template.value))
        replace(tree, node, nodes.Output([nodes.Name(n, "load") for n in wanted]))
    # Jinja reports a name that is set inside an `if` as one that may come from outside.
    sets = tree.find_all((nodes.Assign, nodes.AssignBlock))
    own = {n.name for set_ in sets for n in [set_.target] if is_name(n)}
    return meta.find_undeclared_variables(tree) - set(env.globals) - GIVEN_BY_FLASK - own


def is_name(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name)


def replace(tree: nodes.Node, old: nodes.Node, new: nodes.Node) -> None:
    for parent in [tree, *tree.find_all(nodes.Node)]:
        for field in parent.fields:
            value = getattr(parent, field)
            if isinstance(value, list) and any(item is old for item in value):
                setattr(parent, field, [new if item is old else item for item in value])


def named_in_views() -> set[str]:
    """Return the names of all templates that a module of blog/ names."""
    return {
        node.value
        for module in MODULES
        for node in strings_of(module)
        if re.fullmatch(r"(?:[a-z_]+/)+\w+(?:\.hx)?\.(?:html|xml|txt)", node.value)
    }


def named_in_templates(env) -> set[str]:
    return {
        other
        for name in NAMES
        for other in meta.find_referenced_templates(env.parse(source(name)))
        if other
    }


def test_a_template_compiles_and_names_only_existing_filters_and_templates(env):
    for name in NAMES:
        env.get_template(name)
        for other in meta.find_referenced_templates(env.parse(source(name))):
            assert other in NAMES, f"{name} names {other}"


def test_every_named_template_exists_and_every_template_is_used(env):
    views = named_in_views()
    assert len(views) > 10
    assert views <= set(NAMES), f"named, but missing: {views - set(NAMES)}"
    unused = set(NAMES) - views - named_in_templates(env)
    assert not unused, f"Nothing uses {unused}: remove them."


def test_a_page_has_its_own_title_and_main_block(env):
    for name in PAGES:
        tree = env.parse(source(name))
        assert tree.find(nodes.Extends), f"{name} extends no page"
        missing = {"title", "main"} - {block.name for block in tree.find_all(nodes.Block)}
        assert not missing, f"{name} has no block for {missing}"


def test_the_first_line_of_a_partial_names_its_variables(env):
    for name in PARTIALS:
        first = source(name).partition("\n")[0]
        match = re.fullmatch(r"\{# Needs: (\w+(?:, \w+)*)\. #\}", first)
        assert match, f"{name} begins with {first!r}; it should say {{# Needs: one, two. #}}"
        used = needs(env, name)
        wanted = f"Write {{# Needs: {', '.join(sorted(used))}. #}} in {name}"
        assert set(match[1].split(", ")) == used, wanted


def test_no_template_marks_html_as_safe_or_queries_the_database():
    report(templates_with(r"\|\s*safe\b|autoescape|Markup"), "Render it in blog/text/markup.py.")
    report(templates_with(r"\bdb\.|\.query\b|current_user"), "The view passes the data.")


def templates_with(pattern: str) -> list[str]:
    """Return "name: text" for each place in the templates that matches, outside of comments."""
    return [
        f"{name}: {found[0]}"
        for name in NAMES
        for found in re.finditer(pattern, without_comments(name), re.IGNORECASE | re.DOTALL)
    ]


def test_no_template_contains_inline_scripts_or_styles():
    inline = r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script\b[^>]*>(?!</script>)"
    report(templates_with(inline), "Use static/js and static/css.")
    report(templates_with("hx-on"), "It needs eval, which the policy forbids: use static/js.")


def test_links_are_made_by_url_for_and_stay_on_the_site():
    # The address of a picture contains a hash of its content and is stored; url_for is not needed.
    literal = r'\b(?:href|action|src|data-[\w-]+)="(?!/media/)(/[^"]*|https?:[^"]*)"'
    report(templates_with(literal), "Call url_for.")


def test_an_htmx_response_contains_only_includes_and_partials():
    for name in FRAGMENTS:
        rest = re.sub(r"\{%.*?%\}", "", without_comments(name))
        # A <span> that contains only a variable, such as a count, is allowed.
        rest = re.sub(r"<span>\{\{.*?\}\}</span>", "", rest)
        rest = re.sub(r"</?hx-partial\b[^>]*>", "", re.sub(r"\{\{.*?\}\}", "", rest))
        assert rest.strip() == "", f"{name} contains {rest.strip()!r}: put it into a partial"


def test_a_form_that_htmx_sends_also_works_as_a_plain_form():
    for name in (name for name in NAMES if name.endswith(".html")):
        for form in re.findall(r"<form\b[^>]*>", without_comments(name)):
            assert "action=" in form, f"{name}: {form}"
            if "data-hx-" in form:
                assert 'method="post"' in form, f"{name}: {form}"
                assert "data-hx-sync=" in form, f"{name}: a second click would be sent: {form}"


def test_htmx_attributes_begin_with_data_except_in_hx_partial():
    found = [
        name
        for name in NAMES
        if re.search(r"\shx-[a-z]", re.sub(r"<hx-partial\b[^>]*>", "", without_comments(name)))
    ]
    report(found, "Write data-hx-…, so that the page is valid HTML.")


def test_files_from_npm_packages_are_unchanged():
    for name, sha256 in RELEASED.items():
        file = (ROOT / "static" / name).read_bytes()
        assert hashlib.sha256(file).hexdigest() == sha256, "Never edit it; name a new release."
        assert any(f"filename='{name}'" in source(other) for other in NAMES), name
    kept = {f"vendor/{path.name}" for path in (ROOT / "static" / "vendor").glob("*.js")}
    assert kept == set(RELEASED)


def test_styles_and_scripts_load_nothing_from_other_sites():
    for path in [*(ROOT / "static" / "css").glob("*"), *(ROOT / "static" / "js").rglob("*.js")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import|fetch\(['\"]http", text), path.name
        assert not re.search(r"\beval\(|new Function|innerHTML\s*=|document\.write", text), (
            path.name
        )


def test_a_partial_chooses_between_two_versions_at_most():
    chains = [name for name in PARTIALS if re.search(r"\{%-?\s*elif\b", without_comments(name))]
    assert not chains, "Give each version a partial of its own, or choose the text before."
