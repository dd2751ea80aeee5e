"""Helpers to read a page, a client, and the checks of the rules that every page must follow."""

import re
from collections import Counter
from collections.abc import Iterator
from contextvars import Context

from bs4 import BeautifulSoup
from flask import has_app_context
from flask.testing import FlaskClient
from lxml import html
from lxml.etree import XPath
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from blog.db.engine import db

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
# The pieces of text that a page shows.
SHOWN = XPath("//text()[not(ancestor::script or ancestor::style or ancestor::template)]")


class Reader(FlaskClient):
    """A client that checks the HTML of each response with `check_html`."""

    def open(self, *args, **kwargs) -> TestResponse:
        if has_app_context():
            # Later queries of the test then see the changes that the request makes.
            db.session.rollback()
        # In an empty context the request opens and closes its own application context, as on a
        # server, instead of sharing the context of the test.
        response = Context().run(super().open, *args, **kwargs)
        if response.mimetype == "text/html" and response.data and not response.location:
            check_html(response.data)
        return response


def soup_of(response: TestResponse) -> BeautifulSoup:
    """Return the parsed HTML of a response; a second call returns the same object."""
    if not hasattr(response, "soup"):
        response.soup = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    return response.soup


def text_of(response: TestResponse) -> str:
    """Return the text of a response without tags, with single spaces between words."""
    if not response.data:
        return ""
    return " ".join(" ".join(SHOWN(parse(response.data))).split())


def parse(data: bytes) -> HtmlElement:
    """Return the tree of a page or a fragment; lxml is ten times as fast as BeautifulSoup."""
    return html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))


def check_html(data: bytes) -> None:
    """Check the HTML of a page or a fragment."""
    tree = parse(data)
    tags = [tag for tag in tree.iter() if isinstance(tag.tag, str)]
    ids = Counter(tag.get("id") for tag in tags if tag.get("id") is not None)
    assert not [name for name, count in ids.items() if count > 1], "an id is used twice"
    for tag in tags:
        check_tag(tag)
    if data.lstrip().lower().startswith(b"<!doctype html>"):
        check_whole_page(tree, tags, set(ids))


def check_tag(tag: HtmlElement) -> None:
    assert not [name for name in tag.attrib if name == "style" or name.startswith("on")], html_of(
        tag
    )
    assert tag.tag != "style", f"inline: {html_of(tag)}"
    assert tag.tag != "script" or not tag.text, f"inline: {html_of(tag)}"
    if tag.tag == "form":
        assert tag.get("action"), f"a form without action: {html_of(tag)}"
        htmx = tag.get("data-hx-post") or tag.get("action")
        assert htmx == tag.get("action"), "htmx and the form have different addresses"
    if "data-reader-text" in tag.attrib or "data-reader-name" in tag.attrib:
        check_reader_text(tag)


def check_reader_text(tag: HtmlElement) -> None:
    """Check an element with a reader's text: dir="auto", ignored by htmx, no attributes of ours."""
    assert tag.get("dir") == "auto", html_of(tag)
    assert "data-hx-ignore" in tag.attrib, html_of(tag)
    for inner in tag.iterdescendants():
        ours = set(inner.attrib) - {"href", "rel"}
        assert not ours, f"attributes of ours: {html_of(inner)}"


def check_whole_page(tree: HtmlElement, tags: list[HtmlElement], ids: set[str]) -> None:
    (heading,) = [tag for tag in tags if tag.tag == "h1"]
    title = next(tag for tag in tags if tag.tag == "title")
    assert text_in(title).startswith(text_in(heading)), (
        f"{text_in(heading)!r}, not {text_in(title)!r}"
    )
    assert tree.get("lang")
    for tag, (name, value) in attributes(tags):
        if name == "data-hx-target" and value.startswith("#"):
            assert value[1:] in ids, f"the target {value} is missing"
        if name == "href" and re.fullmatch(r"#\S+", value):
            assert value[1:] in ids, f"the target of the link {value} is missing"
        if name == "for" and tag.tag == "label":
            assert value in ids, f"the field {value} of a label is missing"
    for image in (tag for tag in tags if tag.tag == "img"):
        assert {"alt", "width", "height"} <= set(image.attrib), html_of(image)


def attributes(tags: list[HtmlElement]) -> Iterator[tuple[HtmlElement, tuple[str, str]]]:
    return ((tag, pair) for tag in tags for pair in tag.attrib.items())


def text_in(tag: HtmlElement) -> str:
    return " ".join(tag.text_content().split())


def html_of(tag: HtmlElement) -> str:
    return html.tostring(tag, encoding="unicode", with_tail=False)
