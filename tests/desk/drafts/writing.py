"""Helpers that write reviews at the desk: send the editor's form, read its fields."""

from blog.db.engine import db
from blog.drafts.models import DraftRevision
from tests.desk.desk import fields_of
from tests.page import soup_of

REVIEWS = "/admin/reviews"
TITLE, TEXT = "The runner stops", "He has never turned round in a race.\n\nThen he does."
FILLED = {
    "title": TITLE, "body": TEXT, "summary": "A sprinter and a subtitler.", "rating": "7.5",
    "tags": "romance, feel-good, 로맨스", "watch_if": "you run",
    "skip_if": "you hate rain",
    "author": "Hana Yoo", "language": "en", "slug": "run-on", "trailer": "https://video.example/a",
    "comments": "closed", "drama-title": "Run On", "drama-korean_title": "런온",
    "drama-year": "2020", "drama-network": "JTBC", "drama-episodes": "16",
    "drama-cast-0-actor": "Im Si-wan", "drama-cast-0-role": "Ki Seon-gyeom",
    "drama-cast-1-actor": "Shin Se-kyung", "drama-cast-1-role": "Oh Mi-joo",
    "drama-watch-0-service": "Viki", "drama-watch-0-url": "https://www.viki.com/",
}  # fmt: skip


def write_new(desk, action="save", **fields):
    """Send the form of a new review; return the response."""
    return desk.post(REVIEWS, {**FILLED, "action": action, **fields}, htmx=False)


def editor_of(response):
    return soup_of(response).find("form", id="editor")


def form_of(desk, draft_id=1):
    """Return the fields of a review's editor as a browser would send them."""
    return fields_of(editor_of(desk.get(f"{REVIEWS}/{draft_id}/edit")))


def send(desk, form, action="save", draft_id=1, **fields):
    """Send the fields of an editor with one of its buttons; return the response."""
    data = {**form, "action": action, **fields}
    return desk.post(f"{REVIEWS}/{draft_id}", data, htmx=False)


def public_page(desk, slug="run-on"):
    return desk.client.get(f"/reviews/{slug}")


def revisions():
    db.session.rollback()
    return db.session.query(DraftRevision).order_by(DraftRevision.id).all()
