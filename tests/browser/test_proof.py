"""The proof of work starts with the first key and is sent with the comment."""

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
from tests.browser.steps import REVIEW, expect_same_page, send, set_marker, sign_in, write_comment
from tests.builders import make_review

pytestmark = pytest.mark.browser

WORDS = "The bench scene, and the umbrella."
TARGET = f"**{REVIEW}/comments"
CHALLENGE = f"**{REVIEW}/comments/challenge"
WORKER = "**/vendor/altcha-*"
BUTTON = ".comment-form button[type=submit]"
PROOF = ".comment-form input[name=proof]"
WAITING = "#waiting .waiting"


def proof_reasons() -> list[str | None]:
    """Return the details of the reason "proof" for each comment that has this reason."""
    db.session.rollback()
    return list(db.session.scalars(select(Reason.detail).where(Reason.name == "proof")))


def count(model: type) -> int:
    """Return the number of rows of a table."""
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def listen(page: Page) -> list[str]:
    """Return a list that collects the page's requests for challenges and for the worker script."""
    requested: list[str] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/challenge") or "altcha" in request.url:
            requested.append(request.url)

    page.on("request", hear)
    return requested


def hold(page: Page, pattern: str) -> list[Route]:
    """Hold matching requests; return the list of their routes."""
    held: list[Route] = []
    page.route(pattern, lambda route: held.append(route))
    return held


def proof_in(request: Request) -> str | None:
    """Return the proof in the request of a comment, or None."""
    body = request.post_data or ""
    if "form-data" in request.headers.get("content-type", ""):
        found = re.search(r'name="proof"\r\n\r\n([^\r]*)', body)
        return found[1] if found else None
    return parse_qs(body).get("proof", [None])[0]


def send_and_catch(page: Page) -> Request:
    """Send the comment form; return the request."""
    with page.expect_request(lambda request: request.method == "POST") as sent:
        send(page)
    return sent.value


def test_no_challenge_is_requested_before_the_first_key(reader):
    requested = listen(reader)
    reader.reload()
    reader.focus("#body")
    reader.keyboard.press("Tab")
    expect(reader.locator(PROOF)).to_have_count(0)
    assert requested == []
    reader.focus("#body")
    with reader.expect_request(CHALLENGE):
        reader.keyboard.type("T")


def test_typing_starts_a_proof_which_is_sent_with_the_comment(reader):
    requested = listen(reader)
    write_comment(reader, body=WORDS)
    expect(reader.locator(PROOF)).to_be_attached()
    reader.fill("#body", f"{WORDS} And the run.")
    proof = reader.locator(PROOF).input_value()
    assert set(json.loads(b64decode(proof))) == {"challenge", "solution"}
    request = send_and_catch(reader)
    assert proof_in(request) == proof
    expect(reader.locator(WAITING)).to_have_count(1)
    assert proof_reasons() == []
    assert count(SpentProof) == 1
    assert len(requested) == 2, "one challenge, one worker"


def test_sending_waits_for_the_proof(reader):
    held = hold(reader, CHALLENGE)
    posted: list[Request] = []
    reader.on("request", lambda request: posted.append(request) if request.post_data else None)
    set_marker(reader)
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
    assert proof_reasons() == []
    assert count(Comment) == 1
    expect_same_page(reader)


def test_waiting_for_the_proof_does_not_count_as_typing(reader):
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


def test_sending_waits_at_most_three_seconds_for_the_proof(reader):
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
    assert proof_reasons() == ["none sent"]


FAILURES = {
    "challenge not reached": (CHALLENGE, lambda route: route.abort()),
    "challenge refused": (CHALLENGE, lambda route: route.fulfill(status=503, body="Busy")),
    "challenge not JSON": (CHALLENGE, lambda route: route.fulfill(body="<html>")),
    "challenge of another kind": (CHALLENGE, lambda route: route.fulfill(body='{"a": 1}')),
    "worker not reached": (WORKER, lambda route: route.abort()),
}


def test_without_a_proof_the_comment_is_sent_at_once(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    for number, (pattern, response) in enumerate(FAILURES.values(), start=1):
        page = visitor.context.new_page()
        page.clock.install()
        page.goto(REVIEW)
        page.route(pattern, response)
        requested = listen(page)
        write_comment(page, body=f"{WORDS} {number}")
        # The clock stops here, so any wait would last for ever.
        page.clock.pause_at(utc_now() + timedelta(minutes=1))
        request = send_and_catch(page)
        page.clock.resume()
        assert proof_in(request) is None
        expect(page.locator(WAITING).last).to_contain_text(f"{WORDS} {number}")
        assert proof_reasons() == ["none sent"] * number
        # One request comes with the first key and one with sending.
        assert len([url for url in requested if url.endswith("/challenge")]) <= 2
        page.close()


def test_a_failed_challenge_is_requested_again_when_the_comment_is_sent(reader):
    reader.route(CHALLENGE, lambda route: route.abort())
    with reader.expect_event("requestfailed"):
        write_comment(reader, body=WORDS)
    reader.unroute(CHALLENGE)
    send(reader)
    expect(reader.locator(WAITING)).to_contain_text(WORDS)
    assert proof_reasons() == []


@pytest.mark.parametrize("missing", ["crypto.subtle", "Worker"])
def test_a_browser_that_cannot_compute_a_proof_requests_nothing(site, arrive, missing):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    holder, _, name = f"globalThis.{missing}".rpartition(".")
    visitor.context.add_init_script(
        f"Object.defineProperty({holder}, '{name}', {{value: undefined}})"
    )
    page = visitor.open(REVIEW)
    requested = listen(page)
    write_comment(page, body=WORDS)
    request = send_and_catch(page)
    assert proof_in(request) is None
    expect(page.locator(WAITING)).to_contain_text(WORDS)
    assert requested == []
    assert proof_reasons() == ["none sent"]


def test_a_refused_form_keeps_its_proof(reader):
    requested = listen(reader)
    write_comment(reader, body="\u3164")
    expect(reader.locator(PROOF)).to_be_attached()
    proof = reader.locator(PROOF).input_value()
    send(reader)
    expect(reader.locator("#faults")).to_be_focused()
    expect(reader.locator(PROOF)).to_have_value(proof)
    before = list(requested)
    reader.fill("#body", WORDS)
    assert proof_in(send_and_catch(reader)) == proof
    expect(reader.locator(WAITING)).to_have_count(1)
    assert requested == before
    assert proof_reasons() == []


def test_each_comment_has_a_proof_of_its_own(reader):
    for number in (1, 2):
        write_comment(reader, body=f"{WORDS} {number}")
        send(reader)
        expect(reader.locator(WAITING)).to_have_count(number)
        if number == 1:
            reader.click("#sent a")
            expect(reader.locator("#body")).to_be_focused()
    assert proof_reasons() == []
    assert count(SpentProof) == 2


def test_an_expired_proof_is_replaced(reader):
    page = reader
    page.clock.install()
    page.goto(REVIEW)
    write_comment(page, body=WORDS)
    expect(page.locator(PROOF)).to_be_attached()
    first = page.locator(PROOF).input_value()
    page.clock.fast_forward("02:59:00")
    requested = listen(page)
    page.fill("#body", f"{WORDS} Still writing.")
    assert requested == []
    page.clock.fast_forward("00:02:00")
    page.fill("#body", f"{WORDS} Done.")
    expect(page.locator(PROOF)).not_to_have_value(first)
    assert len(requested) == 2
    send(page)
    expect(page.locator(WAITING)).to_have_count(1)
    assert proof_reasons() == []


def test_a_form_filled_by_a_script_gets_a_proof_when_it_is_sent(reader):
    reader.evaluate("""() => {
      const form = document.querySelector("#comment-form");
      form.elements.author_name.value = "Jo";
      form.elements.body.value = "Put in by the browser after a restart.";
    }""")
    send(reader)
    expect(reader.locator(WAITING)).to_have_count(1)
    assert proof_reasons() == []


def test_a_plain_form_sends_a_proof_too(site, arrive):
    make_review(published_at=utc_now())
    visitor = arrive(site)
    visitor.context.route("**/vendor/htmx-*", lambda route: route.abort())
    page = visitor.context.new_page()
    # The other scripts need a global `htmx`; this empty one shows that the proof works without it.
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
    assert proof_reasons() == []
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
