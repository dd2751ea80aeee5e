"""Views of the rules: the list, the form, and the trial of a rule on decided comments."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from blog.comments.queries import find_comment
from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.ids import LARGEST_ID, read_id
from blog.db.transactions import write
from blog.desk.account.signing_in import current_moderator
from blog.desk.rules.examining import (
    Examination,
    NoDraftError,
    examine,
    fill_from_comment,
    refuse_duplicate,
)
from blog.desk.rules.forms import RuleForm
from blog.limits.queries import get_key_end
from blog.rules.commands import (
    DuplicateRuleError,
    UnknownRuleError,
    create_rule,
    remove_rule,
    update_rule,
)
from blog.rules.models import Action, Kind, Rule
from blog.rules.queries import (
    find_rule,
    list_existing_ids,
    list_rules,
)
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.web.current import current_time
from blog.web.forms import Form
from blog.web.htmx import redirect_page, wants_fragment
from blog.web.refusals import EXPIRED, refuse

blueprint = Blueprint("rules", __name__)

RULE = f"/rules/<int(max={LARGEST_ID}):rule_id>"


class Section(NamedTuple):
    """A section of the list of rules; its link for a new rule opens the first of its kinds."""

    title: str
    add: str
    kinds: Sequence[Kind]
    hint: str = ""


SECTIONS = (
    Section(lazy_gettext("Words"), lazy_gettext("Add a word"), [Kind.WORD]),
    Section(lazy_gettext("Links"), lazy_gettext("Add a link"), [Kind.LINK]),
    Section(lazy_gettext("Domains"), lazy_gettext("Add a domain"), [Kind.DOMAIN]),
    Section(
        lazy_gettext("Senders"),
        lazy_gettext("Add a sender"),
        [Kind.EMAIL, Kind.NAME, Kind.BROWSER, Kind.CLIENT],
        lazy_gettext(
            "To add a rule for a browser or an IP address, open “More” in the row of a comment."
        ),
    ),
)
DONE = {
    "saved": lazy_gettext("The rule is saved and checks every new comment."),
    "removed": lazy_gettext("The rule is removed. Comments it caught stay as they are."),
}
GONE = lazy_gettext("This rule no longer exists. Nothing was changed.")


@blueprint.get("/rules")
def index() -> str:
    """Show all rules in sections by kind."""
    return _render_index()


@blueprint.get("/rules/new")
def new() -> AnyResponse:
    """Show the form of a new rule, filled from the query parameters or from a comment."""
    name = request.args.get("kind", "")
    kind = Kind(name) if name in list(Kind) else Kind.WORD
    form = RuleForm.empty(kind=kind, action=Action.HOLD, pattern=request.args.get("pattern", ""))
    examination = Examination(form=form)
    try:
        if "comment" in request.args or not kind.is_typed:
            fill_from_comment(
                examination, kind, request.args.get("comment", ""), now=current_time()
            )
    except NoDraftError as error:
        form.kind.data = kind if kind.is_typed else Kind.WORD
        examination.refuse(error.status, error.reason)
    return _respond(examination)


@blueprint.post("/rules/trials")
def create_trial() -> AnyResponse:
    """Show which decided comments a rule would have caught, without saving the rule."""
    return _respond(examine(RuleForm.sent(), _get_edited(), now=current_time()))


@blueprint.post("/rules")
def create() -> AnyResponse:
    """Save a new rule, or show the form again if the form is refused."""
    examination = examine(RuleForm.sent(), None, now=current_time())
    if examination.draft is None or examination.status != 200:
        return _respond(examination)
    try:
        write(
            create_rule,
            draft=examination.draft,
            moderator_id=current_moderator().id,
            now=current_time(),
        )
    except DuplicateRuleError:
        refuse_duplicate(examination)
        return _respond(examination)
    except DatabaseBusyError:
        return _respond_busy(examination)
    return _redirect_to(url_for("admin.rules.index", done="saved"))


@blueprint.get(f"{RULE}/edit")
def edit(rule_id: int) -> AnyResponse:
    """Show the form of an existing rule."""
    rule = find_rule(rule_id=rule_id) or abort(404, GONE)
    form = RuleForm.empty(
        kind=rule.kind,
        pattern=rule.pattern,
        comment=str(rule.comment_id or ""),
        action=rule.action,
        note=rule.note or "",
    )
    return _respond(Examination(form=form, rule=rule))


@blueprint.post(RULE)
def update(rule_id: int) -> AnyResponse:
    """Save the changes to a rule, or show the form again if the form is refused."""
    rule = find_rule(rule_id=rule_id) or abort(404, GONE)
    examination = examine(RuleForm.sent(), rule, now=current_time())
    if examination.draft is None or examination.status != 200:
        return _respond(examination)
    try:
        write(update_rule, rule_id=rule_id, draft=examination.draft)
    except UnknownRuleError:
        abort(404, GONE)
    except DuplicateRuleError:
        refuse_duplicate(examination)
        return _respond(examination)
    except DatabaseBusyError:
        return _respond_busy(examination)
    return _redirect_to(url_for("admin.rules.index", done="saved"))


@blueprint.post(f"{RULE}/removal")
def destroy(rule_id: int) -> AnyResponse:
    """Delete a rule."""
    if not Form.sent().validate():
        return refuse(_render_index(fault=EXPIRED), 422)
    try:
        write(remove_rule, rule_id=rule_id)
    except UnknownRuleError:
        abort(404, GONE)
    return _redirect_to(url_for("admin.rules.index", done="removed"))


def _get_edited() -> Rule | None:
    """Return the rule that the form changes, None for a new rule."""
    given = request.form.get("rule", "")
    if not given:
        return None
    number = read_id(given)
    rule = find_rule(rule_id=number) if number is not None else None
    return rule or abort(404, GONE)


def _respond(examination: Examination, *, retry: int | None = None) -> Response:
    """Respond with the form and its trial: a fragment for htmx, else a whole page."""
    form, rule = examination.form, examination.rule
    is_fragment = wants_fragment()
    page = "desk/rules/edit.html" if rule else "desk/rules/new.html"
    html = render_template(
        "desk/rules/create_trial.hx.html" if is_fragment else page,
        form=form,
        rule=rule,
        trial=examination.trial,
        can_save=examination.trial is not None and examination.status == 200,
        reason=examination.reason,
        duplicate=examination.duplicate,
        sender=_find_sender(form, rule),
    )
    return refuse(html, examination.status, retry=retry)


def _respond_busy(examination: Examination) -> Response:
    reason = _("The site is busy and could not save the rule. Please try again.")
    examination.refuse(503, reason)
    return _respond(examination, retry=RETRY_SECONDS)


def _find_sender(form: RuleForm, rule: Rule | None) -> dict[str, object] | None:
    """Return template data on the sender of a rule, None for a rule with a typed pattern."""
    is_typed = form.kind.data not in list(Kind) or Kind(form.kind.data).is_typed
    if is_typed and (rule is None or rule.kind.is_typed):
        return None
    kind = rule.kind if rule else Kind(form.kind.data)
    number = rule.comment_id if rule else read_id(form.comment.data)
    comment = find_comment(comment_id=number) if number else None
    ends_at = rule.ends_at if rule else None
    if ends_at is None and comment is not None and kind == Kind.CLIENT:
        ends_at = get_key_end(named_at=comment.submitted_at)
    return {"kind": kind, "number": number, "comment": comment, "ends_at": ends_at}


def _render_index(fault: str = "") -> str:
    rules = list_rules()
    return render_template(
        "desk/rules/index.html",
        sections=[
            (section, [rule for kind in section.kinds for rule in rules if rule.kind == kind])
            for section in SECTIONS
        ],
        present=list_existing_ids(comment_ids=[r.comment_id for r in rules if r.comment_id]),
        now=current_time(),
        fault=fault,
        done=DONE.get(request.args.get("done", "")),
        form=Form.empty(),
    )


def _redirect_to(url: str) -> AnyResponse:
    return redirect_page(url) if wants_fragment() else redirect(url, 303)
