"""GET, HEAD and OPTIONS never change the database, at any URL, with any query, for any visitor."""

import re

import pytest
from sqlalchemy import select

from blog.db.engine import db
from blog.db.transactions import write
from blog.db.types import Base
from blog.drafts.links import find_link, note_opening
from blog.moderation.states import Verdict
from blog.notices.tokens import Action, hash_address, make_token
from blog.outbox.commands import allow_mail
from blog.rules.models import Kind
from blog.web.current import current_time
from tests.builders import (
    NOON,
    make_changes,
    make_comment,
    make_decision,
    make_draft_link,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_reply,
    make_report,
    make_review,
    make_revision,
    sign_in,
)
from tests.databases import SECRET_KEY, on_postgresql
from tests.desk.rules.ruling import make_rule
from tests.page import HTMX

pytestmark = pytest.mark.thorough

TOKEN = "0123456789abcdef0123456789abcdef"
QUERIES = [
    "",
    # A link in a mail would look like these two if a GET could decide.
    "?verdict=approve&version=1&items=1.1&reason=a&body=Thanks&_method=POST",
    "?verdict=reopen&version=2&bulk=00000000000000000000000000000000&List-Unsubscribe=One-Click",
    "?after=1-1",
    # Parameters and form fields of the public pages and of the moderation pages.
    "?status=spam&q=bench&since=0&rows=1.1,2.1&newest=1-1&next=/admin/comments",
    "?until_decision=99&until_comment=99&purged=1",
    "?sure=y&version=2&body=Other+words&author_name=Jo&parent_id=2&kind=insult",
    "?kind=client&comment=1&pattern=casino&action=spam&done=saved",
]


def dump() -> dict[str, list[tuple]]:
    """Return all rows of each table by table name."""
    db.session.rollback()
    return {
        table.name: [
            tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in Base.metadata.sorted_tables
    }


@pytest.fixture
def places(app) -> dict[str, list[str]]:
    """The values for each placeholder of the URL map, on a site with all kinds of content."""
    review = make_review(
        slug="run-on", tags=["romance", "직장"], cast=[("Hyun Bin", "Ri")], drama_network="JTBC"
    )
    make_review(slug="a-draft", published_at=None)
    moderator = make_moderator()
    waiting = make_comment(review=review, email="jo@example.org", wants_notice=True)
    published = make_published_comment(review=review, moderator=moderator)
    spam = make_comment(review=review, body="Buy https://example.org/")
    make_decision(comment=spam, moderator=moderator, verdict=Verdict.SPAM)
    reply = make_moderator_reply(comment=published, moderator=moderator)
    make_reply(to=reply, token=TOKEN)
    own = make_published_comment(review=review, moderator=moderator, token=TOKEN, body="Mine.")
    make_revision(comment=own, body="Mine, and better.")
    make_report(comment=published, words="He tells the ending.")
    rule = make_rule(moderator=moderator, kind=Kind.DOMAIN, pattern="spam.example")
    draft = make_changes(review=review, moderator=moderator, body="Another thought.")
    # The first opening on a day is noted, which this test is not about.
    link = make_draft_link(draft_id=draft.id, moderator=moderator, now=current_time())
    shared = find_link(token=link, now=current_time())
    write(note_opening, link_id=shared.id, day=current_time().date())
    numbers = [published.id, waiting.id, spam.id, reply.id, own.id, 999]
    return {
        "slug": ["run-on", "a-draft", "unknown"],
        "comment_id": [str(number) for number in numbers],
        "rule_id": [str(rule.id), "999"],
        "review_id": [str(review.id), "999"],
        "draft_id": [str(review.id), str(draft.id), "999"],
        "revision_id": ["1", "999"],
        "link_id": ["1", "999"],
        "picture_id": ["1", "999"],
        "reviewer_id": ["1", "999"],
        "tag": ["romance", "직장", "unknown"],
        "name": ["0123abcd.webp", "Hyun Bin", "JTBC", "unknown"],
        "year": ["2020", "unknown"],
        "filename": ["css/site.css"],
        "anything": ["comments/1/approve"],
        "token": [*mail_tokens(), link, "confirm-1-" + "0" * 32, "unknown"],
    }


def mail_tokens() -> list[str]:
    """Return a token as in the links of a mail for each action."""
    name = hash_address("jo@example.org", secret_key=SECRET_KEY)
    address = write(allow_mail, address_hash=name, asked_by=1, needs_confirmation=True, now=NOON)
    return [make_token(action=action, address=address, secret_key=SECRET_KEY) for action in Action]


def fill(rule: str, places: dict[str, list[str]]) -> list[str]:
    """Return the paths of a URL rule for all combinations of values of its placeholders."""
    paths = [rule]
    while "<" in paths[0]:
        name = re.search(r"<(?:[^:<>]+:)?(\w+)>", paths[0])
        paths = [path.replace(name[0], value, 1) for path in paths for value in places[name[1]]]
    return paths


def test_no_url_changes_the_database_by_a_safe_method(app, client, places):
    assert sign_in(client).status_code == 303
    check_nothing_changes(app, client, places, QUERIES[:2], is_thorough=False)


@pytest.mark.slow
@pytest.mark.parametrize("is_signed_in", [False, True], ids=["stranger", "moderator"])
def test_no_query_changes_the_database_by_a_safe_method(app, client, places, is_signed_in):
    if is_signed_in:
        assert sign_in(client).status_code == 303
    check_nothing_changes(app, client, places, QUERIES)


@on_postgresql
@pytest.mark.slow
def test_no_url_changes_postgresql_by_a_safe_method(app, client, places):
    assert sign_in(client).status_code == 303
    check_nothing_changes(app, client, places, [""])


def check_nothing_changes(
    app, client, places, queries: list[str], *, is_thorough: bool = True
) -> None:
    """Request all URLs by GET, and by HEAD and OPTIONS if `is_thorough`, else one of each rule."""
    client.set_cookie("second_lead_owner", TOKEN, path="/reviews")
    before = dump()
    named = ("comments", "comment_revisions", "decisions", "reports", "rules", "mail_addresses")
    assert all(before[name] for name in named)
    for rule in app.url_map.iter_rules():
        for place, address in enumerate(fill(rule.rule, places)):
            # The first path of a rule is requested with every query, the others without a query.
            for query in queries if place == 0 else [""]:
                every = query in queries[:2] if is_thorough else place == 0 and not query
                for method in ("GET", "HEAD", "OPTIONS") if every else ("GET",):
                    response = client.open(address + query, method=method)
                    assert response.status_code < 500, (method, address + query)
                    response.close()  # Otherwise the response to a static file keeps the file open.
            client.get(address, headers=HTMX).close()
    assert dump() == before


def test_the_dump_shows_changes(places):
    before = dump()
    make_comment(review=make_review(slug="another"))
    after = dump()
    assert {name for name in after if after[name] != before[name]} >= {"comments", "reviews"}
