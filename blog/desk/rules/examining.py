"""What comes of a form: the rule it makes and its trial, or why it makes none."""

from dataclasses import dataclass
from datetime import datetime

from blog.comments.models import Comment
from blog.comments.queries import find_comment
from blog.db.ids import read_id
from blog.desk.rules.forms import RuleForm
from blog.limits.queries import get_key_end
from blog.rules.folding import has_words, host_of, list_bare_hosts
from blog.rules.models import Action, Draft, Kind, Rule
from blog.rules.queries import Trial, find_same_rule, try_rule
from blog.text.language import format_day, format_number, lazy_gettext, ngettext
from blog.text.language import gettext as _
from blog.text.markup import list_links
from blog.text.normalising import in_one_line

EXPIRED = lazy_gettext("This page had expired, so nothing was changed. Here it is again.")


class NoDraftError(Exception):
    """Say why a form makes no rule, and with which status that is answered."""

    def __init__(self, reason: str, status: int = 422) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(kw_only=True, slots=True)
class Examination:
    """Hold what came of a form: the rule it makes and its trial, or why it makes none."""

    form: RuleForm
    rule: Rule | None = None
    draft: Draft | None = None
    trial: Trial | None = None
    status: int = 200
    reason: str = ""
    duplicate: Rule | None = None

    def refuse(self, status: int, reason: str = "", *, pattern: str = "") -> None:
        """Note what is wrong, beside the pattern where somebody typed it."""
        self.status, self.reason = status, reason
        if pattern and self.draft is not None and self.draft.kind.is_typed:
            self.form.pattern.errors = [pattern]
        elif pattern:
            self.reason = f"{reason} {pattern}".strip()


def examine(form: RuleForm, rule: Rule | None, *, now: datetime) -> Examination:
    """Read a form, and try the rule it makes; `rule` is the one it would change."""
    examination = Examination(form=form, rule=rule)
    if not form.validate():
        examination.refuse(422, EXPIRED if form.csrf_token.errors else "")
        return examination
    try:
        draft = examination.draft = _make_draft(form, rule, now)
    except NoDraftError as error:
        examination.refuse(error.status, error.reason)
        return examination
    same = find_same_rule(kind=draft.kind, pattern=draft.pattern)
    if same is not None and (rule is None or same.id != rule.id):
        refuse_duplicate(examination)
        return examination
    trial = examination.trial = try_rule(draft=draft, now=now, except_id=rule.id if rule else None)
    is_all = draft.kind.is_typed and not has_words(draft.pattern)
    if is_all or trial.is_too_broad:
        reason = _("Not saved: it catches too much.")
        examination.refuse(422, reason, pattern=_tell_reach(trial))
    return examination


def _make_draft(form: RuleForm, rule: Rule | None, now: datetime) -> Draft:
    """Return what the form says; of a sender's rule nothing changes but what is done."""
    kind, action, note = Kind(form.kind.data), Action(form.action.data), form.note.data or None
    if rule is not None and rule.kind.is_typed != kind.is_typed:
        raise NoDraftError(
            _("A rule that is typed and one that is made from a comment stay apart.")
        )
    if kind.is_typed:
        return form.draft
    if rule is not None:
        kind, pattern, ends_at = rule.kind, rule.pattern, rule.ends_at
        comment_id = rule.comment_id
    else:
        comment = _get_comment(form.comment.data)
        comment_id = comment.id
        pattern, ends_at = _read_sender(kind, comment, now)
    return Draft(
        kind=kind,
        pattern=pattern,
        action=action,
        note=note,
        comment_id=comment_id,
        ends_at=ends_at,
    )


def _get_comment(number: str) -> Comment:
    comment_id = read_id(number.strip())
    if comment_id is None:
        raise NoDraftError(_("This rule is made from a comment; say which by its number, as 12."))
    comment = find_comment(comment_id=comment_id)
    if comment is None:
        raise NoDraftError(_("Comment no. %(id)s is not here any more.", id=comment_id), 404)
    return comment


def _read_sender(kind: Kind, comment: Comment, now: datetime) -> tuple[str, datetime | None]:
    """Return what a comment's browser or address is called, and when that ends."""
    if kind == Kind.BROWSER:
        if comment.owner_hash is None:
            raise NoDraftError(_("Of the browser of no. %(id)s no mark is kept.", id=comment.id))
        return comment.owner_hash, None
    if comment.client_name is None:
        raise NoDraftError(_("Of the address of no. %(id)s no mark is kept.", id=comment.id))
    ends_at = get_key_end(named_at=comment.submitted_at)
    if ends_at <= now:
        raise NoDraftError(
            _(
                "Comment no. %(id)s is too old: the key under which its address had a name was"
                " deleted on %(day)s, so nobody could be known by it again.",
                id=comment.id,
                day=format_day(ends_at),
            )
        )
    return comment.client_name, ends_at


def fill_from_comment(examination: Examination, kind: Kind, number: str, *, now: datetime) -> None:
    """Put what a comment holds of this kind into the form. Raises NoDraftError."""
    comment, form = _get_comment(number), examination.form
    if not kind.is_typed:
        form.comment.data = str(comment.id)
        _read_sender(kind, comment, now)
        return
    hosts = [*map(host_of, list_links(comment.body_html)), *list_bare_hosts(comment.body)]
    found = {
        Kind.EMAIL: comment.author_email,
        Kind.NAME: comment.author_name,
        Kind.DOMAIN: next((host for host in hosts if host), None),
        Kind.LINK: next(iter(list_links(comment.body_html)), None),
        Kind.WORD: form.pattern.data,
    }[kind]
    if found is None:
        raise NoDraftError(
            _("There is no e-mail address in comment no. %(id)s.", id=comment.id)
            if kind == Kind.EMAIL
            else _("There is no address of a site in comment no. %(id)s.", id=comment.id)
        )
    form.pattern.data = in_one_line(found)


def refuse_duplicate(examination: Examination) -> None:
    """Say that the rule is there already, and which it is."""
    if examination.draft is not None:
        examination.duplicate = find_same_rule(
            kind=examination.draft.kind, pattern=examination.draft.pattern
        )
    examination.refuse(409, _("Not saved."), pattern=_("There is a rule for this already."))


def _tell_reach(trial: Trial) -> str:
    """Say how much a rule would have caught that catches too much."""
    return ngettext(
        "It would have caught %(caught)s of the %(num)s comment decided on last, %(wrong)s of the"
        " %(published)s published ones among them. Look for something narrower.",
        "It would have caught %(caught)s of the %(num)s comments decided on last, %(wrong)s of the"
        " %(published)s published ones among them. Look for something narrower.",
        trial.size,
        caught=format_number(trial.caught),
        wrong=format_number(trial.wrong.count),
        published=format_number(trial.published),
    )
