"""One round of the outbox: plan what is due to be told, then carry what is due."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from blog.comments.models import ANSWER, OUTCOME
from blog.db.transactions import write
from blog.notices.commands import plan_digest
from blog.notices.composing import compose_answer, compose_digest, compose_hook, compose_outcome
from blog.notices.queries import DIGEST, HOOK, find_newest_waiting, is_digest_due
from blog.outbox.commands import Claim
from blog.outbox.delivery import Courier, Route
from blog.outbox.models import State
from blog.outbox.queries import find_last_message
from blog.outbox.transports import MailFolder, MailServer, WebHook
from blog.settings import Settings
from blog.web.current import current_settings, current_time


def make_courier(settings: Settings) -> Courier:
    """Return who carries mail and word as the settings say."""
    mail: MailServer | MailFolder = MailFolder(settings.mail_dir)
    if settings.smtp_url:
        mail = MailServer(settings.smtp_url, host=settings.mail_host)
    routes = {
        OUTCOME: Route(compose=compose_outcome, transport=mail),
        ANSWER: Route(compose=compose_answer, transport=mail),
        DIGEST: Route(compose=compose_digest, transport=mail),
    }
    if settings.notify_url:
        routes[HOOK] = _hook_route(settings.notify_url)
    return Courier(routes)


def run_round(courier: Courier, stop: threading.Event) -> Counter[State]:
    """Plan a digest where one is due, carry what is due, and count what became of it."""
    settings, now = current_settings(), current_time()
    pause, has_hook = timedelta(minutes=settings.digest_minutes), HOOK in courier.routes
    # Asked without a lock first: most of the time there is nothing.
    last, newest = find_last_message(kinds=[DIGEST, HOOK]), find_newest_waiting()
    if pause and is_digest_due(last=last, newest=newest, pause=pause, now=now):
        write(plan_digest, pause=pause, has_hook=has_hook, now=now)
    return courier.deliver_due(stop)


def _hook_route(url: str) -> Route:
    """Return the way to an address; a topic in it, as ntfy has them, goes into what is sent."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query, keep_blank_values=True)
    topic = asked.pop("topic", [""])[0]
    address = parts._replace(query=urlencode(asked, doseq=True)).geturl() if topic else url

    def compose(message: Claim) -> dict[str, Any]:
        return compose_hook(message) | ({"topic": topic} if topic else {})

    return Route(compose=compose, transport=WebHook(address))
