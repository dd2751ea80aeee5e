"""Make chosen stages of a request fail, with an exception that quotes all that the reader sent."""

from collections.abc import Callable
from typing import Any

from flask import current_app, request
from sqlalchemy import text

from blog.db.engine import db
from blog.site.comments import views

# The header of a request that names the stage that fails.
HEADER = "X-Fail"
STAGES = ("view", "command", "template", "database")


def quote_everything() -> None:
    """Raise an error whose message, cause and note quote the request."""
    try:
        {}[request.form.get("body")]
    except KeyError as error:
        sent = f"{request.url} {request.headers} {request.form} {request.remote_addr}"
        failure = ValueError(sent)
        failure.add_note(sent)
        raise failure from error


def break_database() -> None:
    """Insert a row that the database refuses; PostgreSQL quotes it in its message."""
    insert = "INSERT INTO comments (author_name, body) VALUES (:name, :body)"
    form = request.form
    db.session.execute(text(insert), {"name": form["author_name"], "body": form["body"]})


def render_failing() -> None:
    template = current_app.jinja_env.from_string("{{ fail() }}")
    template.render(fail=quote_everything)


def fail_at(stages: dict[str, Callable[[], None]], real: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that fails if the request says so, and otherwise is the real one."""

    def call(*args: object, **more: object) -> Any:
        if failing := stages.get(request.headers.get(HEADER, "")):
            failing()
        return real(*args, **more)

    return call


REPLACED = {
    "build_submission": {"view": quote_everything},
    "submit_comment": {"command": quote_everything, "database": break_database},
    "_respond_created": {"template": render_failing},
}


def replacements() -> dict[str, Callable[..., Any]]:
    """Return, by name, the functions of the view of new comments that fail when asked to."""
    return {name: fail_at(stages, getattr(views, name)) for name, stages in REPLACED.items()}
