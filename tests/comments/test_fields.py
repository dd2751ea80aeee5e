"""Each field of a comment in the table FIELDS is stored, edited, compared, exported and erased."""

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
from tests.site.comments.writing import NOW, carry, edit, fields_of, open_edit, reload

PAGE = "/reviews/run-on"
FILE = "/reviews/comments/mine.json"
FIRST = {"author_name": "Mina", "author_email": "mina@example.org", "body": "The bench scene."}
# A new value for a field, by the type of its input.
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
    """Return {name: a value that the field has not had}, which suits the field's input."""
    place = soup_of(reader.get(PAGE)).select_one(f"#comment-form [name={name}]")
    return {name: ENTRIES[place.get("type", place.name)]}


def has_value(source, name, entry):
    """Return whether a comment or a revision has the entered value."""
    value = getattr(source, name)
    return value is True if entry[name] == ENTRIES["checkbox"] else value == entry[name]


def send_comment(writer, more):
    assert send(writer, FIRST | more).status_code == 303
    return comments()[-1]


def publish(comment, moderator):
    make_decision(comment=comment, moderator=moderator, now=NOW)
    return reload(comment)


def exported(writer):
    return writer.get(FILE).json["comments"][0]


def test_the_tables_of_the_database_have_all_fields():
    computed = {"body_html"}
    assert set(Wording.__annotations__) == {*SHOWN} | computed
    assert set(Comment.__table__.columns.keys()) >= {*FIELDS} | computed
    assert set(Revision.__table__.columns.keys()) >= {*SHOWN} | computed


@each_field
def test_a_refused_form_gives_a_field_back_and_keeps_it_in_the_draft(writer, name):
    entry = other_entry(writer, name)
    refused = send(writer, FIRST | entry | {"parent_id": "?"})
    assert refused.status_code == 422
    form = soup_of(refused).find("form", id="comment-form")
    assert fields_of(form)[name] == entry[name]
    assert name in form["data-fields"].split()


@each_field
def test_a_field_is_stored_and_compared_when_the_form_is_sent_again(writer, name):
    """A form sent again changes the comment and its version only if a field differs."""
    form, entry = FIRST | {"submission_id": random_id()}, other_entry(writer, name)
    first = send_comment(writer, form)
    assert not has_value(first, name, entry)
    for _ in range(2):
        second = send_comment(writer, form | entry)
        assert (second.id, second.version) == (first.id, 2)
        assert has_value(second, name, entry)


@each_field
def test_an_edit_of_a_published_comment_waits_if_the_field_is_public(writer, moderator, name):
    comment = publish(send_comment(writer, FIRST), moderator)
    entry = other_entry(writer, name)
    assert edit(writer, comment, **entry).status_code == 303
    changed = reload(comment)
    waiting = list_waiting_revisions(comment_ids=[comment.id]).get(comment.id)
    assert has_value(changed, name, entry) == (name not in SHOWN)
    assert (waiting is not None) == (name in SHOWN)
    assert open_edit(writer, comment)[name] == entry[name]
    assert edit(writer, comment).status_code == 303
    assert reload(comment).version == changed.version
    if waiting is None:
        return
    assert has_value(waiting, name, entry)
    (wording,) = exported(writer)["other_wordings"]
    assert wording[FIELDS[name].exported] == getattr(waiting, name)
    assert has_value(publish(changed, moderator), name, entry)


@pytest.mark.parametrize("name", AUTHORED)
def test_copies_that_differ_in_a_field_are_different_copies(writer, name):
    forms = [FIRST, FIRST | other_entry(writer, name)]
    ids = [send_comment(writer, form | {"submission_id": random_id()}).id for form in forms]
    write(lambda: change_comments(Comment.id.in_(ids), values={"copies_key": "same"}))
    assert are_different_copies(comment_ids=ids)


@each_field
def test_a_field_is_exported_and_erased(writer, moderator, name):
    comment = publish(send_comment(writer, FIRST | other_entry(writer, name)), moderator)
    before = getattr(comment, name)
    assert before != ERASED[name]
    assert exported(writer)[FIELDS[name].exported] == before
    # The comment's row is kept, because the comment has a reply.
    make_published_reply(to=comment, moderator=moderator)
    write(delete_comments, comment_ids=[comment.id])
    assert getattr(reload(comment), name) == ERASED[name]
