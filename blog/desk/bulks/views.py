"""Views for bulk decisions and for deleting all spam."""

from collections.abc import Sequence

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.ids import read_id
from blog.db.transactions import write
from blog.decisions.commands import empty_spam
from blog.decisions.models import LARGEST_BULK
from blog.decisions.queries import get_purge_bounds
from blog.desk.account.signing_in import current_moderator, find_token_owner
from blog.desk.bulks.forms import BulkForm, PurgeForm
from blog.desk.decisions.deciding import DecisionResult, decide_on
from blog.desk.decisions.responses import find_return_url, read_typed
from blog.desk.decisions.wording import explain_refusal
from blog.desk.filtering import BadFilterError, write_seen
from blog.desk.queue.contexts import (
    count_context,
    read_rows,
    row_context,
    undos_of,
)
from blog.desk.queue.filters import read_filter, write_filter
from blog.desk.queue.matching import QueueFilter
from blog.desk.queue.queries import list_matching, list_queue
from blog.desk.queue.row_queries import Row
from blog.desk.queue.tabs import Tab
from blog.desk.undoing import Undo, undo_of_bulk
from blog.moderation.states import VERDICTS
from blog.text.language import gettext as _
from blog.web.current import current_time
from blog.web.htmx import wants_fragment

blueprint = Blueprint("bulk", __name__)

SAMPLE_SIZE = 10
# The hidden fields of a bulk form, which are sent again with it.
RESENT = ("items", "bulk", "is_opened", "shown", "lead", "back")
# The most comments that one transaction deletes, and that one request deletes.
PURGE_BATCH_SIZE = 500
MAX_PURGED = 10_000


@blueprint.get("/bulks/new")
def new() -> str:
    """Show how many comments match a filter, with a sample, and ask to confirm a bulk decision."""
    given = request.args.get("verdict", "")
    asked = {
        verdict.value: verdict.entry.bulk_label for verdict in VERDICTS if verdict.entry.bulk_label
    }
    if given not in asked:
        abort(
            400, _("%(name)s must be one of %(values)s.", name="verdict", values=", ".join(asked))
        )
    try:
        # A decision without a status is for waiting comments, even with a search.
        wanted = read_filter({"status": Tab.PENDING.value, **request.args.to_dict()})
    except BadFilterError as error:
        abort(400, str(error))
    if not wanted.tab.bulk_verdicts:
        abort(400, _("status must name one list: no decision is possible in every state."))
    now = current_time()
    seen, total = list_matching(wanted=wanted, now=now)
    return render_template(
        "desk/bulks/new.html",
        verdict=given,
        asked=asked[given],
        items=write_seen(seen),
        count=len(seen),
        total=total,
        largest=LARGEST_BULK,
        sample=list_queue(wanted=wanted, now=now, size=SAMPLE_SIZE).items,
        wanted=wanted,
        back=url_for("admin.moderation.queue", **write_filter(wanted)),
        **row_context(),
    )


@blueprint.post("/bulks")
def create() -> AnyResponse:
    """Decide on many comments at once, or undo a bulk, and respond with the result of each."""
    form = BulkForm.sent()
    if not form.validate():
        return _refuse(form)
    result = decide_on(form.seen(), form, is_bulk=True)
    shown = _list_shown_rows(form)
    rows = read_rows(shown)
    template = "desk/bulks/create.hx.html" if wants_fragment() else "desk/bulks/create.html"
    page = render_template(
        template,
        heading=_make_heading(result),
        summary=result.summary,
        undo=_undo_of(result, shown),
        rows=rows,
        lead=_find_lead(rows),
        results={each.comment_id: each for each in result.results},
        failed=[each for each in result.results if not each.is_done],
        is_undo=result.verdict.is_undo,
        is_elsewhere=False,
        undos=undos_of(rows),
        typed={},
        back=find_return_url(),
        explain_refusal=explain_refusal,
        **count_context(),
        **row_context(),
    )
    return make_response(page, 200 if result.is_done else 409)


@blueprint.get("/purges/new")
def new_purge() -> str:
    """Ask the moderator to confirm that all current spam is deleted permanently."""
    decision, comment = get_purge_bounds()
    return render_template(
        "desk/bulks/new_purge.html",
        until_decision=decision,
        until_comment=comment,
        count=list_matching(wanted=QueueFilter(tab=Tab.SPAM), now=current_time())[1],
        most=MAX_PURGED,
        **row_context(),
    )


@blueprint.post("/purges")
def create_purge() -> AnyResponse:
    """Delete all spam within the limits of the form; spam that came later stays."""
    form = PurgeForm.sent()
    if not form.validate():
        abort(
            422,
            _("The form was incomplete. Open the page again; nothing was deleted."),
        )
    deleted = 0
    while deleted < MAX_PURGED:
        count = write(
            empty_spam,
            until_decision=form.until_decision.data,
            until_comment=form.until_comment.data,
            size=PURGE_BATCH_SIZE,
        )
        deleted += count
        if count < PURGE_BATCH_SIZE:
            break
    return redirect(url_for("admin.moderation.queue", status="spam", purged=deleted), 303)


def _make_heading(result: DecisionResult) -> str:
    if not result.is_done:
        return _("Nothing was changed")
    return _("Undone") if result.verdict.is_undo else _("Decided")


def _list_shown_rows(form: BulkForm) -> list[int]:
    """Return the sorted ids of comments whose rows on the moderator's page must be updated."""
    named = f"{request.form.get('shown', '')},{request.form.get('lead', '')}".split(",")
    leads = [text.partition(",")[0].partition(".")[0] for text in form.items.raw_data or []]
    return sorted({number for text in [*named, *leads] if (number := read_id(text))})[:LARGEST_BULK]


def _find_lead(rows: Sequence[Row]) -> Row | None:
    """Return the row of copies whose own undo button sent the form, None if there is none."""
    lead = request.form.get("lead", "")
    return next((row for row in rows if str(row.comment.id) == lead), None)


def _undo_of(result: DecisionResult, shown: Sequence[int]) -> Undo | None:
    """Return the undo form of a bulk, None if nothing was decided or the bulk was an undo."""
    if not result.bulk_key or not result.is_done or result.verdict.is_undo:
        return None
    return undo_of_bulk(result.bulk_key, shown=",".join(map(str, shown)))


def _refuse(bulk: BulkForm) -> AnyResponse:
    """Refuse a bulk; show a plain form whose page had expired again, to be sent with a click."""
    fault = bulk.fault
    if wants_fragment():
        return make_response(render_template("desk/bulks/refused.hx.html", fault=fault), 422)
    # Never somebody else's selection: another moderator may have signed in meanwhile.
    owner_id = find_token_owner(request.form.get("csrf_token", ""))
    is_own = owner_id in (None, current_moderator().id)
    is_expired = set(bulk.errors) == {"csrf_token"} and is_own
    page = render_template(
        "desk/bulks/refused.html",
        fault=fault,
        verdict=bulk.chosen_verdict if is_expired else None,
        count=len(bulk.seen()) if is_expired else 0,
        fields=[(name, value) for name in RESENT for value in request.form.getlist(name)],
        typed=read_typed(),
        back=find_return_url(),
        **row_context(),
    )
    return make_response(page, 422)
