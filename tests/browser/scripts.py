"""Run tests of scripts, which are written for Node's own runner, in a browser."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Route

from tests.plan import ROOT

TESTS = ROOT / "tests" / "js"
# Nothing listens there: the browser is handed every file as it asks for it.
ORIGIN = "http://127.0.0.1:9"
IMPORTS = {"node:test": "/tests/js/node/test.js", "node:assert/strict": "/tests/js/node/assert.js"}
PAGE = f'<!doctype html><script type="importmap">{json.dumps({"imports": IMPORTS})}</script>'
RUN = """async (paths) => {
  for (const path of paths) await import(path);
  const { runTests } = await import("/tests/js/node/test.js");
  return runTests();
}"""


@dataclass(frozen=True, slots=True)
class Results:
    """Hold the names of all tests that ran, and for each that failed its name and why."""

    names: list[str]
    failures: list[str]


def run_tests(browser: Browser, *files: Path) -> Results:
    """Run these files, which may lie outside the project; one that cannot be loaded is an error."""
    sources = {f"/tests/js/{path.name}": path for path in files}

    def show(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html")
        else:
            route.fulfill(path=sources.get(path, ROOT / path[1:]), content_type="text/javascript")

    page = browser.new_page()
    try:
        page.route("**/*", show)
        page.goto(f"{ORIGIN}/")
        return Results(**page.evaluate(RUN, list(sources)))
    finally:
        page.close()
