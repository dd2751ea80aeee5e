"""Sending a comment on a site with a captcha."""

from dataclasses import replace

import pytest

from blog.comments.models import Comment
from blog.db import transactions
from blog.db.engine import db
from blog.marks.models import Reason
from tests.builders import make_review
from tests.captcha.verifier import run_verifier
from tests.databases import on_both
from tests.page import HTMX
from tests.site.comments.sending import with_and_without_htmx

FORM = {"author_name": "Mina", "body": "The bench scene."}


@pytest.fixture
def verifier(app):
    make_review()
    with run_verifier() as verifier:
        app.extensions["settings"] = replace(
            app.extensions["settings"],
            captcha="recaptcha",
            recaptcha_public_key="6Lc-public-key",
            recaptcha_private_key="6Lc-private-key",
            recaptcha_verify_url=verifier.url,
        )
        yield verifier


def send(client, token="a-token", **more):
    form = FORM | {"g-recaptcha-response": token}
    return client.post("/reviews/run-on/comments", data=form, **more)


def reason() -> str | None:
    """Return the detail of the only comment's captcha reason, or None."""
    db.session.rollback()
    assert db.session.query(Comment).count() == 1
    query = db.session.query(Reason.detail).where(Reason.name == "captcha")
    return query.scalar()


def test_a_solved_captcha_leaves_no_reason(client, verifier):
    assert send(client).status_code == 303
    assert reason() is None
    assert len(verifier.requests) == 1


@on_both
@with_and_without_htmx
def test_an_unsolved_captcha_is_a_reason_but_no_refusal(client, verifier, htmx):
    sent = send(client, token="", headers=HTMX if htmx else {})
    assert sent.status_code == (201 if htmx else 303)
    assert reason() == "not ticked"


def test_a_failing_verifier_is_a_reason_but_no_refusal(client, verifier):
    verifier.status = 500
    assert send(client).status_code == 303
    assert reason() == "no response"


def test_no_transaction_is_open_during_the_request_to_google(app, client, verifier):
    pool, held = db.engine.pool, []
    verifier.on_request = lambda: held.append(pool.checkedout())
    assert send(client).status_code == 303
    assert held == [0]


def test_others_can_send_during_the_request_to_google(app, client, verifier, monkeypatch):
    monkeypatch.setattr(transactions, "TURN_SECONDS", 0)
    others = []
    verifier.on_request = lambda: others.append(send(app.test_client(), token="").status_code)
    assert send(client).status_code == 303
    assert others == [303]


def test_the_form_has_the_captcha_and_the_policy_of_its_page_allows_it(client, verifier):
    page = client.get("/reviews/run-on")
    assert 'data-sitekey="6Lc-public-key"' in page.text
    assert "https://www.google.com/recaptcha/" in page.headers["Content-Security-Policy"]
    again = client.get("/reviews/run-on", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    policy = again.headers["Content-Security-Policy"]
    assert policy == page.headers["Content-Security-Policy"]
