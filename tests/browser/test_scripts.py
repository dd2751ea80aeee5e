"""The scripts come in one round trip, each once, under the strict policy."""

from collections import Counter

import pytest
from playwright.sync_api import expect

from blog.clock import utc_now
from blog.web.assets import list_imports
from tests.browser.desk import enter
from tests.browser.steps import REVIEW, send, write_comment
from tests.builders import make_review

pytestmark = pytest.mark.browser


def test_every_module_comes_once_and_nothing_is_refused(site, arrive, moderator):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    for path, entry in (("/", "js/site.js"), (REVIEW, "js/talk.js")):
        page = visitor.context.new_page()
        complaints = listen(page)
        asked = scripts_asked_for(page, lambda path=path, page=page: page.goto(path))
        assert asked == Counter({entry, *list_imports(entry)}), path
        assert complaints == []
    desk = enter(arrive, site)
    complaints = listen(desk)
    asked = scripts_asked_for(desk, desk.reload)
    assert asked == Counter({"js/desk.js", *list_imports("js/desk.js")})
    assert complaints == []


def scripts_asked_for(page, load) -> Counter[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/js/" in request.url else None)
    load()
    page.wait_for_load_state("networkidle")
    return Counter(f"js/{url.partition('/js/')[2]}" for url in asked)


def listen(page) -> list[str]:
    """Write down what the browser warns of, such as a module that was fetched and not used."""
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type in ("warning", "error") else None
        ),
    )
    return complaints


def test_the_time_of_typing_is_taken_when_send_is_pressed_and_the_proof_holds_it(reader):
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
