"""Table: proofs that were used."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base


class SpentProof(Base):
    """Remember a challenge that was answered, until it would have run out anyway."""

    __tablename__ = "spent_proofs"

    nonce: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
