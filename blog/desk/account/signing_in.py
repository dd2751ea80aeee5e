"""Sessions of signed-in moderators, kept with Flask-Login."""

import secrets
from typing import cast
from zoneinfo import ZoneInfo

from flask import g, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from itsdangerous import BadData, URLSafeTimedSerializer

from blog.accounts.models import Moderator
from blog.accounts.queries import find_signed_in_moderator
from blog.db.ids import read_id
from blog.text.zones import find_zone
from blog.web.current import current_settings

# The names that Flask-WTF uses in sessions and for signing.
CSRF_KEY, CSRF_SALT = "csrf_token", "wtf-csrf-token"

login_manager = LoginManager()
# Session protection would end a session when the IP address changes, as it does on phones.
login_manager.session_protection = None


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types.
    """The signed-in user: a moderator's account with the interface that Flask-Login needs."""

    def __init__(self, account: Moderator) -> None:
        self.account = account
        # After a commit, reading it from the account would be a query.
        self.moderator_id = account.id

    @property
    def is_active(self) -> bool:
        """Return whether the account may sign in."""
        return self.account.is_active

    def get_id(self) -> str:
        """Return "id:key", the text by which a session finds its account."""
        return f"{self.account.id}:{self.account.session_key}"


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types.
def _load(session_id: str) -> SignedIn | None:
    """Return the user of a session, None if the session has ended.

    `session_id` is the text from `SignedIn.get_id`.
    """
    text, _, account_key = session_id.partition(":")
    moderator_id = read_id(text)
    if moderator_id is None:
        return None
    account = find_signed_in_moderator(
        moderator_id=moderator_id, account_key=account_key, session_key=session.get("key", "")
    )
    return SignedIn(account) if account else None


def current_moderator() -> Moderator:
    """Return the account of the signed-in moderator; every view that needs sign-in has one."""
    return cast(Moderator, current_user.account)


def current_zone() -> ZoneInfo:
    """Return the zone in which the signed-in moderator types times: the account's or the site's."""
    # A zone that was chosen may be unknown after an upgrade of the zones.
    own = find_zone(current_moderator().time_zone or "")
    return own or ZoneInfo(current_settings().time_zone)


def begin_session(moderator: Moderator) -> None:
    """Sign a moderator in with a new session that keeps nothing from the old session.

    A stolen copy of the old session cookie therefore does not become signed in.
    """
    session.clear()
    session.permanent = True
    session["key"] = secrets.token_hex(16)
    # Flask-WTF compares the tokens of forms with this, and signs it to make them. Its id tells
    # `find_token_owner` whose form it was, even when the session has ended.
    session[CSRF_KEY] = f"{moderator.id}:{secrets.token_hex(20)}"
    g.pop(CSRF_KEY, None)  # The token of the old session.
    login_user(SignedIn(moderator))


def find_token_owner(token: str) -> int | None:
    """Return the id of the moderator in whose session a CSRF token was made, None if unknown.

    The session may have ended.
    """
    serializer = URLSafeTimedSerializer(current_settings().secret_key, salt=CSRF_SALT)
    try:
        text, _, _ = str(serializer.loads(token)).partition(":")
    except BadData:
        return None
    return read_id(text)
