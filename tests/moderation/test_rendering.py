"""What a hostile reader can do to the queue, and what a proxy's header says in it."""

import logging

from blog import create_app, security
from blog.database import db
from tests.builders import csrf_token, make_comment, make_moderator, make_review, sign_in
from tests.databases import make_settings
from tests.page import HTMX, Reader, soup_of, text_of

URL = "/admin/comments"
ATTACKS = [
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "'\"><svg onload=alert(1)>",
    "{{ 7*7 }} {% raw %} ${7*7}",
    '<a hx-get="/admin/logout" hx-trigger="load" data-hx-get="/x">go</a>',
    "</article></main><h1>Mine</h1><form action=https://evil.example><button>Approve</button>",
    "[go](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "\u202egnp.exe \u2066 the right way round?",
    "<!-- <style>*{display:none}</style> <hx-partial hx-target=body>",
]
WARNING = "A proxy’s forwarding header was ignored"


def test_a_hostile_comment_stands_in_the_queue_as_words(client):
    make_moderator()
    sign_in(client)
    review = make_review()
    for attack in ATTACKS:
        check_harmless(client, review, attack)


def check_harmless(client, review, attack: str) -> None:
    comment = make_comment(review=review, name=attack[:80], body=attack, email='"x<b>"@example.org')
    token = csrf_token(client)
    verdicts = f"{URL}/{comment.id}/decisions"
    form = {"csrf_token": token, "version": 1, "verdict": "approve"}
    answers = [
        client.get(URL),
        client.get(URL, query_string={"q": attack[:200]}),
        client.post(verdicts, data={**form, "verdict": "no"}),
        client.post(verdicts, data={**form, "verdict": "no"}, headers=HTMX),
        client.post(verdicts, data=form, headers=HTMX),
        client.post(verdicts, data={**form, "verdict": "spam"}, headers=HTMX),
        client.get(f"{URL}?status=published"),
    ]
    for answer in answers:
        soup = soup_of(answer)
        assert not soup.find_all(["svg", "style", "iframe"])
        assert not soup.select("script:not([src]), img, [onerror], [onload]")
        assert not soup.select("[hx-get], [hx-trigger], [data-hx-get]")
        assert not soup.select('[href^="javascript"], [action*=evil], [src*=evil]')
        assert "Mine" not in [heading.get_text() for heading in soup.find_all("h1")]
        for words in soup.select("[data-reader-text], [data-reader-name]"):
            assert words["dir"] == "auto"
    assert "49" not in text_of(answers[0])


def test_a_forwarding_header_that_is_not_believed_is_told_of_with_the_remedy(
    app, client, caplog, monkeypatch
):
    make_moderator()
    sign_in(client)
    assert WARNING not in text_of(client.get(URL))
    monkeypatch.setattr(security, "_warned", False)
    with caplog.at_level(logging.WARNING):
        pages = [client.get(URL, headers={"X-Forwarded-For": "203.0.113.7"}) for _ in range(2)]
    for page in pages:
        assert WARNING in text_of(page)
        assert "set TRUSTED_PROXIES to the number of proxies" in text_of(page)
    (line,) = [r.getMessage() for r in caplog.records if "TRUSTED_PROXIES" in r.getMessage()]
    assert "203.0.113.7" not in line


def test_every_forwarding_header_is_told_of(client):
    make_moderator()
    sign_in(client)
    for header in security.FORWARDING_HEADERS:
        assert WARNING in text_of(client.get(URL, headers={header: "203.0.113.7"})), header


def test_a_forwarding_header_that_is_believed_is_not_told_of(app, database_url, tmp_path):
    make_moderator()
    behind_a_proxy = create_app(
        make_settings(database_url=database_url, data_dir=tmp_path, trusted_proxies=1)
    )
    behind_a_proxy.test_client_class = Reader
    client = behind_a_proxy.test_client()
    sign_in(client)
    page = client.get(URL, headers={"X-Forwarded-For": "203.0.113.7"})
    with behind_a_proxy.app_context():
        db.engine.dispose()
    assert page.status_code == 200
    assert WARNING not in text_of(page)
