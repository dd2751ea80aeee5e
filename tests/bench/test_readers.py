"""The requests of readers that `make bench` measures: each is answered, on a small site."""

from unittest.mock import Mock

import pytest

from blog.site.comments import spam_checks
from tests.bench import readers, writers
from tests.bench.sites import make_sqlite_address

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def small_sites(monkeypatch):
    monkeypatch.setattr(readers, "REPLIES", (1, 2))
    monkeypatch.setattr(readers, "RULES", 4)


def test_the_page_of_a_comment_with_replies_is_shown():
    for site in readers.make_threads(make_sqlite_address):
        site.show()
        site.close()


def test_a_comment_is_sent_with_and_without_spam_checks(monkeypatch):
    examine_text = Mock(wraps=spam_checks.examine_text)
    monkeypatch.setattr(spam_checks, "examine_text", examine_text)
    counts = []
    for site in readers.make_spam_checked(make_sqlite_address):
        site.prepare_forms(1)
        site.submit()
        site.close()
        counts.append(examine_text.call_count)
    assert counts == [0, 1]


def test_a_review_is_shown_and_previewed():
    for site in writers.make_read(make_sqlite_address):
        site.show()
        site.close()
