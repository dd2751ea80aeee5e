"""The toolbar of a Markdown textarea, before a script has run."""

from bs4 import BeautifulSoup
from flask import render_template


def test_without_a_script_no_button_is_shown_that_does_nothing(app):
    with app.test_request_context():
        html = render_template("desk/drafts/_toolbar.html", textarea_id="body")
    (tools,) = BeautifulSoup(html, "html.parser").select("[data-markdown-tools]")
    assert tools.has_attr("hidden")
    assert tools.select_one("[role=toolbar]")["aria-controls"] == "body"
    # None of them sends the form that they are in.
    assert {button["type"] for button in tools("button")} == {"button"}
