"""What a page of many comments costs to render: partials and addresses are not looked up anew."""

from collections import Counter
from types import SimpleNamespace

import flask
import pytest
from jinja2 import DictLoader

from blog.web import links
from blog.web.including import SiteEnvironment
from tests.builders import make_comment, make_published_comment, make_review
from tests.desk.desk import open_desk


@pytest.fixture
def counted(app, monkeypatch) -> Counter[str]:
    """The number of templates that were looked up, and of addresses that Flask has built."""
    counts: Counter[str] = Counter()

    def count(name, function):
        def counting(*args, **named):
            counts[name] += 1
            return function(*args, **named)

        return counting

    monkeypatch.setattr(
        app.jinja_env, "get_template", count("templates", app.jinja_env.get_template)
    )
    monkeypatch.setattr(links, "flask", SimpleNamespace(url_for=count("addresses", flask.url_for)))
    return counts


@pytest.mark.parametrize("make", [make_published_comment, make_comment])
def test_more_comments_need_no_more_templates_and_no_more_addresses(app, counted, make):
    desk, review = open_desk(app), make_review()
    # A page for readers, and the queue of moderators.
    path = "/reviews/run-on" if make is make_published_comment else "/admin/comments"
    found = []
    for words in (["one"], ["two", "three", "four"]):
        for word in words:
            make(review=review, body=f"{word} is a different text")
        desk.client.get(path)  # The HTML of the comments is kept from now on.
        counted.clear()
        assert desk.client.get(path).text.count("data-reader-text") >= len(words)
        found.append(dict(counted))
    assert found[0] == found[1]


def test_a_page_is_the_same_as_with_partials_that_are_compiled_apart(new_app):
    make_published_comment(review=make_review())
    together = new_app.test_client().get("/reviews/run-on").data
    new_app.jinja_env.auto_reload = True
    new_app.jinja_env.cache.clear()
    assert new_app.test_client().get("/reviews/run-on").data == together


def test_text_that_includes_html_escapes_the_values_in_it(app):
    files = {"letter.txt": '{{ name }} {% include "_name.html" %}', "_name.html": "{{ name }}"}
    env = SiteEnvironment(
        app, loader=DictLoader(files), autoescape=app.select_jinja_autoescape, auto_reload=False
    )
    assert env.get_template("letter.txt").render(name="<b>") == "<b> &lt;b&gt;"


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
