"""A review that is written as a document and read again is the same review."""

from dataclasses import replace
from pathlib import Path
from random import Random

from blog.db.engine import db
from blog.db.transactions import write
from blog.exports.files import write_document
from blog.manuscripts.documents import document_of, read_document
from blog.manuscripts.front_matter import split
from blog.reviews.commands import Manuscript, publish
from tests.builders import NOON
from tests.exports.documents import make_document


def unhashed(manuscript: Manuscript) -> Manuscript:
    return replace(manuscript, source_hash="")


def test_every_review_of_the_worst_texts_reads_back_as_it_was(app):
    random = Random(16)
    for number in range(40):
        keys, body = make_document(random)
        manuscript = read_document(keys, body, {})
        review, _outcome = write(publish, manuscript=manuscript, now=NOON)
        db.session.refresh(review)
        document = document_of(review)
        assert unhashed(read_document(*document, {})) == unhashed(manuscript), number
        text = write_document(*document)
        assert split(Path("run-on.md"), text.encode())[:2] == document, number
