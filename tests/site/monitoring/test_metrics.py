"""GET /metrics: who may read it, and its figures."""

from math import inf

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from blog import create_app
from blog.db.engine import db
from blog.db.transactions import write
from blog.jobs.commands import record_finished
from blog.jobs.models import Job
from blog.moderation.states import Verdict
from blog.web.current import current_time
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_report,
    make_review,
    make_revision,
)
from tests.databases import make_settings, on_both
from tests.db.tables import writing
from tests.outbox.sending import change_settings, enqueue_notices, later

TOKEN = "a-token-for-metrics-0123456789"


@pytest.fixture
def figures(app, client):
    """Return a function that reads the metrics, as {name: {labels: value}}."""
    change_settings(app, metrics_token=TOKEN)

    def read() -> dict[str, dict[tuple[str, ...], float]]:
        db.session.rollback()
        response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert response.status_code == 200
        found: dict[str, dict[tuple[str, ...], float]] = {}
        for family in text_string_to_metric_families(response.text):
            for sample in family.samples:
                values = found.setdefault(sample.name.removeprefix("second_lead_"), {})
                values[tuple(sample.labels.values())] = sample.value
        return found

    return read


def test_metrics_do_not_exist_until_a_token_is_set(client):
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
)
def test_metrics_are_for_whoever_has_the_token(app, client, header):
    change_settings(app, metrics_token=TOKEN)
    headers = {} if header is None else {"Authorization": header.encode().decode("latin-1")}
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "second_lead" not in response.text


def test_metrics_are_neither_cached_nor_compressed(app, client):
    change_settings(app, metrics_token=TOKEN)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "br, gzip"}
    response = client.get("/metrics", headers=headers)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in response.headers


@on_both
def test_metrics_count_what_waits_and_why(figures):
    review, moderator = make_review(), make_moderator()
    now = current_time()
    make_comment(review=review, body="One", now=now)
    make_comment(review=review, body="Two", is_trapped=True, now=now)
    discussed = make_comment(review=review, body="Three", now=now)
    make_decision(comment=discussed, moderator=moderator, verdict=Verdict.DISCUSS)
    make_report(comment=make_published_comment(review=review, moderator=moderator, body="Four"))
    edited = make_published_comment(review=review, moderator=moderator, body="Five")
    make_revision(comment=edited, body="Six")
    later(hours=2)
    found = figures()
    assert found["queue_comments"] == {
        ("waiting",): 5, ("new",): 3, ("reported",): 1, ("edited",): 1, ("discussion",): 1,
    }  # fmt: skip
    assert found["held_comments"]["trap",] == 1
    assert found["held_comments"]["links",] == 0
    assert found["queue_oldest_seconds"][()] >= 7200


@on_both
def test_metrics_leave_out_the_comments_of_deleted_reviews(figures):
    make_comment(review=make_review())
    with_deleted = "UPDATE drafts SET deleted_at = '2026-01-01 00:00:00'"
    with writing() as connection:
        connection.execute(text(with_deleted))
    assert figures()["queue_comments"]["waiting",] == 0


@on_both
def test_metrics_say_how_long_decisions_took_on_the_last_day(figures):
    review, moderator = make_review(), make_moderator()
    early = make_comment(review=review, body="One", now=current_time())
    make_decision(comment=early, moderator=moderator, verdict=Verdict.SPAM, now=current_time())
    later(hours=23)
    comment = make_comment(review=review, body="Two", now=current_time())
    later(minutes=10)
    make_decision(comment=comment, moderator=moderator, now=current_time())
    found = figures()
    assert found["decisions_last_day"]["approve",] == found["decisions_last_day"]["spam",] == 1
    buckets = found["decision_wait_seconds_bucket"]
    assert [buckets[le,] for le in ("60.0", "300.0", "900.0", "+Inf")] == [1, 1, 2, 2]
    assert found["decision_wait_seconds_gsum"][()] == 600
    later(hours=1)
    found = figures()
    assert found["decisions_last_day"]["spam",] == 0
    assert found["decision_wait_seconds_gcount"][()] == 1


@on_both
def test_metrics_say_how_old_the_jobs_and_the_due_mail_are(figures):
    assert figures()["job_age_seconds"]["backup",] == inf
    write(record_finished, job=Job.BACKUP, now=current_time())
    enqueue_notices()
    later(minutes=5)
    found = figures()
    assert found["job_age_seconds"]["backup",] == 300
    assert found["outbox_lag_seconds"][()] == 300
    assert found["outbox_messages"]["waiting",] == 1


def test_metrics_without_a_database_say_so(tmp_path):
    settings = make_settings(
        database_url="sqlite:////no/such/folder/x.sqlite3", data_dir=tmp_path, metrics_token=TOKEN
    )
    client = create_app(settings).test_client()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    response = client.get("/metrics", base_url="https://drama.example", headers=headers)
    assert response.status_code == 200
    assert "second_lead_database_up 0.0" in response.text
    assert "queue_comments" not in response.text
