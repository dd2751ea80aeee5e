"""Checks of the work that goes on: maintenance, backups, moderation, the outbox."""

from datetime import datetime, timedelta

from blog.accounts.queries import count_active_moderators
from blog.jobs.models import Job
from blog.jobs.queries import find_last_finished
from blog.monitoring.figures import find_oldest_waiting
from blog.monitoring.findings import Examined, Finding, State, describe_age
from blog.outbox.models import State as MessageState
from blog.outbox.queries import count_by_state, count_failed, find_oldest_due

# Both jobs run every day; a day more forgives one run that failed.
JOB_AGE = timedelta(days=2)
WAITING_AGE = timedelta(days=1)
# A sender takes a due message within seconds, unless many are due.
SENDER_DELAY = timedelta(minutes=2)
STUCK_AFTER = timedelta(minutes=15)
FAILED_LATELY = timedelta(days=1)
OUTBOX = "outbox"
JOB_REMEDIES = {
    Job.MAINTENANCE: "Let a timer run `flask --app wsgi maintenance` every day.",
    Job.BACKUP: "Let a timer run `flask --app wsgi backup create` every day.",
}


def check_jobs(examined: Examined) -> list[Finding]:
    """Check that maintenance and the backup finished lately."""
    return [_check_job(job, now=examined.now) for job in Job]


def check_queue(examined: Examined) -> Finding:
    """Check that no comment has waited for long."""
    oldest = find_oldest_waiting()
    if oldest is None:
        return Finding("queue", State.OK, "No comment is waiting.")
    sentence = f"The oldest waiting comment has waited for {describe_age(examined.now - oldest)}."
    if examined.now - oldest <= WAITING_AGE:
        return Finding("queue", State.OK, sentence)
    return Finding("queue", State.WARNING, sentence, "Decide on it at /admin/comments.")


def check_moderators(_examined: Examined) -> Finding:
    """Check that somebody can sign in."""
    count = count_active_moderators()
    if count:
        return Finding("moderators", State.OK, f"{count} can sign in.")
    return Finding(
        "moderators", State.FAILED, "Nobody can sign in, so no comment can be published.",
        "`flask --app wsgi moderator create EMAIL` creates an account.",
    )  # fmt: skip


def check_outbox(examined: Examined) -> Finding:
    """Check that due messages are sent, and that none failed lately."""
    now = examined.now
    failed = count_failed(since=now - FAILED_LATELY)
    waiting = count_by_state()[MessageState.WAITING]
    oldest = find_oldest_due(now=now)
    sentence = f"{waiting} waiting, {failed} failed within a day; " + (
        f"the oldest is due for {describe_age(now - oldest)}." if oldest else "none is due."
    )
    if oldest and now - oldest > SENDER_DELAY:
        state = State.FAILED if now - oldest > STUCK_AFTER else State.WARNING
        return Finding(
            OUTBOX, state, sentence,
            "Check that `flask --app wsgi outbox run` runs, and `outbox list` for its errors.",
        )  # fmt: skip
    if failed:
        return Finding(OUTBOX, State.WARNING, sentence, "`outbox list` says why they failed.")
    return Finding(OUTBOX, State.OK, sentence)


def is_stuck(*, now: datetime) -> bool:
    """Return whether a message has been due for so long that the outbox must be stuck."""
    oldest = find_oldest_due(now=now)
    return oldest is not None and now - oldest > STUCK_AFTER


def _check_job(job: Job, *, now: datetime) -> Finding:
    finished_at = find_last_finished(job)
    if finished_at is None:
        sentence, is_late = f"The {job} has never finished.", True
    else:
        age = now - finished_at
        sentence, is_late = f"It last finished {describe_age(age)} ago.", age > JOB_AGE
    if not is_late:
        return Finding(job, State.OK, sentence)
    return Finding(job, State.WARNING, sentence, JOB_REMEDIES[job])
