"""Erase somebody: what they wrote, what is known of them, and what waits to be sent to them."""

from collections.abc import Sequence

from blog.comments.models import REPLY_NOTICE
from blog.comments.removal import BATCH, delete_comments
from blog.limits.commands import forget_names
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
from blog.rules.commands import forget_sender


def erase_browser(*, owner_hash: str) -> list[str]:
    """Erase what a browser sent; return by what the letters about it are known.

    What the owner of an address wants is not the browser's to forget.
    """
    comments = list_all_own_comments(owner_hash=owner_hash)
    letters = _erase_comments([comment.id for comment in comments])
    forget_sender(owner_hashes=[owner_hash], emails=[])
    forget_names(names=[f"browser:{owner_hash}"])
    return letters


def erase_address(*, email: str, secret_key: str) -> list[str]:
    """Erase what came with an e-mail address, and the address, in whatever case it was typed.

    That its owner wants no mail is kept, as a fingerprint. Returns by what the letters about the
    comments are known.
    """
    spellings = list_spellings(email=email)
    comments = list_comments_of(emails=spellings)
    letters = _erase_comments([comment.id for comment in comments])
    erase_recipient(spellings=spellings)
    erase_addresses(address_hashes=hash_spellings(spellings, secret_key=secret_key))
    owners = {owner for c in comments for owner in (c.owner_hash, c.resent_owner_hash) if owner}
    forget_sender(owner_hashes=sorted(owners), emails=spellings)
    forget_names(names=[f"browser:{owner}" for owner in sorted(owners)])
    return letters


def _erase_comments(comment_ids: Sequence[int]) -> list[str]:
    letters = []
    for start in range(0, len(comment_ids), BATCH):
        ids = comment_ids[start : start + BATCH]
        letters += list_message_ids(comment_ids=ids)
        # Of replies to them only their writer was to be told.
        erase(kind=REPLY_NOTICE, subject_ids=list_reply_ids(comment_ids=ids))
        delete_comments(comment_ids=ids)
        # Those of a comment that stands without its words.
        delete_reports(comment_ids=ids)
    return letters
