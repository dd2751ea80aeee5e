"""No text that a stranger can send, in any field or header, costs much processor time.

The cost is compared with the processor time of an ordinary comment in the same run.
"""

from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from functools import cache, partial
from itertools import count
from time import process_time
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from blog.comments.models import BODY_LENGTH
from blog.manuscripts.front_matter import BadReviewFileError
from blog.manuscripts.importing import read_review
from tests.builders import make_comment, make_published_comment, make_review
from tests.costs import cost_ratio
from tests.site.comments.writing import TOKEN

pytestmark = [pytest.mark.slow, pytest.mark.serial]

LENGTH = BODY_LENGTH
# The largest size of a request, minus space for the other fields and the encoding of the form.
BYTES = 256 * 1024 - 2_000
# An ordinary comment costs less than half of what it did when this was five, the dear ones as much.
MOST = 10
ORDINARY = (
    "I cried at the bus stop scene. *Everything* about it is right: the rain, the song, the way she"
    " does not look back.\n\nHas anybody seen https://example.org/interview?\n\n> We run.\n\nYes."
)

# Pieces whose repetition is slow for parsers of Markdown, HTML, addresses, numbers and scripts.
PIECES = [
    *("a\n\n", "*a* ", "**a** ", "`a` ", "[a](http://b) ", "> - a\n", "a?\n> b\n"),
    *(
        "a",
        " ",
        "\n",
        "\t",
        "\r\n",
        "a\n",
        "  \n",
        "\\",
        "\\\n",
        "&",
        "&amp;",
        "&#0;",
        "<",
        "<a ",
        "</",
    ),
    *("*", "**", "*a", "*a ", "a*", "***a", "_", "*a_", "`", "``", "`a", "`` `", "~", "#", "# a\n"),
    *("[", "]", "[a](", "[](", "[a](b", "![", "[[", "](", "[a]: b\n", "<http://a>", "(", ")", "()"),
    *(
        "> ",
        ">",
        "> > ",
        ">\n",
        "> a\n",
        "- ",
        "- a\n",
        "-",
        "- - ",
        "1. a\n",
        "1. ",
        "1.",
        "9) a\n",
    ),
    *("- a\n- b\n>", "> a\n\nb\n\n", " - a\n", "* a\n1. b\n", "---\n", "===\n", "|a|b\n", "|-|-\n"),
    *(
        "http://",
        "http://a",
        "http://a.b ",
        "http://a(",
        "https://a.b/(c)",
        "http://[",
        "a.b ",
        "a.b/",
    ),
    *(
        "a@b ",
        "@",
        "a@",
        "www.",
        "xn--a.",
        "a.가 ",
        "。",
        "//",
        ":",
        "::1",
        "1.1.1.1,",
        ",",
        ";",
        "=",
        "%",
    ),
    *(
        "0",
        "9",
        "1-1",
        "1.1,",
        "-",
        "٣",
        "²",
        "½",
        "\u0301",
        "a\u0301",
        "a\u0301\u0323",
        "\u1ea4",
        "\ufdfa",
    ),
    *(
        "가",
        "\u1112\u1161\u11ab",
        "ㅋ",
        "漢",
        "あ",
        "👩\u200d",
        "\u200b",
        "\u200d",
        "\ufe0f",
        "\u202e",
        "\u2800",
        "\u3164",
    ),
    *(
        "ß",
        "ﬀ",
        "Ω",
        "İ",
        "\u0345",
        "{",
        "}",
        "{{",
        '"',
        "'",
        '"":',
        "a: ",
        "!!a ",
        "&a ",
        "*a\n",
        "\x00",
    ),
    *("$", "+", "🎬", "T", "Z", "--", "..", "/..", "~~", "~~a"),
]
BEFORE = ["", "- a\n- b\n>", "a"]
LARGE = [
    *PIECES[::5],
    *("a\u0301", "a" + "\u0300" * 500, "가", "> ", "*a ", "[a](", " ", "\n", "\x00"),
]


@cache
def worst_texts() -> list[str]:
    """Return texts of the largest length of a comment, and texts of about 256 KiB."""
    short = [
        (before + piece * LENGTH)[: LENGTH - len(after)] + after
        for before, after in zip(BEFORE, ("", ".", "\u0323"), strict=True)
        for piece in PIECES
    ]
    marks = "a" + "\u0300" * (BYTES // 4) + "\u0323" * (BYTES // 4 - 1)
    long = [cut(piece * (BYTES // len(piece.encode()))) for piece in LARGE]
    assert len(short) >= 150
    assert len(long) + 1 >= 30
    return [*short, *long, cut(marks)]


def cut(text: str) -> str:
    return text.encode()[:BYTES].decode(errors="ignore")


class Site:
    """The site, called without a client; the clock advances so that no rate limit is reached."""

    def __init__(self, app: Flask) -> None:
        self.app, self.numbers = app, count(1)

    def request(self, method: str, path: str, **more: object) -> float:
        """Send a request and return its processor time in seconds."""
        self.app.extensions["clock"].advance(minutes=1)
        more.setdefault("environ_overrides", {"REMOTE_ADDR": f"10.0.{next(self.numbers) % 250}.1"})
        if method == "POST":
            # URL-encoding would triple the size of letters outside ASCII.
            more["content_type"] = "multipart/form-data"
        environ = EnvironBuilder(path, method=method, **more).get_environ()
        begun = process_time()
        response, status, _headers = Context().run(run_wsgi_app, self.app, environ, buffered=True)
        spent = process_time() - begun
        assert b"".join(response)
        assert int(status[:3]) < 500, status
        return spent

    def comment(self, **fields: str) -> float:
        form = {"author_name": "Mina", "body": f"{ORDINARY} {next(self.numbers)}", **fields}
        return self.request("POST", "/reviews/run-on/comments", data=form)


@pytest.fixture
def site(app):
    review = make_review()
    make_comment(review=review, token=TOKEN)
    make_published_comment(review=review)
    return Site(app)


def comment_field(name: str) -> Callable[[Site, str], float]:
    return lambda site, text: site.comment(**{name: text})


def post(path: str, name: str, **fields: str) -> Callable[[Site, str], float]:
    return lambda site, text: site.request("POST", path, data={**fields, name: text})


def query(path: str, name: str) -> Callable[[Site, str], float]:
    # gunicorn limits the length of the request line to 4 094 bytes.
    return lambda site, text: site.request("GET", f"{path}?{name}={quote(text)[:4000]}")


def header(name: str, prefix: str = "") -> Callable[[Site, str], float]:
    def request(site: Site, text: str) -> float:
        words = text.encode("ascii", "ignore").decode().translate(dict.fromkeys(range(32)))
        value = f"{prefix}{words}"[:8000]
        return site.request("GET", "/reviews/run-on/comments/mine", headers={name: value})

    return request


EDIT = "/reviews/run-on/comments/1/revisions"
REPORT = "/reviews/run-on/comments/2/reports"
OWNER = {"Cookie": f"second_lead_owner={TOKEN}"}
PARSERS: dict[str, Callable[[Site, str], float]] = {
    **{
        f"comment: {name}": comment_field(name)
        for name in (
            *("author_name", "author_email", "body", "parent_id", "submission_id", "message"),
            *("typed_seconds", "proof", "is_spoiler", "wants_notice", "g-recaptcha-response"),
        )
    },
    "report: kind": post(REPORT, "kind"),
    "report: body": post(REPORT, "body", kind="other"),
    "edit: body": lambda site, text: site.request(
        "POST", EDIT, data={"author_name": "Mina", "body": text, "version": "1"}, headers=OWNER
    ),
    "edit: version": lambda site, text: site.request(
        "POST", EDIT, data={"author_name": "Mina", "body": "New.", "version": text}, headers=OWNER
    ),
    "erasure: sure": post("/reviews/comments/mine/erasure", "sure"),
    "sign-in: email": post("/admin/login", "email", password="x"),
    "sign-in: password": post("/admin/login", "password", email="mina@example.org"),
    "sign-in: next": post("/admin/login", "next", email="mina@example.org", password="x"),
    "sign-in: next in the address": query("/admin/login", "next"),
    "comments: after": query("/reviews/run-on/comments", "after"),
    "an unknown parameter": query("/", "q"),
    "the address": lambda site, text: site.request("GET", f"/reviews/{quote(text)[:4000]}"),
    "mail: token": lambda site, text: site.request("GET", f"/mail/{quote(text)[:4000]}"),
    "header: Cookie": header("Cookie"),
    "cookie: owner": header("Cookie", "second_lead_owner="),
    "cookie: device": header("Cookie", "second_lead_device="),
    "cookie: session": header("Cookie", "second_lead_admin="),
    "header: Host": header("Host"),
    "header: If-None-Match": header("If-None-Match"),
    "header: X-Forwarded-For": header("X-Forwarded-For"),
    "header: Accept": header("Accept"),
}


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
def test_no_text_costs_as_much_as_ten_comments(site, parser):
    check(lambda text: parser(site, text), site)


@pytest.mark.parametrize("keys", ["{}", "trailer: {}", "tags: [{}", "published: {}"])
def test_no_front_matter_costs_as_much_as_ten_comments(site, tmp_path, keys):
    path = tmp_path / "review.md"
    above = "---\ntitle: A\nslug: a\nauthor: B\nsummary: C\ndrama: {title: D}\n"

    def read(text: str) -> float:
        path.write_text(f"{above}{keys.format(text)}\n---\nText.\n", newline="")
        begun = process_time()
        with suppress(BadReviewFileError):
            read_review(path, tmp_path)
        return process_time() - begun

    check(read, site)


def check(cost_of: Callable[[str], float], site: Site) -> None:
    """Fail if a text costs more than MOST ordinary comments.

    A text that seems to is compared with MOST comments in a row, which take about as long.
    """

    def ordinary() -> float:
        return sum(site.comment() for _ in range(MOST))

    limit = MOST * min(site.comment() for _ in range(9))
    ratios = {
        text[:30]: cost_ratio(partial(cost_of, text), ordinary, most=1)
        for text in worst_texts()
        if cost_of(text) > limit
    }
    found = [f"{MOST * ratio:.1f} × {text!r}" for text, ratio in ratios.items() if ratio > 1]
    assert not found, "\n".join(found)
