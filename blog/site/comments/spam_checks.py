"""Check a comment for spam before it is stored. A failed check never refuses the comment."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import request
from markupsafe import Markup

from blog.captcha.verification import read_captcha
from blog.db.transactions import end_read_transaction
from blog.proofs.challenges import Proof, check_proof
from blog.rules.matching import Candidate, Judgement, judge
from blog.rules.queries import list_current_rules
from blog.site.comments.forms import BaseCommentForm, CommentForm
from blog.text.markup import list_links
from blog.web.current import current_settings, current_time


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """The results of the spam checks of a comment, without the captcha.

    They are the reasons for a moderator to look more closely, the valid proof of work if one was
    sent, and whether a rule says that the comment is spam.
    """

    found_reasons: dict[str, str | None] = field(default_factory=dict)
    proof: Proof | None = None
    is_spam: bool = False


def examine(
    form: CommentForm,
    *,
    review_id: int,
    body_html: Markup,
    owner_hash: str,
    client_names: Sequence[str],
) -> Findings:
    """Check a comment by the rules and its proof of work, and return the findings.

    The checks are slow, so views call this before a transaction begins.
    """
    judgement = examine_text(
        form, body_html=body_html, owner_hash=owner_hash, client_names=client_names
    )
    checked = check_proof(
        form.proof.data or "",
        review_id=review_id,
        secret_key=current_settings().secret_key,
        now=current_time(),
    )
    proof = checked if isinstance(checked, Proof) else None
    found = {
        "rule": judgement.detail,
        "proof": None if isinstance(checked, Proof) else checked.label,
    }
    found_reasons = {name: detail for name, detail in found.items() if detail is not None}
    return Findings(found_reasons=dict(found_reasons), proof=proof, is_spam=judgement.is_spam)


def ask_captcha() -> dict[str, str | None]:
    """Return why the captcha is a reason to look more closely, as {"captcha": detail}, or {}.

    Other requests may use the connection to the database while the captcha's server is asked.
    """
    end_read_transaction()
    detail = read_captcha(request.form, current_settings())
    return {} if detail is None else {"captcha": detail}


def examine_text(
    form: BaseCommentForm, *, body_html: Markup, owner_hash: str, client_names: Sequence[str]
) -> Judgement:
    """Check name, e-mail address, text, links and sender against the moderators' rules.

    `client_names` are the names of the sender's IP address.
    """
    candidate = Candidate(
        author_name=form.author_name.data,
        author_email=form.author_email.data or None,
        body=form.body.data,
        links=list_links(body_html),
        owner_hash=owner_hash,
        client_names=client_names,
    )
    return judge(rules=list_current_rules(now=current_time()), candidate=candidate)
