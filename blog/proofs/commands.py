"""Commands that record used proofs of work."""

from datetime import datetime

from sqlalchemy import delete

from blog.db.engine import db, insert_into
from blog.proofs.challenges import Proof
from blog.proofs.models import SpentProof


def spend_proof(*, proof: Proof) -> bool:
    """Record that a proof of work was used; return False if it had been used before."""
    spent = (
        insert_into(SpentProof)
        .values(nonce=proof.nonce, expires_at=proof.expires_at)
        .on_conflict_do_nothing(index_elements=["nonce"])
        .returning(SpentProof.nonce)
    )
    return db.session.execute(spent).scalar_one_or_none() is not None


def delete_expired_proofs(*, now: datetime) -> None:
    """Delete the records of proofs that have expired."""
    db.session.execute(delete(SpentProof).where(SpentProof.expires_at < now))
