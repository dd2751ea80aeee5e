"""The rules: their list, what one would have done, and how they are written."""

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
    EXPIRED,
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
from blog.web.refusals import refuse

blueprint = Blueprint("rules", __name__)

RULE = f"/rules/<int(max={LARGEST_ID}):rule_id>"


class Section(NamedTuple):
    """Hold how rules of some kinds are listed; a new one begins with the first of these."""

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
            "A rule about a browser or an address is made from a comment: under “More” in its row."
        ),
    ),
)
DONE = {
    "saved": lazy_gettext("The rule is saved, and looks at every comment from now on."),
    "removed": lazy_gettext("The rule is removed. What it caught stays as it is."),
}
GONE = lazy_gettext("This rule is not here any more. Nothing was changed.")


@blueprint.get("/rules")
def index() -> str:
    """Show all rules, by what they look at."""
    return _render_index()


@blueprint.get("/rules/new")
def new() -> AnyResponse:
    """Show the form of a new rule, filled from the address or from a comment."""
    asked = request.args.get("kind", "")
    kind = Kind(asked) if asked in list(Kind) else Kind.WORD
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
    return _answer(examination)


@blueprint.post("/rules/trials")
def create_trial() -> AnyResponse:
    """Show what a rule would have done; nothing is saved."""
    return _answer(examine(RuleForm.sent(), _get_edited(), now=current_time()))


@blueprint.post("/rules")
def create() -> AnyResponse:
    """Save a rule, unless it would catch everything."""
    examination = examine(RuleForm.sent(), None, now=current_time())
    if examination.draft is None or examination.status != 200:
        return _answer(examination)
    try:
        write(
            create_rule,
            draft=examination.draft,
            moderator_id=current_moderator().id,
            now=current_time(),
        )
    except DuplicateRuleError:
        refuse_duplicate(examination)
        return _answer(examination)
    except DatabaseBusyError:
        return _answer_busy(examination)
    return _lead_to(url_for("admin.rules.index", done="saved"))


@blueprint.get(f"{RULE}/edit")
def edit(rule_id: int) -> AnyResponse:
    """Show the form of a rule that is there."""
    rule = find_rule(rule_id=rule_id) or abort(404, GONE)
    form = RuleForm.empty(
        kind=rule.kind,
        pattern=rule.pattern,
        comment=str(rule.comment_id or ""),
        action=rule.action,
        note=rule.note or "",
    )
    return _answer(Examination(form=form, rule=rule))


@blueprint.post(RULE)
def update(rule_id: int) -> AnyResponse:
    """Save what a rule is to say instead, unless it would catch everything."""
    rule = find_rule(rule_id=rule_id) or abort(404, GONE)
    examination = examine(RuleForm.sent(), rule, now=current_time())
    if examination.draft is None or examination.status != 200:
        return _answer(examination)
    try:
        write(update_rule, rule_id=rule_id, draft=examination.draft)
    except UnknownRuleError:
        abort(404, GONE)
    except DuplicateRuleError:
        refuse_duplicate(examination)
        return _answer(examination)
    except DatabaseBusyError:
        return _answer_busy(examination)
    return _lead_to(url_for("admin.rules.index", done="saved"))


@blueprint.post(f"{RULE}/removal")
def destroy(rule_id: int) -> AnyResponse:
    """Take a rule away."""
    if not Form.sent().validate():
        return refuse(_render_index(fault=EXPIRED), 422)
    try:
        write(remove_rule, rule_id=rule_id)
    except UnknownRuleError:
        abort(404, GONE)
    return _lead_to(url_for("admin.rules.index", done="removed"))


def _get_edited() -> Rule | None:
    """Return the rule that is being changed, None for a new one."""
    given = request.form.get("rule", "")
    if not given:
        return None
    number = read_id(given)
    rule = find_rule(rule_id=number) if number is not None else None
    return rule or abort(404, GONE)


def _answer(examination: Examination, *, retry: int | None = None) -> Response:
    """Show the form as it is, and what it would have done."""
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


def _answer_busy(examination: Examination) -> Response:
    reason = _("We are busy for a moment and could not save it. Please try again.")
    examination.refuse(503, reason)
    return _answer(examination, retry=RETRY_SECONDS)


def _find_sender(form: RuleForm, rule: Rule | None) -> dict[str, object] | None:
    """Return whom a rule is about that is made from a comment, None for what is typed."""
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


def _lead_to(url: str) -> AnyResponse:
    return redirect_page(url) if wants_fragment() else redirect(url, 303)
