"""Checks of the database: does it respond, is it migrated, is its clock right."""

from pathlib import Path

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.db.driver import is_affected, name_version, sqlite
from blog.db.engine import db
from blog.db.errors import describe_error, is_damaged
from blog.db.migrating import find_missing_step
from blog.monitoring.findings import Examined, Finding, State

# Times in the log, limits and leases are compared across machines; some seconds do no harm.
MOST_SKEW_SECONDS = 5
DATABASE, MIGRATIONS = "database", "migrations"


def check_database(examined: Examined) -> Finding:
    """Check that the database responds; name its kind, version, address and journal mode."""
    url = make_url(examined.settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return Finding(
            DATABASE, State.FAILED, f"There is no database file {url.database}.",
            "`flask --app wsgi setup` creates it; DATA_DIR or DATABASE_URL names another.",
        )  # fmt: skip
    try:
        return (
            _describe_sqlite(url) if url.get_backend_name() == "sqlite" else _describe_server(url)
        )
    except (DBAPIError, PoolTimeoutError) as error:
        db.session.rollback()
        return _describe_fault(url, error)


def check_migrations(_examined: Examined) -> Finding:
    """Check that the database has the tables of this release."""
    missing = find_missing_step()
    if missing is None:
        return Finding(MIGRATIONS, State.OK, "The database has the tables of this release.")
    sentence, _, remedy = missing.partition(": ")
    return Finding(MIGRATIONS, State.FAILED, f"{sentence}.", remedy[:1].upper() + remedy[1:])


def check_clock(examined: Examined) -> Finding | None:
    """Check that the clock of the database server agrees with this machine's; None for SQLite."""
    if not examined.settings.database_url.startswith("postgresql"):
        return None
    before = examined.clock()
    theirs = db.session.execute(text("SELECT clock_timestamp()")).scalar_one()
    ours = before + (examined.clock() - before) / 2
    skew = abs((theirs - ours).total_seconds())
    if skew <= MOST_SKEW_SECONDS:
        return Finding("clock", State.OK, "The database server's clock agrees with this one.")
    return Finding(
        "clock", State.WARNING,
        f"The clocks of this machine and the database server differ by {skew:.0f} seconds.",
        "Let both machines set their clocks by NTP.",
    )  # fmt: skip


def _describe_sqlite(url: URL) -> Finding:
    mode = db.session.execute(text("PRAGMA journal_mode")).scalar_one()
    damage = db.session.execute(text("PRAGMA quick_check(1)")).scalar_one()
    found = f"SQLite {sqlite.sqlite_version} at {url.database}, journal mode {mode}"
    if damage != "ok":
        return Finding(
            DATABASE, State.FAILED, f"{found}: the file is damaged.", "Restore the last backup."
        )
    if is_affected(sqlite.sqlite_version_info):
        return Finding(
            DATABASE, State.WARNING, f"{found}. This release can lose pages.",
            f"{name_version().partition('; ')[2].capitalize()}.",
        )  # fmt: skip
    return Finding(DATABASE, State.OK, f"{found}.")


def _describe_server(url: URL) -> Finding:
    version = db.session.execute(text("SHOW server_version")).scalar_one()
    place = url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
    return Finding(DATABASE, State.OK, f"PostgreSQL {version} at {place}.")


def _describe_fault(url: URL, error: Exception) -> Finding:
    """Return what is wrong with a database that does not respond, with the driver's own words."""
    if is_damaged(error):
        return Finding(
            DATABASE, State.FAILED, f"The file {url.database} is damaged: {describe_error(error)}.",
            "Restore the last backup.",
        )  # fmt: skip
    # No query was sent that could quote a reader, so the driver's message is about the connection.
    words = " ".join(str(getattr(error, "orig", None) or error).split())
    return Finding(
        DATABASE, State.FAILED, f"The database does not respond: {words[:300]}",
        "Check that it runs, and DATABASE_URL with its user and password.",
    )  # fmt: skip
