"""Rows of every table as older releases stored them, one entry for each migration that added one.

A column is listed under the migration that added it, by the name that it had then.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, text

from blog.submissions.submission import hash_token
from tests.db.tables import RENAMED

TOKEN = "0123456789abcdef0123456789abcdef"
# Of `PASSWORD` in tests/builders.py, by argon2 with a low cost.
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$85y7yMNHCw3fZNS9Jo5zbw$urpEaWwkVCBM6lkaz/cu0W21oFc8mC7aeVJQlJzoEDw"
)
# The migration that renamed tables and columns.
NAMES_CHANGED = "0011"

Columns = dict[str, Any]


def minute(number: int) -> datetime:
    """Return the time `number` minutes after noon on 1 April 2026."""
    return datetime(2026, 4, 1, 12, 0, tzinfo=UTC) + timedelta(minutes=number)


def _comment(number: int, status: str, **more: object) -> dict[str, Columns]:
    """Return a comment by its migrations; the state is one of the first release."""
    is_published = status == "published"
    return {
        "0001": {
            "id": number, "review_id": 1, "author_name": f"은수 {number}",
            "author_email": f"{number}@example.org", "body": f"벤치 😭 Émile {number}",
            "body_html": f"<p>벤치 😭 Émile {number}</p>\n", "status": status,
            "version": 1 if status == "pending" else 2, "submitted_at": minute(number),
            "published_at": minute(60) if is_published else None,
            "owner_hash": hash_token(TOKEN) if number == 2 else f"owner {number}",
            "submission_hash": f"form {number}", "client_name": f"client {number}",
            "is_demo": False,
        },
        "0002": {
            "waiting_since": minute(number) if status == "pending" else None, "is_folded": False,
            "wants_notice": True, "copies_key": f"copies {number}",
        },
        "0004": {"has_answers": number == 2, "is_blank": False, "wants_answers": is_published},
        "0014": {
            "folded_name": f"은수 {number}", "folded_email": f"{number}@example.org",
            "folded_body": f"벤치 😭 emile {number}",
        },
        **more,
    }  # fmt: skip


def _decision(number: int, comment_id: int, verdict: str, to_status: str) -> dict[str, Columns]:
    return {
        "0001": {
            "id": number, "comment_id": comment_id, "moderator_id": 1, "verdict": verdict,
            "from_status": "pending", "to_status": to_status, "version": 1,
            "decided_at": minute(60),
        },
        "0002": {
            "reason": "Off topic" if verdict == "reject" else None, "is_told": False,
            "from_folded": False, "from_waiting_since": minute(comment_id), "waited_seconds": 60,
        },
    }  # fmt: skip


# What an early row has in addition, if the release had the migration.
_REPLY = {
    **_comment(5, "published"),
    "0002": {
        "waiting_since": None, "is_folded": False, "wants_notice": False, "parent_id": 2,
        "moderator_id": 1, "owner_hash": None, "submission_hash": None, "author_email": None,
    },
    "0004": {
        "in_reply_to_id": 2, "has_answers": False, "is_blank": False, "wants_answers": False,
    },
    "0014": {"folded_name": "은수 5", "folded_body": "벤치 😭 emile 5", "folded_email": None},
}  # fmt: skip

ROWS: list[tuple[str, dict[str, Columns]]] = [
    ("client_keys", {"0001": {"day": date(2026, 4, 1), "key": bytes(range(32))}}),
    ("ended_sessions", {"0001": {"key": "ended", "ended_at": minute(0)}}),
    ("limit_buckets", {"0001": {"name": "address:x", "touched_at": minute(0)}}),
    ("limit_hits", {"0001": {"id": 1, "bucket": "address:x", "happened_at": minute(0)}}),
    ("sign_in_attempts", {"0001": {"account_key": "x", "failures": 1, "last_at": minute(0)}}),
    ("moderators", {
        "0001": {
            "id": 1, "email": "mina@example.org", "name": "Mina Park", "session_key": "y",
            "password_hash": PASSWORD_HASH, "is_active": True, "created_at": minute(0),
        },
        "0020": {"time_zone": "Asia/Seoul", "byline": "Hana Yoo"},
    }),
    ("pictures", {"0001": {
        "id": 1, "source_hash": "picture", "width": 2, "height": 1, "hue": 120,
        "renditions": [[2, "aa.webp"]],
    }}),
    ("reviews", {
        "0001": {
            "id": 1, "slug": "run-on", "title": "Run On: 달리는 사람", "byline": "Hana Yoo",
            "summary": "A runner.", "body": "They *run*.\n\n정말 좋은 드라마였다.",
            "body_html": "<p>They <em>run</em>.</p>\n<p>정말 좋은 드라마였다.</p>\n",
            "published_at": minute(0), "updated_at": minute(5), "rating": 8.5,
            "trailer_url": "https://example.org/trailer", "comments_open": True, "is_demo": False,
            "source_hash": "z", "picture_id": 1, "drama_title": "Run On",
            "drama_korean_title": "런온", "drama_year": 2020, "drama_network": "JTBC",
            "drama_episodes": 16,
        },
        "0007": {"comments_override": "open"},
        "0009": {"published_offset": 540, "updated_offset": 540},
        "0013": {"language": "ko"},
        "0015": {"watch_if": "you run", "skip_if": "you hurry"},
        "0016": {"drama_network_key": "jtbc"},
        "0017": {"link_preview": None},
        "0019": {"first_slug": "run-on", "drama_title_key": "run on", "part": "Episode 1"},
    }),
    ("cast_members", {
        "0001": {"review_id": 1, "position": 0, "actor": "KANG Tae-oh", "role": "Young-hwa"},
        "0016": {"actor_key": "kang tae-oh"},
    }),
    ("review_pictures", {"0001": {"review_id": 1, "position": 0, "picture_id": 1}}),
    ("review_tags", {"0001": {"review_id": 1, "position": 0, "name": "romance"}}),
    ("watch_options", {"0001": {
        "review_id": 1, "position": 0, "service": "Viki", "url": "https://www.viki.com/x",
    }}),
    # Before the comments, which triggers add to it.
    ("comment_counts", {"0025": {"review_id": 1, "published_count": 0, "top_level_count": 0}}),
    ("comments", _comment(1, "pending")),
    ("comments", _comment(2, "published")),
    ("comments", _comment(3, "rejected")),
    ("comments", _comment(4, "spam")),
    ("comments", _REPLY),
    ("decisions", _decision(1, 2, "approve", "published")),
    ("decisions", _decision(2, 3, "reject", "rejected")),
    ("decisions", _decision(3, 4, "spam", "spam")),
    ("decisions", _decision(4, 5, "approve", "published")),
    ("comment_reasons", {"0002": {"comment_id": 1, "name": "links", "detail": "1"}}),
    ("comment_prints", {"0002": {"value": -(2**62), "comment_id": 1}}),
    ("reports", {"0002": {
        "id": 1, "comment_id": 2, "kind": "insult", "words": "너무해", "reported_at": minute(70),
        "client_name": "client 9",
    }}),
    ("outbox_messages", {
        "0003": {
            "id": 1, "key": "outcome:2:2", "kind": "outcome", "subject_id": 2,
            "recipient": "2@example.org", "payload": {"version": 2}, "message_id": "m1",
            "state": "waiting", "due_at": minute(61), "enqueued_at": minute(60), "attempts": 0,
        },
        "0011": {"key": "decision:2:2", "kind": "decision"},
    }),
    ("mail_addresses", {"0003": {
        "id": 1, "address_hash": "a", "created_at": minute(0), "confirmed_at": minute(1),
        "asked_by": 1,
    }}),
    ("comment_revisions", {"0004": {
        "id": 1, "comment_id": 2, "author_name": "은수 2", "body": "An edit", "is_folded": False,
        "body_html": "<p>An edit</p>\n", "written_at": minute(80), "state": "declined",
        "decided_version": 2,
    }}),
    ("spent_proofs", {"0005": {"nonce": "n", "expires_at": minute(0)}}),
    ("rules", {"0006": {
        "id": 1, "kind": "word", "pattern": "casino", "action": "hold", "note": "Gambling",
        "moderator_id": 1, "created_at": minute(0),
    }}),
    ("reviewers", {"0016": {
        "id": 1, "slug": "hana-yoo", "name": "Hana Yoo", "biography": "Watches twice.",
        "biography_html": "<p>Watches twice.</p>\n", "picture_id": 1, "is_demo": False,
    }}),
    ("drafts", {"0018": {
        "id": 1, "version": 1, "created_at": minute(0), "changed_at": minute(5), "is_dated": True,
        "search_text": "run on: 달리는 사람 hana yoo",
    }}),
    ("drafts", {"0018": {
        "id": 2, "version": 1, "keys": {"title": "초고"}, "body": "Not *yet*.",
        "created_at": minute(0), "changed_at": minute(5), "changed_by_id": 1,
        "edited_at": minute(5), "is_dated": False, "search_text": "초고",
    }}),
    ("draft_revisions", {"0018": {
        "id": 1, "draft_id": 2, "keys": {"title": "초고"}, "body": "Not *yet*.", "version": 1,
        "made_at": minute(5), "made_by_id": 1,
    }}),
    ("review_events", {"0018": {
        "id": 1, "draft_id": 1, "moderator_id": 1, "happening": "published", "version": 1,
        "happened_at": minute(0),
    }}),
    ("former_slugs", {"0019": {"slug": "running-on", "review_id": 1}}),
    ("draft_links", {"0021": {
        "id": 1, "draft_id": 2, "token_hash": "t", "note": "Min-a", "created_at": minute(0),
        "created_by_id": 1, "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
    }}),
    ("draft_pictures", {"0023": {
        "draft_id": 2, "name": "bench.webp", "picture_id": 1, "added_at": minute(0),
        "added_by_id": 1,
    }}),
    ("decision_tallies", {"0026": {
        "moderator_id": 1, "day": minute(0).date(), "decisions": 1, "approved": 1, "rejected": 0,
        "spam": 0, "taken_down": 0, "undone_by_self": 0, "undone_by_others": 0,
    }}),
    ("job_runs", {"0024": {"job": "maintenance", "finished_at": minute(0)}}),
]  # fmt: skip


def insert_old_rows(connection: Connection, revision: str) -> None:
    """Insert rows as the code of this revision stored them, into each table that it had."""
    found = MetaData()
    for table, migrations in ROWS:
        columns: Columns = {}
        for number, added in migrations.items():
            columns |= added if number <= revision else {}
        if not columns:
            continue
        if revision >= NAMES_CHANGED:
            table = RENAMED.get(table, table)
            columns = {RENAMED.get(name, name): value for name, value in columns.items()}
        here = Table(table, found, autoload_with=connection)
        connection.execute(insert(here).values(**columns))
        if "id" in columns and connection.dialect.name == "postgresql":
            last = f"setval(pg_get_serial_sequence('{table}', 'id'), {columns['id']})"
            connection.execute(text(f"SELECT {last}"))
