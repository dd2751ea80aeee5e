"""POST /reviews/<slug>/comments: readers do not answer one another yet."""

import pytest

from tests.builders import make_comment, make_published_comment, make_review
from tests.comments.sending import COMMENT, comments, send
from tests.page import soup_of, text_of

WORDS = 'Line one,\n  <b>two</b> & "three"'
TICKED = {"is_folded": "y", "wants_notice": "y", "author_email": "mina@example.org"}


@pytest.fixture(autouse=True)
def review(app):
    return make_review()


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("parent", ["published", "waiting", "999", "x", "9" * 40])
def test_an_answer_is_refused_in_words_and_the_form_comes_back(client, review, parent, htmx):
    made = {
        "published": make_published_comment(review=review, body="On the page."),
        "waiting": make_comment(review=review, body="Not yet."),
    }
    number = str(made[parent].id) if parent in made else parent
    data = {"author_name": "Mina", "body": WORDS, "parent_id": number} | TICKED
    response = send(client, data, htmx=htmx)
    assert response.status_code == 422
    assert "Readers cannot answer one another here yet." in text_of(response)
    form = soup_of(response).find("form", id="comment-form")
    assert form.find("textarea", attrs={"name": "body"}).get_text().lstrip("\r\n") == WORDS
    assert form.find("input", attrs={"name": "author_name"})["value"] == "Mina"
    assert form.find("input", id="is_folded").has_attr("checked")
    assert form.find("input", id="wants_notice").has_attr("checked")
    # Sent again, it is a comment of its own.
    assert not form.find(attrs={"name": "parent_id"})
    assert len(comments()) == 2


@pytest.mark.parametrize("given", ["", " ", "\t\r\n"])
def test_an_empty_one_is_none(client, given):
    assert send(client, COMMENT | {"parent_id": given}).status_code == 303
    assert comments()[0].parent_id is None


def test_it_is_told_together_with_the_other_faults(client):
    response = send(client, {"author_name": "", "body": "x", "parent_id": "1"})
    summary = soup_of(response).find(id="faults")
    assert "Readers cannot answer" in summary.get_text()
    assert len(summary.find_all("li")) == 2
