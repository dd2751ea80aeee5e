"""One round of the outbox worker: queue a digest if it is due, then send the due messages."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from blog.comments.models import DECISION_NOTICE, REPLY_NOTICE
from blog.notices.commands import plan_digest
from blog.notices.composing import Composer
from blog.notices.queries import DIGEST, HOOK, find_newest_waiting, is_digest_due
from blog.outbox.commands import Claim
from blog.outbox.delivery import Courier, Route
from blog.outbox.models import State
from blog.outbox.queries import find_last_message
from blog.outbox.transports import MailFolder, MailServer, WebHook
from blog.settings import Settings


def make_courier(composer: Composer) -> Courier:
    """Return a courier with the mail server or folder, and the web hook, of the settings."""
    settings = composer.settings
    mail = choose_transport(settings)
    routes = {
        DECISION_NOTICE: Route(compose=composer.compose_decision, transport=mail),
        REPLY_NOTICE: Route(compose=composer.compose_reply, transport=mail),
        DIGEST: Route(compose=composer.compose_digest, transport=mail),
    }
    if settings.notify_url:
        routes[HOOK] = _hook_route(settings.notify_url, composer)
    return Courier(routes, clock=composer.clock, write=composer.write)


def choose_transport(settings: Settings) -> MailServer | MailFolder:
    """Return the mail server of the settings, or the folder where mail is saved without one."""
    if settings.smtp_url:
        return MailServer(settings.smtp_url, host=settings.mail_host)
    return MailFolder(settings.mail_dir)


def run_round(courier: Courier, stop: threading.Event, *, digest_minutes: int) -> Counter[State]:
    """Queue a digest if it is due, send the due messages, and count them by their new state.

    `digest_minutes` is the shortest time between two digests; 0 means no digests.
    """
    pause, now = timedelta(minutes=digest_minutes), courier.clock()
    # A first check without a lock, because most rounds need no digest.
    last, newest = find_last_message(kinds=[DIGEST, HOOK]), find_newest_waiting()
    if pause and is_digest_due(last=last, newest=newest, pause=pause, now=now):
        has_hook = HOOK in courier.routes
        courier.write(plan_digest, pause=pause, has_hook=has_hook, now=now)
    return courier.deliver_due(stop)


def _hook_route(url: str, composer: Composer) -> Route:
    """Return the route to a web hook; the URL's parameter `topic`, for ntfy, moves to the JSON."""
    parts = urlsplit(url)
    parameters = parse_qs(parts.query, keep_blank_values=True)
    topic = parameters.pop("topic", [""])[0]
    address = parts._replace(query=urlencode(parameters, doseq=True)).geturl() if topic else url

    def compose(message: Claim) -> dict[str, Any]:
        return composer.compose_hook(message) | ({"topic": topic} if topic else {})

    return Route(compose=compose, transport=WebHook(address))
