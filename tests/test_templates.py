"""The templates: what each needs, what none may hold, and that all of them are used."""

import ast
import hashlib
import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import meta, nodes

from blog import create_app
from tests.databases import make_settings

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
# Others' files as their npm packages hold them: dist/htmx.min.js of htmx.org 4.0.1, and
# dist/workers/pbkdf2.js of altcha 3.2.2.
RELEASED = {
    "vendor/htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "vendor/altcha-3.2.2.pbkdf2.js": (
        "7862add9c9d3d847ded3da928edcf406b46478754b9883351111414825b9c86f"
    ),
}
# What Flask puts into every template besides the environment's globals.
GIVEN_BY_FLASK = {"g", "request", "session"}


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    url = f"sqlite:///{folder / 'none.sqlite3'}"
    return create_app(make_settings(database_url=url, data_dir=folder)).jinja_env


@cache
def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def without_comments(name: str) -> str:
    return re.sub(r"\{#.*?#\}", "", source(name), flags=re.DOTALL)


def needs(env, name: str) -> set[str]:
    """Return the names a template takes from outside, its includes' among them.

    An include is read as if it asked, in its place, for what it needs: a loop or a `with` around it
    may provide that.
    """
    tree = env.parse(source(name))
    for node in list(tree.find_all(nodes.Include)):
        wanted = sorted(needs(env, node.template.value))
        replace(tree, node, nodes.Output([nodes.Name(n, "load") for n in wanted]))
    # Jinja holds a name that is set inside an `if` for one that may come from outside.
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
    """Return every template a module of ours names."""
    return {
        node.value
        for path in (ROOT / "blog").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(?:[a-z_]+/)+\w+(?:\.hx)?\.(?:html|xml|txt)", node.value)
    }


def named_in_templates(env) -> set[str]:
    return {
        other
        for name in NAMES
        for other in meta.find_referenced_templates(env.parse(source(name)))
        if other
    }


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles_and_names_only_filters_and_templates_that_exist(env, name):
    env.get_template(name)
    for other in meta.find_referenced_templates(env.parse(source(name))):
        assert other in NAMES, f"{name} names {other}"


def test_every_template_a_view_names_exists_and_every_template_is_used(env):
    views = named_in_views()
    assert len(views) > 10
    assert views <= set(NAMES), f"named and not there: {views - set(NAMES)}"
    unused = set(NAMES) - views - named_in_templates(env)
    assert not unused, f"Nothing uses {unused}: take them out."


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title_and_a_main_part_of_its_own(env, name):
    tree = env.parse(source(name))
    assert tree.find(nodes.Extends), f"{name} extends no page"
    blocks = {block.name for block in tree.find_all(nodes.Block)}
    assert {"title", "main"} <= blocks, f"{name} has no block for {{'title', 'main'}} - {blocks}"


@pytest.mark.parametrize("name", PARTIALS)
def test_a_partial_says_what_it_needs(env, name):
    first = source(name).partition("\n")[0]
    match = re.fullmatch(r"\{# Needs: (\w+(?:, \w+)*)\. #\}", first)
    assert match, f"{name} begins with {first!r}; it should say {{# Needs: one, two. #}}"
    said = set(match[1].split(", "))
    used = needs(env, name)
    assert said == used, f"Write {{# Needs: {', '.join(sorted(used))}. #}}"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_passed_off_as_safe_or_asked_of_the_database(name):
    text = without_comments(name)
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", text), (
        "Render it in blog/text/markup.py."
    )
    assert not re.search(r"\bdb\.|\.query\b|current_user", text), "The view brings what is shown."


@pytest.mark.parametrize("name", NAMES)
def test_no_script_or_style_stands_in_it(name):
    text = without_comments(name)
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text, re.IGNORECASE)
    for script in re.findall(r"<script\b[^>]*>(.*?)</script>", text, re.DOTALL):
        assert script == ""
    assert "hx-on" not in text, "It needs eval, which the policy forbids: use static/js."


@pytest.mark.parametrize("name", NAMES)
def test_links_are_made_by_url_for_and_lead_nowhere_else(name):
    text = without_comments(name)
    literal = re.findall(r'\b(?:href|action|src|data-[\w-]+)="(/[^"]*|https?:[^"]*)"', text)
    # A picture's address is its content's hash; no view makes it.
    assert [link for link in literal if not link.startswith("/media/")] == []


@pytest.mark.parametrize("name", FRAGMENTS)
def test_an_htmx_answer_holds_includes_and_places_alone(name):
    rest = re.sub(r"\{%.*?%\}", "", without_comments(name))
    # A count goes into a place of its own; it is no element of ours.
    rest = re.sub(r"<span>\{\{.*?\}\}</span>", "", rest)
    rest = re.sub(r"</?hx-partial\b[^>]*>", "", re.sub(r"\{\{.*?\}\}", "", rest))
    assert rest.strip() == "", f"{name} holds {rest.strip()!r}: put it into a partial"


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".html")])
def test_a_form_that_htmx_sends_is_a_plain_form_too(name):
    for form in re.findall(r"<form\b[^>]*>", without_comments(name)):
        assert "action=" in form, f"{name}: {form}"
        if "data-hx-" in form:
            assert 'method="post"' in form, f"{name}: {form}"
            assert "data-hx-sync=" in form, f"{name}: a second click would be sent: {form}"


@pytest.mark.parametrize("name", NAMES)
def test_htmx_is_spelled_with_data_outside_its_own_element(name):
    text = re.sub(r"<hx-partial\b[^>]*>", "", without_comments(name))
    assert not re.search(r"\shx-[a-z]", text), "data-hx-…, so that the page is valid HTML."


def test_the_files_of_others_are_as_they_were_released():
    for name, sha256 in RELEASED.items():
        file = (ROOT / "static" / name).read_bytes()
        assert hashlib.sha256(file).hexdigest() == sha256, "Never edit it; name a new release."
        assert any(f"filename='{name}'" in source(other) for other in NAMES), name
    kept = {f"vendor/{path.name}" for path in (ROOT / "static" / "vendor").glob("*.js")}
    assert kept == set(RELEASED)


def test_the_style_and_the_script_ask_nobody_else_for_anything():
    for path in [*(ROOT / "static" / "css").glob("*"), *(ROOT / "static" / "js").rglob("*.js")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import|fetch\(['\"]http", text), path.name
        assert not re.search(r"\beval\(|new Function|innerHTML\s*=|document\.write", text), (
            path.name
        )


def test_a_partial_chooses_between_two_versions_at_most():
    chains = [name for name in PARTIALS if re.search(r"\{%-?\s*elif\b", without_comments(name))]
    assert not chains, "Give each version a partial of its own, or choose the text before."
