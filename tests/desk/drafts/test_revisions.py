"""GET /admin/reviews/<id>/revisions and /changes: list, compare and restore revisions."""

from tests.builders import make_review
from tests.databases import on_both
from tests.desk.desk import fields_of
from tests.desk.drafts.writing import (
    REVIEWS,
    TEXT,
    form_of,
    public_page,
    revisions,
    send,
    write_new,
)
from tests.page import soup_of, text_of

LIST = f"{REVIEWS}/1/revisions"


def changes_in(page) -> tuple[list[str], list[str]]:
    """Return the words that a comparison shows as removed and as added."""

    def words(name):
        found = soup_of(page).find_all(name)
        for each in (note for change in found for note in change.find_all(class_="unseen")):
            each.extract()
        return [" ".join(change.get_text().split()) for change in found]

    return words("del"), words("ins")


@on_both
def test_each_save_of_a_person_is_listed_and_can_be_compared_and_restored(desk, colleague):
    write_new(desk)
    send(colleague, form_of(colleague), body=TEXT.replace("never", "often"))
    rows = soup_of(desk.get(LIST)).select(".revisions li")
    assert ["Jun Ha" in row.get_text() for row in rows] == [True, False]
    first = desk.get(f"{LIST}/1")
    assert changes_in(first) == (["never"], ["often"])
    assert changes_in(desk.get(f"{LIST}/2?with=before")) == (["never"], ["often"])
    assert "No word of the text is different." in text_of(desk.get(f"{LIST}/2"))
    form = soup_of(first).select_one("main form")
    response = desk.post(form["action"], fields_of(form), htmx=False)
    assert response.location == f"{REVIEWS}/1/edit?done=restored"
    assert form_of(desk)["body"] == TEXT
    assert len(revisions()) == 3


def test_changed_keys_are_named_as_their_fields(desk):
    write_new(desk)
    send(desk, form_of(desk), **{"drama-cast-1-actor": "Choi", "rating": "9"})
    named = {term.get_text() for term in soup_of(desk.get(f"{LIST}/1")).select("dl dt")}
    assert named == {"Cast", "Rating"}


def test_the_changes_of_a_published_review_are_compared_with_what_readers_see(desk):
    make_review(body="They run.")
    assert desk.get(f"{REVIEWS}/1/changes").status_code == 200
    send(desk, form_of(desk), body="They walk.")
    assert changes_in(desk.get(f"{REVIEWS}/1/changes")) == (["run"], ["walk"])
    assert "They run." in text_of(public_page(desk))


def test_a_restoration_after_another_save_changes_nothing(desk, colleague):
    write_new(desk)
    form = soup_of(desk.get(f"{LIST}/1")).select_one("main form")
    send(colleague, form_of(colleague), body="Their words.")
    assert desk.post(form["action"], fields_of(form), htmx=False).status_code == 409
    expired = fields_of(form) | {"csrf_token": "stale"}
    assert desk.post(form["action"], expired, htmx=False).status_code == 422
    assert form_of(desk)["body"] == "Their words."


def test_nobody_sees_a_revision_at_the_address_of_another_review(desk, app):
    write_new(desk)
    write_new(desk, slug="other", title="Other")
    for path in ("1/revisions/2", "9/revisions", "9/changes", "1/changes", "1/revisions/99"):
        assert desk.get(f"{REVIEWS}/{path}").status_code == 404, path
    assert desk.post(f"{LIST}/2/restoration", {"version": "1"}, htmx=False).status_code == 404
    stranger = app.test_client()
    for path in ("1/revisions/1", "1/revisions", "1/changes"):
        response = stranger.get(f"{REVIEWS}/{path}")
        assert response.location.startswith("/admin/login")
        assert TEXT[:20] not in response.text
