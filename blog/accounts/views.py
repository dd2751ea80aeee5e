"""Signing in and out."""

import secrets

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from blog.accounts.commands import Attempt, begin_sign_in, complete_sign_in, end_session
from blog.accounts.forms import SignInForm
from blog.accounts.models import Moderator
from blog.accounts.passwords import is_password
from blog.accounts.queries import find_moderator, find_signed_in_moderator
from blog.clock import current_time
from blog.config import current_settings
from blog.database import write
from blog.limits.commands import LimitReachedError
from blog.security import set_cookie

blueprint = Blueprint("accounts", __name__)

login_manager = LoginManager()
# It would end a session whose reader's address changes, as a phone's does all day.
login_manager.session_protection = None

DEVICE_COOKIE = "second_lead_device"

# The same for a wrong password, an unknown address and an account that was removed.
REFUSAL = "This e-mail address and password do not belong together."


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types.
def _load(moderator_id: str) -> Moderator | None:
    session_key = session.get("key", "")
    return find_signed_in_moderator(moderator_id=moderator_id, session_key=session_key)


@blueprint.get("/login")
def login() -> AnyResponse:
    """Show the sign-in form, or lead on who is signed in already."""
    form = SignInForm(formdata=None, next=request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(form.destination, 303)
    return make_response(render_template("accounts/login.html", form=form, reason=""))


@blueprint.post("/login")
def create_session() -> AnyResponse:
    """Sign in, unless too many attempts came before this one."""
    form = SignInForm(request.form)  # By itself it would take JSON too, of any shape.
    if not form.validate():
        return _refuse(form, 422, _token_fault(form))
    email = form.email.data
    attempt = Attempt(
        email=email,
        address=request.remote_addr,
        device=_find_device(email),
        secret_key=current_settings().secret_key,
        now=current_time(),
    )
    try:
        seconds = write(begin_sign_in, attempt=attempt)
    except LimitReachedError as limit:
        seconds = limit.seconds
    if seconds:
        return _refuse(form, 429, f"Too many attempts. Try again in {seconds} seconds.", seconds)
    moderator = find_moderator(email=email)
    known_hash = moderator.password_hash if moderator and moderator.is_active else None
    if not is_password(form.password.data, known_hash) or moderator is None:
        return _refuse(form, 422, REFUSAL)
    write(complete_sign_in, attempt=attempt)
    session.clear()  # What was before signing in must not be what is after it.
    session.permanent = True
    session["key"] = secrets.token_hex(16)
    login_user(moderator)
    return _remember_device(redirect(form.destination, 303), email)


@blueprint.post("/logout")
def destroy_session() -> AnyResponse:
    """Sign out."""
    if not FlaskForm(request.form).validate():
        return redirect(url_for("admin.moderation.queue"), 303)
    write(end_session, session_key=session.get("key", ""), now=current_time())
    logout_user()
    session.clear()
    return redirect(url_for("admin.accounts.login"), 303)


def _devices() -> URLSafeSerializer:
    return URLSafeSerializer(current_settings().secret_key, salt="device")


def _find_device(email: str) -> str | None:
    """Return the mark of a browser from which this account was signed in to before."""
    try:
        owner, mark = _devices().loads(request.cookies.get(DEVICE_COOKIE, ""))
    except (BadSignature, TypeError, ValueError):
        return None
    return str(mark) if owner == email.lower() else None


def _remember_device(response: AnyResponse, email: str) -> AnyResponse:
    """Mark the browser, so that nobody who guesses elsewhere can make its owner wait."""
    mark = str(_devices().dumps([email.lower(), secrets.token_hex(16)]))
    set_cookie(response, DEVICE_COOKIE, mark, path="/admin", httponly=True)
    return response


def _refuse(form: SignInForm, status: int, reason: str, retry: int | None = None) -> Response:
    page = render_template("accounts/login.html", form=form, reason=reason)
    response = make_response(page, status)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def _token_fault(form: SignInForm) -> str:
    return "The form had expired. Please try again." if form.csrf_token.errors else ""
