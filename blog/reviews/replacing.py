"""Commands that replace something in many reviews: the HTML of their texts, a byline."""

from collections.abc import Mapping

from markupsafe import Markup
from sqlalchemy import update

from blog.db.engine import db
from blog.drafts.commands import fold_names, rename_author
from blog.reviews.models import Review


def replace_html(*, rendered: Mapping[int, tuple[str, Markup]]) -> int:
    """Store newly rendered HTML for reviews whose text has not changed since it was read.

    Takes (text, HTML) by review id. Returns the number of reviews whose HTML changed.
    """
    changed = 0
    for review_id, (body, html) in sorted(rendered.items()):
        is_other = (Review.id == review_id, Review.body == body, Review.body_html != html)
        statement = update(Review).where(*is_other).values(body_html=html).returning(Review.id)
        changed += len(db.session.execute(statement).all())
    return changed


def replace_byline(*, former: str, name: str) -> None:
    """Replace a byline in all reviews and drafts; importing files of reviews is then a change."""
    renamed = db.session.execute(
        update(Review)
        .where(Review.byline == former)
        .values(byline=name, source_hash="")
        .execution_options(synchronize_session=False)
        .returning(Review.id, Review.title, Review.drama_title, Review.drama_korean_title)
    ).all()
    texts = {row.id: fold_names(row.title, name, *row[2:]) for row in renamed}
    rename_author(former=former, name=name, search_texts=texts)
