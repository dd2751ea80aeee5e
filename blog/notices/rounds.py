"""One round of the outbox: plan what is due to be told, then carry what is due."""

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


def make_courier(composer: Composer) -> Courier:
    """Return who carries mail and word as the composer's settings say."""
    settings = composer.settings
    mail: MailServer | MailFolder = MailFolder(settings.mail_dir)
    if settings.smtp_url:
        mail = MailServer(settings.smtp_url, host=settings.mail_host)
    routes = {
        DECISION_NOTICE: Route(compose=composer.compose_decision, transport=mail),
        REPLY_NOTICE: Route(compose=composer.compose_reply, transport=mail),
        DIGEST: Route(compose=composer.compose_digest, transport=mail),
    }
    if settings.notify_url:
        routes[HOOK] = _hook_route(settings.notify_url, composer)
    return Courier(routes, clock=composer.clock, write=composer.write)


def run_round(courier: Courier, stop: threading.Event, *, digest_minutes: int) -> Counter[State]:
    """Plan a digest where one is due, carry what is due, and count what became of it.

    Between two digests `digest_minutes` pass at least; 0 plans none.
    """
    pause, now = timedelta(minutes=digest_minutes), courier.clock()
    # Asked without a lock first: most of the time there is nothing.
    last, newest = find_last_message(kinds=[DIGEST, HOOK]), find_newest_waiting()
    if pause and is_digest_due(last=last, newest=newest, pause=pause, now=now):
        has_hook = HOOK in courier.routes
        courier.write(plan_digest, pause=pause, has_hook=has_hook, now=now)
    return courier.deliver_due(stop)


def _hook_route(url: str, composer: Composer) -> Route:
    """Return the way to an address; a topic in it, as ntfy has them, goes into what is sent."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query, keep_blank_values=True)
    topic = asked.pop("topic", [""])[0]
    address = parts._replace(query=urlencode(asked, doseq=True)).geturl() if topic else url

    def compose(message: Claim) -> dict[str, Any]:
        return composer.compose_hook(message) | ({"topic": topic} if topic else {})

    return Route(compose=compose, transport=WebHook(address))
