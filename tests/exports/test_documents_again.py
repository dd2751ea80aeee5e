"""A review that is written as a document and read again is the same review."""

from dataclasses import fields, replace
from datetime import timedelta, timezone
from random import Random

from blog.db.engine import db
from blog.db.transactions import write
from blog.exports.files import write_document
from blog.manuscripts.documents import DRAMA_KEYS, REVIEW_KEYS, document_of, read_document
from blog.manuscripts.importing import read_review
from blog.reviews.commands import Manuscript, preview, publish
from tests.builders import NOON
from tests.exports.documents import make_document


def unhashed(manuscript: Manuscript) -> Manuscript:
    return replace(manuscript, source_hash="")


def test_every_review_of_the_worst_texts_reads_back_as_it_was(app, tmp_path):
    random = Random(16)
    keys_seen: set[str] = set()
    for number in range(40):
        keys, body = make_document(random)
        keys_seen |= keys.keys() | keys["drama"].keys()
        manuscript = read_document(keys, body, {})
        review, _outcome = write(publish, manuscript=manuscript, now=NOON)
        db.session.refresh(review)
        document = document_of(review)
        assert unhashed(read_document(*document, {})) == unhashed(manuscript), number
        path = tmp_path / "run-on.md"
        path.write_text(write_document(*document))
        again = read_review(path, tmp_path)
        assert unhashed(again) == replace(unhashed(manuscript), warnings=[]), number
        assert write(publish, manuscript=again, now=NOON)[1] == "unchanged", number
    assert keys_seen == REVIEW_KEYS | DRAMA_KEYS


def test_a_file_that_says_anything_else_changes_the_review(app):
    random = Random(13)
    first, second = (
        read_document(*make_document(random, is_full=True), {}) for _number in range(2)
    )
    write(publish, manuscript=first, now=NOON)
    other = replace(second, comments_open=not first.comments_open, source_hash="another file")
    assert preview(manuscript=replace(first, source_hash="another file")) == "unchanged"
    for field in fields(Manuscript):
        if field.name not in ("source_hash", "pictures", "warnings", "slug"):
            change = {field.name: getattr(other, field.name), "source_hash": "another file"}
            assert change[field.name] != getattr(first, field.name), field.name
            assert preview(manuscript=replace(first, **change)) == "changed", field.name
    eastern = first.published_at.astimezone(timezone(timedelta(hours=11)))
    moved = replace(first, published_at=eastern, source_hash="another file")
    assert preview(manuscript=moved) == "changed"
