"""The Atom feed, the sitemap and robots.txt."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from feedgen.feed import FeedGenerator
from flask import Blueprint, Response, make_response, render_template, url_for
from markupsafe import escape

from blog.listings.shared import each_once
from blog.reviews.models import Review
from blog.reviews.queries import (
    find_next_publication,
    list_feed_reviews,
    list_indexed_reviews,
)
from blog.site.reviews.lists import PERSON, link_lists
from blog.site.reviews.wording import DEMO_NOTE, describe
from blog.text.language import gettext as _
from blog.text.language import language_tag
from blog.text.markup import language_attributes, make_absolute
from blog.web.caching import cache_publicly, expire_at
from blog.web.current import current_settings, current_time
from blog.web.links import absolute

blueprint = Blueprint("feeds", __name__)

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@blueprint.get("/feed.atom")
@cache_publicly
def feed() -> Response:
    """Return the newest reviews with their whole text as an Atom feed."""
    now = current_time()
    reviews = list_feed_reviews(now=now)
    expire_at(find_next_publication(now=now))
    generator = FeedGenerator()
    generator.id(absolute("/"))
    generator.title(current_settings().site_name)
    generator.subtitle(_("Reviews of K-dramas"))
    generator.language(language_tag())
    generator.link(href=absolute("/"), rel="alternate")
    generator.link(href=absolute(url_for("feeds.feed")), rel="self")
    # The time of the last change, not the current time, so that caches can revalidate the feed.
    dates = [review.changed_at for review in reviews if review.changed_at]
    generator.updated(max(dates, default=now.replace(hour=0, minute=0, second=0, microsecond=0)))
    for review in reviews:
        _add_entry(generator, review)
    return _typed(generator.atom_str(pretty=True), "application/atom+xml")


@blueprint.get("/sitemap.xml")
@cache_publicly
def sitemap() -> Response:
    """Return the sitemap, with the URLs of all indexed public pages."""
    now = current_time()
    reviews = list_indexed_reviews(now=now)
    expire_at(find_next_publication(now=now))
    tags = sorted({tag.name for review in reviews for tag in review.tags})
    actors = each_once([member.actor for review in reviews for member in review.cast])
    lists = [(PERSON, PERSON.links(actors)), *link_lists(reviews, tags=tags)]
    addresses = [link.address for _kind, links in lists for link in links if link.address]
    body = render_template("site/reviews/sitemap.xml", reviews=reviews, addresses=addresses)
    return _typed(body.encode(), "application/xml")


@blueprint.get("/robots.txt")
@cache_publicly
def robots() -> Response:
    """Return robots.txt, which allows crawlers everything and names the sitemap."""
    return _typed(render_template("site/reviews/robots.txt").encode(), "text/plain")


def _add_entry(generator: FeedGenerator, review: Review) -> None:
    address = absolute(url_for("reviews.show", slug=review.slug))
    entry = generator.add_entry(order="append")
    # By another id, programs would take a review whose slug changed for a new one.
    entry.id(absolute(url_for("reviews.show", slug=review.first_slug)))
    entry.title(_for_xml(review.full_title))
    entry.link(href=address, rel="alternate")
    entry.author(name=_for_xml(review.byline))
    entry.summary(_for_xml(describe(review)))
    entry.published(review.published_local)
    entry.updated(review.changed_at)
    for tag in review.tags:
        entry.category(term=tag.name)
    html = str(make_absolute(review.body_html, address))
    if review.language:
        entry.register_extension("marked", partial(_EntryLanguage, review.language), rss=False)
        # XML has a language, but only HTML has a direction.
        html = f"<div{language_attributes(review.language)}>{html}</div>"
    if review.is_demo:
        html = f"<p>{escape(DEMO_NOTE)}</p>\n{html}"
    entry.content(_for_xml(html), type="html")


@dataclass(frozen=True, slots=True)
class _EntryLanguage:
    """An extension of feedgen that writes the language of an entry; feedgen calls its method."""

    language: str

    def extend_atom(self, entry: Any) -> Any:
        entry.set("{http://www.w3.org/XML/1998/namespace}lang", self.language)
        return entry


def _for_xml(text: str) -> str:
    """Return a text without the characters that XML forbids, such as control characters."""
    return _NOT_XML.sub("", text)


def _typed(body: bytes, mimetype: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = f"{mimetype}; charset=utf-8"
    return response
