"""Decide on several comments at one stroke: on ticked ones, and on copies behind one row."""

import secrets

from flask import abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from blog.comments.states import Verdict
from blog.db.transactions import write
from blog.decisions.commands import Outcome, decide
from blog.decisions.queries import list_bulk
from blog.decisions.recording import Ruling
from blog.desk.account.signing_in import current_moderator
from blog.desk.forms import BulkForm
from blog.desk.queue.fragments import answer_row, read_rows, summarise, way_back
from blog.desk.queue.queries import differ_though_copies
from blog.web.current import current_time
from blog.web.htmx import wants_fragment

UNREAD = (
    "Several wordings, names or reviews stand behind one row: open it and approve them there."
    " Nothing was changed."
)


def answer_group(comment_id: int) -> AnyResponse:
    """Decide on a comment and the copies it stands for; answer with the row that stands for all."""
    form = BulkForm.sent()
    rows = read_rows([comment_id])
    if not rows:
        abort(404)
    if not form.validate():
        return answer_row(rows[0], 422, notice=form.fault)
    if is_unread(form):
        return answer_row(rows[0], 422, notice=UNREAD)
    outcomes, bulk_key = decide_all(form)
    verdict = Verdict(form.verdict.data)
    summary = summarise(outcomes, verdict)
    row = read_rows([comment_id])[0]
    is_done = any(outcome.is_done for outcome in outcomes)
    if not is_done:
        return answer_row(row, 409, notice=f"{summary}. Nothing was changed by you.")
    if not wants_fragment():
        return redirect(way_back(), 303)
    if row.comment.waiting_since is not None:
        # It changed, or was reported, while its copies were decided on: it still waits.
        return answer_row(row, 200, notice=f"{summary}. The log has what was decided.")
    return answer_row(row, 200, is_done=True, group=summary, stroke=bulk_key)


def decide_all(form: BulkForm) -> tuple[list[Outcome], str]:
    """Decide on what a form names; return what became of each, and the key of the stroke."""
    bulk_key = secrets.token_hex(16)
    ruling = Ruling(
        verdict=Verdict(form.verdict.data),
        moderator_id=current_moderator().id,
        now=current_time(),
        reason=form.full_reason,
        is_told=form.is_told.data,
        bulk_key=bulk_key,
    )
    seen = list_bulk(bulk_key=form.bulk.data) if form.bulk.data else form.seen()
    outcomes = write(decide, seen=seen, ruling=ruling)
    # Sent again after a lost answer, they were decided under the key of the first time.
    done = (o.last_decision for o in outcomes if o.is_done)
    return outcomes, next((d.bulk_key for d in done if d and d.bulk_key), bulk_key)


def is_unread(form: BulkForm) -> bool:
    """Tell whether copies would be published that differ from the one that stands for them."""
    return (
        Verdict(form.verdict.data).entry.is_approval
        and not form.is_opened.data
        and any(differ_though_copies(comment_ids=group) for group in form.groups())
    )
