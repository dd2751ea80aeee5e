"""The command `bench load NUMBER`."""

from functools import partial

import pytest
from sqlalchemy import func, select

from blog import create_app
from blog.bench.texts import list_texts
from blog.comments.models import Comment
from blog.db.engine import db
from blog.marks.models import CommentFingerprint, Reason
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.text.likeness import key_of
from tests.builders import make_comment, make_review
from tests.comments.test_counts import counts
from tests.databases import make_settings, on_both
from tests.page import soup_of

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(app):
    def run(*words: str, code: int = 0) -> str:
        """Run `bench load` and return its output, or its error message if `code` is not 0."""
        result = app.test_cli_runner().invoke(args=["bench", "load", *words])
        assert result.exit_code == code, result.output
        db.session.rollback()
        return result.stderr if code else result.stdout

    return run


@pytest.fixture
def refused(bench):
    return partial(bench, code=1)


def count(*conditions, what=Comment.id) -> int:
    return db.session.execute(select(func.count(what.distinct())).where(*conditions)).scalar_one()


@on_both
def test_loaded_comments_have_all_data_that_the_queue_shows(bench, client, clock):
    output = bench("200")
    assert output.endswith("200 comments loaded, 20 of them waiting.\n")
    assert count() == 200
    waiting = Comment.status == Status.PENDING
    assert count(waiting) == count(Comment.waiting_since.is_not(None)) == 20
    for status in (Status.PUBLISHED, Status.REJECTED, Status.SPAM):
        assert count(Comment.status == status) > 2
    assert count(what=Comment.review_id) > 20
    assert 20 < count(what=Comment.owner_hash) <= 51
    assert count(Comment.submitted_at >= clock.now) == 0
    longs = [body for body in db.session.scalars(select(Comment.body)) if len(body) > 40]
    assert count(what=CommentFingerprint.comment_id) >= len(longs)
    assert count(Reason.name == "hasty", what=Reason.comment_id) >= 1
    keys = db.session.execute(select(Comment.copies_key, Comment.body)).all()
    assert all(key == key_of(body) for key, body in keys)
    page = soup_of(client.get("/reviews/bench-1"))
    assert page.find_all(attrs={"data-reader-text": True})


@on_both
def test_a_second_load_adds_comments_and_demo_clear_deletes_all(app, bench):
    bench("30")
    bench("20")
    assert count() == 50
    assert counts()
    assert app.test_cli_runner().invoke(args=["demo", "clear"]).exit_code == 0
    db.session.rollback()
    assert count() == count(what=CommentFingerprint.comment_id) == 0
    assert counts() == {}


def test_a_number_out_of_range_is_refused_with_a_message(refused):
    for given in ("0", "-1", "1000001", "many", "1.5", "²", "", "9" * 400):
        output = refused("--", given)
        assert "NUMBER must be a whole number from 1 to 1,000,000, not " in output, given[:20]
        assert len(output) < 200, given[:20]
    assert count() == 0


@on_both
def test_a_site_with_readers_is_not_filled_unless_forced(bench, refused):
    make_comment(review=make_review())
    output = refused("10")
    assert "has comments by readers" in output
    assert "--force" in output
    assert count() == 1
    bench("10", "--force")
    assert count() == 11


def test_a_review_of_the_owner_is_never_replaced(refused):
    make_review(slug="bench-3", title="My notes on benches")
    assert "is at /reviews/bench-3" in refused("10")
    assert count() == 0


def test_without_tables_the_message_names_setup(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    app = create_app(make_settings(database_url=url, data_dir=tmp_path))
    result = app.test_cli_runner().invoke(args=["bench", "load", "10"])
    assert result.exit_code == 1
    assert "setup" in result.stderr
    with app.app_context():
        db.engine.dispose()


def test_the_lines_of_a_file_are_used_and_varied_when_repeated(bench, tmp_path):
    file = tmp_path / "texts.txt"
    file.write_text("정말 좋았어요\n\nThe whale again.\n", encoding="utf-8")
    bench("5", "--texts", str(file))
    bodies = sorted(db.session.scalars(select(Comment.body)))
    assert {"정말 좋았어요", "The whale again."} < set(bodies)
    assert all(body.startswith(("정말 좋았어요", "The whale again.")) for body in bodies)
    assert len(set(bodies)) == 5


def test_a_file_without_usable_texts_is_refused_with_a_message(refused, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("\u200b\n\n", encoding="utf-8")
    for given, fault in (
        (tmp_path / "none.txt", "cannot be read: No such file"),
        (tmp_path, "cannot be read: Is a directory"),
        (empty, "no line of"),
    ):
        output = refused("5", "--texts", str(given))
        assert "--texts" in output
        assert fault in output
    assert count() == count(what=Review.id) == 0


def test_bytes_that_are_not_utf_8_are_loaded_as_replacement_characters(bench, tmp_path):
    odd = tmp_path / "odd.txt"
    odd.write_bytes(b"\xff\xfe\x00\x80\n")
    bench("2", "--texts", str(odd))
    assert count() == 2


def test_generated_texts_are_the_same_in_every_run_and_differ_from_each_other():
    given = list(list_texts(size=500))
    assert given == list(list_texts(size=500))
    assert len(set(given)) > 490
