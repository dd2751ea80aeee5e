"""Signing in and out, and a moderator's own account."""

import secrets
from contextlib import suppress

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
from flask_login import current_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from blog.accounts.commands import (
    AccountChangedError,
    Attempt,
    begin_sign_in,
    change_password,
    complete_sign_in,
    end_session,
    end_sessions,
)
from blog.accounts.passwords import hash_password, is_password
from blog.accounts.queries import find_moderator
from blog.db.transactions import write
from blog.desk.account.forms import PasswordForm, SignInForm
from blog.desk.account.signing_in import begin_session, current_moderator
from blog.limits.queries import LimitReachedError
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.web.current import current_settings, current_time
from blog.web.forms import Form
from blog.web.htmx import redirect_page, wants_fragment
from blog.web.refusals import format_wait, refuse
from blog.web.security import set_cookie

blueprint = Blueprint("accounts", __name__)

DEVICE_COOKIE = "second_lead_device"
# As long as browsers keep any cookie.
DEVICE_DAYS = 400

# The same for a wrong password, an unknown address and an account that was removed.
REFUSAL = lazy_gettext("Wrong e-mail or password.")
EXPIRED = lazy_gettext("The form had expired. Please try again.")
NOT_THE_PRESENT_ONE = lazy_gettext("This is not the password you have now.")
CHANGED_ELSEWHERE = lazy_gettext(
    "Your password or your sessions were changed elsewhere a moment ago. Nothing was changed here."
    " If you are asked to sign in, use the newer password."
)
# What a page says was done before it, by what its address says in `done`.
DONE_AT_LOGIN = {"sessions": lazy_gettext("You are signed out everywhere.")}
DONE_AT_ACCOUNT = {
    "password": lazy_gettext(
        "Your password was changed. Every other browser is signed out; this one stays."
    )
}


@blueprint.get("/login")
def login() -> AnyResponse:
    """Show the sign-in form, or lead on who is signed in already."""
    form = SignInForm.empty(next=request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(form.destination, 303)
    done = DONE_AT_LOGIN.get(request.args.get("done", ""))
    page = render_template("desk/account/login.html", form=form, reason="", done=done)
    return make_response(page)


@blueprint.post("/login")
def create_session() -> AnyResponse:
    """Sign in, unless too many attempts came before this one."""
    form = SignInForm.sent()
    if not form.validate():
        return _refuse(form, 422, _token_fault(form))
    email = form.email.data
    attempt = _make_attempt(email)
    seconds = _begin(attempt)
    if seconds:
        return _refuse(form, 429, _ask_to_wait(seconds), seconds)
    moderator = find_moderator(email=email)
    known_hash = moderator.password_hash if moderator and moderator.is_active else None
    if not is_password(form.password.data, known_hash) or moderator is None:
        return _refuse(form, 422, REFUSAL)
    write(complete_sign_in, attempt=attempt)
    begin_session(moderator)
    return _remember_device(redirect(form.destination, 303), email)


@blueprint.post("/logout")
def destroy_session() -> AnyResponse:
    """Sign out."""
    if not Form.sent().validate():
        return redirect(url_for("admin.moderation.queue"), 303)
    write(end_session, session_key=session.get("key", ""), now=current_time())
    logout_user()
    session.clear()
    return redirect(url_for("admin.accounts.login"), 303)


@blueprint.get("/account")
def account() -> str:
    """Show a moderator their own account."""
    return _render_account(PasswordForm.empty())


@blueprint.post("/account/password")
def update_password() -> AnyResponse:
    """Change the password and end every other session of the account."""
    form = PasswordForm.sent()
    if not form.validate():
        return _refuse_password(form, 422, _token_fault(form))
    # Kept as the guard saw them: what comes after may read the account anew.
    account = current_moderator()
    known_hash, session_key = account.password_hash, account.session_key
    attempt = _make_attempt(account.email)
    seconds = _begin(attempt)
    if seconds:
        return _refuse_password(form, 429, _ask_to_wait(seconds), seconds)
    if not is_password(form.current.data, known_hash):
        form.current.errors = [NOT_THE_PRESENT_ONE]
        return _refuse_password(form, 422)
    write(complete_sign_in, attempt=attempt)
    password_hash = hash_password(form.new.data)
    try:
        moderator = write(
            change_password,
            moderator_id=account.id,
            session_key=session_key,
            password_hash=password_hash,
        )
    except AccountChangedError:
        return _refuse_password(form, 409, CHANGED_ELSEWHERE)
    begin_session(moderator)
    return _lead_to(url_for("admin.accounts.account", done="password"))


@blueprint.post("/account/sessions/end")
def destroy_sessions() -> AnyResponse:
    """Sign out everywhere, here too."""
    if not Form.sent().validate():
        page = _render_account(PasswordForm.empty(), sessions_fault=EXPIRED)
        return make_response(page, 422)
    write(end_sessions, moderator_id=current_moderator().id)
    logout_user()
    session.clear()
    return _lead_to(url_for("admin.accounts.login", done="sessions"))


def _make_attempt(email: str) -> Attempt:
    return Attempt(
        email=email,
        address=request.remote_addr,
        device=_find_device(email),
        secret_key=current_settings().secret_key,
        now=current_time(),
    )


def _begin(attempt: Attempt) -> int:
    """Count an attempt and return seconds to wait, 0 to go on."""
    try:
        return write(begin_sign_in, attempt=attempt)
    except LimitReachedError as limit:
        return limit.seconds


def _ask_to_wait(seconds: int) -> str:
    return _("Too many attempts. Try again in %(time)s.", time=format_wait(seconds))


def _lead_to(url: str) -> AnyResponse:
    return redirect_page(url) if wants_fragment() else redirect(url, 303)


def _devices() -> URLSafeSerializer:
    return URLSafeSerializer(current_settings().secret_key, salt="device")


def _find_device(email: str) -> str | None:
    """Return the mark of a browser from which this account was signed in to before."""
    for value in request.cookies.getlist(DEVICE_COOKIE):
        # One that we did not sign may have been set by a site under a neighbouring name.
        with suppress(BadSignature, TypeError, ValueError):
            owner, mark = _devices().loads(value)
            if owner == email.lower():
                return str(mark)
    return None


def _remember_device(response: AnyResponse, email: str) -> AnyResponse:
    """Mark the browser, so that nobody who guesses elsewhere can make its owner wait."""
    mark = str(_devices().dumps([email.lower(), secrets.token_hex(16)]))
    set_cookie(response, DEVICE_COOKIE, mark, days=DEVICE_DAYS, path="/admin", httponly=True)
    return response


def _refuse(form: SignInForm, status: int, reason: str, retry: int | None = None) -> Response:
    page = render_template("desk/account/login.html", form=form, reason=reason, done=None)
    return refuse(page, status, retry=retry)


def _refuse_password(
    form: PasswordForm, status: int, reason: str = "", retry: int | None = None
) -> Response:
    """Show the form again, without the passwords, as a part of the page for htmx."""
    reason = reason or _("Nothing was changed yet. Please look at:")
    if wants_fragment():
        page = render_template(
            "desk/account/update_password.hx.html",
            form=form,
            reason=reason,
            moderator=current_moderator(),
        )
    else:
        page = _render_account(form, reason=reason)
    return refuse(page, status, retry=retry)


def _render_account(form: PasswordForm, reason: str = "", sessions_fault: str = "") -> str:
    return render_template(
        "desk/account/account.html",
        form=form,
        reason=reason,
        sessions_fault=sessions_fault,
        moderator=current_moderator(),
        done=DONE_AT_ACCOUNT.get(request.args.get("done", "")),
    )


def _token_fault(form: Form) -> str:
    return EXPIRED if form.csrf_token.errors else ""
