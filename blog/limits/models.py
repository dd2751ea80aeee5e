"""Tables for rate limits: the counted actions, a row to lock per sender, each day's secret key."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id


class ClientKey(Base):
    """The random key of one UTC day, with which the names of IP addresses are computed."""

    __tablename__ = "client_keys"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class LimitBucket(Base):
    """A row that requests of one client lock, so that they are counted one after another."""

    __tablename__ = "limit_buckets"

    name: Mapped[str] = mapped_column(primary_key=True)
    touched_at: Mapped[datetime] = mapped_column(index=True)


class LimitHit(Base):
    """One counted action of a client."""

    __tablename__ = "limit_hits"
    __table_args__ = (Index(None, "bucket", "happened_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    bucket: Mapped[str]
    happened_at: Mapped[datetime]
