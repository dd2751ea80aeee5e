"""Helpers that read the pages and the file of the log, and that make decisions."""

import csv
import io
from datetime import datetime, timedelta
from uuid import uuid4

from lxml import html

from blog.accounts.models import Moderator
from blog.comments.models import Comment
from blog.comments.queries import find_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import Seen, decide
from blog.decisions.recording import Ruling
from blog.decisions.tallying import Span, list_spans, list_wrong_days
from blog.moderation.states import Verdict
from tests.builders import NOON, make_decision
from tests.page import soup_of

URL = "/admin/log"


def rows_of(page) -> list[str]:
    """Return the text of each row of a log page, with single spaces."""
    rows = soup_of(page).select("table.log tbody tr")
    return [" ".join(row.get_text(" ").split()) for row in rows]


def numbers_of(page) -> list[int]:
    """Return the ids of the decisions on a log page in order."""
    rows = html.fromstring(page.text).xpath('//table[@class="log"]/tbody/tr')
    return [int(row.get("id").removeprefix("decision-")) for row in rows]


def next_of(page) -> str | None:
    """Return the URL of the next page, or None on the last page."""
    links = html.fromstring(page.text).xpath('//a[@rel="next"]/@href')
    return links[0] if links else None


def lines_of(response) -> list[dict[str, str]]:
    """Return the lines of the CSV file as dictionaries by column name."""
    text = response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def decide_as_bulk(
    comments: list[Comment],
    moderator: Moderator,
    *,
    verdict: Verdict = Verdict.SPAM,
    reason: str | None = None,
    now: datetime = NOON + timedelta(minutes=1),
) -> str:
    """Decide on comments as one bulk; return its key."""
    ruling = Ruling(
        verdict=verdict, moderator_id=moderator.id, now=now, reason=reason, bulk_key=uuid4().hex
    )
    write(decide, seen=[Seen(c.id, c.version) for c in comments], ruling=ruling)
    return ruling.bulk_key


def decide_again(comment: Comment, moderator: Moderator, verdict: Verdict, **more) -> Comment:
    """Decide on the current version of a comment; return the changed comment."""
    return make_decision(comment=reload(comment), moderator=moderator, verdict=verdict, **more)


def list_wrong_tallies() -> list[Span]:
    """Return the days on which the kept statistics are not what a count of the log gives."""
    db.session.rollback()
    return [day for span in list_spans() for day in list_wrong_days(span)]


def reload(comment: Comment) -> Comment:
    """Return a comment as the database has it now."""
    db.session.rollback()
    found = find_comment(comment_id=comment.id)
    assert found is not None
    return found
