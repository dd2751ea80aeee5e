"""A signed-in moderator's request while the database cannot be reached."""

import pytest

from tests.builders import make_published_comment, make_review
from tests.desk.desk import HTMX_OR_PLAIN, URL, open_desk
from tests.engine import absent_database
from tests.page import soup_of

WORDS = "Thank you, we thought so too."


@pytest.mark.parametrize("htmx", HTMX_OR_PLAIN)
def test_a_reply_is_given_back_with_status_503(app, htmx):
    comment, desk = make_published_comment(review=make_review()), open_desk(app)
    fields = {"body": WORDS, "version": comment.version, "csrf_token": desk.token}
    with absent_database():
        response = desk.post(f"{URL}/{comment.id}/replies", fields, htmx=htmx)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert soup_of(response).find("textarea").get_text().strip() == WORDS
    # The moderator is still signed in.
    assert desk.post(f"{URL}/{comment.id}/replies", fields).status_code == 200
