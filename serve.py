"""Set the site up, then send its mail and serve it, with one import of the site: `make run`.

Its arguments are those of gunicorn.
"""

import os

from gunicorn.app.wsgiapp import run as run_gunicorn

from wsgi import app


def run_command(*words: str) -> None:
    """Run a command as `flask --app wsgi` does, and exit with its status."""
    with app.app_context():
        app.cli.main(words, "flask --app wsgi")


def set_up() -> None:
    """Run `setup`, and exit if it fails."""
    try:
        run_command("setup")
    except SystemExit as end:
        if end.code:
            raise
    # The processes that are forked from this one must not share its connections.
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


if __name__ == "__main__":
    server = os.getpid()
    set_up()
    # Forked before gunicorn opens its socket: otherwise the sender of mail would hold it open.
    if os.fork():
        run_gunicorn("gunicorn")
    else:
        run_command("outbox", "run", "--with-parent", str(server))
