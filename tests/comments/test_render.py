"""The command `comments render`, which renders the HTML of all comments again."""

import pytest
from sqlalchemy import text, update

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.db.types import SafeHTML
from tests.builders import make_comment, make_published_comment, make_review
from tests.databases import on_both
from tests.site.comments.sending import comments


def render(app):
    result = app.test_cli_runner().invoke(args=["comments", "render"])
    db.session.rollback()
    assert result.exit_code == 0, result.output
    return result.output


def store_html(comment, html):
    """Store HTML in a comment as an earlier version of the renderer might have made it."""
    statement = update(Comment).where(Comment.id == comment.id)
    values = {"body_html": text(":html").bindparams(html=html)}
    write(lambda: db.session.execute(statement.values(values)))


@on_both
def test_the_command_renders_the_html_again_from_the_text(app, client):
    review = make_review()
    comment = make_published_comment(review=review, body="The *bench* scene.")
    store_html(comment, '<p class="old" onclick="x">The bench scene.</p>')
    assert "1 comment rendered, 1 changed" in render(app)
    assert comments()[0].body_html == "<p>The <em>bench</em> scene.</p>\n"
    assert 'class="old"' not in client.get("/reviews/run-on").text


def test_the_command_changes_nothing_if_the_html_is_up_to_date(app):
    review = make_review()
    for number in range(3):
        make_comment(review=review, body=f"*{number}*")
    before = [(c.body, c.body_html, c.version, c.submitted_at) for c in comments()]
    assert "3 comments rendered, 0 changed" in render(app)
    assert [(c.body, c.body_html, c.version, c.submitted_at) for c in comments()] == before


def test_the_command_works_on_an_empty_site(app):
    assert "0 comments rendered" in render(app)


def test_a_column_of_html_refuses_a_plain_string():
    with pytest.raises(TypeError, match=r"blog\.text\.markup"):
        SafeHTML().process_bind_param("<p>a</p>", None)
