"""What a page of many comments costs to render: partials and addresses are not looked up anew."""

import re
from collections import Counter
from types import SimpleNamespace

import flask
import pytest
from jinja2 import DictLoader

from blog.notices.tokens import Action, make_token
from blog.web import links
from blog.web.including import SiteEnvironment
from tests.builders import make_comment, make_published_comment, make_review
from tests.databases import SECRET_KEY
from tests.desk.desk import open_desk
from tests.site.mail.test_mail_pages import make_address


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


# For a page of readers and for the queue: what adds a comment, and in how many bytes at most.
PAGES = {
    "/reviews/run-on": (make_published_comment, 1_150),
    "/admin/comments": (make_comment, 4_450),
}


@pytest.mark.parametrize("path", PAGES)
def test_more_comments_need_no_more_templates_or_addresses_and_few_bytes(app, counted, path):
    desk, review = open_desk(app), make_review()
    make, most_bytes = PAGES[path]
    found, sizes = [], []
    for words in (["one"], ["two", "three", "four"]):
        for word in words:
            make(review=review, body=f"{word} is a different text")
        desk.client.get(path)  # The HTML of the comments is kept from now on.
        links.address_parts.cache_clear()
        counted.clear()
        page = desk.client.get(path)
        found.append(dict(counted))
        sizes.append(len(page.data))
    assert page.text.count("data-reader-text") == 4
    assert found[0] == found[1]
    assert (sizes[1] - sizes[0]) / 3 <= most_bytes


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


def test_no_search_words_and_no_token_are_in_addresses_that_are_kept(app, monkeypatch):
    desk, build, kept = open_desk(app), links.address_parts, []
    monkeypatch.setattr(links, "address_parts", lambda *key: kept.append(key[2:]) or build(*key))
    make_comment(review=make_review(), body="A word that is searched")
    assert "q=searched" in desk.get("/admin/comments?q=searched").text
    token = make_token(action=Action.STOP, address=make_address(), secret_key=SECRET_KEY)
    assert token in app.test_client().get(f"/mail/{token}").text
    assert kept
    assert not [address for address in kept if re.search(f"searched|{token}", str(address))]
