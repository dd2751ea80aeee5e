"""Record that a job finished."""

from datetime import datetime

from blog.db.engine import db, insert_into
from blog.jobs.models import Job, JobRun


def record_finished(*, job: Job, now: datetime) -> None:
    """Record that a job finished at the time `now`, in place of its earlier run."""
    db.session.execute(
        insert_into(JobRun)
        .values(job=job, finished_at=now)
        .on_conflict_do_update(index_elements=["job"], set_={"finished_at": now})
    )
