"""The command `review render`, which renders the HTML of all reviews again; `setup` runs it too."""

from typing import NoReturn

import pytest
from sqlalchemy import delete, text, update

from blog.db.engine import db
from blog.db.transactions import write
from blog.manuscripts.rendering import render_again
from blog.reviews.models import Review, ReviewPicture
from blog.reviews.queries import find_review
from tests.builders import make_moderator, make_review, make_reviewer
from tests.manuscripts.files import draw_picture, write_review
from tests.page import soup_of

BODY = "![A](a.png)\n\n|a|\n|--:|\n|1|\n\n![B](b.png)"


@pytest.fixture
def run(app):
    def run(*arguments: str) -> str:
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=[*map(str, arguments)])
        assert result.exit_code == 0, result.output
        db.session.rollback()
        return result.stdout

    return run


def store_html(html: str) -> None:
    """Store HTML in all reviews as an earlier release might have made it."""
    values = {"body_html": text(":html").bindparams(html=html)}
    write(lambda: db.session.execute(update(Review).values(values)))


@pytest.mark.parametrize("command", [("review", "render"), ("setup",)], ids=["render", "setup"])
def test_an_upgraded_site_shows_old_reviews_by_the_new_rules(run, client, tmp_path, command):
    draw_picture(tmp_path, "a.png", colour="red")
    draw_picture(tmp_path, "b.png", colour="blue")
    make_moderator()
    run("review", "import", write_review(tmp_path, body=BODY))
    made = find_review(slug="run-on").body_html
    store_html("<p>Old.</p>")
    run(*command)
    assert find_review(slug="run-on").body_html == made
    page = soup_of(client.get("/reviews/run-on")).find(class_="prose")
    assert [picture["alt"] for picture in page("img")] == ["A", "B"]
    assert run("review", "render") == "1 review rendered, 0 changed.\n"


def test_two_paths_of_one_picture_are_told_apart(run, tmp_path):
    draw_picture(tmp_path, "a.png")
    draw_picture(tmp_path, "b.png")
    run("review", "import", write_review(tmp_path, body=BODY))
    made = find_review(slug="run-on").body_html
    store_html("<p>Old.</p>")
    assert run("review", "render") == "1 review rendered, 1 changed.\n"
    assert find_review(slug="run-on").body_html == made


@pytest.mark.parametrize("command", [("review", "render"), ("setup",)], ids=["render", "setup"])
def test_a_review_that_cannot_be_rendered_again_is_named_until_it_is_imported_again(
    app, run, tmp_path, command
):
    draw_picture(tmp_path, "a.png")
    draw_picture(tmp_path, "b.png")
    path = write_review(tmp_path, body=BODY)
    run("review", "import", path)
    write(store_as_an_earlier_release)
    store_html("<p>Old.</p>")
    result = app.test_cli_runner().invoke(args=command)
    assert result.exit_code == 0
    assert result.stderr == (
        "/reviews/run-on is not rendered again, as its pictures cannot be told apart."
        " Import it again.\n"
    )
    assert find_review(slug="run-on").body_html == "<p>Old.</p>"
    assert run("review", "import", path) == f"{path}: changed: /reviews/run-on\n"
    assert app.test_cli_runner().invoke(args=command).stderr == ""


def store_as_an_earlier_release() -> None:
    """Store one picture for two paths of the same file."""
    db.session.execute(delete(ReviewPicture).where(ReviewPicture.position == 1))
    db.session.execute(update(Review).values(source_hash="of an earlier release"))


def test_rendering_again_does_not_wait_for_the_database_where_nothing_changed(run, tmp_path):
    make_reviewer()
    draw_picture(tmp_path, "a.png")
    run("review", "import", write_review(tmp_path, body="![A](a.png)"))
    assert render_again(write=refuse) == (1, 0, [])


def refuse(command: object, **arguments: object) -> NoReturn:
    pytest.fail(f"{command} is run with {arguments}.")


def test_all_reviews_are_rendered_again_however_many_there_are(run):
    for number in range(45):
        make_review(slug=f"r-{number}")
    store_html("<p>Old.</p>")
    assert run("review", "render") == "45 reviews rendered, 45 changed.\n"
