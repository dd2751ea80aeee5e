"""Load 300 waiting demo comments, to try the moderation queue with."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from blog.comments.models import BODY_LENGTH
from blog.db.transactions import Write
from blog.limits.commands import identify_client
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.reviews.queries import find_review
from blog.submissions.commands import import_comment
from blog.submissions.queries import list_own_comments_on
from blog.submissions.submission import Prepared, hash_token, make_token
from blog.text.markup import render_comment
from blog.text.normalising import normalise_text

FILE = Path(__file__).parent / "busy.yaml"
# Comments per transaction; readers' comments can be written in between.
CHUNK = 50


def load_busy(*, write: Write, secret_key: str, now: datetime) -> str:
    """Load the missing comments of busy.yaml on the demo's reviews; return a message about it.

    Reasons to look at a comment, and copies, are found as for readers' comments.
    """
    missing = [entry for entry in _read_entries(secret_key) if not _is_there(entry)]
    addresses = sorted({entry["address"] for entry in missing})
    clients = write(_name_clients, addresses=addresses, now=now) if addresses else {}
    prepared = [_prepare(entry, clients[entry["address"]], now) for entry in missing]
    for start in range(0, len(prepared), CHUNK):
        write(_import_all, prepared=prepared[start : start + CHUNK])
    waiting = sum(comment.status == Status.PENDING for comment in prepared)
    decided = len(prepared) - waiting
    return f"{waiting} waiting and {decided} decided comments loaded."


def _read_entries(secret_key: str) -> list[dict[str, Any]]:
    """Return the comments in busy.yaml, the oldest first, with their review and owner hash."""
    given = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    entries = [dict(entry, address=f"198.51.100.{entry['reader']}") for entry in given["comments"]]
    for template in given["copies"]:
        entries += _copy(template)
    reviews = {slug: find_review(slug=slug) for slug in {entry["review"] for entry in entries}}
    for entry in entries:
        review = reviews[entry["review"]]
        assert review is not None, "load_demo must run first"
        owner_hash = _hash_owner(entry, secret_key)
        entry.update(review=review, body=_fill(entry, review), owner_hash=owner_hash)
    return sorted(entries, key=lambda entry: -entry["minutes_ago"])


def _copy(template: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield variants of an advertisement, each from another browser."""
    count, (first, last) = template["count"], template["minutes_ago"]
    for number in range(count):
        names, words, reviews = template["names"], template["words"], template["reviews"]
        yield {
            "review": reviews[number % len(reviews)],
            "name": names[number % len(names)],
            "body": template["body"],
            "slots": {"n": number + 1, "word": words[number % len(words)]},
            "minutes_ago": first - (first - last) * number // (count - 1),
            "reader": f"copy {number}",
            "address": f"203.0.113.{number % template['addresses'] + 1}",
        }


def _fill(entry: Mapping[str, Any], review: Review) -> str:
    if "slots" not in entry:
        return normalise_text(entry["body"], most=BODY_LENGTH)
    body = entry["body"].format(drama=review.drama_title, **entry["slots"])
    return normalise_text(body, most=BODY_LENGTH)


def _hash_owner(entry: Mapping[str, Any], secret_key: str) -> str:
    """Return the owner hash of a demo comment; each loading of the demo gives the same hash."""
    return hash_token(make_token(submission_id=f"busy {entry['reader']}", secret_key=secret_key))


def _is_there(entry: Mapping[str, Any]) -> bool:
    sent = list_own_comments_on(review=entry["review"], owner_hash=entry["owner_hash"])
    return any(own.comment.body == entry["body"] for own in sent)


def _name_clients(*, addresses: Sequence[str], now: datetime) -> dict[str, str]:
    return {address: identify_client(address=address, now=now)[0] for address in addresses}


def _prepare(entry: Mapping[str, Any], client_name: str, now: datetime) -> Prepared:
    return Prepared(
        review_id=entry["review"].id,
        author_name=entry["name"],
        author_email=entry.get("email"),
        body=entry["body"],
        body_html=render_comment(entry["body"]),
        is_spoiler=entry.get("is_spoiler", False),
        wants_notice=entry.get("wants_notice", False),
        typed_seconds=entry.get("typed_seconds"),
        is_trapped=entry.get("trap", False),
        status=Status(entry.get("state", Status.PENDING)),
        submitted_at=now - timedelta(minutes=entry["minutes_ago"]),
        is_demo=True,
        owner_hash=entry["owner_hash"],
        client_name=client_name,
    )


def _import_all(*, prepared: Sequence[Prepared]) -> None:
    for comment in prepared:
        import_comment(prepared=comment)
