"""Commands that record used proofs of work."""

from datetime import datetime

from sqlalchemy import Executable, delete

from blog.db.engine import built, db, execute, insert_into
from blog.db.types import table_of
from blog.proofs.challenges import Proof
from blog.proofs.models import SpentProof


def spend_proof(*, proof: Proof) -> bool:
    """Record that a proof of work was used; return False if it had been used before."""
    row = {"nonce": proof.nonce, "expires_at": proof.expires_at}
    return execute(built(_spend), row).scalar_one_or_none() is not None


def _spend() -> Executable:
    spent = insert_into(table_of(SpentProof)).on_conflict_do_nothing(index_elements=["nonce"])
    return spent.returning(table_of(SpentProof).c.nonce)


def delete_expired_proofs(*, now: datetime) -> None:
    """Delete the records of proofs that have expired."""
    db.session.execute(delete(SpentProof).where(SpentProof.expires_at < now))
