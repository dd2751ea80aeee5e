"""Conditions with an empty list."""

from sqlalchemy import func, or_, select, tuple_

from blog.db.engine import db
from blog.db.transactions import write
from blog.limits.models import LimitHit
from tests.builders import NOON
from tests.databases import on_both
from tests.engine import statements
from tests.site.comments.sending import count_sent


def count(condition) -> int:
    return db.session.scalar(select(func.count()).where(condition))


@on_both
def test_no_row_is_in_an_empty_list_and_no_table_is_searched_for_it(app):
    write(count_sent, address=None, count=3, now=NOON)
    bucket = LimitHit.bucket
    with statements() as given:
        assert count(bucket.in_([])) == 0
        assert count(or_(bucket.in_([]), LimitHit.happened_at == NOON)) == 3
        assert count(bucket.not_in([])) == 3
        assert count(~bucket.in_([])) == 3
    assert not [sql for sql in given if sql.count("SELECT") > 1]
    assert count(tuple_(bucket, LimitHit.id).in_([])) == 0
