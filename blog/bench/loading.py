"""Load generated comments into the database for measuring."""

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import Path

from blog.bench.texts import list_texts
from blog.db.transactions import Write
from blog.moderation.states import Status
from blog.reviews.commands import Manuscript, publish
from blog.submissions.commands import import_comments
from blog.submissions.submission import Prepared, hash_token
from blog.text.markup import render_comment, render_review

LARGEST = 1_000_000
REVIEWS = 40
# Comments per transaction; a reader's comment waits for one transaction at most.
CHUNK = 1000
YEARS = timedelta(days=730)
# The shares of the statuses among comments that are not waiting.
_DECIDED = [Status.PUBLISHED] * 16 + [Status.REJECTED] * 3 + [Status.SPAM]


def load_bench(
    *, count: int, write: Write, now: datetime, texts: Path | None = None
) -> Iterator[int]:
    """Load `count` comments, a tenth of them waiting, and yield the size of each written batch.

    The comments are flagged as demo comments, so that `demo clear` deletes them. They are dated
    within the last two years, the waiting ones among the newest fifth. `texts` is a file with one
    text a line; without it texts are generated. Raises DemoReviewError if a review that is no demo
    has the slug of a bench review, and OSError or ValueError if the file is unusable.
    """
    # The first text is read before anything is written: the file may contain none.
    bodies = list_texts(size=count, file=texts)
    bodies = chain([next(bodies)], bodies)
    review_ids = [_publish(number, write, now) for number in range(1, REVIEWS + 1)]
    prepared = _prepare_all(bodies, count, review_ids, now)
    while part := list(islice(prepared, CHUNK)):
        write(import_comments, prepared=part)
        yield len(part)


def count_waiting(count: int) -> int:
    """Return how many of `count` loaded comments are waiting."""
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
    review, _outcome = write(publish, manuscript=manuscript, now=now, is_demo=True)
    return review.id


def _prepare_all(
    bodies: Iterator[str], count: int, review_ids: list[int], now: datetime
) -> Iterator[Prepared]:
    """Yield the comments, the oldest first; every second one of the newest fifth is waiting."""
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
    """Return a comment; 1 % are spoilers, 2 % were typed too fast, 1 % filled the spam trap."""
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
