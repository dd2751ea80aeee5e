"""A site with only Korean content: comments in each state, rules, reports, and form inputs."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from flask import Flask

from blog.accounts.models import Moderator
from blog.comments.models import Comment
from blog.db.transactions import write
from blog.drafts.queries import find_draft
from blog.moderation.states import Verdict
from blog.publishing.deleting import delete_review
from blog.reports.models import Kind as Report
from blog.reviews.archiving import archive_review
from blog.rules.models import Kind
from blog.web.current import current_settings
from tests.builders import (
    NOON,
    make_changes,
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_reply,
    make_report,
    make_review,
    make_reviewer,
    make_revision,
)
from tests.desk.rules.ruling import make_rule
from tests.outbox.sending import change_settings
from tests.site.comments.writing import TOKEN

REASON = "결말을 말한다"
DRAMA = {
    "title": "결승선",
    "byline": "유하나",
    "summary": "달리는 사람과 옮기는 사람.",
    "body": "달린다.",
    "drama_title": "런온",
    "drama_network": "제이티비씨",
    "drama_episodes": 16,
    "rating": Decimal("8.5"),
    "tags": ["로맨스"],
    "cast": [("임시완", "기선겸")],
    "watch": [("넷플릭스", "https://example.org/run-on")],
    "trailer_url": "https://example.org/trailer",
}
LONG = "가" * 10_001
OWN, DESK, RULES = "/reviews/run-on/comments", "/admin/comments/{waiting}", "/admin/rules"
REVIEWER = {"name": "유하나", "slug": "1", "biography": "세 번 본다."}
# Form inputs as (path, fields); the site refuses most of them.
SENT = [
    (OWN, {"author_name": "가" * 99, "author_email": "가", "body": "가", "wants_notice": "y"}),
    (OWN, {"author_name": "가", "body": LONG, "wants_notice": "y", "parent_id": "x"}),
    (OWN, {"author_name": "", "body": "가" + "\u0301" * 99, "wants_replies": "y"}),
    (OWN, {"author_name": "가", "body": "좋았다.", "parent_id": "999"}),
    (OWN, {"author_name": "가", "body": "좋았다."}),
    ("/reviews/closed/comments", {"author_name": "가", "body": "좋았다."}),
    (f"{OWN}/{{published}}/reports", {"kind": "other"}),
    (f"{OWN}/{{published}}/reports", {"kind": "insult", "body": LONG}),
    (f"{OWN}/{{published}}/reports", {"kind": "insult"}),
    (f"{OWN}/{{waiting}}/revisions", {"version": "1", "body": LONG}),
    ("/admin/reviews", {"action": "publish", "title": LONG, "rating": "가", "slug": "run-on"}),
    ("/admin/reviews", {"action": "schedule", "drama-cast-0-actor": "가", "body": "가"}),
    ("/admin/reviews/3", {"version": "1", "title": "다시", "body": "가", "drama-title": "런온"}),
    ("/admin/reviews/3/links", {"days": "7", "note": "가은"}),
    ("/admin/reviews/3/links", {"days": "가", "note": LONG}),
    ("/admin/account/settings", {"time_zone": "서울", "byline": "가" * 121}),
    ("/admin/reviewers", {"name": "", "slug": "가", "language": "가", "biography": ""}),
    ("/admin/reviewers", REVIEWER),
    ("/admin/reviewers/1", REVIEWER | {"slug": "2"}),
    ("/admin/reviewers/1/removal", {}),
    ("/admin/account/password", {"current": "가" * 9999, "new": "가", "again": "나"}),
    *(("/admin/bulks", {"verdict": "approve", "items": each}) for each in ("x", "1.0", "1.1,2.1")),
    *((f"{DESK}/replies", {"version": "1", "body": body}) for body in ("", LONG)),
    (f"{DESK}/decisions", {"version": "1", "verdict": "take_down"}),
    (f"{DESK}/decisions", {"version": "1", "verdict": "reject", "reason": LONG}),
    (f"{DESK}/decisions", {"version": "1", "verdict": "reject", "shares_reason": "y"}),
    (f"{DESK}/decisions", {"version": "1", "verdict": "reject"}),
    (f"{DESK}/decisions", {"version": "1", "verdict": "spam"}),
    (f"{DESK}/decisions", {"version": "9", "verdict": "reopen"}),
    *(
        (RULES, {"kind": "word", "action": "hold", "pattern": pattern, "note": LONG})
        for pattern in (LONG, "가 " * 11, "카지노")
    ),
    *((f"{RULES}/trials", {"kind": kind, "action": "hold", "pattern": "가 나"}) for kind in Kind),
]
_numbers = count()


def set_up_in_korean(app: Flask) -> Moderator:
    """Give the site a Korean name, pages and reasons, and a moderator."""
    change_settings(app, site_name="두 번째", rejection_reasons=(REASON,))
    pages = current_settings().pages_dir
    pages.mkdir()
    for name in ("about", "privacy", "terms"):
        # The owner of the site writes these texts; the site fills in the placeholders.
        (pages / f"{name}.md").write_text("# 안내\n\n{others}\n\n{retention}\n", encoding="utf-8")
    return make_moderator(name="한소희")


def fill(moderator: Moderator) -> tuple[Comment, Comment]:
    """Create reviews, comments in every state, reports and rules.

    Return a pending and a published comment, both of the browser whose token is TOKEN.
    """
    make_reviewer(slug="1", name=DRAMA["byline"], biography="두 번 본다.")
    review = make_review(**DRAMA)
    make_review(**DRAMA | {"slug": "closed", "comments_open": False, "part": "첫인상"})
    # Of another drama, and not the previous review, so it is a related one.
    earlier = {"drama_title": "응답하라", "published_at": NOON - timedelta(days=1)}
    other = make_review(**DRAMA | {"slug": "1988", **earlier})
    make_changes(review=other, moderator=moderator, body=make_text(), title="다시 본 런온")
    archived = make_review(**DRAMA | {"slug": "archived", **earlier})
    write(archive_review, review_id=archived.id, now=NOON)
    make_review(**DRAMA | {"slug": "tomorrow", "published_at": NOON + timedelta(days=1)})
    gone = make_review(**DRAMA | {"slug": "deleted", **earlier})
    by = {"moderator_id": moderator.id, "now": NOON}
    write(delete_review, draft_id=gone.id, version=find_draft(draft_id=gone.id).version, **by)
    for kind, pattern in ((Kind.WORD, "카지노"), (Kind.DOMAIN, "카지노.한국")):
        make_rule(moderator=moderator, kind=kind, pattern=pattern)
    sent = {"review": review, "name": "선겸", "email": "b@example.org"}
    for verdict in (Verdict.REJECT, Verdict.SPAM, Verdict.APPROVE_SPOILER, Verdict.DISCUSS):
        comment = make_comment(body=make_text(), **sent)
        make_decision(comment=comment, moderator=moderator, verdict=verdict, reason=REASON)
    for body in ("https://카지노.한국/", "카지노", *["같은 말을 여러 번 하는 사람이 있다."] * 3):
        make_comment(body=body, typed_seconds=0.1, is_trapped=True, **sent)
    own = sent | {"token": TOKEN, "now": NOON + timedelta(minutes=55)}
    waiting = make_comment(body=make_text(), **own)
    published = make_published_comment(body=make_text(), moderator=moderator, **own)
    revised = make_published_comment(body=make_text(), moderator=moderator, **own)
    make_revision(comment=revised, token=TOKEN, body=make_text())
    make_published_reply(to=published, name="미주", body=make_text(), moderator=moderator)
    make_reply(to=published, name="미주", body=make_text())
    make_moderator_reply(comment=published, moderator=moderator, body=make_text())
    for kind in Report:
        reported = make_published_comment(body=make_text(), moderator=moderator, **sent)
        make_report(comment=reported, kind=kind, words=REASON)
    taken = make_published_comment(body=make_text(), moderator=moderator, **sent)
    make_decision(comment=taken, moderator=moderator, verdict=Verdict.TAKE_DOWN, reason=REASON)
    return waiting, published


def make_text() -> str:
    """Return a Korean text that is different at each call."""
    first, second = divmod(next(_numbers) % 400, 20)
    syllables = "가나다라마바사아자차카타파하거너더러머버"
    return f"{syllables[first] * 3} {syllables[second] * 5} 장면."
