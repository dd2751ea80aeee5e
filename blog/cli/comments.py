"""flask --app wsgi comments render | remove."""

import click
from flask.cli import AppGroup

from blog.cli.faults import fail
from blog.comments.commands import replace_html
from blog.comments.queries import UnknownCommentError, list_bodies
from blog.comments.removal import remove_comment
from blog.db.ids import LARGEST_ID
from blog.db.transactions import write
from blog.reports.commands import delete_reports
from blog.text.language import ngettext
from blog.text.markup import render_comment

BATCH = 200

group = AppGroup("comments", help="Render or delete comments.")


@group.command("render")
def comments_render() -> None:
    """Render the HTML of all comments again, after a change of the markup rules."""
    total = changed = last = 0
    while words := list_bodies(after=last, size=BATCH):
        rendered = {number: (body, render_comment(body)) for number, body in words.items()}
        changed += write(replace_html, rendered=rendered)
        total, last = total + len(words), max(words)
    comments = ngettext("%(num)s comment rendered", "%(num)s comments rendered", total)
    click.echo(f"{comments}, {changed:,} changed.")


def _remove(*, comment_id: int) -> None:
    """Delete a comment, or empty the comment if there are replies; delete all reports about it."""
    remove_comment(comment_id=comment_id)
    delete_reports(comment_ids=[comment_id])


@group.command("remove")
@click.argument("ids", nargs=-1, required=True, type=click.IntRange(1, LARGEST_ID))
def comments_remove(ids: tuple[int, ...]) -> None:
    """Delete the comments with these IDS permanently; the id is at the end of a comment's URL."""
    for comment_id in ids:
        try:
            write(_remove, comment_id=comment_id)
        except UnknownCommentError:
            fail(f"There is no comment {comment_id}. The ids before it were deleted.")
        click.echo(f"Comment {comment_id} deleted.")
