"""flask --app wsgi review import: what was written at the desk is not replaced by a file."""

import pytest

from blog.db.engine import db
from blog.db.transactions import write
from blog.drafts.models import DraftRevision
from blog.publishing.commands import unpublish
from blog.reviews.queries import find_review
from tests.builders import NOON, make_changes, make_moderator
from tests.manuscripts.files import write_review
from tests.page import text_of


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda command, *arguments: runner.invoke(args=["review", command, *map(str, arguments)])


@pytest.fixture
def edited(run, tmp_path):
    """The file of an imported review that was edited at the desk since, and then in the file."""
    path = write_review(tmp_path, body="They run.")
    assert run("import", path).exit_code == 0
    review = find_review(slug="run-on")
    make_changes(review=review, moderator=make_moderator(), body="They walk.", title="Slower")
    return path


def test_a_file_does_not_replace_what_was_written_at_the_desk_unless_it_is_told_to(
    run, edited, client
):
    assert "unchanged" in run("import", edited).stdout
    write_review(edited.parent, body="They fly.")
    for command in ("check", "import"):
        result = run(command, edited)
        assert result.exit_code == 1
        assert "was edited at the desk" in result.stderr
        assert "by Mina Park" in result.stderr
        assert "It differs in: title, text." in result.stderr
    assert "They run." in text_of(client.get("/reviews/run-on"))
    assert "changed" in run("import", edited, "--overwrite").stdout
    assert "They fly." in text_of(client.get("/reviews/run-on"))
    db.session.rollback()
    assert "They walk." in [each.body for each in db.session.query(DraftRevision)]
    assert "unchanged" in run("import", edited).stdout


def test_a_review_that_was_unpublished_is_not_published_again_by_its_file(run, tmp_path, client):
    path = write_review(tmp_path)
    run("import", path)
    review = find_review(slug="run-on")
    seen = {"draft_id": review.id, "version": 2, "moderator_id": make_moderator().id}
    write(unpublish, **seen, now=NOON)
    assert "unchanged" in run("import", path).stdout
    assert client.get("/reviews/run-on").status_code == 404
    write_review(tmp_path, body="They fly.")
    assert "It differs in: published, text." in run("import", path).stderr
    assert client.get("/reviews/run-on").status_code == 404
