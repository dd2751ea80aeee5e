"""The proof nobody sees: begun with the first key stroke, there when the comment is sent."""

import json
import re
from base64 import b64decode
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, Route, expect
from sqlalchemy import func, select

from blog.clock import utc_now
from blog.comments.models import Comment
from blog.db.engine import db
from blog.marks.models import Reason
from blog.proofs.models import SpentProof
from tests.browser.steps import REVIEW, expect_same_page, mark, send, sign_in, write_comment
from tests.builders import make_review

pytestmark = pytest.mark.browser

WORDS = "The bench scene, and the umbrella."
TARGET = f"**{REVIEW}/comments"
CHALLENGE = f"**{REVIEW}/comments/challenge"
WORKER = "**/vendor/altcha-*"
BUTTON = ".comment-form button[type=submit]"
PROOF = ".comment-form input[name=proof]"
WAITING = "#waiting .waiting"


def flaws() -> list[str | None]:
    """Return what was wrong with the proofs, of the comments of which anything was."""
    db.session.rollback()
    return list(db.session.scalars(select(Reason.detail).where(Reason.name == "proof")))


def count(model: type) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def listen(page: Page) -> list[str]:
    """Write down what the page asks for from now on, for the sake of proofs."""
    asked: list[str] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/challenge") or "altcha" in request.url:
            asked.append(request.url)

    page.on("request", hear)
    return asked


def hold(page: Page, pattern: str) -> list[Route]:
    """Keep what is asked for on its way until the test lets it go on."""
    held: list[Route] = []
    page.route(pattern, lambda route: held.append(route))
    return held


def proof_in(request: Request) -> str | None:
    """Return the proof that was sent with a comment."""
    body = request.post_data or ""
    if "form-data" in request.headers.get("content-type", ""):
        found = re.search(r'name="proof"\r\n\r\n([^\r]*)', body)
        return found[1] if found else None
    return parse_qs(body).get("proof", [None])[0]


def send_and_catch(page: Page) -> Request:
    with page.expect_request(lambda request: request.method == "POST") as sent:
        send(page)
    return sent.value


def test_nothing_is_asked_for_before_somebody_types(reader):
    asked = listen(reader)
    reader.reload()
    reader.focus("#body")
    reader.keyboard.press("Tab")
    expect(reader.locator(PROOF)).to_have_count(0)
    assert asked == []
    reader.focus("#body")
    with reader.expect_request(CHALLENGE):
        reader.keyboard.type("T")


def test_typing_begins_one_and_it_comes_with_the_comment(reader):
    asked = listen(reader)
    write_comment(reader, body=WORDS)
    expect(reader.locator(PROOF)).to_be_attached()
    reader.fill("#body", f"{WORDS} And the run.")
    proof = reader.locator(PROOF).input_value()
    assert set(json.loads(b64decode(proof))) == {"challenge", "solution"}
    request = send_and_catch(reader)
    assert proof_in(request) == proof
    expect(reader.locator(WAITING)).to_have_count(1)
    assert flaws() == []
    assert count(SpentProof) == 1
    assert len(asked) == 2, "one challenge, one worker"


def test_sending_at_once_waits_for_it(reader):
    held = hold(reader, CHALLENGE)
    posted: list[Request] = []
    reader.on("request", lambda request: posted.append(request) if request.post_data else None)
    mark(reader)
    with reader.expect_request(CHALLENGE):
        write_comment(reader, body=WORDS)
    reader.dblclick(BUTTON)
    expect(reader.locator(".progress")).to_have_text("Sending…")
    reader.keyboard.press("Enter")
    assert posted == []
    expect(reader.locator("#body")).to_have_value(WORDS)
    held[0].continue_()
    expect(reader.locator(WAITING)).to_contain_text(WORDS)
    assert len(posted) == 1
    assert flaws() == []
    assert count(Comment) == 1
    expect_same_page(reader)


def test_waiting_for_it_is_not_writing(reader):
    reader.clock.install()
    reader.goto(REVIEW)
    hold(reader, CHALLENGE)
    with reader.expect_request(CHALLENGE):
        write_comment(reader, body=WORDS)
    with reader.expect_request(lambda request: request.method == "POST") as sent:
        send(reader)
        reader.clock.fast_forward(600_000)
    seconds = re.search(r"typed_seconds=([\d.]+)", sent.value.post_data or "")
    assert seconds is not None
    assert float(seconds[1]) < 600
    expect(reader.locator(WAITING)).to_have_count(1)


def test_nobody_waits_longer_than_three_seconds(reader):
    page = reader
    page.clock.install()
    page.goto(REVIEW)
    hold(page, CHALLENGE)
    with page.expect_request(CHALLENGE):
        write_comment(page, body=WORDS)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        send(page)
        page.clock.run_for(3_000)
    assert proof_in(sent.value) is None
    expect(page.locator(WAITING)).to_contain_text(WORDS)
    assert flaws() == ["none sent"]


FAILURES = {
    "challenge that is not reached": (CHALLENGE, lambda route: route.abort()),
    "challenge that is refused": (CHALLENGE, lambda route: route.fulfill(status=503, body="Busy")),
    "challenge that is none": (CHALLENGE, lambda route: route.fulfill(body="<html>")),
    "challenge of another kind": (CHALLENGE, lambda route: route.fulfill(body='{"a": 1}')),
    "worker that is not reached": (WORKER, lambda route: route.abort()),
}


def test_without_it_the_comment_is_sent_all_the_same_and_at_once(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    for number, (pattern, response) in enumerate(FAILURES.values(), start=1):
        page = visitor.context.new_page()
        page.clock.install()
        page.goto(REVIEW)
        page.route(pattern, response)
        asked = listen(page)
        write_comment(page, body=f"{WORDS} {number}")
        # Now whoever waits, waits for ever.
        page.clock.pause_at(utc_now() + timedelta(minutes=1))
        request = send_and_catch(page)
        page.clock.resume()
        assert proof_in(request) is None
        expect(page.locator(WAITING).last).to_contain_text(f"{WORDS} {number}")
        assert flaws() == ["none sent"] * number
        # With the first key stroke, and once more when it was sent.
        assert len([url for url in asked if url.endswith("/challenge")]) <= 2
        page.close()


def test_what_failed_once_is_tried_again_when_it_is_sent(reader):
    reader.route(CHALLENGE, lambda route: route.abort())
    with reader.expect_event("requestfailed"):
        write_comment(reader, body=WORDS)
    reader.unroute(CHALLENGE)
    send(reader)
    expect(reader.locator(WAITING)).to_contain_text(WORDS)
    assert flaws() == []


@pytest.mark.parametrize("missing", ["crypto.subtle", "Worker"])
def test_a_browser_that_cannot_compute_asks_for_nothing(site, arrive, missing):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    holder, _, name = f"globalThis.{missing}".rpartition(".")
    visitor.context.add_init_script(
        f"Object.defineProperty({holder}, '{name}', {{value: undefined}})"
    )
    page = visitor.open(REVIEW)
    asked = listen(page)
    write_comment(page, body=WORDS)
    request = send_and_catch(page)
    assert proof_in(request) is None
    expect(page.locator(WAITING)).to_contain_text(WORDS)
    assert asked == []
    assert flaws() == ["none sent"]


def test_a_refused_form_keeps_its_proof(reader):
    asked = listen(reader)
    write_comment(reader, body="x")
    expect(reader.locator(PROOF)).to_be_attached()
    proof = reader.locator(PROOF).input_value()
    send(reader)
    expect(reader.locator("#faults")).to_be_focused()
    expect(reader.locator(PROOF)).to_have_value(proof)
    before = list(asked)
    reader.fill("#body", WORDS)
    assert proof_in(send_and_catch(reader)) == proof
    expect(reader.locator(WAITING)).to_have_count(1)
    assert asked == before
    assert flaws() == []


def test_the_next_comment_has_one_of_its_own(reader):
    for number in (1, 2):
        write_comment(reader, body=f"{WORDS} {number}")
        send(reader)
        expect(reader.locator(WAITING)).to_have_count(number)
        if number == 1:
            reader.click("#sent a")
            expect(reader.locator("#body")).to_be_focused()
    assert flaws() == []
    assert count(SpentProof) == 2


def test_one_that_has_grown_old_is_made_again(reader):
    page = reader
    page.clock.install()
    page.goto(REVIEW)
    write_comment(page, body=WORDS)
    expect(page.locator(PROOF)).to_be_attached()
    first = page.locator(PROOF).input_value()
    page.clock.fast_forward("02:59:00")
    asked = listen(page)
    page.fill("#body", f"{WORDS} Still writing.")
    assert asked == []
    page.clock.fast_forward("00:02:00")
    page.fill("#body", f"{WORDS} Done.")
    expect(page.locator(PROOF)).not_to_have_value(first)
    assert len(asked) == 2
    send(page)
    expect(page.locator(WAITING)).to_have_count(1)
    assert flaws() == []


def test_a_form_the_script_filled_gets_one_when_it_is_sent(reader):
    reader.evaluate("""() => {
      const form = document.querySelector("#comment-form");
      form.elements.author_name.value = "Jo";
      form.elements.body.value = "Put in by the browser after a restart.";
    }""")
    send(reader)
    expect(reader.locator(WAITING)).to_have_count(1)
    assert flaws() == []


def test_a_plain_form_brings_it_as_well(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    visitor.context.route("**/vendor/htmx-*", lambda route: route.abort())
    page = visitor.context.new_page()
    # Without htmx the rest of the script has nothing to hold on to; it must not be needed here.
    page.add_init_script("globalThis.htmx = {ajax() {}}")
    page.goto(REVIEW)
    held = hold(page, CHALLENGE)
    posted: list[Request] = []
    page.on("request", lambda request: posted.append(request) if request.post_data else None)
    with page.expect_request(CHALLENGE):
        write_comment(page, body=WORDS)
    page.dblclick(BUTTON)
    with page.expect_navigation(url=re.compile(r"/comments/mine")):
        held[0].continue_()
    assert len(posted) == 1
    expect(page.locator("#main")).to_contain_text(WORDS)
    assert flaws() == []
    assert count(SpentProof) == 1


def test_workers_run_for_readers_and_not_under_admin(site, arrive, moderator):
    run = """address => new Promise((resolve) => {
      const worker = new Worker(address);
      worker.onerror = () => resolve("refused");
      worker.onmessage = () => resolve("ran");
      worker.postMessage({ type: "work", challenge: {} });
    })"""
    address = "/static/vendor/altcha-3.2.2.pbkdf2.js"
    visitor = arrive(site)
    assert visitor.open("/").evaluate(run, address) == "ran"
    page = visitor.open("/admin/login")
    sign_in(page)
    assert page.evaluate(run, address) == "refused"
    assert [fault for fault in visitor.faults if "worker-src 'none'" in fault]
    visitor.faults.clear()
