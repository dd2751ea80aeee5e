"""A review that is written as a document and read again is the same review."""

from dataclasses import replace
from random import Random

from blog.db.engine import db
from blog.db.transactions import write
from blog.exports.files import write_document
from blog.manuscripts.documents import DRAMA_KEYS, REVIEW_KEYS, document_of, read_document
from blog.manuscripts.importing import read_review
from blog.reviews.commands import Manuscript, publish
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
