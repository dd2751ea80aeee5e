"""The command line: flask --app wsgi …; each feature's commands are one group."""

import getpass
import secrets
import sys
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import OperationalError

from blog import schema
from blog.accounts.commands import (
    LastModeratorError,
    ModeratorExistsError,
    UnknownModeratorError,
    create_moderator,
    forget_old_sign_ins,
    remove_moderator,
    set_password,
)
from blog.accounts.passwords import hash_password
from blog.accounts.queries import count_active_moderators, list_moderators
from blog.clock import current_time
from blog.comments.commands import UnknownCommentError, remove_comment, replace_html
from blog.comments.queries import list_words
from blog.config import current_settings
from blog.database import is_new, write
from blog.demo.loading import clear_demo, load_demo
from blog.environment import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from blog.limits.commands import forget_clients
from blog.markup import render_comment
from blog.reviews.commands import PictureFile, publish
from blog.reviews.front_matter import BadReviewFileError
from blog.reviews.importing import read_review
from blog.reviews.queries import list_pictures
from blog.text import email_fault, normalise_line

BATCH = 200
NAME_LENGTH = 80

review = AppGroup("review", help="Reviews.")
demo = AppGroup("demo", help="The demo: reviews and comments to try the site with.")
comments = AppGroup("comments", help="Readers' comments.")
moderator = AppGroup("moderator", help="The people who may sign in.")


def init_app(app: Flask) -> None:
    """Add the commands to the command line."""
    for group in (review, demo, comments, moderator):
        app.cli.add_command(group)
    app.cli.add_command(setup)
    app.cli.add_command(maintenance)


@click.command()
@with_appcontext
def setup() -> None:
    """Make the database ready: migrate, load the demo into a new one, make a moderator."""
    settings = current_settings()
    try:
        was_new = is_new()
        schema.upgrade()
    except OperationalError as error:
        _fail(f"The database in DATABASE_URL does not answer: {error.orig}")
    if was_new:
        click.echo(f"Demo: {load_demo(now=current_time())}")
    write(forget_clients, now=current_time())
    click.echo(f"Site:    {settings.site_url}/")
    click.echo(f"Queue:   {settings.site_url}/admin/comments")
    click.echo(f"Sign-in: {_first_moderator()}")


@click.command()
@with_appcontext
def maintenance() -> None:
    """Delete what has served its time; run it once a day."""
    now = current_time()
    write(forget_clients, now=now)
    write(forget_old_sign_ins, now=now)
    click.echo("Old client keys, counts and failed sign-ins are gone.")


@review.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def import_reviews(files: tuple[Path, ...]) -> None:
    """Publish reviews from Markdown FILES with front matter; a bad file stops no other."""
    failed = 0
    for path in files:
        try:
            manuscript = read_review(path, current_settings().media_dir, known_pictures)
        except BadReviewFileError as error:
            failed += 1
            click.echo(str(error), err=True)
            continue
        _review, outcome = write(publish, manuscript=manuscript)
        click.echo(f"{path}: {outcome}: /reviews/{manuscript.slug}")
    if failed:
        sys.exit(1)


def known_pictures(hashes: list[str]) -> dict[str, PictureFile]:
    """Describe the pictures that are stored already, by the hash of their source."""
    return {
        key: PictureFile(
            source_hash=key,
            width=picture.width,
            height=picture.height,
            renditions=picture.renditions,
            hue=picture.hue,
        )
        for key, picture in list_pictures(hashes=hashes).items()
    }


@demo.command("load")
def demo_load() -> None:
    """Load the demo; its dates are counted back from now."""
    click.echo(load_demo(now=current_time()))


@demo.command("clear")
def demo_clear() -> None:
    """Remove the demo and nothing else, for good."""
    click.echo(clear_demo(now=current_time()))


@comments.command("render")
def comments_render() -> None:
    """Make every comment's HTML again, after the rules of markup changed."""
    total = changed = last = 0
    while words := list_words(after=last, size=BATCH):
        rendered = {number: (body, render_comment(body)) for number, body in words.items()}
        changed += write(replace_html, rendered=rendered)
        total, last = total + len(words), max(words)
    click.echo(f"{total} comments rendered, {changed} came out otherwise.")


@comments.command("remove")
@click.argument("ids", nargs=-1, required=True, type=click.IntRange(1, 2**31 - 1))
def comments_remove(ids: tuple[int, ...]) -> None:
    """Delete the comments with these IDS for good; the number is at the end of its address."""
    for comment_id in ids:
        try:
            write(remove_comment, comment_id=comment_id)
        except UnknownCommentError:
            _fail(f"There is no comment {comment_id}. Those before it are gone.")
        click.echo(f"Comment {comment_id} is gone.")


@moderator.command("create")
@click.argument("email")
@click.option("--name", help="How the others see this moderator; else what stands before the @.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def moderator_create(email: str, name: str | None, *, password_stdin: bool) -> None:
    """Make an account for EMAIL."""
    email = _checked_email(email)
    password_hash = hash_password(_read_password(from_stdin=password_stdin))
    name = normalise_line(name or "") or email.partition("@")[0]
    try:
        write(
            create_moderator,
            email=email,
            name=name[:NAME_LENGTH],
            password_hash=password_hash,
            now=current_time(),
        )
    except ModeratorExistsError:
        _fail(f"{email} has an account. `moderator set-password` gives it another password.")
    click.echo(f"{email} may sign in.")


@moderator.command("list")
def moderator_list() -> None:
    """List the accounts."""
    for account in list_moderators():
        state = "" if account.is_active else "\tremoved"
        click.echo(f"{account.email}\t{account.name}{state}")


@moderator.command("set-password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def moderator_set_password(email: str, *, password_stdin: bool) -> None:
    """Give the account of EMAIL another password; its sessions end."""
    password_hash = hash_password(_read_password(from_stdin=password_stdin))
    try:
        write(set_password, email=email, password_hash=password_hash)
    except UnknownModeratorError:
        _fail(f"{email} has no account. `moderator list` shows who has.")
    click.echo(f"{email} has a new password; older sessions have ended.")


@moderator.command("remove")
@click.argument("email")
def moderator_remove(email: str) -> None:
    """Deactivate the account of EMAIL; what it decided stays in the log."""
    try:
        write(remove_moderator, email=email)
    except UnknownModeratorError:
        _fail(f"{email} has no account. `moderator list` shows who has.")
    except LastModeratorError:
        _fail(f"{email} is the last moderator. Make another before removing this one.")
    click.echo(f"{email} may no longer sign in.")


def _first_moderator() -> str:
    """Make a moderator where there is none, and say how to sign in."""
    if count_active_moderators():
        return (
            "as before. Forgotten? .venv/bin/flask --app wsgi moderator set-password"
            f" {next(account.email for account in list_moderators() if account.is_active)}"
        )
    settings = current_settings()
    email = settings.admin_email or "admin@example.org"
    password = settings.admin_password or secrets.token_urlsafe(12)
    write(
        create_moderator,
        email=email,
        name=email.partition("@")[0][:NAME_LENGTH],
        password_hash=hash_password(password),
        now=current_time(),
    )
    shown = (
        "the password in ADMIN_PASSWORD"
        if settings.admin_password
        else f"{password}   (shown once)"
    )
    return f"{email}   {shown}"


def _checked_email(email: str) -> str:
    fault = email_fault(email)
    if fault:
        _fail(f"{email!r} is not an e-mail address: {fault}")
    return email


def _read_password(*, from_stdin: bool) -> str:
    password = sys.stdin.readline().rstrip("\r\n") if from_stdin else getpass.getpass("Password: ")
    if len(password) < MIN_PASSWORD_LENGTH:
        _fail(f"A password takes at least {MIN_PASSWORD_LENGTH} characters.")
    if len(password) > MAX_PASSWORD_LENGTH:
        _fail(f"A password takes at most {MAX_PASSWORD_LENGTH} characters.")
    if not from_stdin and getpass.getpass("Again: ") != password:
        _fail("The two passwords differ.")
    return password


def _fail(reason: str) -> NoReturn:
    raise click.ClickException(reason)
