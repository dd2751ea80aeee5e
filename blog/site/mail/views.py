"""The pages that the links in mail open; only the button on the page changes something."""

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from blog.db.transactions import write
from blog.notices.tokens import Action, is_genuine, parse_token
from blog.outbox.commands import confirm_address, stop_address
from blog.outbox.models import MailAddress
from blog.outbox.queries import find_mail_address
from blog.text.language import lazy_gettext
from blog.web.current import current_settings, current_time

blueprint = Blueprint("notices", __name__)

HEADINGS = {
    (Action.CONFIRM, False): lazy_gettext("Confirm your e-mail address"),
    (Action.CONFIRM, True): lazy_gettext("Your e-mail address is confirmed"),
    (Action.STOP, False): lazy_gettext("Stop all mail"),
    (Action.STOP, True): lazy_gettext("All mail to your address is stopped"),
}
UNKNOWN = lazy_gettext(
    "This link is invalid or incomplete. Please open it from the mail, or copy the whole link."
)


@blueprint.get("/mail/<token>")
def show(token: str) -> str:
    """Show a button for the link's action, or a message if the action is already done."""
    action, address = _get(token)
    is_so = address.is_confirmed if action == Action.CONFIRM else address.is_stopped
    heading = HEADINGS[action, is_so]
    return render_template(
        "site/mail/show.html", heading=heading, action=action, is_so=is_so, token=token
    )


@blueprint.post("/mail/<token>")
def update(token: str) -> AnyResponse:
    """Do the action of the link: confirm the e-mail address, or stop all mail to the address."""
    action, address = _get(token)
    command = confirm_address if action == Action.CONFIRM else stop_address
    write(command, address_id=address.id, now=current_time())
    if "List-Unsubscribe" in request.form:
        # RFC 8058: a mail program's own button follows no redirect and shows no page.
        return make_response("Done.\n", 200, {"Content-Type": "text/plain; charset=utf-8"})
    return redirect(url_for("notices.show", token=token), 303)


@blueprint.after_request
def _protect_token(response: Response) -> Response:
    """Keep the URL, which contains the secret token, from other sites and search engines.

    With "no-referrer", browsers would send the form with `Origin: null`, which is refused.
    """
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _get(token: str) -> tuple[Action, MailAddress]:
    """Return a mail token's action and address, or raise 404 for an invalid token."""
    claimed = parse_token(token)
    address = find_mail_address(address_id=claimed.address_id) if claimed else None
    if claimed is None or address is None:
        abort(404, UNKNOWN)
    secret_key = current_settings().secret_key
    if not is_genuine(token, action=claimed.action, address=address, secret_key=secret_key):
        abort(404, UNKNOWN)
    return claimed.action, address
