"""The table of the jobs that ran, and the names of the jobs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, stored_enum


class Job(StrEnum):
    """A job that a timer runs."""

    MAINTENANCE = "maintenance"
    BACKUP = "backup"


class JobRun(Base):
    """When a job last finished without an error; one row for each job."""

    __tablename__ = "job_runs"

    job: Mapped[Job] = mapped_column(stored_enum(Job, "job"), primary_key=True)
    finished_at: Mapped[datetime]
