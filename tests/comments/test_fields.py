"""A comment's own fields: each that the table names passes through all that reads it."""

import pytest

from blog.comments.changing import change_comments
from blog.comments.fields import AUTHORED, ERASED, FIELDS, SHOWN
from blog.comments.models import Comment, Revision, Wording
from blog.comments.queries import list_waiting_revisions
from blog.comments.removal import delete_comments
from blog.db.transactions import write
from blog.desk.queue.copy_queries import are_different_copies
from tests.builders import make_decision, make_moderator, make_published_reply, make_review
from tests.page import soup_of
from tests.site.comments.sending import comments, random_id, send
from tests.site.comments.writing import NOW, again, carry, edit, fields_of, open_edit

PAGE = "/reviews/run-on"
FILE = "/reviews/comments/mine.json"
FIRST = {"author_name": "Mina", "author_email": "mina@example.org", "body": "The bench scene."}
# What a reader enters instead, by the kind of the input.
ENTRIES = {
    "text": "Another",
    "email": "another@example.org",
    "textarea": "The umbrella scene.",
    "checkbox": "y",
}
each_field = pytest.mark.parametrize("name", FIELDS)


@pytest.fixture
def writer(client):
    make_review()
    return carry(client)


@pytest.fixture
def moderator(app):
    return make_moderator()


def other_entry(reader, name):
    """Return what a reader could enter into a field that has not been in it."""
    place = soup_of(reader.get(PAGE)).select_one(f"#comment-form [name={name}]")
    return {name: ENTRIES[place.get("type", place.name)]}


def holds(source, name, entry):
    """Tell whether what was entered is in a comment or a revision."""
    value = getattr(source, name)
    return value is True if entry[name] == ENTRIES["checkbox"] else value == entry[name]


def send_one(writer, more):
    assert send(writer, FIRST | more).status_code == 303
    return comments()[-1]


def publish(comment, moderator):
    make_decision(comment=comment, moderator=moderator, now=NOW)
    return again(comment)


def exported(writer):
    return writer.get(FILE).json["comments"][0]


def test_the_tables_of_the_database_have_them_all():
    made = {"body_html"}
    assert set(Wording.__annotations__) == {*SHOWN} | made
    assert set(Comment.__table__.columns.keys()) >= {*FIELDS} | made
    assert set(Revision.__table__.columns.keys()) >= {*SHOWN} | made


@each_field
def test_it_comes_back_in_a_refused_form_whose_draft_keeps_it(writer, name):
    entry = other_entry(writer, name)
    refused = send(writer, FIRST | entry | {"parent_id": "?"})
    assert refused.status_code == 422
    form = soup_of(refused).find("form", id="comment-form")
    assert fields_of(form)[name] == entry[name]
    assert name in form["data-fields"].split()


@each_field
def test_it_is_stored_and_compared_when_the_form_is_sent_again(writer, name):
    """Only words that differ take the place of the first ones, and raise the version."""
    form, entry = FIRST | {"submission_id": random_id()}, other_entry(writer, name)
    first = send_one(writer, form)
    assert not holds(first, name, entry)
    for _ in range(2):
        second = send_one(writer, form | entry)
        assert (second.id, second.version) == (first.id, 2)
        assert holds(second, name, entry)


@each_field
def test_a_change_of_it_waits_where_everybody_would_see_it(writer, moderator, name):
    comment = publish(send_one(writer, FIRST), moderator)
    entry = other_entry(writer, name)
    assert edit(writer, comment, **entry).status_code == 303
    changed = again(comment)
    waiting = list_waiting_revisions(comment_ids=[comment.id]).get(comment.id)
    assert holds(changed, name, entry) == (name not in SHOWN)
    assert (waiting is not None) == (name in SHOWN)
    assert open_edit(writer, comment)[name] == entry[name]
    assert edit(writer, comment).status_code == 303
    assert again(comment).version == changed.version
    if waiting is None:
        return
    assert holds(waiting, name, entry)
    (wording,) = exported(writer)["other_wordings"]
    assert wording[FIELDS[name].exported] == getattr(waiting, name)
    assert holds(publish(changed, moderator), name, entry)


@pytest.mark.parametrize("name", AUTHORED)
def test_copies_that_differ_in_it_are_not_the_same_to_everybody(writer, name):
    forms = [FIRST, FIRST | other_entry(writer, name)]
    ids = [send_one(writer, form | {"submission_id": random_id()}).id for form in forms]
    write(lambda: change_comments(Comment.id.in_(ids), values={"copies_key": "same"}))
    assert are_different_copies(comment_ids=ids)


@each_field
def test_it_is_exported_and_erased(writer, moderator, name):
    comment = publish(send_one(writer, FIRST | other_entry(writer, name)), moderator)
    before = getattr(comment, name)
    assert before != ERASED[name]
    assert exported(writer)[FIELDS[name].exported] == before
    # Its row stays, because it was answered.
    make_published_reply(to=comment, moderator=moderator)
    write(delete_comments, comment_ids=[comment.id])
    assert getattr(again(comment), name) == ERASED[name]
