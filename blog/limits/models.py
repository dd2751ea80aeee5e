"""Tables: the day's key, the rows that are locked, and what was done when."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id


class ClientKey(Base):
    """Hold the random key of one UTC day, under which addresses are kept."""

    __tablename__ = "client_keys"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class LimitBucket(Base):
    """Be the row that one client's requests lock, so that they are counted one by one."""

    __tablename__ = "limit_buckets"

    name: Mapped[str] = mapped_column(primary_key=True)
    touched_at: Mapped[datetime] = mapped_column(index=True)


class LimitHit(Base):
    """Record that something limited was done."""

    __tablename__ = "limit_hits"
    __table_args__ = (Index(None, "bucket", "happened_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    bucket: Mapped[str]
    happened_at: Mapped[datetime]
