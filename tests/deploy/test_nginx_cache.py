"""nginx gives a page to others for a second: to the right ones, and not for longer."""

import gzip
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from blog.accounts.queries import find_moderator
from blog.reviews.queries import find_review
from tests.builders import make_comment, make_decision
from tests.deploy.nginx import EMAIL, PAGE, Nginx, ask, new_address
from tests.patience import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.serial]

# When each reader asked, and which of some words the answer had.
Answers = list[tuple[float, tuple[bool, ...]]]


def test_a_page_is_cached_for_browsers_of_every_kind(nginx):
    """Each answer is right, whether or not it is the first of its second."""
    plain = nginx.ask(PAGE)
    for _ in range(2):
        for codings, coding in (
            ("gzip, deflate, br", "br"),
            ("br;q=1.0, gzip;q=0.8", "br"),
            ("gzip", "gzip"),
            ("gzip;q=0, br;q=0", None),
            ("*", None),
        ):
            answer = nginx.ask(PAGE, headers={"Accept-Encoding": codings})
            assert answer.headers["Content-Encoding"] == coding, codings
            assert answer.headers["Cache-Control"] == "public, no-cache"
            etag = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": codings}
            assert (nginx.ask(PAGE, headers=etag).status, answer.status) == (304, 200)
            if coding == "gzip":
                assert gzip.decompress(answer.data) == plain.data
        head = nginx.ask(PAGE, method="HEAD")
        assert (head.status, head.data) == (200, b"")
        assert head.headers["ETag"] == plain.headers["ETag"]
        assert nginx.ask(f"{PAGE}?utm_source=a&fbclid=b").data == plain.data
        assert nginx.ask(f"{PAGE}/comments").data != plain.data
        assert nginx.ask(f"{PAGE}%3Futm_source=a").status == 404


def test_what_is_not_for_everybody_is_never_stored(nginx):
    stored = nginx.folder / "pages"
    mine = {"Cookie": "__Host-second_lead_owner=" + "a" * 32}
    for path in (f"{PAGE}/comments/mine", "/admin/login", "/nothing", f"{PAGE}/comments/challenge"):
        nginx.ask(path, headers=mine)
    nginx.ask("/dramas", headers=mine)
    texts = [path.read_bytes() for path in stored.rglob("*") if path.is_file()]
    keys = {text.partition(b"KEY: ")[2].partition(b"\n")[0].split(b" ")[-1] for text in texts}
    assert b"/dramas" in keys
    assert not {key for key in keys if b"mine" in key or b"admin" in key or b"challenge" in key}


def test_a_published_comment_is_on_every_page_of_two_seconds_later(nginx, nginx_site):
    """Eight readers ask all the time, while comments are published a second apart.

    nginx gives a page out for a second, and the site may have made it a second after the change.
    """
    words = ["Published a moment ago", "And this one a little later"]
    published = []
    with readers_without_pause(nginx, words) as answers, nginx_site.app.app_context():
        review, moderator = find_review(slug="run-on"), find_moderator(email=EMAIL)
        waiting = [make_comment(review=review, body=body) for body in words]
        for number, comment in enumerate(waiting):
            wait_for_answer_after(answers, time.time() + 1)
            assert not any(shown[number] for _begun, shown in list(answers)), "it still waits"
            make_decision(comment=comment, moderator=moderator)
            published.append(time.time())
        wait_for_answer_after(answers, published[-1] + 2.5)
    for number, moment in enumerate(published):
        assert {shown[number] for begun, shown in answers if begun > moment + 2} == {True}
    assert nginx.wait_for_log(1, path=PAGE, cache="HIT")


@contextmanager
def readers_without_pause(nginx: Nginx, words: list[str]) -> Iterator[Answers]:
    """Let eight readers ask for the page; yield when each asked, and which words were shown."""
    answers: Answers = []
    done = threading.Event()

    def read(number: int) -> None:
        headers = {"Accept-Encoding": "br;q=0"} if number % 2 else {}
        with nginx.connection(address=new_address()) as connection:
            while not done.is_set():
                begun = time.time()
                answer = ask(connection, PAGE, headers=headers)
                assert answer.status == 200
                answers.append((begun, tuple(each in answer.text for each in words)))

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read, number) for number in range(8)]
        try:
            yield answers
        finally:
            done.set()
        for reader in readers:
            reader.result()


def wait_for_answer_after(answers: Answers, moment: float) -> None:
    """Wait until somebody was answered who asked after a moment."""
    wait_until(lambda: any(begun > moment for begun, _shown in list(answers)))
