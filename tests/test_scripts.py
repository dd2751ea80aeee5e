"""The scripts: their modules and imports, the order of event listeners, and their Node tests."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from blog.web.assets import STATIC, list_imports
from tests.builders import make_review
from tests.page import soup_of

SCRIPTS = STATIC / "js"
TESTS = Path(__file__).parent / "js"
MODULES = sorted(path.relative_to(STATIC).as_posix() for path in SCRIPTS.rglob("*.js"))
ENTRIES = [name for name in MODULES if name.count("/") == 1]
IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(.*)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|const) (\w+)", re.MULTILINE)
# The line that adds a `submit` listener in the capture phase; such a listener is a named function.
CAPTURES_SUBMIT = re.compile(r'^document\.addEventListener\("submit", \w+, true\);$', re.MULTILINE)


def read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def imports_of(name: str) -> list[tuple[list[str], str]]:
    """Return the imports of a script module as ([imported names], module path) pairs."""
    folder = (STATIC / name).parent
    return [
        (re.findall(r"\w+", names), str((folder / path).resolve().relative_to(STATIC)))
        for names, path in IMPORT.findall(read(name))
    ]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_short_and_sets_nothing_on_window(name):
    text = read(name)
    assert len(text.splitlines()) <= 200, "Split the module into its two subjects."
    assert not re.search(r"\b(?:window|globalThis)\.\w+ = ", text)
    assert text.count("import ") == len(IMPORT.findall(text)), (
        "An import begins a line; import() is not used."
    )


@pytest.mark.parametrize("name", MODULES)
def test_every_import_exists_and_is_used(name):
    own = IMPORT.sub("", read(name))
    for names, other in imports_of(name):
        assert other in MODULES, other
        assert set(names) <= set(EXPORT.findall(read(other))), other
        assert [one for one in names if not re.search(rf"\b{one}\b", own)] == [], other


def test_every_export_is_imported_somewhere():
    wanted = {
        (other, one) for name in MODULES for names, other in imports_of(name) for one in names
    }
    for path in TESTS.glob("*.test.js"):
        for names, other in IMPORT.findall(path.read_text(encoding="utf-8")):
            wanted |= {(other.partition("/static/")[2], one) for one in re.findall(r"\w+", names)}
    offered = {(name, one) for name in MODULES for one in EXPORT.findall(read(name))}
    assert offered - wanted == set()


def test_entry_modules_contain_only_imports_and_reach_every_module():
    reached = set(ENTRIES)
    for name in ENTRIES:
        rest = re.sub(r"^//.*$", "", IMPORT.sub("", read(name)), flags=re.MULTILINE)
        assert rest.strip() == "", name
        reached |= set(list_imports(name))
    assert reached == set(MODULES)


def test_the_typing_time_is_measured_before_the_proof_delays_a_form():
    # Both listen in the capture phase, before htmx; the module imported first is called first.
    assert list_modules_capturing_submit("js/talk.js") == [
        "js/comments/form.js",
        "js/comments/proof.js",
    ]
    assert list_modules_capturing_submit("js/desk.js") == ["js/desk/deciding.js"]
    assert list_modules_capturing_submit("js/site.js") == []


def list_modules_capturing_submit(entry: str) -> list[str]:
    return [name for name in list_imports(entry) if CAPTURES_SUBMIT.search(read(name))]


def test_a_page_names_every_module_it_needs_once_and_after_htmx(client):
    make_review()
    for path, entry in (("/", "js/site.js"), ("/reviews/run-on", "js/talk.js")):
        page = soup_of(client.get(path))
        htmx, script = page("script")
        assert htmx.has_attr("defer")
        assert "type" not in htmx.attrs
        assert script["type"] == "module"
        assert script["src"].endswith(f"/{entry}")
        links = [link["href"] for link in page("link", rel="modulepreload")]
        assert links == [script["src"].replace(entry, name) for name in list_imports(entry)]
        assert len(links) == len(set(links))


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    """A folder with the scripts and their tests, in which Node reads every file as a module."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node here: tests/browser/test_scripts.py runs tests/js/ in Chromium")
    folder = tmp_path_factory.mktemp("scripts")
    shutil.copytree(SCRIPTS, folder / "static" / "js")
    shutil.copytree(TESTS, folder / "tests" / "js")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    return folder


def run_node(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        ["node", *arguments], cwd=folder, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")


@pytest.mark.thorough
def test_the_node_tests_pass(copied):
    run_node(
        copied, "--test", *(f"tests/js/{path.name}" for path in sorted(TESTS.glob("*.test.js")))
    )


@pytest.mark.thorough
def test_node_can_parse_every_module(copied):
    program = (
        "for (const path of process.argv.slice(1))"
        " new vm.SourceTextModule(fs.readFileSync(path, 'utf8'), {identifier: path});"
    )
    options = ("--experimental-vm-modules", "--no-warnings", "--eval", program, "--")
    run_node(copied, *options, *(f"static/{name}" for name in MODULES))
