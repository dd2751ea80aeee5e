"""The order of the comment form: the comment, the name, and what is only for mail, folded."""

import pytest

from tests.builders import make_comment, make_published_comment
from tests.page import soup_of
from tests.site.comments.sending import COMMENT, URL, send, with_and_without_htmx
from tests.site.comments.writing import NOW, TOKEN, carry

ORDER = ["body", "is_spoiler", "author_name", "author_email", "wants_notice", "wants_replies"]
FOLDED = ORDER[3:]
EMAIL = {"author_email": "mina@example.org"}
pytestmark = pytest.mark.usefixtures("review")


def form_of(response):
    return soup_of(response).select_one(".comment-form")


def fold_of(response):
    return form_of(response).select_one("details.contact")


def test_the_comment_comes_first_in_every_form_then_the_name(client, review, moderator):
    other = make_published_comment(review=review, moderator=moderator)
    own = make_comment(review=review, token=TOKEN, now=NOW)
    paths = (
        "/reviews/run-on",
        URL,
        f"{URL}/{other.id}/replies/new",
        f"{URL}/{own.id}/revisions/new",
    )
    for path in paths:
        form = form_of(carry(client).get(path))
        names = [field["name"] for field in form.select("[name]") if field["name"] in ORDER]
        assert names == ORDER, path
        assert form["data-fields"].split() == ORDER, path


def test_e_mail_and_notices_are_folded_behind_one_line(client):
    fold = fold_of(client.get("/reviews/run-on"))
    assert not fold.has_attr("open")
    assert fold.summary.get_text(" ", strip=True) == "Tell me by e-mail optional"
    assert [field["name"] for field in fold.select("[name]")] == FOLDED
    assert "Only moderators see it." in fold.get_text()


@with_and_without_htmx
def test_the_errors_are_in_the_order_of_the_page_and_open_the_fold(client, htmx):
    wrong = {"body": "", "author_name": "", "author_email": "@"}
    refused = send(client, wrong, htmx=htmx)
    links = [link["href"] for link in form_of(refused).select(".faults a")]
    assert links == ["#body", "#author_name", "#author_email"]
    assert fold_of(refused).has_attr("open")


@with_and_without_htmx
def test_the_fold_is_open_where_it_holds_something(client, htmx):
    for kept, is_open in (({}, False), (EMAIL, True), (EMAIL | {"wants_replies": "y"}, True)):
        refused = send(client, COMMENT | {"body": ""} | kept, htmx=htmx)
        assert fold_of(refused).has_attr("open") == is_open, kept


def test_the_edit_of_a_comment_with_an_address_opens_the_fold(client, review):
    for email in (None, "mina@example.org"):
        own = make_comment(review=review, token=TOKEN, now=NOW, email=email, body=f"By {email}.")
        page = carry(client).get(f"{URL}/{own.id}/revisions/new")
        assert fold_of(page).has_attr("open") == bool(email)
