"""The figures of the site as metrics of Prometheus."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from math import inf
from typing import Any

from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import (
    GaugeHistogramMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from blog.db.transactions import end_read_transaction
from blog.jobs.models import Job
from blog.jobs.queries import find_last_finished
from blog.marks.models import REPORTED, REVISED
from blog.moderation.states import LEFT_REASONS
from blog.monitoring.configuration import read_release
from blog.monitoring.figures import (
    WAITS,
    count_by_reason,
    count_decided,
    count_waiting,
    find_oldest_waiting,
)
from blog.outbox.queries import count_by_state, find_oldest_due
from blog.web.measuring import collect_requests

# Reasons that are lists of the queue; the others are why a comment was held for review.
LISTS = {REPORTED: "reported", REVISED: "edited", **dict.fromkeys(LEFT_REASONS, "discussion")}


class _Registry:
    """What prometheus-client asks for the metrics."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self.metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """Return the metrics."""
        return self.metrics


def render_metrics(*, now: datetime) -> bytes:
    """Return all metrics in Prometheus's text format.

    If the database does not respond, they say so and are those of the requests.
    """
    metrics: list[Metric] = [InfoMetricFamily("second_lead", "The release.", {"release": RELEASE})]
    try:
        metrics += _read_database(now)
        is_up = True
    except (DBAPIError, PoolTimeoutError):
        is_up = False
    metrics.append(_gauge("database_up", "Whether the database responds.", is_up))
    return generate_latest(_Registry([*metrics, *collect_requests()]))


RELEASE = read_release()


def _read_database(now: datetime) -> list[Metric]:
    metrics = [*_queue(now), *_decisions(now), *_outbox(now), _jobs(now)]
    end_read_transaction()
    return metrics


def _queue(now: datetime) -> Iterator[Metric]:
    waiting, again = count_waiting()
    reasons = count_by_reason()
    lists = {label: reasons.pop(name) for name, label in LISTS.items()}
    yield _gauge(
        "queue_comments", "Waiting comments: all, never published, and of each list.",
        {"waiting": waiting, "new": waiting - again, **lists}, "status",
    )  # fmt: skip
    yield _gauge(
        "queue_oldest_seconds", "How long the comment has waited that waits longest, 0 if none.",
        _age(find_oldest_waiting(), now, never=0),
    )  # fmt: skip
    yield _gauge(
        "held_comments", "Waiting comments by the reason why they were held for review.",
        reasons, "reason",
    )  # fmt: skip


def _decisions(now: datetime) -> Iterator[Metric]:
    decided = count_decided(now=now)
    yield _gauge(
        "decisions_last_day", "Decisions of the last 24 hours.", decided.by_verdict, "verdict"
    )
    waits = decided.waits
    bounds = [(str(float(bound)), count) for bound, count in zip(WAITS, waits.counts, strict=True)]
    yield GaugeHistogramMetricFamily(
        "second_lead_decision_wait_seconds",
        "How long comments waited for the first decisions of the last 24 hours.",
        [*bounds, ("+Inf", waits.total)],
        waits.seconds,
    )


def _outbox(now: datetime) -> Iterator[Metric]:
    yield _gauge("outbox_messages", "Messages of the outbox.", count_by_state(), "state")
    yield _gauge(
        "outbox_lag_seconds", "How long the oldest due message has been due, 0 if none is.",
        _age(find_oldest_due(now=now), now, never=0),
    )  # fmt: skip


def _jobs(now: datetime) -> Metric:
    ages = {str(job): _age(find_last_finished(job), now, never=inf) for job in Job}
    text = "How long ago the job last finished, +Inf if it never did."
    # Prometheus itself uses the label `job`.
    return _gauge("job_age_seconds", text, ages, "task")


def _gauge(
    name: str, text: str, value: float | Mapping[Any, float], label: str | None = None
) -> Metric:
    """Return a gauge with one value, or with one for each value of a label."""
    if isinstance(value, Mapping):
        assert label is not None
        gauge = GaugeMetricFamily(f"second_lead_{name}", text, labels=[label])
        for key, number in value.items():
            gauge.add_metric([str(key)], number)
        return gauge
    return GaugeMetricFamily(f"second_lead_{name}", text, value)


def _age(since: datetime | None, now: datetime, *, never: float) -> float:
    return never if since is None else max((now - since).total_seconds(), 0)
