"""Second Lead: a review blog for K-dramas with moderated comments."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import make_url

from blog import cli
from blog.clock import utc_now
from blog.comments.models import BODY_LENGTH
from blog.db.engine import db, engine_options
from blog.db.transactions import close_session
from blog.desk.account.signing_in import login_manager
from blog.desk.admin import blueprint as admin
from blog.settings import Settings
from blog.site import former_addresses
from blog.site.comments.views import blueprint as comments
from blog.site.drafts.views import blueprint as shared_drafts
from blog.site.mail.views import blueprint as notices
from blog.site.monitoring.views import blueprint as monitoring
from blog.site.own.views import blueprint as own
from blog.site.pages.views import blueprint as pages
from blog.site.privacy.views import blueprint as privacy
from blog.site.proofs.views import blueprint as proofs
from blog.site.reports.views import blueprint as reports
from blog.site.reviews.feeds import blueprint as feeds
from blog.site.reviews.views import blueprint as reviews
from blog.versions.watching import VersionWatch
from blog.web import (
    assets,
    bodies,
    caching,
    decoding,
    errors,
    htmx,
    measuring,
    request_ids,
    security,
    slashes,
    templating,
)
from blog.web.health import blueprint as health
from blog.web.kept import cache as page_cache
from blog.web.logs import DiscreetFlask

ROOT = Path(__file__).parent.parent
LARGEST_REQUEST = 256 * 1024
SESSION_DAYS = 30


def create_app(settings: Settings) -> Flask:
    """Return the Flask application for these settings."""
    app = DiscreetFlask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=None,
        instance_path=str(settings.data_dir),
    )
    configure(app, settings)
    # First, so that it measures what all others do.
    measuring.init_app(app, settings)
    page_cache.init_app(app, settings, VersionWatch(make_url(settings.database_url)))
    db.init_app(app)
    app.teardown_appcontext(close_session)
    request_ids.init_app(app, settings)
    htmx.init_app(app)
    decoding.init_app(app)
    bodies.init_app(app)
    security.init_app(app, settings)
    slashes.init_app(app)
    former_addresses.init_app(app)
    caching.init_app(app)
    errors.init_app(app, longest_comment=BODY_LENGTH)
    templating.init_app(app)
    assets.init_app(app)
    login_manager.init_app(app, add_context_processor=False)
    readers = (reviews, comments, own, privacy, proofs, reports, feeds, notices, pages)
    for blueprint in (*readers, shared_drafts, admin, health, monitoring):
        app.register_blueprint(blueprint)
    cli.init_app(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Set the configuration of Flask and its extensions, and the application's clock."""
    app.extensions["settings"] = settings
    app.extensions["clock"] = utc_now
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        PERMANENT_SESSION_LIFETIME=timedelta(days=SESSION_DAYS),
        SESSION_COOKIE_NAME="second_lead_admin",
        SESSION_COOKIE_PATH="/admin",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
