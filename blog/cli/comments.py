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
from blog.text.markup import render_comment

BATCH = 200

group = AppGroup("comments", help="Readers' comments.")


@group.command("render")
def comments_render() -> None:
    """Make every comment's HTML again, after the rules of markup changed."""
    total = changed = last = 0
    while words := list_bodies(after=last, size=BATCH):
        rendered = {number: (body, render_comment(body)) for number, body in words.items()}
        changed += write(replace_html, rendered=rendered)
        total, last = total + len(words), max(words)
    click.echo(f"{total} comments rendered, {changed} came out otherwise.")


def _remove(*, comment_id: int) -> None:
    """Delete a comment, and what readers reported of it where a line of it stays."""
    remove_comment(comment_id=comment_id)
    delete_reports(comment_ids=[comment_id])


@group.command("remove")
@click.argument("ids", nargs=-1, required=True, type=click.IntRange(1, LARGEST_ID))
def comments_remove(ids: tuple[int, ...]) -> None:
    """Delete the comments with these IDS for good; the number is at the end of its address."""
    for comment_id in ids:
        try:
            write(_remove, comment_id=comment_id)
        except UnknownCommentError:
            fail(f"There is no comment {comment_id}. Those before it are gone.")
        click.echo(f"Comment {comment_id} is gone.")
