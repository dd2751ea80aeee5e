"""The checker of scripts (Biome): it finds faults of each kind, and none in our scripts."""

import pytest

from tests import script_checker

FAULTS = {
    "noUnusedVariables": "const unused = 1;\n",
    "noUndeclaredVariables": "console.log(undeclared);\n",
    "noVar": "export var old = 1;\n",
    "useConst": "let once = 1;\nconsole.log(once);\n",
    "noDoubleEquals": 'console.log(document.title == "1");\n',
    "format": "console.log( document.title )\n",
}

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def biome():
    path = script_checker.find()
    if path is None:
        pytest.skip("no Biome here; `python -m tests.script_checker` takes npm")
    return path


def test_faults_of_each_kind_are_found(biome, tmp_path):
    for name, source in FAULTS.items():
        script = tmp_path / "script.js"
        script.write_text(source, encoding="utf-8")
        done = script_checker.check(biome, script)
        assert done.returncode != 0, name
        assert name in done.stdout, done.stdout


def test_our_scripts_have_no_faults(biome):
    done = script_checker.check(biome, *script_checker.SCRIPTS)
    assert done.returncode == 0, done.stdout


def test_a_missing_checker_is_reported_in_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("BIOME", raising=False)
    monkeypatch.setattr(script_checker, "FOLDER", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert script_checker.main() == 0
    assert capsys.readouterr().out.count("\n") == 1
