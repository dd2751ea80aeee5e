"""Check the form of a rule, and try the rule on decided comments."""

from dataclasses import dataclass
from datetime import datetime

from blog.comments.models import Comment
from blog.comments.queries import find_comment
from blog.db.ids import read_id
from blog.desk.rules.forms import RuleForm
from blog.limits.queries import get_key_end
from blog.rules.folding import has_words, host_of, list_bare_hosts
from blog.rules.models import Action, Kind, Rule, RuleDraft
from blog.rules.queries import Trial, find_same_rule, try_rule
from blog.text.language import format_day, format_number, ngettext
from blog.text.language import gettext as _
from blog.text.markup import list_links
from blog.text.normalising import in_one_line
from blog.web.refusals import EXPIRED


class NoDraftError(Exception):
    """Raised when a form makes no rule, with the reason and the HTTP status of the response."""

    def __init__(self, reason: str, status: int = 422) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(kw_only=True, slots=True)
class Examination:
    """The result of checking the form of a rule.

    `rule` is the saved rule that the form changes, None for a new rule. `draft` is the rule that
    the form makes, and `trial` its trial. A status other than 200 means that the form was refused.
    """

    form: RuleForm
    rule: Rule | None = None
    draft: RuleDraft | None = None
    trial: Trial | None = None
    status: int = 200
    reason: str = ""
    duplicate: Rule | None = None

    def refuse(self, status: int, reason: str = "", *, pattern: str = "") -> None:
        """Refuse the form with an HTTP status and a reason.

        The error text `pattern` is shown beside the pattern field, or after the reason if the form
        has no pattern field.
        """
        self.status, self.reason = status, reason
        if pattern and self.draft is not None and self.draft.kind.is_typed:
            self.form.pattern.errors = [pattern]
        elif pattern:
            self.reason = f"{reason} {pattern}".strip()


def examine(form: RuleForm, rule: Rule | None, *, now: datetime) -> Examination:
    """Validate a form and try its rule; `rule` is the rule that the form changes, if any."""
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
        reason = _("Not saved: the rule would catch too much.")
        examination.refuse(422, reason, pattern=_describe_matches(trial))
    return examination


def _make_draft(form: RuleForm, rule: Rule | None, now: datetime) -> RuleDraft:
    """Return the draft in a form.

    An existing rule for a sender keeps its sender; only its action and note change. Raises
    NoDraftError if the form makes no rule.
    """
    kind, action, note = Kind(form.kind.data), Action(form.action.data), form.note.data or None
    if rule is not None and rule.kind.is_typed != kind.is_typed:
        raise NoDraftError(
            _("A typed rule cannot become a rule for a sender, or the other way round.")
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
    return RuleDraft(
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
        raise NoDraftError(_("Give the number of a comment from this sender, such as 12."))
    comment = find_comment(comment_id=comment_id)
    if comment is None:
        raise NoDraftError(_("Comment no. %(id)s no longer exists.", id=comment_id), 404)
    return comment


def _read_sender(kind: Kind, comment: Comment, now: datetime) -> tuple[str, datetime | None]:
    """Return the value that identifies a comment's browser or IP address, and its expiry time.

    The value of a browser has no expiry time. Raises NoDraftError if the value is unknown or has
    expired.
    """
    if kind == Kind.BROWSER:
        if comment.owner_hash is None:
            raise NoDraftError(_("The browser of comment no. %(id)s is not known.", id=comment.id))
        return comment.owner_hash, None
    if comment.client_name is None:
        raise NoDraftError(_("The IP address of comment no. %(id)s is not known.", id=comment.id))
    ends_at = get_key_end(named_at=comment.submitted_at)
    if ends_at <= now:
        raise NoDraftError(
            _(
                "Comment no. %(id)s is too old: the key for recognising its IP address was deleted"
                " on %(day)s.",
                id=comment.id,
                day=format_day(ends_at),
            )
        )
    return comment.client_name, ends_at


def fill_from_comment(examination: Examination, kind: Kind, number: str, *, now: datetime) -> None:
    """Fill the form from a comment: with its sender, or with its first value of this kind.

    Raises NoDraftError if the comment does not exist or contains no such value.
    """
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
            _("Comment no. %(id)s has no e-mail address.", id=comment.id)
            if kind == Kind.EMAIL
            else _("Comment no. %(id)s has no link.", id=comment.id)
        )
    form.pattern.data = in_one_line(found)


def refuse_duplicate(examination: Examination) -> None:
    """Refuse the form with 409 because the same rule exists, and record that rule."""
    if examination.draft is not None:
        examination.duplicate = find_same_rule(
            kind=examination.draft.kind, pattern=examination.draft.pattern
        )
    examination.refuse(409, _("Not saved."), pattern=_("This rule already exists."))


def _describe_matches(trial: Trial) -> str:
    """Return an error text with the number of comments that a rule would have caught."""
    return ngettext(
        "The rule would have caught %(caught)s of the last %(num)s decided comment, including"
        " %(wrong)s of %(published)s published ones. Make it narrower.",
        "The rule would have caught %(caught)s of the last %(num)s decided comments, including"
        " %(wrong)s of %(published)s published ones. Make it narrower.",
        trial.size,
        caught=format_number(trial.caught),
        wrong=format_number(trial.wrong.count),
        published=format_number(trial.published),
    )
