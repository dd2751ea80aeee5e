"""Fill the database with as many comments as asked for."""

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import Path

from blog.bench.texts import list_texts
from blog.comments.states import Status
from blog.db.transactions import Write
from blog.reviews.commands import Manuscript, publish
from blog.submissions.commands import import_comments
from blog.submissions.submission import Prepared, hash_token
from blog.text.markup import render_comment, render_review

LARGEST = 1_000_000
REVIEWS = 40
# So many are written in one transaction; a reader's own comment waits no longer than for one.
CHUNK = 1000
YEARS = timedelta(days=730)
# Of twenty that do not wait.
_DECIDED = [Status.PUBLISHED] * 16 + [Status.REJECTED] * 3 + [Status.SPAM]


def load_bench(
    *, count: int, write: Write, now: datetime, texts: Path | None = None
) -> Iterator[int]:
    """Load comments, a tenth of them waiting, and give the size of each part that is written.

    They are marked as the demo is, so that `demo clear` takes them away. Their moments lie within
    two years, what waits among the newest fifth. `texts` has one a line; without it they are made
    up. Raises DemoReviewError where somebody's own review stands at the address of one of the
    bench's, and what `list_texts` raises.
    """
    # The first is read before anything is written: a file may have none.
    bodies = list_texts(size=count, file=texts)
    bodies = chain([next(bodies)], bodies)
    review_ids = [_publish(number, write, now) for number in range(1, REVIEWS + 1)]
    prepared = _prepare_all(bodies, count, review_ids, now)
    while part := list(islice(prepared, CHUNK)):
        write(import_comments, prepared=part)
        yield len(part)


def count_waiting(count: int) -> int:
    """Return how many of so many comments wait."""
    return round(count / 10)


def _publish(number: int, write: Write, now: datetime) -> int:
    body = "A page to hang comments on."
    manuscript = Manuscript(
        slug=f"bench-{number}",
        title=f"A review to measure with, number {number}",
        byline="Bench",
        summary=body,
        body=body,
        body_html=render_review(body),
        source_hash=f"bench {number}",
        drama_title=f"Drama {number}",
        published_at=now - YEARS - timedelta(days=number),
        tags=["bench"],
    )
    review, _outcome = write(publish, manuscript=manuscript, is_demo=True)
    return review.id


def _prepare_all(
    bodies: Iterator[str], count: int, review_ids: list[int], now: datetime
) -> Iterator[Prepared]:
    """Give the comments, the oldest first; every second of the newest waits."""
    rng = random.Random(2014)  # noqa: S311  # Comments to measure with; no secret.
    waiting = count_waiting(count)
    for number, body in enumerate(bodies, start=1):
        left = count - number
        is_waiting = left < 2 * waiting and left % 2 == 0
        yield _prepare(
            body=body,
            review_id=review_ids[int(len(review_ids) * rng.random() ** 2)],
            status=Status.PENDING if is_waiting else rng.choice(_DECIDED),
            submitted_at=now - YEARS * left / count - timedelta(minutes=1),
            reader=rng.randrange(1 + count // 4),
            luck=rng.random(),
        )


def _prepare(
    *, body: str, review_id: int, status: Status, submitted_at: datetime, reader: int, luck: float
) -> Prepared:
    """Return a comment; of a hundred, one is a spoiler, two are hasty, one fell into the trap."""
    has_email = reader % 10 == 0
    return Prepared(
        review_id=review_id,
        author_name=f"Reader {reader}",
        author_email=f"reader{reader}@example.org" if has_email else None,
        body=body,
        body_html=render_comment(body),
        is_spoiler=luck < 0.01,
        wants_notice=has_email and reader % 20 == 0,
        typed_seconds=1 if luck > 0.98 else 60,
        is_trapped=luck > 0.99,
        status=status,
        submitted_at=submitted_at,
        is_demo=True,
        owner_hash=hash_token(f"bench reader {reader}"),
        client_name=hashlib.sha256(f"bench address {reader // 2}".encode()).hexdigest()[:32],
    )
