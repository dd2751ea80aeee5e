"""Table: proofs of work that were used."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base


class SpentProof(Base):
    """A proof of work that was used, kept until it expires so that it is not used twice."""

    __tablename__ = "spent_proofs"

    nonce: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
