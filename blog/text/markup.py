"""Text to safe HTML; the only module that cleans HTML or vouches for it.

Everything here ends in two cleaners, one after the other: bleach, which this project was asked to
use, and nh3, which is maintained and has the last word (docs/decisions/0004).
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import nh3
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from markupsafe import Markup, escape

from blog.text import comment_markdown, review_markdown

COMMENT_TAGS = {"p", "br", "em", "strong", "code", "a", "blockquote", "ul", "ol", "li"}
COMMENT_ATTRIBUTES = {"a": {"href", "rel"}}
REVIEW_TAGS = COMMENT_TAGS | {
    *(
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "pre",
        "figure",
        "figcaption",
        "img",
        "del",
        "s",
        "sup",
        "sub",
    ),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
REVIEW_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {
        *("src", "srcset", "sizes", "width", "height", "alt", "title", "loading", "decoding"),
        "fetchpriority",
    },
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
SCHEMES = {"http", "https"}
READER_REL = "nofollow ugc noopener"

# Only what a browser's address bar would give: Korean particles end an address, and so does the
# sentence's own punctuation; brackets belong to it where they come in pairs.
_PART = r"[A-Za-z0-9\-._~:/?#@!$&'*+,;=%\[\]]"
_URL = re.compile(
    rf"https?://(?=[A-Za-z0-9\[])(?:{_PART}|\({_PART}*\))+(?<![.,;:!?'&*])", re.IGNORECASE
)
_HREF = re.compile(r'<a href="([^"]*)"')
_PICTURE = r"/media/[0-9a-f]{32}\.webp"
# What may stand in a picture's attribute: our own addresses and nothing beside them.
_PICTURE_ADDRESSES = {
    "src": re.compile(_PICTURE),
    "srcset": re.compile(rf"{_PICTURE} [0-9]+w(?:, {_PICTURE} [0-9]+w)*"),
}


class _Linkify(LinkifyFilter):
    """Make links in what the cleaner has decoded already."""

    def extract_entities(self, token: Any) -> Iterator[Any]:
        """Pass text on as it is: decoded twice, a typed "&lt;" would come out as "<"."""
        yield token


def trust_stored(html: str) -> Markup:
    """Vouch for HTML that was rendered here before it was stored."""
    return Markup(html)  # noqa: S704  # The column takes nothing else (blog/db/types.py).


def render_comment(text: str) -> Markup:
    """Return a reader's words as HTML: markup where it was clearly meant, the rest as typed."""
    html = comment_markdown.to_html(text)
    cleaned = _comment_cleaner().clean(html or f"<p>{escape(text)}</p>")
    last = _last_word(cleaned, COMMENT_TAGS, COMMENT_ATTRIBUTES)
    # As typed there is one element; no attribute in it holds a line break.
    return last if html else last.replace("\n", Markup("<br>\n"))


def render_review(
    text: str, picture: Callable[[str, bool], dict[str, str]] | None = None
) -> Markup:
    """Return a reviewer's CommonMark, tables included, as HTML.

    `picture(source, is_first)` gives the attributes of an <img> for the address written in the
    text; without it pictures are left out. A picture alone in a paragraph is a figure, its title
    the credit line. Headings move down one step: a page has one <h1>, and it is the title.
    """
    html = review_markdown.to_html(text, picture)
    cleaner = Cleaner(
        tags=REVIEW_TAGS, attributes=_lists(REVIEW_ATTRIBUTES), protocols=SCHEMES, strip=True
    )
    return _last_word(cleaner.clean(html), REVIEW_TAGS, REVIEW_ATTRIBUTES)


def render_page(text: str) -> Markup:
    """Return a standing page's CommonMark as HTML; it shows no pictures."""
    return render_review(text)


def list_links(html: Markup) -> list[str]:
    """Return where the links in a comment lead, each once, as a browser reads the addresses."""
    return list(dict.fromkeys(unescape(address) for address in _HREF.findall(html)))


# Cleaning


def _last_word(html: str, tags: set[str], attributes: dict[str, set[str]]) -> Markup:
    """Clean by nh3 and vouch for the outcome."""
    cleaned = nh3.clean(
        html,
        tags=tags,
        attributes=attributes,
        url_schemes=SCHEMES,
        link_rel=None,
        attribute_filter=_own_pictures,
    )
    return Markup(cleaned)  # noqa: S704  # The one place where HTML is vouched for.


def _is_kept(address: str) -> bool:
    """Tell whether the last word keeps an address: it reads them as a browser does."""
    link = _last_word(f'<a href="{escape(address)}"></a>', {"a"}, {"a": {"href"}})
    return "href" in link


def _own_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Keep the addresses of a picture only where each is of a picture of ours."""
    wanted = _PICTURE_ADDRESSES.get(attribute) if tag == "img" else None
    return value if wanted is None or wanted.fullmatch(value) else None


def _lists(attributes: dict[str, set[str]]) -> dict[str, list[str]]:
    return {tag: sorted(names) for tag, names in attributes.items()}


def _comment_cleaner() -> Cleaner:
    """Make a bleach cleaner; it is not safe to share one between threads."""
    linkify = partial(
        _Linkify, callbacks=[_mark_reader_link], skip_tags={"pre", "code"}, url_re=_URL
    )
    return Cleaner(
        tags=COMMENT_TAGS,
        attributes=_lists(COMMENT_ATTRIBUTES),
        protocols=SCHEMES,
        filters=[linkify],
    )


def _mark_reader_link(
    attrs: MutableMapping[tuple[str | None, str], str],
    new: bool = False,
    /,
) -> MutableMapping[tuple[str | None, str], str]:
    """Mark a link as a reader's, and undo one that leads nowhere."""
    try:
        address = attrs[(None, "href")]
        leads_somewhere = urlsplit(address).hostname and _is_kept(address)
    except (KeyError, ValueError):
        leads_somewhere = False
    if not leads_somewhere:
        return None  # type: ignore[return-value]  # bleach's documented way to drop a link.
    attrs[(None, "rel")] = READER_REL
    return attrs
