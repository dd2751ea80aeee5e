"""Render text as safe HTML; the only module that cleans HTML and returns it as Markup.

All HTML passes through two cleaners: first bleach, which this project was asked to use, then nh3,
which is still maintained (docs/decisions/0004).
"""

import re
import threading
from collections.abc import Callable, Iterator, MutableMapping
from functools import cache, partial
from html import escape as escape_html
from html import unescape
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import nh3
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from markupsafe import Markup, escape

from blog.text import comment_markdown, dressing, review_markdown
from blog.text.scripts import direction_of, language_of_part
from blog.text.web_addresses import find_web_addresses

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
        "picture",
        "source",
        "img",
        "del",
        "s",
        "sup",
        "sub",
    ),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
}
REVIEW_ATTRIBUTES = {
    "a": {"href", "title"},
    "source": {"type", "srcset", "width", "height"},
    "img": {
        *("src", "srcset", "width", "height", "alt", "title", "loading", "decoding"),
        "fetchpriority",
    },
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
SCHEMES = {"http", "https"}
READER_REL = "nofollow ugc noopener"

_HREF = re.compile(r'<a href="([^"]*)"')
_PICTURE = r"/media/[0-9a-f]{32}\.%s"
_OFFER = rf"{_PICTURE} [0-9]+w(?:, {_PICTURE} [0-9]+w)*"
# Allowed values of a picture's attributes: only URLs of this site's pictures.
_PICTURE_VALUES = {
    "img.src": re.compile(_PICTURE % "webp"),
    "img.srcset": re.compile(_OFFER % ("webp", "webp")),
    "source.srcset": re.compile(_OFFER % ("avif", "avif")),
    "source.type": re.compile("image/avif"),
}


class _WebAddresses:
    """Finds URLs in text; has the one method of a pattern that bleach calls."""

    finditer = staticmethod(find_web_addresses)


class _Linkify(LinkifyFilter):
    """A linkifier for text whose HTML entities the cleaner has already decoded."""

    def strip_non_url_bits(self, fragment: str) -> tuple[str, str, str]:
        """Keep a found URL whole: punctuation around it is already excluded."""
        return fragment, "", ""

    def extract_entities(self, token: Any) -> Iterator[Any]:
        """Yield the token unchanged: decoded twice, a typed "&lt;" would become "<"."""
        yield token


def make_absolute(html: Markup, base: str) -> Markup:
    """Return a review's HTML with its links and pictures resolved against the URL `base`.

    For programs outside the site, such as those that read the feed; some read no AVIF.
    """
    tags = REVIEW_TAGS - {"picture", "source"}
    return _clean(html, _make_last_cleaner(tags, REVIEW_ATTRIBUTES, partial(_resolve, base)))


def trust_stored(html: str) -> Markup:
    """Return stored HTML as Markup; this module cleaned the HTML before it was stored."""
    return Markup(html)  # noqa: S704  # The column accepts only Markup (blog/db/types.py).


def trust_rendered(html: str) -> Markup:
    """Return what a template rendered as Markup; the template escaped the values in it."""
    return Markup(html)  # noqa: S704  # No other text comes here.


def render_comment(text: str) -> Markup:
    """Return a comment's text as clean HTML; only text that is clearly Markdown becomes markup."""
    html = comment_markdown.to_html(text)
    # Quotation marks stay as they are: bleach takes long for each HTML entity.
    cleaned = _comment_cleaner().clean(html or f"<p>{escape_html(text, quote=False)}</p>")
    last = _clean(cleaned, _LAST_FOR_COMMENTS)
    # Plain text is one paragraph; no attribute in it contains a line break.
    return last if html else last.replace("\n", Markup("<br>\n"))


def render_review(
    text: str,
    picture: review_markdown.PictureAttributes | None = None,
    *,
    marks_lines: bool = False,
) -> Markup:
    """Return a review's CommonMark, with tables, as clean HTML.

    `picture(source, is_first)` returns the attributes of an <img> for the path in the text, None
    for a picture that is missing; without `picture`, pictures are left out. A picture alone in a
    paragraph becomes a figure, its title the credit line. Headings start at <h2>, since the page's
    title is the <h1>. With `marks_lines`, the attribute `data-line` of each block is the line of
    the text where it begins, from 0 on.
    """
    html = review_markdown.to_html(text, picture, marks_lines=marks_lines)
    marks = {"*": {"data-line"}} if marks_lines else {}
    attributes = REVIEW_ATTRIBUTES | marks
    cleaner = Cleaner(
        tags=REVIEW_TAGS, attributes=_lists(attributes), protocols=SCHEMES, strip=True
    )
    return _clean(cleaner.clean(html), _make_last_cleaner(REVIEW_TAGS, attributes))


def dress_review(
    html: Markup, picture_sizes: Callable[[int, int, bool], str]
) -> tuple[Markup, list[dressing.Heading]]:
    """Return a review's stored HTML as its page shows it, and its headings; see dressing.py."""
    dressed, headings = dressing.dress(html, picture_sizes)
    return Markup(dressed), headings  # noqa: S704  # Cleaned HTML, with attributes added to it.


def dress_page(html: Markup) -> Markup:
    """Return the HTML of a text without pictures as a page shows it; see dressing.py."""
    return dress_review(html, lambda width, height, is_figure: "100vw")[0]


def render_page(text: str) -> Markup:
    """Return the CommonMark of a page such as /privacy as clean HTML, dressed, without pictures."""
    return dress_page(render_review(text))


def language_attributes(language: str | None) -> Markup:
    """Return the HTML attributes lang and dir of a text in a language, with a space in front.

    For a text whose language is not known, the browser finds the direction.
    """
    if language is None:
        return Markup(' dir="auto"')
    return Markup(' lang="{}" dir="{}"').format(language, direction_of(language))


@cache
def lang_attribute(language: str | None) -> Markup:
    """Return the HTML attribute lang with a space in front; nothing for an unknown language."""
    return Markup(' lang="{}"').format(language) if language else Markup()


def isolate(part: str, language: str | None = None) -> Markup:
    """Return a title or a name as HTML that keeps its direction inside a sentence.

    `language` is that of the text that the part belongs to.
    """
    attributes = language_attributes(language_of_part(part, language))
    return Markup("<bdi{}>{}</bdi>").format(attributes, part)


def fill_sentence(sentence: Callable[..., str], /, **values: object) -> Markup:
    """Return a sentence of the catalogue as HTML, its values escaped unless they are Markup."""
    return Markup(sentence(**{name: escape(value) for name, value in values.items()}))  # noqa: S704  # Escaped here.


def list_links(html: Markup) -> list[str]:
    """Return the URLs that a comment's HTML links to, each once, with HTML entities decoded."""
    return list(dict.fromkeys(unescape(address) for address in _HREF.findall(html)))


# Cleaning


def _clean(html: str, cleaner: nh3.Cleaner) -> Markup:
    """Clean HTML with nh3 and return it as Markup."""
    return Markup(cleaner.clean(html))  # noqa: S704  # Cleaned on this line.


def _is_kept(address: str) -> bool:
    """Return whether nh3, which parses URLs as a browser does, keeps a link to this URL."""
    link = _clean(f'<a href="{escape(address)}"></a>', _LAST_FOR_LINKS)
    return "href" in link


def _own_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Return an attribute's value, or None for a picture's URL that is not on this site."""
    wanted = _PICTURE_VALUES.get(f"{tag}.{attribute}")
    return value if wanted is None or wanted.fullmatch(value) else None


def _resolve(base: str, tag: str, attribute: str, value: str) -> str | None:
    """Return an attribute's value with its URLs resolved against `base`, if it has any."""
    if _own_pictures(tag, attribute, value) is None:
        return None
    if attribute == "srcset":
        # Each URL is followed by a width; no URL of ours contains a comma.
        return ", ".join(urljoin(base, part) for part in value.split(", "))
    if attribute not in ("href", "src"):
        return value
    try:
        return urljoin(base, value)
    except ValueError:
        return value  # No URL, such as http://[; it leads nowhere.


def _make_last_cleaner(
    tags: set[str],
    attributes: dict[str, set[str]],
    change: Callable[[str, str, str], str | None] = _own_pictures,
) -> nh3.Cleaner:
    """Return a cleaner of nh3, which may be shared between threads.

    `change(tag, attribute, value)` returns the value to write, or None to leave the attribute out.
    """
    return nh3.Cleaner(
        tags=tags,
        attributes=attributes,
        url_schemes=SCHEMES,
        link_rel=None,
        attribute_filter=change,
    )


_LAST_FOR_COMMENTS = _make_last_cleaner(COMMENT_TAGS, COMMENT_ATTRIBUTES)
_LAST_FOR_LINKS = _make_last_cleaner({"a"}, {"a": {"href"}})


def _lists(attributes: dict[str, set[str]]) -> dict[str, list[str]]:
    return {tag: sorted(names) for tag, names in attributes.items()}


def _comment_cleaner() -> Cleaner:
    """Return the bleach cleaner of this thread; a cleaner must not be shared between threads."""
    if not hasattr(_of_thread, "cleaner"):
        _of_thread.cleaner = _make_cleaner()
    return cast(Cleaner, _of_thread.cleaner)


_of_thread = threading.local()


def _make_cleaner() -> Cleaner:
    linkify = partial(
        _Linkify,
        callbacks=[_mark_reader_link],
        skip_tags={"pre", "code"},
        url_re=_WebAddresses(),  # type: ignore[arg-type]  # bleach calls its one method.
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
    """Add rel="nofollow ugc noopener" to a link, or return None to drop a link with a bad URL."""
    try:
        address = attrs[(None, "href")]
        is_valid = urlsplit(address).hostname and _is_kept(address)
    except (KeyError, ValueError):
        is_valid = False
    if not is_valid:
        return None  # type: ignore[return-value]  # bleach's documented way to drop a link.
    if new:
        # Otherwise bleach would write "&para;" as a character reference.
        attrs[(None, "href")] = address.replace("&", "&amp;")
    attrs[(None, "rel")] = READER_REL
    return attrs
