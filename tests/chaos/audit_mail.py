"""Compare the outbox with what the mail server accepted."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from blog.comments.models import DECISION_NOTICE
from blog.moderation.states import Status
from blog.outbox.models import State
from tests.chaos.mail_recorder import Mail
from tests.chaos.stored import Fault, Stored


def check_mails(stored: Stored, mails: Sequence[Mail]) -> Iterator[Fault]:
    """Yield a fault for each mail that was lost, made up, or sent more often than tried.

    Delivery is at least once (docs/decisions/0012): a worker that dies after the mail server's
    answer sends the message again, with the same Message-ID.
    """
    accepted = Counter(mail.message_id.strip("<>").partition("@")[0] for mail in mails)
    for message in stored.messages:
        times = accepted.pop(message.message_id, 0)
        if message.state == State.SENT and not times:
            yield Fault("lost", "", f"message {message.id} is sent, but no server has it")
        if times > message.attempts:
            tried = message.attempts
            yield Fault("twice", "", f"message {message.id}: {times} mails in {tried} attempts")
        if times and message.state in (State.CANCELLED, State.FAILED):
            yield Fault("wrong", "", f"message {message.id} was accepted and is {message.state}")
    for message_id in accepted:
        yield Fault("wrong", "", f"a mail {message_id} that the outbox does not know")


def check_recipients(stored: Stored, mails: Sequence[Mail]) -> Iterator[Fault]:
    """Yield a fault for each reader who got more than one message.

    Each comment has an address of its own, and none is ever confirmed: it gets one message a day.
    """
    messages = defaultdict(set)
    for mail in mails:
        messages[mail.recipient].add(mail.message_id)
    for comment in stored.comments:
        found = messages.get(comment.author_email or "", set())
        if len(found) > 1:
            yield Fault("twice", "", f"{len(found)} messages to the author of comment {comment.id}")


def check_published_told(stored: Stored, mails: Sequence[Mail]) -> Iterator[Fault]:
    """Yield a fault for each published comment whose notice is neither sent nor queued.

    A notice may also have been kept back, because a worker died while it sent an earlier one to the
    same unconfirmed address: nobody knows whether that arrived, and one a day is the limit.
    """
    told = {mail.recipient for mail in mails}
    notices = defaultdict(list)
    for message in stored.messages:
        if message.kind == DECISION_NOTICE:
            notices[message.subject_id].append(message)
    for comment in stored.comments:
        if comment.status != Status.PUBLISHED or not comment.wants_notice:
            continue
        own = notices[comment.id]
        is_queued = any(message.state == State.WAITING for message in own)
        was_begun = any(m.state == State.SKIPPED and m.attempts > 1 for m in own[:-1])
        if not (comment.author_email in told or is_queued or was_begun):
            states = ", ".join(f"{m.key} {m.state} {m.note or ''}".strip() for m in own)
            yield Fault("lost", "", f"the notice of published comment {comment.id}: {states}")
