"""Every address under /admin/reviews, for whoever asks, with ids that are not theirs to give."""

import pytest

from blog.db.engine import db
from blog.db.types import Base
from tests.builders import make_changes, make_published_comment, make_review
from tests.desk.drafts.writing import REVIEWS, write_new
from tests.desk.reviews.test_deletion import delete

SECRET = "Words that nobody published."
MISSING, DELETED, LIVE = 99, 1, 2
# How each argument of a rule is filled in, beside the id of the review.
OF_ANOTHER_REVIEW = 1


@pytest.fixture
def addresses(app):
    """Return each rule under /admin/reviews with a method, as a function of a review's id."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        ids = rule.arguments & {"draft_id", "review_id"}
        if not rule.rule.startswith(f"{REVIEWS}/") or not ids:
            continue
        others = dict.fromkeys(rule.arguments - ids, OF_ANOTHER_REVIEW)

        def fill(number, endpoint=rule.endpoint, ids=ids, others=others, method=None):
            values = dict.fromkeys(ids, number) | others
            return adapter.build(endpoint, values, method=method)

        found += [(method, fill) for method in rule.methods & {"GET", "POST"}]
    assert len(found) > 12
    return found


@pytest.fixture
def reviews(desk):
    """Create a deleted review with a revision, and a public one with changes of its own."""
    review = make_review()
    make_changes(review=review, moderator=desk.moderator, body=SECRET)
    make_published_comment(review=review, moderator=desk.moderator)
    write_new(desk, "publish", slug="live", body="Public words.")
    delete(desk, DELETED)


def rows() -> dict[str, list]:
    """Return the rows that would tell of any change of a review."""
    db.session.rollback()
    drafts = Base.metadata.tables["drafts"]
    found = db.session.execute(drafts.select().order_by(drafts.c.id)).all()
    events = Base.metadata.tables["review_events"]
    return {"drafts": found, "events": db.session.execute(events.select()).all()}


@pytest.mark.usefixtures("reviews")
def test_a_stranger_gets_the_sign_in_form_at_every_address_of_a_review_and_learns_nothing(
    app, addresses
):
    before, stranger = rows(), app.test_client()
    for method, fill in addresses:
        answers = set()
        for number in (MISSING, DELETED, LIVE):
            data = {"version": "1", "csrf_token": "x"} if method == "POST" else None
            response = stranger.open(fill(number, method=method), method=method, data=data)
            assert response.status_code in (303, 401, 422), (method, fill(number))
            assert SECRET not in response.text
            answers.add(response.status_code)
        assert len(answers) == 1, "Whether a review exists is told to nobody."
    assert rows() == before


@pytest.mark.usefixtures("reviews")
@pytest.mark.parametrize("who", ["desk", "colleague"])
def test_wrong_ids_and_stale_versions_are_refused_in_words_and_change_nothing(
    who, request, addresses
):
    asking = request.getfixturevalue(who)
    before = rows()
    for method, fill in addresses:
        for number in (MISSING, DELETED, LIVE):
            path = fill(number, method=method)
            if method == "GET":
                response = asking.get(path)
                allowed = {404} if number == MISSING else {200, 404}
            else:
                # Nobody has seen this version, and no form has this state.
                response = asking.post(path, {"version": "77", "state": "lost"}, htmx=False)
                allowed = {404} if number == MISSING else {404, 409, 422}
                # A link that is gone is what its revocation wants.
                allowed |= {303} if path.endswith("/revocation") and number != MISSING else set()
            assert response.status_code in allowed, (method, path, response.status_code)
            if "revisions/1" in path and number != DELETED:
                assert SECRET not in response.text, path
    assert rows() == before
