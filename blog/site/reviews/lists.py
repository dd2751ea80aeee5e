"""The pages that list the reviews which share a tag, an actor, a network, a year or a reviewer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from blog.comments.queries import count_public_comments
from blog.listings.shared import (
    each_once,
    find_actor,
    find_network,
    has_actor,
    has_tag,
    is_by,
    is_of_network,
    is_of_year,
    list_roles,
)
from blog.manuscripts.fields import LONGEST_TAG
from blog.reviewers.commands import find_reviewer, list_reviewers
from blog.reviewers.models import Reviewer
from blog.reviews.models import Review
from blog.reviews.queries import find_next_publication, list_public_reviews
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.text.normalising import marks_fault, normalise_line, normalise_tag
from blog.text.numbers import read_number
from blog.web.caching import expire_at
from blog.web.current import current_time
from blog.web.paging import requested_cursor

# No name that an import accepts is longer.
LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """A thing that reviews share, such as an actor; `among` is the SQL condition for the reviews.

    `part` is its spelling in the URL of its page. `notes` returns a line about some of the reviews,
    by their ids.
    """

    part: str
    name: str
    among: ColumnElement[bool]
    notes: Callable[[Sequence[Review]], dict[int, str]] = field(default=lambda reviews: {})
    reviewer: Reviewer | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The name of a thing that reviews share, and the URL of its page, None if it has none."""

    name: str
    address: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of thing that reviews share; `find` finds a thing in any spelling, or returns None.

    `plural` names the kind, `heading` is the line above the name of a thing on its page, `describe`
    returns a sentence about this page.
    """

    endpoint: str
    parameter: str
    plural: str
    heading: str
    describe: Callable[[str], str]
    find: Callable[[str, datetime], Shared | None]

    def address(self, part: object, after: object = None) -> str | None:
        """Return the URL of the page of a thing, or None if no URL can have this part.

        Browsers remove the segments . and .. from a URL, and proxies remove empty ones.
        """
        if {"", ".", ".."} & set(str(part).split("/")):
            return None
        values: dict[str, Any] = {self.parameter: part, "after": after}
        return url_for(f"reviews.{self.endpoint}", **values)

    def links(self, parts: Iterable[object]) -> list[Link]:
        """Return links to the pages of things that are named as in their URLs."""
        return [Link(str(part), self.address(part)) for part in parts]


def show_list(kind: Kind, typed: str) -> str | Response:
    """Show a page of the reviews that share a thing, newest first; raise 404 if there is none.

    Another spelling of the thing is redirected.
    """
    now = current_time()
    shared = None if marks_fault(typed) else kind.find(typed, now)
    address = kind.address(shared.part, request.args.get("after")) if shared else None
    if shared is None or address is None:
        abort(404)
    is_spelled = typed == shared.part
    after = requested_cursor() if is_spelled else None
    page = list_public_reviews(now=now, after=after, among=shared.among)
    if not page.items:
        abort(404)
    if not is_spelled:
        return redirect(address, 301)
    if after is None:
        expire_at(find_next_publication(now=now, among=shared.among))
    return render_template(
        "site/reviews/list.html",
        kind=kind,
        shared=shared,
        page=page,
        after=after,
        notes=shared.notes(page.items),
        comment_counts=count_public_comments(review_ids=[review.id for review in page.items]),
    )


def _find_tag(typed: str, now: datetime) -> Shared:
    tag = normalise_tag(typed, most=LONGEST_TAG)
    return Shared(part=tag, name=tag, among=has_tag(tag))


def _find_person(typed: str, now: datetime) -> Shared | None:
    name = find_actor(name=normalise_line(typed, most=LONGEST_NAME), now=now)

    def say_roles(reviews: Sequence[Review]) -> dict[int, str]:
        return list_roles(actor=name or "", reviews=reviews)

    return Shared(part=name, name=name, among=has_actor(name), notes=say_roles) if name else None


def _find_network(typed: str, now: datetime) -> Shared | None:
    name = find_network(name=normalise_line(typed, most=LONGEST_NAME), now=now)
    return Shared(part=name, name=name, among=is_of_network(name)) if name else None


def _find_year(typed: str, now: datetime) -> Shared | None:
    year = read_number(typed, least=0, most=9999)
    return Shared(part=str(year), name=str(year), among=is_of_year(year)) if year else None


def _find_reviewer(typed: str, now: datetime) -> Shared | None:
    reviewer = find_reviewer(slug=normalise_tag(typed, most=LONGEST_NAME))
    if reviewer is None:
        return None
    name = reviewer.name
    return Shared(part=reviewer.slug, name=name, among=is_by(name), reviewer=reviewer)


TAG = Kind(
    endpoint="tag",
    parameter="tag",
    plural=lazy_gettext("Tags"),
    heading=lazy_gettext("Reviews tagged"),
    describe=lambda name: _("Reviews of K-dramas tagged “%(name)s”.", name=name),
    find=_find_tag,
)
PERSON = Kind(
    endpoint="person",
    parameter="name",
    plural=lazy_gettext("People"),
    heading=lazy_gettext("Dramas with"),
    describe=lambda name: _("Reviews of K-dramas with %(name)s, and the roles.", name=name),
    find=_find_person,
)
NETWORK = Kind(
    endpoint="network",
    parameter="name",
    plural=lazy_gettext("Networks"),
    heading=lazy_gettext("Dramas on"),
    describe=lambda name: _("Reviews of K-dramas first shown on %(name)s.", name=name),
    find=_find_network,
)
YEAR = Kind(
    endpoint="year",
    parameter="year",
    plural=lazy_gettext("Years"),
    heading=lazy_gettext("Dramas of"),
    describe=lambda name: _("Reviews of K-dramas of %(name)s.", name=name),
    find=_find_year,
)
REVIEWER = Kind(
    endpoint="reviewer",
    parameter="slug",
    plural=lazy_gettext("Reviewers"),
    heading=lazy_gettext("Reviews by"),
    describe=lambda name: _("Reviews of K-dramas by %(name)s.", name=name),
    find=_find_reviewer,
)
KINDS = {kind.endpoint: kind for kind in (TAG, PERSON, NETWORK, YEAR, REVIEWER)}


def page_of(part: object, endpoint: str) -> str | None:
    """Return the URL of the page of a thing such as an actor, or None if no URL can have its part.

    `endpoint` is that of its kind, such as "person".
    """
    return KINDS[endpoint].address(part)


def link_lists(reviews: Sequence[Review], *, tags: Sequence[str]) -> list[tuple[Kind, list[Link]]]:
    """Return links to what reviews share; the reviews are newest first."""
    networks = each_once([review.drama_network for review in reviews if review.drama_network])
    networks.sort(key=str.casefold)
    years = sorted({review.drama_year for review in reviews if review.drama_year}, reverse=True)
    named: list[tuple[Kind, Sequence[object]]] = [(NETWORK, networks), (YEAR, years), (TAG, tags)]
    bylines = {review.byline for review in reviews}
    reviewers = [
        Link(reviewer.name, REVIEWER.address(reviewer.slug))
        for reviewer in list_reviewers()
        if reviewer.name in bylines
    ]
    lists = [(kind, kind.links(names)) for kind, names in named]
    return [(kind, links) for kind, links in [(REVIEWER, reviewers), *lists] if links]
