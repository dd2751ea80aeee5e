"""What a page of many comments costs to render: addresses are not built anew."""

from collections import Counter
from types import SimpleNamespace

import flask
import pytest

from blog.web import links
from tests.builders import make_comment, make_published_comment, make_review
from tests.desk.desk import open_desk


@pytest.fixture
def counted(monkeypatch) -> Counter[str]:
    """The number of addresses that Flask has built."""
    counts: Counter[str] = Counter()

    def count(name, function):
        def counting(*args, **named):
            counts[name] += 1
            return function(*args, **named)

        return counting

    monkeypatch.setattr(links, "flask", SimpleNamespace(url_for=count("addresses", flask.url_for)))
    return counts


@pytest.mark.parametrize("make", [make_published_comment, make_comment])
def test_more_comments_need_no_more_addresses(app, counted, make):
    desk, review = open_desk(app), make_review()
    # A page for readers, and the queue of moderators.
    path = "/reviews/run-on" if make is make_published_comment else "/admin/comments"
    found = []
    for words in (["one"], ["two", "three", "four"]):
        for word in words:
            make(review=review, body=f"{word} is a different text")
        counted.clear()
        assert desk.client.get(path).text.count("data-reader-text") >= len(words)
        found.append(dict(counted))
    assert found[0] == found[1]


def test_an_address_is_that_of_flask(app):
    for endpoint, values in (
        ("comments.show", {"slug": "런온", "comment_id": 7}),
        ("comments.show", {"slug": "런온", "comment_id": 8}),
        ("admin.bulk.new", {"sender": 7, "verdict": "spam"}),
        ("admin.bulk.new", {"verdict": "spam", "sender": 7}),
        ("admin.revisions.show", {"draft_id": 7, "revision_id": 8}),
        ("admin.log.index", {"after": None, "_anchor": "row-7"}),
    ):
        with app.test_request_context("/"):
            built = [links.url_for(endpoint, **values) for _twice in range(2)]
            assert set(built) == {flask.url_for(endpoint, **values)}
