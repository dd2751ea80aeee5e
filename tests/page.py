"""A page as a test sees it, and the good manners every page must have."""

import re
from collections import Counter
from collections.abc import Iterator
from contextvars import Context

from bs4 import BeautifulSoup
from flask import has_app_context
from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from blog.db.engine import db

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Reader(FlaskClient):
    """A client that looks at every page it is given."""

    def open(self, *args, **kwargs) -> TestResponse:
        if has_app_context():
            db.session.rollback()  # The test's own view of the database ends here.
        # In an empty context, so that the request opens and closes an application context of its
        # own, as it does in a server, and does not share the test's.
        response = Context().run(super().open, *args, **kwargs)
        if response.mimetype == "text/html" and response.data and not response.location:
            check_manners(response.data)
        return response


def soup_of(response: TestResponse) -> BeautifulSoup:
    """Return the parsed page; it is parsed once, however often it is asked for."""
    if not hasattr(response, "soup"):
        response.soup = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    return response.soup


def text_of(response: TestResponse) -> str:
    """Return what a person would read, in one line."""
    return " ".join(soup_of(response).get_text(" ").split())


def check_manners(data: bytes) -> None:
    """Check a page, or a fragment of one; lxml reads it ten times as fast as the tests' soup."""
    tree = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    tags = [tag for tag in tree.iter() if isinstance(tag.tag, str)]
    ids = Counter(tag.get("id") for tag in tags if tag.get("id") is not None)
    assert not [name for name, count in ids.items() if count > 1], "an id stands twice"
    for tag in tags:
        check_tag(tag)
    if data.lstrip().lower().startswith(b"<!doctype html>"):
        check_whole_page(tree, tags, set(ids))


def check_tag(tag: HtmlElement) -> None:
    assert not [name for name in tag.attrib if name == "style" or name.startswith("on")], said(tag)
    assert tag.tag != "style", f"inline: {said(tag)}"
    assert tag.tag != "script" or not tag.text, f"inline: {said(tag)}"
    if tag.tag == "form":
        assert tag.get("action"), f"a form without action: {said(tag)}"
        htmx = tag.get("data-hx-post") or tag.get("action")
        assert htmx == tag.get("action"), "htmx and the form lead to two places"
    if "data-reader-text" in tag.attrib or "data-reader-name" in tag.attrib:
        check_reader_text(tag)


def check_reader_text(tag: HtmlElement) -> None:
    """A reader's words stand in an element of their own, closed to htmx, in their own direction."""
    assert tag.get("dir") == "auto", said(tag)
    assert "data-hx-ignore" in tag.attrib, said(tag)
    for inner in tag.iterdescendants():
        ours = set(inner.attrib) - {"href", "rel"}
        assert not ours, f"of ours inside: {said(inner)}"


def check_whole_page(tree: HtmlElement, tags: list[HtmlElement], ids: set[str]) -> None:
    (heading,) = [tag for tag in tags if tag.tag == "h1"]
    title = next(tag for tag in tags if tag.tag == "title")
    assert words(title).startswith(words(heading)), f"{words(heading)!r}, not {words(title)!r}"
    assert tree.get("lang")
    for tag, (name, value) in attributes(tags):
        if name == "data-hx-target" and value.startswith("#"):
            assert value[1:] in ids, f"{value} is aimed at and is not there"
        if name == "href" and re.fullmatch(r"#\S+", value):
            assert value[1:] in ids, f"{value} is linked to and is not there"
        if name == "for" and tag.tag == "label":
            assert value in ids, f"a label for {value}, which is not there"
    for image in (tag for tag in tags if tag.tag == "img"):
        assert {"alt", "width", "height"} <= set(image.attrib), said(image)


def attributes(tags: list[HtmlElement]) -> Iterator[tuple[HtmlElement, tuple[str, str]]]:
    return ((tag, pair) for tag in tags for pair in tag.attrib.items())


def words(tag: HtmlElement) -> str:
    return " ".join(tag.text_content().split())


def said(tag: HtmlElement) -> str:
    return html.tostring(tag, encoding="unicode", with_tail=False)
