"""The front page, the page of a review, the lists of reviews, and their pictures."""

from flask import Blueprint, Response, abort, render_template, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from blog.comments.queries import count_public_comments
from blog.listings.around import find_around
from blog.listings.shared import list_actors
from blog.reviews.queries import (
    find_next_publication,
    list_common_tags,
    list_public_names,
    list_public_reviews,
)
from blog.site.closing import closing_context
from blog.site.comments.captcha import offer_captcha
from blog.site.comments.queries import list_public_comments, list_public_replies
from blog.site.comments.rendering import render_list
from blog.site.reviews.contents import page_text
from blog.site.reviews.letters import group_by_letter, is_hangul
from blog.site.reviews.lists import (
    NETWORK,
    PERSON,
    REVIEWER,
    TAG,
    YEAR,
    link_lists,
    page_of,
    show_list,
)
from blog.site.reviews.pictures import card_sizes
from blog.site.reviews.plates import Plate
from blog.site.reviews.queries import find_page
from blog.site.reviews.rendering import render_page
from blog.web.caching import cache_forever, cache_publicly, expire_at
from blog.web.current import current_settings, current_time
from blog.web.paging import PAGED, requested_cursor

# Pictures of reviews, and those that other sites show beside a link.
PICTURE_TYPES = {"webp": "image/webp", "avif": "image/avif", "jpg": "image/jpeg"}

blueprint = Blueprint("reviews", __name__)
blueprint.add_app_template_filter(Plate.of, "plate")
blueprint.add_app_template_filter(page_of)
blueprint.add_app_template_filter(page_text)
blueprint.add_app_template_filter(card_sizes)


@blueprint.get("/")
@cache_publicly(names=PAGED)
def index() -> str:
    """Show a page of the reviews, newest first."""
    now, after = current_time(), requested_cursor()
    page = list_public_reviews(now=now, after=after)
    if after and not page.items:
        abort(404)
    if after is None:
        expire_at(find_next_publication(now=now))
    return render_template(
        "site/reviews/index.html",
        page=page,
        after=after,
        tags=list_common_tags(now=now) if after is None else [],
        comment_counts=count_public_comments(review_ids=[review.id for review in page.items]),
    )


@blueprint.get("/reviews/<slug>")
@cache_publicly
def show(slug: str) -> str:
    """Show a review with the first page of its comments and the comment form."""
    now = current_time()
    review, count, next_publication = find_page(slug=slug, now=now) or abort(404)
    around = find_around(review=review, now=now)
    # It may be a neighbour or a related review.
    expire_at(next_publication)
    page = list_public_comments(review_id=review.id)
    replies = list_public_replies(comments=page.items)
    closing = closing_context(review, now)
    takes_comments = closing["takes_comments"]
    if takes_comments:
        offer_captcha()
    comment_list = render_list(page, replies, review=review, takes_comments=takes_comments)
    return render_page(review, around, count=count, comment_list=comment_list, **closing)


@blueprint.get("/dramas")
@cache_publicly
def dramas() -> str:
    """Show all dramas that are reviewed, by the letters of their titles, Latin and Korean."""
    now = current_time()
    expire_at(find_next_publication(now=now))
    reviews = list_public_names(now=now)
    # A Korean title that begins with another letter, such as SKY 캐슬, is found by its English one.
    korean = [(review.drama_korean_title or review.drama_title, review) for review in reviews]
    latin = [(review.drama_title, review) for review in reviews]
    return render_template(
        "site/reviews/dramas.html",
        latin=group_by_letter(row for row in latin if not is_hangul(row[0])),
        korean=group_by_letter(row for row in korean if is_hangul(row[0])),
        lists=link_lists(reviews, tags=list_common_tags(now=now, size=None)),
    )


@blueprint.get("/people")
@cache_publicly
def people() -> str:
    """Show all actors of the dramas that are reviewed, by the letters of their names."""
    now = current_time()
    expire_at(find_next_publication(now=now))
    links = [(link.name, link) for link in PERSON.links(list_actors(now=now))]
    return render_template(
        "site/reviews/people.html",
        latin=group_by_letter(row for row in links if not is_hangul(row[0])),
        korean=group_by_letter(row for row in links if is_hangul(row[0])),
    )


@blueprint.get("/tags/<tag>")
@cache_publicly(names=PAGED)
def tag(tag: str) -> str | AnyResponse:
    """Show a page of the reviews with a tag."""
    return show_list(TAG, tag)


@blueprint.get("/people/<path:name>")
@cache_publicly(names=PAGED)
def person(name: str) -> str | AnyResponse:
    """Show a page of the reviews of dramas with an actor, with the actor's roles."""
    return show_list(PERSON, name)


@blueprint.get("/networks/<path:name>")
@cache_publicly(names=PAGED)
def network(name: str) -> str | AnyResponse:
    """Show a page of the reviews of a network's dramas."""
    return show_list(NETWORK, name)


@blueprint.get("/years/<year>")
@cache_publicly(names=PAGED)
def year(year: str) -> str | AnyResponse:
    """Show a page of the reviews of a year's dramas."""
    return show_list(YEAR, year)


@blueprint.get("/reviewers/<slug>")
@cache_publicly(names=PAGED)
def reviewer(slug: str) -> str | AnyResponse:
    """Show a reviewer and a page of the reviews that name them."""
    return show_list(REVIEWER, slug)


@blueprint.get("/media/<name>")
def picture(name: str) -> Response:
    """Send a picture; another picture has another name, so browsers may cache it forever."""
    stem, _dot, ending = name.partition(".")
    if not stem.isalnum() or ending not in PICTURE_TYPES:
        abort(404)
    mimetype = PICTURE_TYPES[ending]
    response = send_from_directory(current_settings().media_dir, name, mimetype=mimetype)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return cache_forever(response)
