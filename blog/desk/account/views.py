"""Views for signing in and out, and for the account page of a moderator."""

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
from werkzeug.wrappers import Response as AnyResponse

from blog.accounts.commands import (
    AccountChangedError,
    change_password,
    complete_sign_in,
    end_session,
    end_sessions,
    update_settings,
)
from blog.accounts.passwords import hash_password, is_password
from blog.accounts.queries import find_moderator
from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.transactions import write
from blog.desk.account.attempts import count_attempt, make_attempt, remember_device
from blog.desk.account.forms import PasswordForm, SettingsForm, SignInForm
from blog.desk.account.signing_in import begin_session, current_moderator, current_zone
from blog.desk.account.unsent import UnsentForm
from blog.reviewers.commands import list_names
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.text.times import offset_text
from blog.text.zones import list_zones
from blog.web.current import current_time
from blog.web.forms import Form
from blog.web.htmx import redirect_page, wants_fragment
from blog.web.refusals import EXPIRED, format_wait, refuse

blueprint = Blueprint("accounts", __name__)

# A wrong password, an unknown e-mail address and a removed account get the same message.
WRONG_LOGIN = lazy_gettext("Wrong e-mail or password.")
EXPIRED_UNKEPT = lazy_gettext("The form had expired. Please try again.")
WRONG_CURRENT_PASSWORD = lazy_gettext("This is not your current password.")
CHANGED_ELSEWHERE = lazy_gettext(
    "Your password or your sessions were changed elsewhere a moment ago. Nothing was changed here."
    " If you are asked to sign in, use the newer password."
)
# The messages of a page, by the value of `done` in its URL.
LOGIN_MESSAGES = {"sessions": lazy_gettext("You are signed out everywhere.")}
ACCOUNT_MESSAGES = {
    "password": lazy_gettext(
        "Your password was changed. You are signed out in every other browser."
    ),
    "settings": lazy_gettext("Your settings are saved."),
}


@blueprint.get("/login")
def login() -> AnyResponse:
    """Show the sign-in form; redirect a moderator who is already signed in."""
    form = SignInForm.empty(next=request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(form.destination, 303)
    done = LOGIN_MESSAGES.get(request.args.get("done", ""))
    return make_response(_render_login(form, done=done))


def keep_unsent(unsent: UnsentForm, *, page: str | None) -> Response:
    """Respond to a form that was sent without a session with a sign-in form that keeps its words.

    `page` is the URL to open if another moderator signs in. The status is 403, as 401 would have to
    name an HTTP authentication scheme.
    """
    form = SignInForm.empty(next=page or "")
    return make_response(_render_login(form, unsent=unsent), 403)


@blueprint.post("/login")
def create_session() -> AnyResponse:
    """Sign a moderator in; respond with 422 for a wrong password, 429 for too many attempts."""
    form = SignInForm.sent()
    if not form.validate():
        return _refuse(form, 422, _token_fault(form))
    try:
        return _sign_in(form)
    except DatabaseBusyError:
        reason = _("The site is busy. Please try again in a few seconds.")
        return _refuse(form, 503, reason, RETRY_SECONDS)


def _sign_in(form: SignInForm) -> AnyResponse:
    email = form.email.data
    attempt = make_attempt(email)
    seconds = count_attempt(attempt)
    if seconds:
        return _refuse(form, 429, _make_wait_message(seconds), seconds)
    moderator = find_moderator(email=email)
    known_hash = moderator.password_hash if moderator and moderator.is_active else None
    if not is_password(form.password.data, known_hash) or moderator is None:
        return _refuse(form, 422, WRONG_LOGIN)
    write(complete_sign_in, attempt=attempt)
    begin_session(moderator)
    unsent = UnsentForm.carried()
    page = unsent.show_again(reader_id=moderator.id) if unsent else None
    return remember_device(page or redirect(form.destination, 303), email)


@blueprint.post("/logout")
def destroy_session() -> AnyResponse:
    """Sign the moderator out of this browser."""
    if not Form.sent().validate():
        return redirect(url_for("admin.moderation.queue"), 303)
    write(end_session, session_key=session.get("key", ""), now=current_time())
    logout_user()
    session.clear()
    return redirect(url_for("admin.accounts.login"), 303)


@blueprint.get("/account")
def account() -> str:
    """Show the account page of the signed-in moderator."""
    return _render_account()


@blueprint.post("/account/settings")
def update_account() -> AnyResponse:
    """Save the time zone and the byline of the account."""
    form = SettingsForm.sent()
    if not form.validate():
        reason = EXPIRED if form.csrf_token.errors else _("Not saved yet. Please correct:")
        return refuse(_render_account(settings_form=form, settings_reason=reason), 422)
    write(
        update_settings,
        moderator_id=current_moderator().id,
        time_zone=form.zone_name,
        byline=form.byline.data or None,
    )
    return redirect(url_for("admin.accounts.account", done="settings"), 303)


@blueprint.post("/account/password")
def update_password() -> AnyResponse:
    """Change the password and end every other session of the account."""
    form = PasswordForm.sent()
    if not form.validate():
        return _refuse_password(form, 422, _token_fault(form))
    # These are read before the next commands, which may load the account again.
    account = current_moderator()
    known_hash, session_key = account.password_hash, account.session_key
    attempt = make_attempt(account.email)
    seconds = count_attempt(attempt)
    if seconds:
        return _refuse_password(form, 429, _make_wait_message(seconds), seconds)
    if not is_password(form.current.data, known_hash):
        form.current.errors = [WRONG_CURRENT_PASSWORD]
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
    return _redirect_to(url_for("admin.accounts.account", done="password"))


@blueprint.post("/account/sessions/end")
def destroy_sessions() -> AnyResponse:
    """Sign the moderator out of every browser, including this one."""
    if not Form.sent().validate():
        page = _render_account(sessions_fault=EXPIRED_UNKEPT)
        return make_response(page, 422)
    write(end_sessions, moderator_id=current_moderator().id)
    logout_user()
    session.clear()
    return _redirect_to(url_for("admin.accounts.login", done="sessions"))


def _make_wait_message(seconds: int) -> str:
    return _("Too many attempts. Try again in %(time)s.", time=format_wait(seconds))


def _redirect_to(url: str) -> AnyResponse:
    return redirect_page(url) if wants_fragment() else redirect(url, 303)


def _refuse(form: SignInForm, status: int, reason: str, retry: int | None = None) -> Response:
    page = _render_login(form, reason=reason, unsent=UnsentForm.carried())
    return refuse(page, status, retry=retry)


def _render_login(
    form: SignInForm, *, reason: str = "", done: str | None = None, unsent: UnsentForm | None = None
) -> str:
    return render_template(
        "desk/account/login.html", form=form, reason=reason, done=done, unsent=unsent
    )


def _refuse_password(
    form: PasswordForm, status: int, reason: str = "", retry: int | None = None
) -> Response:
    """Show the password form again with empty fields: a fragment for htmx, else the whole page."""
    reason = reason or _("Nothing was changed yet. Please look at:")
    if wants_fragment():
        page = render_template(
            "desk/account/update_password.hx.html",
            form=form,
            reason=reason,
            moderator=current_moderator(),
        )
    else:
        page = _render_account(form=form, reason=reason)
    return refuse(page, status, retry=retry)


def _render_account(**shown: object) -> str:
    """Render the account page; `shown` replaces the empty forms and reasons of a first visit."""
    moderator, zone = current_moderator(), current_zone()
    settings = SettingsForm.empty(time_zone=moderator.time_zone, byline=moderator.byline)
    now = current_time().astimezone(zone)
    first = {
        "form": PasswordForm.empty(),
        "reason": "",
        "settings_form": settings,
        "settings_reason": "",
        "sessions_fault": "",
    }
    return render_template(
        "desk/account/account.html",
        **first | shown,
        moderator=moderator,
        now=now,
        offset=offset_text(now),
        zone=zone.key,
        zones=list_zones(),
        reviewers=list_names(),
        done=ACCOUNT_MESSAGES.get(request.args.get("done", "")),
    )


def _token_fault(form: Form) -> str:
    return EXPIRED_UNKEPT if form.csrf_token.errors else ""
