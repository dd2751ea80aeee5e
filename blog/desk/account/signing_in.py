"""Who is signed in: Flask-Login's view of a moderator's account."""

import secrets
from typing import cast

from flask import session
from flask_login import LoginManager, UserMixin, current_user, login_user

from blog.accounts.models import Moderator
from blog.accounts.queries import find_signed_in_moderator
from blog.db.ids import read_id

login_manager = LoginManager()
# It would end a session whose reader's address changes, as a phone's does all day.
login_manager.session_protection = None


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types.
    """Be the user of a session: an account, as Flask-Login asks for it."""

    def __init__(self, account: Moderator) -> None:
        self.account = account

    @property
    def is_active(self) -> bool:
        """Tell whether the account may still sign in."""
        return self.account.is_active

    def get_id(self) -> str:
        """Return what a session remembers of its account."""
        return f"{self.account.id}:{self.account.session_key}"


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types.
def _load(session_id: str) -> SignedIn | None:
    """Read what `SignedIn.get_id` wrote."""
    text, _, account_key = session_id.partition(":")
    moderator_id = read_id(text)
    if moderator_id is None:
        return None
    account = find_signed_in_moderator(
        moderator_id=moderator_id, account_key=account_key, session_key=session.get("key", "")
    )
    return SignedIn(account) if account else None


def current_moderator() -> Moderator:
    """Return the account that is signed in; behind the guard there is one."""
    return cast(Moderator, current_user.account)


def begin_session(moderator: Moderator) -> None:
    """Open a session that has nothing of the one before it, a copy of which may be elsewhere."""
    session.clear()
    session.permanent = True
    session["key"] = secrets.token_hex(16)
    login_user(SignedIn(moderator))
