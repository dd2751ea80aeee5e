"""The reasons to check a comment that are found while the comment is sent, such as links."""

import pytest

from blog.comments.fingerprints import COMPARED
from tests.builders import make_comment, make_review
from tests.databases import on_both
from tests.proofs.solving import prove
from tests.site.comments.sending import COMMENT, URL, comments, random_id, reasons, send

pytestmark = pytest.mark.usefixtures("review")

ADVERT = "Grow your channel with our wonderful offers, visit us today!"
ALMOST = "GROW your channel with our wonderful offer, visit us today 24/7"
KOREAN = "정말 좋은 기회입니다. 지금 바로 저희 채널에 오셔서 구독해 주세요!"


def send_all(app, *bodies, url=URL):
    """Send each text from a new browser and IP address; return the ids of all comments."""
    for number, body in enumerate(bodies):
        data = COMMENT | {"body": body}
        response = send(app.test_client(), data, url=url, address=f"203.0.{len(url)}.{number}")
        assert response.status_code == 303
    return [comment.id for comment in comments()]


def test_an_ordinary_comment_gives_no_reason(client):
    more = {"typed_seconds": "41.2", "message": "", "author_email": "a@b.example"}
    send(client, COMMENT | more | {"proof": prove(client)})
    assert len(comments()) == 1
    assert reasons(with_proof=True) == {}


LINKS = {
    "See https://example.org/a.": "1",
    "[here](https://example.org/a) and http://example.org/b": "2",
    "`https://example.org/a`": None,
    "example.org is not linked, nor is loved it.so good": None,
    '<a href="//example.org/">typed as HTML</a>': None,
    "[a](javascript:alert(1))": None,
}


def test_links_are_counted_in_the_rendered_comment(app):
    numbers = send_all(app, *LINKS)
    rendered = [comment.body_html.count("<a ") for comment in comments()]
    assert rendered == [int(count or 0) for count in LINKS.values()]
    assert reasons() == {
        number: {"links": count}
        for number, count in zip(numbers, LINKS.values(), strict=True)
        if count
    }


def test_a_comment_can_have_every_reason_at_once(app):
    first, *_ = send_all(app, ADVERT)
    data = COMMENT | {"body": f"{ADVERT} https://a.example", "typed_seconds": "0", "message": "x"}
    send(app.test_client(), data)
    second = comments()[-1].id
    proof = {"proof": "none sent"}
    assert reasons(with_proof=True) == {
        first: proof | {"copies": None},
        second: proof | {"links": "1", "hasty": "0 s", "trap": None, "copies": None},
    }


@pytest.mark.parametrize("again", [ADVERT, ADVERT.upper(), ALMOST], ids=["same", "case", "almost"])
def test_a_copy_adds_the_reason_to_the_first_comment_too(app, again):
    numbers = send_all(app, ADVERT, again, "Something else, about the drama.")
    assert reasons() == {number: {"copies": None} for number in numbers[:2]}
    keys = [comment.copies_key for comment in comments()]
    assert keys[0] == keys[1] != keys[2]


def test_korean_copies_are_found(app):
    numbers = send_all(
        app, KOREAN, KOREAN.replace("!", "~~"), "런온 정말 재미있게 봤어요. 주인공이 좋아요."
    )
    assert set(reasons()) == set(numbers[:2])


def test_a_copy_on_another_review_is_found(app):
    make_review(slug="my-mister")
    send_all(app, ADVERT)
    numbers = send_all(app, ADVERT, url="/reviews/my-mister/comments")
    assert set(reasons()) == set(numbers)


@on_both
def test_many_copies_all_get_the_reason_once(app):
    numbers = send_all(app, *[f"{ADVERT} {number}" for number in range(COMPARED + 2)])
    assert reasons() == {number: {"copies": None} for number in numbers}
    assert len({comment.copies_key for comment in comments()}) == 1


def test_equal_short_texts_are_no_copies(app):
    short = ["좋아요!", "The best!", "ㅋㅋㅋㅋ", "❤❤❤❤❤❤❤❤❤❤", "10/10", "1988 1988 1988 1988"]
    assert len(send_all(app, *short * 3)) == 3 * len(short)
    assert reasons() == {}


def test_a_form_sent_twice_is_no_copy(client):
    data = COMMENT | {"body": ADVERT, "submission_id": random_id()}
    send(client, data)
    send(client, data)
    send(client, data | {"body": ALMOST})
    assert len(comments()) == 1
    assert reasons() == {}


def test_a_corrected_pending_comment_has_the_reasons_of_its_new_text(client):
    data = COMMENT | {"submission_id": random_id()}
    send(client, data | {"body": "See https://example.org/a.", "typed_seconds": "1"})
    send(client, data | {"body": "See there.", "typed_seconds": "30"})
    assert comments()[0].version == 2
    assert reasons() == {}


def test_a_filled_trap_stays_a_reason_after_the_form_is_sent_without_it(client):
    data = COMMENT | {"submission_id": random_id()}
    send(client, data | {"body": "The first words.", "message": "x"})
    send(client, data | {"body": "The second words."})
    assert comments()[0].version == 2
    assert [set(names) for names in reasons().values()] == [{"trap"}]


def test_a_refused_form_stores_no_reason(client):
    send(client, {"author_name": "", "body": ADVERT, "typed_seconds": "0", "message": "x"})
    assert not comments()
    assert reasons() == {}


def test_readers_see_no_reasons(client, review):
    make_comment(review=review, body=ADVERT)
    data = COMMENT | {"body": f"{ADVERT} https://a.example", "typed_seconds": "0", "message": "x"}
    response = send(client, data, htmx=True)
    assert reasons()
    for page in (response, client.get(f"{URL}/mine"), client.get("/reviews/run-on")):
        for words in ("Contains links", "too fast", "Copies", "trap"):
            assert words not in page.text
