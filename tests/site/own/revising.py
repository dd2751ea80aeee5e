"""Helpers for edits of comments: texts, the stored edits, and what readers see."""

from blog.comments.models import Revision
from blog.db.engine import db
from tests.page import soup_of

PAGE = "/reviews/run-on"
FIRST, SECOND, THIRD = "The bench sceen.", "The bench scene.", "The umbrella scene."
HOSTILE = "</p></div></li></form></main><!-- ]]> </textarea><svg onload=a> &lt; {{ 7 * 7 }} %s"


def revisions() -> list[Revision]:
    db.session.rollback()
    query = db.select(Revision).order_by(Revision.id).execution_options(populate_existing=True)
    return list(db.session.execute(query).scalars())


def public_text_of(reader, comment):
    """Return the name, the text and whether it is a spoiler, as the review's page shows them."""
    item = soup_of(reader.get(PAGE)).find("li", id=f"comment-{comment.id}")
    return (
        item.select_one("[data-reader-name]").get_text(),
        item.select_one("[data-reader-text]").get_text().strip(),
        bool(item.select("details.spoiler")),
    )
