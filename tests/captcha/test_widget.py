"""The captcha in a form, and the Content-Security-Policy of its page."""

from dataclasses import replace

import pytest
from flask import render_template
from flask_wtf import FlaskForm

from blog.site.comments.captcha import CaptchaField
from tests.builders import make_review
from tests.page import soup_of, text_of

SCRIPTS = "https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/"
PAGE = "/small"
FRAMES = "https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/"


class SmallForm(FlaskForm):
    class Meta:
        csrf = False

    captcha = CaptchaField()


@pytest.fixture
def app(new_app):
    """An application with a page that validates a form and shows only the captcha."""

    def show():
        form = SmallForm()
        return f"{form.validate()} {render_template('site/comments/_captcha.html', form=form)}"

    new_app.add_url_rule(PAGE, "small", show, methods=["GET", "POST"])
    return new_app


def switch_captcha_on(app) -> None:
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        captcha="recaptcha",
        recaptcha_public_key="6Lc-public-key",
        recaptcha_private_key="6Lc-private-key",
        # Nothing listens there: rendering and validating a form send no request.
        recaptcha_verify_url="http://127.0.0.1:9/",
    )


def policy_of(response) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split(";")
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in parts)}


def test_the_captcha_is_the_markup_of_flask_wtf_with_only_the_public_key(app, client):
    switch_captcha_on(app)
    response = client.get(PAGE)
    soup = soup_of(response)
    assert soup.find("script")["src"] == "https://www.google.com/recaptcha/api.js"
    box = soup.find(class_="g-recaptcha")
    assert box["data-sitekey"] == "6Lc-public-key"
    assert not box.has_attr("id")
    assert b"6Lc-private-key" not in response.data
    links = {link.get_text(): link["href"] for link in soup("a")}
    assert links == {
        "Privacy Policy": "https://policies.google.com/privacy",
        "Terms of Service": "https://policies.google.com/terms",
    }
    assert "your comment is accepted anyway" in text_of(response)


def test_the_policy_of_a_page_with_a_captcha_allows_only_recaptcha(app, client):
    without = policy_of(client.get(PAGE))
    switch_captcha_on(app)
    opened = policy_of(client.get(PAGE))
    assert opened.pop("frame-src") == FRAMES
    assert opened["script-src"] == f"'self' {SCRIPTS}"
    assert opened | {"script-src": "'self'"} == without
    assert "unsafe" not in str(opened)


def test_the_policy_of_a_page_without_a_form_stays_the_same(app, client):
    make_review(comments_open=False)
    paths = ("/", "/reviews/run-on", "/about", "/admin/login", "/no-such-page")
    before = [client.get(path).headers["Content-Security-Policy"] for path in paths]
    switch_captcha_on(app)
    after = [client.get(path).headers["Content-Security-Policy"] for path in paths]
    assert before == after
    assert "google" not in "".join(after)


def test_a_site_without_a_captcha_shows_none(app, client):
    response = client.get(PAGE)
    assert "google" not in response.text
    assert "google" not in response.headers["Content-Security-Policy"]


def test_the_form_is_valid_whether_or_not_the_captcha_is_solved(app, client):
    switch_captcha_on(app)
    for form in ({}, {"g-recaptcha-response": "x"}, {"captcha": "x"}):
        assert text_of(client.post(PAGE, data=form)).startswith("True")
