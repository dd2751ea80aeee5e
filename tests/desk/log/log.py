"""What the tests of the log do and see."""

import csv
import io
from datetime import datetime, timedelta
from uuid import uuid4

from lxml import html

from blog.accounts.models import Moderator
from blog.comments.models import Comment
from blog.comments.queries import find_comment
from blog.comments.states import Verdict
from blog.db.engine import db
from blog.db.transactions import write
from blog.decisions.commands import Seen, decide
from blog.decisions.recording import Ruling
from tests.builders import NOON, make_decision
from tests.page import soup_of

URL = "/admin/log"


def rows_of(page) -> list[str]:
    """Return each decision of a page in one line, as a person would read it."""
    rows = soup_of(page).select("table.log tbody tr")
    return [" ".join(row.get_text(" ").split()) for row in rows]


def numbers_of(page) -> list[int]:
    """Return the ids of a page's decisions, from the top."""
    rows = html.fromstring(page.text).xpath('//table[@class="log"]/tbody/tr')
    return [int(row.get("id").removeprefix("decision-")) for row in rows]


def next_of(page) -> str | None:
    """Return where the link to the next page leads."""
    links = html.fromstring(page.text).xpath('//a[@rel="next"]/@href')
    return links[0] if links else None


def lines_of(response) -> list[dict[str, str]]:
    """Return the lines of the file, by the heads of its columns."""
    text = response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def decide_at_once(
    comments: list[Comment],
    moderator: Moderator,
    *,
    verdict: Verdict = Verdict.SPAM,
    reason: str | None = None,
    now: datetime = NOON + timedelta(minutes=1),
) -> str:
    """Decide on many as one bulk and return its key."""
    ruling = Ruling(
        verdict=verdict, moderator_id=moderator.id, now=now, reason=reason, bulk_key=uuid4().hex
    )
    write(decide, seen=[Seen(c.id, c.version) for c in comments], ruling=ruling)
    return ruling.bulk_key


def decide_again(comment: Comment, moderator: Moderator, verdict: Verdict, **more) -> Comment:
    """Decide on a comment as it is now."""
    return make_decision(comment=reload(comment), moderator=moderator, verdict=verdict, **more)


def reload(comment: Comment) -> Comment:
    db.session.rollback()
    found = find_comment(comment_id=comment.id)
    assert found is not None
    return found
