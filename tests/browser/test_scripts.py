"""The scripts of a page: each module is loaded once, and the security policy blocks none."""

from collections import Counter

import pytest
from playwright.sync_api import Error, expect

from blog.clock import utc_now
from blog.web.assets import list_imports
from tests.browser.desk import open_queue
from tests.browser.scripts import TESTS, run_tests
from tests.browser.steps import REVIEW, send, write_comment
from tests.builders import make_review

pytestmark = pytest.mark.browser

FAILING = """
import assert from "node:assert/strict";
import test from "node:test";

test("one that passes", () => assert.deepEqual({ a: [1, null] }, { a: [1, null] }));
test("a value of another type", () => assert.equal(1, "1"));
test("another value inside", () => assert.deepEqual({ a: [1] }, { a: [2] }));
test("one value more", () => assert.deepEqual({ a: 1, b: undefined }, { a: 1 }));
test("an array and an object", () => assert.deepEqual([], {}));
test("nothing", () => assert.ok(""));
test("an error", () => undefined.missing);
test("an error later", async () => { await null; assert.fail("later"); });
"""


def test_the_tests_that_need_no_page_pass_in_a_browser_too(browser):
    # Where there is no Node, this is where they run.
    scripts = sorted(TESTS.glob("*.test.js"))
    results = run_tests(browser, *scripts)
    assert not results.failures, "\n".join(results.failures)
    written = "".join(script.read_text(encoding="utf-8") for script in scripts)
    assert len(results.names) == written.count("\ntest(")


def test_a_test_that_fails_in_a_browser_is_found(browser, tmp_path):
    script = tmp_path / "failing.test.js"
    script.write_text(FAILING, encoding="utf-8")
    results = run_tests(browser, script)
    failed = [failure.partition(":")[0] for failure in results.failures]
    assert failed == [name for name in results.names if name != "one that passes"]
    script.write_text('import { missing } from "/static/js/page/language.js";\n', encoding="utf-8")
    with pytest.raises(Error, match="missing"):
        run_tests(browser, script)


def test_every_module_is_requested_once_without_warnings(site, arrive, moderator):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    for path, entry in (("/", "js/site.js"), (REVIEW, "js/talk.js")):
        page = visitor.context.new_page()
        warnings = listen(page)
        requested = requested_scripts(page, lambda path=path, page=page: page.goto(path))
        assert requested == Counter({entry, *list_imports(entry)}), path
        assert warnings == []
    desk = open_queue(arrive, site)
    warnings = listen(desk)
    requested = requested_scripts(desk, desk.reload)
    assert requested == Counter({"js/desk.js", *list_imports("js/desk.js")})
    assert warnings == []


def requested_scripts(page, load) -> Counter[str]:
    """Return how often the page requests each script while `load()` runs."""
    requested: list[str] = []
    page.on(
        "request", lambda request: requested.append(request.url) if "/js/" in request.url else None
    )
    load()
    page.wait_for_load_state("networkidle")
    return Counter(f"js/{url.partition('/js/')[2]}" for url in requested)


def listen(page) -> list[str]:
    """Return a list that collects the browser's warnings and errors."""
    warnings: list[str] = []
    page.on(
        "console",
        lambda message: (
            warnings.append(message.text) if message.type in ("warning", "error") else None
        ),
    )
    return warnings


def test_the_typing_time_is_added_when_sending_waits_for_the_proof(reader):
    held = []
    reader.route(f"**{REVIEW}/comments/challenge", lambda route: held.append(route))
    with reader.expect_request("**/challenge"):
        write_comment(reader, body="The bench scene, and the umbrella.")
    send(reader)
    expect(reader.locator(".comment-form[data-waits=yes] [name=typed_seconds]")).to_be_attached()
    with reader.expect_request(lambda request: request.method == "POST") as sent:
        held[0].continue_()
    assert "typed_seconds" in (sent.value.post_data or "")
    # Nothing of it is on its way when the next test begins.
    expect(reader.locator("#sent")).to_be_visible()
