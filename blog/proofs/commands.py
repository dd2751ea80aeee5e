"""Use proofs up."""

from datetime import datetime

from sqlalchemy import delete

from blog.db.engine import db, insert_into
from blog.proofs.challenges import Proof
from blog.proofs.models import SpentProof


def spend_proof(*, proof: Proof) -> bool:
    """Use a proof up, and tell whether this is the first use of it."""
    spent = (
        insert_into(SpentProof)
        .values(nonce=proof.nonce, expires_at=proof.expires_at)
        .on_conflict_do_nothing(index_elements=["nonce"])
        .returning(SpentProof.nonce)
    )
    return db.session.execute(spent).scalar_one_or_none() is not None


def forget_proofs(*, now: datetime) -> None:
    """Delete what nobody could use any more, used or not."""
    db.session.execute(delete(SpentProof).where(SpentProof.expires_at < now))
