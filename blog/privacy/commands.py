"""Erase the data of a browser or of an e-mail address: comments, fingerprints and messages."""

from collections.abc import Sequence

from blog.comments.models import REPLY_NOTICE
from blog.comments.removal import BATCH, delete_comments
from blog.limits.commands import delete_counts
from blog.outbox.commands import erase, erase_addresses, erase_recipient
from blog.privacy.queries import (
    hash_spellings,
    list_all_own_comments,
    list_comments_of,
    list_message_ids,
    list_reply_ids,
    list_spellings,
)
from blog.reports.commands import delete_reports
from blog.rules.commands import delete_sender_rules


def erase_browser(*, owner_hash: str) -> list[str]:
    """Erase the comments of a browser and the data about it; return the ids of messages about them.

    Keeps whether an e-mail address is confirmed or stopped, which only its owner may erase.
    """
    comments = list_all_own_comments(owner_hash=owner_hash)
    message_ids = _erase_comments([comment.id for comment in comments])
    delete_sender_rules(owner_hashes=[owner_hash], emails=[])
    delete_counts(names=[f"browser:{owner_hash}"])
    return message_ids


def erase_address(*, email: str, secret_key: str) -> list[str]:
    """Erase the comments with an e-mail address and the data about it, in all its spellings.

    Keeps the fingerprint of an address whose owner wants no mail. Returns the Message-IDs of the
    messages about the comments.
    """
    spellings = list_spellings(email=email)
    comments = list_comments_of(emails=spellings)
    message_ids = _erase_comments([comment.id for comment in comments])
    erase_recipient(spellings=spellings)
    erase_addresses(address_hashes=hash_spellings(spellings, secret_key=secret_key))
    owners = {owner for c in comments for owner in (c.owner_hash, c.resent_owner_hash) if owner}
    delete_sender_rules(owner_hashes=sorted(owners), emails=spellings)
    delete_counts(names=[f"browser:{owner}" for owner in sorted(owners)])
    return message_ids


def _erase_comments(comment_ids: Sequence[int]) -> list[str]:
    """Delete comments with their reports and notices; return the Message-IDs of the notices."""
    message_ids = []
    for start in range(0, len(comment_ids), BATCH):
        ids = comment_ids[start : start + BATCH]
        message_ids += list_message_ids(comment_ids=ids)
        # Notices of replies to these comments went only to the comments' authors.
        erase(kind=REPLY_NOTICE, subject_ids=list_reply_ids(comment_ids=ids))
        delete_comments(comment_ids=ids)
        # Blanked comments still have their reports.
        delete_reports(comment_ids=ids)
    return message_ids
