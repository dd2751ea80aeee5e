"""Helpers that make and save rules, try them out and read their pages."""

from collections.abc import Sequence
from datetime import datetime

from bs4 import Tag
from sqlalchemy import select
from werkzeug.test import TestResponse

from blog.accounts.models import Moderator
from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Verdict
from blog.reviews.models import Review
from blog.rules.commands import create_rule
from blog.rules.folding import normalise_pattern
from blog.rules.matching import Candidate, catches
from blog.rules.models import Action, Kind, Rule, RuleDraft
from tests.builders import NOON, make_comment, make_decision
from tests.desk.desk import Desk, fields_of, spell
from tests.page import soup_of

URL = "/admin/rules"
TRIALS = "/admin/rules/trials"
RULE = {"kind": "word", "pattern": "casino", "action": "hold", "note": "", "comment": ""}


def make_rule(
    *,
    moderator: Moderator,
    kind: Kind = Kind.WORD,
    pattern: str = "casino",
    action: Action = Action.HOLD,
    comment_id: int | None = None,
    ends_at: datetime | None = None,
    now: datetime = NOON,
) -> Rule:
    """Create a rule in the name of a moderator; return the rule."""
    draft = RuleDraft(
        kind=kind,
        pattern=normalise_pattern(kind, pattern) if kind.is_typed else pattern,
        action=action,
        comment_id=comment_id,
        ends_at=ends_at,
    )
    return write(create_rule, draft=draft, moderator_id=moderator.id, now=now)


def make_decided(
    review: Review, moderator: Moderator, count: int, *, verdict: Verdict, body: str = "", **more
) -> list[Comment]:
    """Submit `count` different comments and give them this verdict; return the comments."""
    made = [
        make_comment(review=review, body=f"{body} Scene {spell(number)} {verdict.value}.", **more)
        for number in range(count)
    ]
    return [make_decision(comment=c, moderator=moderator, verdict=verdict) for c in made]


def rules() -> Sequence[Rule]:
    """Return all rules as the database has them now."""
    db.session.rollback()
    query = select(Rule).order_by(Rule.id).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def values_of(rule: Rule) -> tuple[object, ...]:
    """Return kind, pattern, action and note of a rule."""
    return rule.kind, rule.pattern, rule.action, rule.note


def save(desk: Desk, *, htmx: bool = False, **changes: object) -> TestResponse:
    """Send the form that saves RULE with these changes; return the response."""
    return desk.post(URL, RULE | changes, htmx=htmx)


def attempt(desk: Desk, *, htmx: bool = False, **changes: object) -> TestResponse:
    """Send the form that tries RULE with these changes on past comments; return the response."""
    return desk.post(TRIALS, RULE | changes, htmx=htmx)


def form_of(page: TestResponse, selector: str = "form.rule-form") -> Tag:
    """Return the first form of a page that matches a CSS selector."""
    form = soup_of(page).select_one(selector)
    assert form is not None, page.text
    return form


def filled(form: Tag) -> dict[str, str]:
    """Return the fields of a form with their values, as a browser sends them."""
    found = {
        field["name"]: field.get("value", "")
        for field in form.find_all("input")
        if field.get("type") != "radio" or field.has_attr("checked")
    }
    for choice in form.find_all("select"):
        chosen = choice.find("option", selected=True)
        found[choice["name"]] = chosen["value"] if chosen else ""
    return found


def press_save(desk: Desk, page: TestResponse, **headers: str) -> TestResponse:
    """Send the form that saves the rule just tried; return the response."""
    form = form_of(page, "form.rule-save")
    return desk.client.post(form["action"], data=fields_of(form), headers=headers)


def counts_of(page: TestResponse) -> list[int]:
    """Return the numbers of wrong holds, of comments rightly caught, and of misses."""
    return [int(tag.get_text()) for tag in soup_of(page).select(".trial-counts strong")]


def finds(
    kind: str,
    pattern: str,
    *,
    body: str = "Nothing.",
    name: str = "Mina",
    email: str | None = None,
    links: Sequence[str] = (),
) -> bool:
    """Return whether a rule of this kind and pattern catches a comment with these values."""
    kind = Kind(kind)
    draft = RuleDraft(kind=kind, pattern=normalise_pattern(kind, pattern), action=Action.HOLD)
    candidate = Candidate(author_name=name, author_email=email, body=body, links=links)
    return catches(draft, candidate)
