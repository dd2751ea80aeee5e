"""Which pages may be kept is a list in a file: everything else is made anew for each request."""

from pathlib import Path

from flask import Flask

from blog.web.caching import NAMES

PROMISED = Path(__file__).parents[2] / "kept.txt"


def describe(app: Flask) -> str:
    """Return a line for each view whose pages are kept, with the parameters they depend on."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    lines = []
    for rule in rules:
        names = getattr(app.view_functions[rule.endpoint], NAMES, None)
        if names is not None:
            lines.append(f"{rule.rule:<84} {' '.join(names)}".rstrip())
    return "\n".join(lines) + "\n"


def test_the_pages_that_may_be_kept_equal_kept_txt(app):
    assert describe(app) == PROMISED.read_text(), (
        "What may be kept in memory differs from tests/kept.txt. If the change is intended, accept"
        " it with `.venv/bin/python -m tests.web.kept.test_list` and have the diff reviewed."
    )


if __name__ == "__main__":
    from tests.conftest import make_app
    from tests.databases import fresh_sqlite, scratch_folder

    folder = scratch_folder()
    PROMISED.write_text(describe(make_app(fresh_sqlite(folder), folder)))
