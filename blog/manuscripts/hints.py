"""Say what could be better in a review that is being written; a hint never forbids anything."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from blog.text.dressing import ID_PREFIX
from blog.text.language import gettext as _
from blog.text.language import ngettext
from blog.text.markup import dress_review, render_review
from blog.text.review_markdown import Element, list_elements

# Search engines show about so many characters of a summary and cut off the rest.
LONGEST_SUMMARY = 155
# Of each kind, so that the list stays a list that somebody reads.
MOST_OF_A_KIND = 20
BODY = "body"


class Hint(NamedTuple):
    """A sentence about one key of the front matter, or about the text, whose key is "body"."""

    key: str
    sentence: str


def list_hints(
    keys: Mapping[str, Any], body: str, *, site_url: str, is_path: Callable[[str], bool]
) -> list[Hint]:
    """Return what could be better, in the order of the form and of the text.

    `keys` is the front matter and `body` the Markdown. `is_path` tells whether a path of this
    site, such as /reviews/run-on, leads to a page; it is asked once for each path.
    """
    if not body.strip():
        return list(_about_summary(keys))
    elements = list(list_elements(body))
    found = [
        _about_summary(keys),
        _about_language(keys),
        _about_pictures(elements),
        _about_links(body, elements, f"{site_url}/reviews/", is_path),
        _about_headings(elements),
    ]
    return [hint for hints in found for hint in islice(hints, MOST_OF_A_KIND)]


def _about_summary(keys: Mapping[str, Any]) -> Iterator[Hint]:
    summary = str(keys.get("summary", ""))
    if len(summary) > LONGEST_SUMMARY:
        yield Hint(
            "summary",
            ngettext(
                "The summary has %(num)s character; search engines show about %(most)s.",
                "The summary has %(num)s characters; search engines show about %(most)s.",
                len(summary),
                most=LONGEST_SUMMARY,
            ),
        )


def _about_language(keys: Mapping[str, Any]) -> Iterator[Hint]:
    if not keys.get("language"):
        yield Hint("language", _("No language is chosen, so the letters of the text decide."))


def _about_pictures(elements: list[Element]) -> Iterator[Hint]:
    pictures = [element for element in elements if element.kind == "picture"]
    if not pictures:
        yield Hint(BODY, _("There is no picture for the front page and for shared links."))
    for picture in pictures:
        if not picture.words.strip():
            sentence = _(
                "Line %(line)s: picture %(source)s has no description for readers who do not see"
                " it. Write one between the brackets, or a hyphen if it only decorates.",
                line=picture.line,
                source=picture.target,
            )
            yield Hint(BODY, sentence)


def _about_headings(elements: list[Element]) -> Iterator[Hint]:
    """Yield a hint for each heading that is more than one level below the one before it."""
    last = None
    for heading in elements:
        if heading.kind == "heading":
            if last and heading.level > last + 1:
                sentence = _(
                    "Line %(line)s: this heading skips a level; %(marks)s would follow.",
                    line=heading.line,
                    marks="#" * (last + 1),
                )
                yield Hint(BODY, sentence)
            last = heading.level


def _about_links(
    body: str, elements: list[Element], base: str, is_path: Callable[[str], bool]
) -> Iterator[Hint]:
    """Yield a hint for each link that leads to no page of this site, or to no heading."""
    leads_to_page, heading_ids = cache(is_path), cache(_heading_ids)
    for link in elements:
        if link.kind != "link":
            continue
        if link.target.startswith("#"):
            target = unquote(link.target[1:])
            leads = not target.startswith(f"{ID_PREFIX}-") or target in heading_ids(body)
        else:
            path = _find_path(link.target, base)
            leads = path is None or leads_to_page(path)
        if not leads:
            sentence = _(
                "Line %(line)s: the link to %(target)s leads nowhere on this site.",
                line=link.line,
                target=unquote(link.target),
            )
            yield Hint(BODY, sentence)


def _find_path(target: str, base: str) -> str | None:
    """Return the path of a link to this site, whose pages begin with `base`; None for others."""
    try:
        parts, own = urlsplit(urljoin(base, target)), urlsplit(base)
    except ValueError:
        return None  # Such as http://[, which browsers cannot follow either.
    is_own = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    return unquote(parts.path) if is_own else None


def _heading_ids(body: str) -> set[str]:
    """Return the ids of a text's headings on its page."""
    _html, headings = dress_review(render_review(body), lambda width, height, is_figure: "")
    return {heading.id for heading in headings}
