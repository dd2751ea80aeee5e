"""When jobs last finished."""

from datetime import datetime

from sqlalchemy import select

from blog.db.engine import db
from blog.jobs.models import Job, JobRun


def find_last_finished(job: Job) -> datetime | None:
    """Return when a job last finished without an error, or None if it never did."""
    return db.session.execute(select(JobRun.finished_at).where(JobRun.job == job)).scalar()
