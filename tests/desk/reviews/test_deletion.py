"""GET and POST /admin/reviews/<id>/deletion: delete a review, bring it back, delete it for good."""

from datetime import timedelta

from sqlalchemy import func, select

from blog.db.engine import db
from blog.db.ids import LARGEST_ID
from blog.db.transactions import write
from blog.db.types import Base
from blog.decisions.commands import empty_spam
from tests.builders import make_comment, make_draft, make_published_comment, make_review
from tests.databases import on_both
from tests.desk.desk import fields_of
from tests.desk.drafts.writing import REVIEWS, form_of, public_page, send, write_new
from tests.outbox.comments import make_comment_with_notice
from tests.outbox.sending import later, mails, run
from tests.page import soup_of, text_of
from tests.site.comments.writing import TOKEN, carry

EDITOR, ASKING = f"{REVIEWS}/1/edit", f"{REVIEWS}/1/deletion/new"


def press(desk, page, action, review_id=1, **more):
    """Send the form with this action on a page, as its button would."""
    form = soup_of(desk.get(page)).find("form", action=f"{REVIEWS}/{review_id}/{action}")
    return desk.post(form["action"], fields_of(form) | more, htmx=False)


def delete(desk, review_id=1):
    return press(desk, f"{REVIEWS}/{review_id}/deletion/new", "deletion", review_id)


def bring_back(desk, review_id=1):
    return press(desk, f"{REVIEWS}/{review_id}/edit", "deletion/removal", review_id)


def contents() -> dict[str, list]:
    """Return every row of the tables in which a deletion must change nothing for good."""
    db.session.rollback()
    skipped = {"version", "changed_at", "changed_by_id"}
    found = {}
    for name in ("reviews", "comments", "draft_revisions", "drafts", "decisions"):
        table = Base.metadata.tables[name]
        columns = [column for column in table.columns if column.name not in skipped]
        found[name] = db.session.execute(select(*columns).order_by(table.c.id)).all()
    return found


@on_both
def test_a_deleted_review_takes_its_comments_along_and_brings_back_all_as_it_was(desk):
    review = make_review()
    make_published_comment(review=review, moderator=desk.moderator, body="The bench scene.")
    make_comment(review=review, body="The rain scene.")
    before, page = contents(), public_page(desk).data
    asked = text_of(desk.get(ASKING))
    assert "2 comments go with it" in asked
    assert "until 31 May 2026" in asked
    assert delete(desk).location == f"{EDITOR}?done=deleted"
    for path in ("/reviews/run-on", "/reviews/run-on/comments", "/reviews/run-on/comments/1"):
        assert desk.client.get(path).status_code == 404, path
    for path in ("/", "/admin/comments", "/admin/comments?status=published", "/feed.atom"):
        assert "scene." not in desk.get(path).text, path
    assert "No comments are waiting." in text_of(desk.get("/admin/comments"))
    deleted = desk.get(EDITOR)
    assert "You can bring it back until 31 May 2026" in text_of(deleted)
    assert not soup_of(deleted).find(id="editor"), "It can only be read."
    assert bring_back(desk).location == f"{EDITOR}?done=undeleted"
    assert contents() == before
    assert public_page(desk).data == page
    assert "The rain scene." in text_of(desk.get("/admin/comments"))


def test_an_archived_a_scheduled_and_an_unpublished_review_come_back_in_their_state(desk, clock):
    soon = clock.now + timedelta(days=2)
    make_review()
    press(desk, EDITOR, "archival")
    make_review(slug="soon", published_at=soon)
    make_draft(moderator=desk.moderator)
    before = contents()
    for review_id in (1, 2, 3):
        delete(desk, review_id)
        assert "Deleted" in text_of(desk.get(f"{REVIEWS}?state=deleted"))
        listed = f"{REVIEWS}?state=deleted"
        back = press(desk, listed, "deletion/removal", review_id)
        assert back.location == f"{REVIEWS}?done=undeleted#review-{review_id}"
    assert contents() == before
    delete(desk, 2)
    clock.advance(days=3)
    assert public_page(desk, "soon").status_code == 404
    bring_back(desk, 2)
    assert public_page(desk, "soon").status_code == 200


def test_comments_on_a_deleted_review_cause_no_mail_and_no_digest(app, desk):
    review = make_review()
    make_comment_with_notice(review=review)
    make_comment_with_notice(review=review, body="Another.", verdict=None)
    delete(desk)
    later(hours=3)
    run(app)
    assert mails(app) == []


def test_the_authors_of_comments_on_a_deleted_review_are_told_plainly(app, desk):
    make_comment(review=make_review(), token=TOKEN, body="The bench scene.")
    reader = carry(app.test_client())
    delete(desk)
    told = text_of(reader.get("/reviews/comments/mine"))
    assert "The bench scene." in told
    assert "they are deleted with it on 31 May 2026" in told


def test_spam_on_a_deleted_review_is_neither_counted_nor_emptied(desk):
    desk.decide(make_comment(review=make_review()), "spam")
    delete(desk)
    assert "No comments here." in text_of(desk.get("/admin/comments?status=spam"))
    gone = write(empty_spam, until_decision=LARGEST_ID, until_comment=LARGEST_ID, size=10)
    assert gone == 0
    bring_back(desk)
    assert "The bench scene." in text_of(desk.get("/admin/comments?status=spam"))


@on_both
def test_after_thirty_days_maintenance_deletes_a_deleted_review_for_good(app, desk, clock):
    review = make_review()
    make_published_comment(review=review, moderator=desk.moderator)
    write_new(desk, slug="draft", title="Only a draft")
    delete(desk)
    delete(desk, 2)
    maintain = app.test_cli_runner().invoke
    clock.advance(days=29, hours=23)
    assert "Deleted reviews: 0 deleted." in maintain(args=["maintenance"]).stdout
    clock.advance(hours=2)
    assert "Deleted reviews: 2 deleted." in maintain(args=["maintenance"]).stdout
    db.session.rollback()
    for name in ("reviews", "drafts", "draft_revisions", "comments"):
        table = Base.metadata.tables[name]
        assert db.session.execute(select(func.count()).select_from(table)).scalar_one() == 0, name
    assert desk.get(EDITOR).status_code == 404
    # SQLite may give the id to the next review, which has no log yet.
    write_new(desk)
    assert "What happened to this review" not in desk.get(EDITOR).text


def test_a_deleted_review_is_only_read_and_its_address_stays_taken(desk):
    write_new(desk, "publish")
    form = form_of(desk)
    delete(desk)
    refused = send(desk, form, body="Words typed for an hour.")
    assert refused.status_code == 409
    assert "Words typed for an hour." in refused.text
    assert "Bring the review back" in text_of(refused)
    taken = write_new(desk, "publish", title="Another")
    assert taken.status_code == 422
    assert "It is deleted, but can be brought back until 31 May 2026" in text_of(taken)
    again = desk.post(f"{REVIEWS}/1/deletion", {"version": form["version"]}, htmx=False)
    assert again.status_code == 409
    assert "This review is deleted; nothing was done." in text_of(again)


def test_the_file_of_a_deleted_review_is_not_imported(app, desk, tmp_path):
    make_review()
    delete(desk)
    file = tmp_path / "run-on.md"
    file.write_text(
        "---\ntitle: Again\nslug: run-on\nauthor: Hana Yoo\nsummary: S.\n"
        "published: 2026-05-01\ndrama: {title: Run On}\n---\nText.\n"
    )
    result = app.test_cli_runner().invoke(args=["review", "import", str(file)])
    assert result.exit_code == 1
    assert "/reviews/run-on is deleted at the desk" in result.stderr
    assert public_page(desk).status_code == 404
