"""Measures of readers' requests: a page with many replies, and sending a comment."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from unittest.mock import patch

from altcha import Challenge, Payload, solve_challenge
from flask import Flask

from blog import create_app
from blog.db import migrating
from blog.db.engine import db
from blog.db.transactions import write
from blog.moderation.states import Status
from blog.proofs import challenges
from blog.rules.commands import create_rule
from blog.rules.models import Action, Kind, RuleDraft
from blog.site.comments import submitting
from blog.site.comments.spam_checks import Findings
from blog.submissions.commands import import_comment, import_comments
from blog.submissions.submission import Prepared
from blog.text.markup import render_comment
from blog.web.current import current_time
from tests.builders import make_moderator, make_review
from tests.databases import make_settings, scratch_folder

REPLIES = (50, 10_000)
RULES = 200
ADDRESS = "/reviews/run-on"
CHUNK = 1000


@dataclass
class Thread:
    """A site with one review whose only comment has `replies` replies."""

    app: Flask
    replies: int

    def __post_init__(self) -> None:
        with self.app.app_context():
            migrating.upgrade()
            now = current_time()
            review = make_review(published_at=now - timedelta(days=90))
            first = write(import_comment, prepared=_prepare(review.id, "The bench scene.", 0))
            for start in range(0, self.replies, CHUNK):
                part = range(start, min(start + CHUNK, self.replies))
                prepared = [_prepare(review.id, f"Reply {n}.", n + 1, first.id) for n in part]
                write(import_comments, prepared=prepared)
        self.client = self.app.test_client()

    def show(self) -> None:
        """Fetch the page of the review."""
        response = self.client.get(ADDRESS)
        assert response.status_code == 200, response.status

    def close(self) -> None:
        """Close the connections to the database."""
        with self.app.app_context():
            db.engine.dispose()


@dataclass
class SpamChecked:
    """A site with one review, whose comments get every spam check, or none if `is_open`."""

    app: Flask
    is_open: bool
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    forms: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self.app.app_context():
            migrating.upgrade()
            now = current_time()
            self.review_id = make_review(published_at=now - timedelta(days=90)).id
            moderator = make_moderator()
            for number in range(RULES):
                write(create_rule, draft=_draft(number), moderator_id=moderator.id, now=now)

    def prepare_forms(self, forms: int) -> None:
        """Fill in forms beforehand, so that computing proofs is not measured."""
        self.forms = [self.fill_in() for _number in range(forms)]

    def submit(self) -> None:
        """Send the next prepared form."""
        self.send(self.forms.pop())

    def fill_in(self) -> dict[str, str]:
        """Return a new form; unless `is_open`, it has a proof that is easy to compute."""
        number = next(self.numbers)
        form = {
            "author_name": f"Reader {number}",
            "author_email": f"reader{number}@example.org",
            "body": f"In episode {number} she says nothing, and that says https://example.org/all.",
        }
        if self.is_open:
            return form
        with self.app.app_context(), patch.object(challenges, "COUNTERS", (1, 2)):
            challenge = challenges.make_challenge(
                review_id=self.review_id,
                secret_key=self.app.config["SECRET_KEY"],
                now=current_time(),
            )
        parsed = Challenge.from_dict(challenge)
        solution = solve_challenge(parsed)
        return form | {"proof": Payload(parsed, solution).to_base64()}

    def send(self, form: dict[str, str]) -> None:
        """Post a form from a new IP address."""
        number = next(self.numbers)
        with self._skip_checks():
            response = self.app.test_client(use_cookies=False).post(
                f"{ADDRESS}/comments",
                data=form,
                environ_base={"REMOTE_ADDR": f"10.2.{number // 250}.{number % 250 + 1}"},
            )
        assert response.status_code == 303, response.status

    @contextmanager
    def _skip_checks(self) -> Iterator[None]:
        if not self.is_open:
            yield
            return
        with patch.object(submitting, "examine", lambda *_form, **_known: Findings()):
            yield

    def close(self) -> None:
        """Close the connections to the database."""
        with self.app.app_context():
            db.engine.dispose()


def make_threads(make_address: Callable[[], str]) -> Sequence[Thread]:
    """Return a site with few replies and one with many."""
    return [Thread(_make_app(make_address()), number) for number in REPLIES]


def make_spam_checked(make_address: Callable[[], str]) -> Sequence[SpamChecked]:
    """Return a site that makes no spam checks and one that makes all."""
    return [SpamChecked(_make_app(make_address()), is_open) for is_open in (True, False)]


def _make_app(database_url: str) -> Flask:
    return create_app(
        make_settings(database_url=database_url, data_dir=scratch_folder(), page_cache_mb=0)
    )


def _prepare(review_id: int, body: str, number: int, parent_id: int | None = None) -> Prepared:
    return Prepared(
        review_id=review_id,
        author_name=f"Reader {number}",
        author_email=None,
        body=body,
        body_html=render_comment(body),
        status=Status.PUBLISHED,
        submitted_at=current_time() - timedelta(days=60) + timedelta(minutes=number),
        is_demo=False,
        parent_id=parent_id,
        in_reply_to_id=parent_id,
    )


def _draft(number: int) -> RuleDraft:
    kind = [Kind.WORD, Kind.DOMAIN, Kind.LINK, Kind.EMAIL][number % 4]
    pattern = {
        Kind.WORD: f"casino{number}*",
        Kind.DOMAIN: f"spam{number}.example",
        Kind.LINK: f"*utm_source={number}*",
        Kind.EMAIL: f"*@spam{number}.example",
    }[kind]
    return RuleDraft(kind=kind, pattern=pattern, action=Action.HOLD)
