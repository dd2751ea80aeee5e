"""A page as a test sees it, and the good manners every page must have."""

import re
from collections import Counter
from contextvars import Context

from bs4 import BeautifulSoup, Tag
from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.database import db

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
            is_fragment = not response.data.lstrip().lower().startswith(b"<!doctype html>")
            check_manners(soup_of(response), is_fragment=is_fragment)
        return response


def soup_of(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def text_of(response: TestResponse) -> str:
    """Return what a person would read, in one line."""
    return " ".join(soup_of(response).get_text(" ").split())


def check_manners(soup: BeautifulSoup, *, is_fragment: bool) -> None:
    ids = Counter(tag["id"] for tag in soup.find_all(id=True))
    assert not [name for name, count in ids.items() if count > 1], "an id stands twice"
    for form in soup.find_all("form"):
        assert form.get("action"), f"a form without action: {form}"
        if form.get("data-hx-post"):
            assert form["data-hx-post"] == form["action"], "htmx and the form lead to two places"
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name == "style" or name.startswith("on")], tag
        assert tag.name != "style", f"inline: {tag}"
        assert tag.name != "script" or not tag.string, f"inline: {tag}"
        check_reader_text(tag)
    if not is_fragment:
        check_whole_page(soup, set(ids))


def check_reader_text(tag: Tag) -> None:
    """A reader's words stand in an element of their own, closed to htmx, in their own direction."""
    if tag.has_attr("data-reader-text") or tag.has_attr("data-reader-name"):
        assert tag.get("dir") == "auto", tag
        assert tag.has_attr("data-hx-ignore"), tag
        for inner in tag.find_all(True):
            assert not [n for n in inner.attrs if n not in ("href", "rel")], (
                f"of ours inside: {inner}"
            )


def check_whole_page(soup: BeautifulSoup, ids: set[str]) -> None:
    headings = soup.find_all("h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    title = " ".join(soup.title.get_text().split())
    heading = " ".join(headings[0].get_text().split())
    assert title.startswith(heading), f"the title {title!r} does not begin with {heading!r}"
    assert soup.html.get("lang")
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            if name in ("data-hx-target",) and str(value).startswith("#"):
                assert value[1:] in ids, f"{value} is aimed at and is not there"
            if name == "href" and re.fullmatch(r"#\S+", str(value)):
                assert value[1:] in ids, f"{value} is linked to and is not there"
    for label in soup.find_all("label", attrs={"for": True}):
        assert label["for"] in ids
    for image in soup.find_all("img"):
        assert {"alt", "width", "height"} <= set(image.attrs), image
