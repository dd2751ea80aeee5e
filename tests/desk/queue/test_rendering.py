"""Hostile comments in the moderation queue, and its warning about forwarding headers."""

import logging

from sqlalchemy import update

from blog import create_app
from blog.comments.models import BODY_LENGTH, Comment
from blog.db.engine import db
from blog.web import security
from tests.builders import make_comment, make_moderator, make_report, sign_in
from tests.databases import make_settings
from tests.db.tables import writing
from tests.desk.desk import CHANGES, URL, reload, row_of, verdicts_of
from tests.page import Reader, soup_of, text_of

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
    '</textarea></template><noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<xmp><script>alert(1)</script></xmp><plaintext>",
]
WARNING = "A proxy’s forwarding header was ignored"


def test_hostile_text_is_shown_as_plain_text_in_the_queue(desk, review):
    for attack in ATTACKS:
        more = {"review": review, "name": attack[:80], "email": '"x<b>"@example.org'}
        # A second wording makes a row of copies, which lists every wording again.
        comment, copy = make_comment(**more, body=attack), make_comment(**more, body=f"{attack}.")
        check_no_markup(desk.decide(comment, "no"))
        check_no_markup(desk.reply(comment, "x" * BODY_LENGTH + attack, htmx=False))
        check_no_markup(desk.bulk("reject", [f"{comment.id}.1", f"{copy.id}.9"]))
        check_no_markup(desk.get(CHANGES, since="", rows=f"{comment.id}.1", q=attack[:200]))
        check_no_markup(desk.decide(comment, "approve"))
        make_report(comment=reload(comment), words=attack)
    pages = [desk.get(status=status) for status in ("pending", "published", "rejected")]
    pages += [desk.get(q=ATTACKS[0]), desk.get("/admin/bulks/new", verdict="spam")]
    pages += [desk.get(f"{URL}/1"), desk.get("/admin/log")]
    items = ",".join(f"{number}.1" for number in range(1, 2 * len(ATTACKS)))
    pages += [desk.bulk("spam", items, htmx=False)]
    for page in pages:
        check_no_markup(page)


def test_each_row_has_the_tools_of_its_own_comment(desk, review):
    bodies = ("The umbrella.", "Who wrote the music?", "결말이 좋았어요.")
    comments = [make_comment(review=review, body=body) for body in bodies]
    desk.decide(comments[0], "discuss")
    desk.decide(comments[2], "approve")
    make_report(comment=reload(comments[2]))
    # As after two days, when the address is forgotten.
    with writing() as connection:
        connection.execute(
            update(Comment).where(Comment.id == comments[1].id).values(client_name=None)
        )
    page = desk.get()
    for comment in map(reload, comments):
        row = row_of(page, comment)
        assert {form["action"].split("/")[3] for form in row.select("form")} == {str(comment.id)}
        versions = {field["value"] for field in row.select("[name=version]")}
        assert versions == {str(comment.version)}
        kind = "client" if comment.client_name else "browser"
        links = [link["href"] for link in row.select(".sender-links a")]
        assert f"/admin/rules/new?comment={comment.id}&kind={kind}" in links
        assert ("take_down" in verdicts_of(row)) is (comment.status == "published")


def check_no_markup(page) -> None:
    """Check that nothing of a hostile comment has become markup on a page."""
    assert page.status_code < 500
    soup = soup_of(page)
    assert not soup.find_all(["svg", "style", "iframe", "xmp", "plaintext", "noscript"])
    assert not soup.select("script:not([src]), img, [onerror], [onload]")
    assert not soup.select("[hx-get], [hx-trigger], [data-reader-text] [data-hx-get]")
    assert not soup.select('[href^="javascript"], [action*=evil], [src*=evil]')
    assert not soup.select("hx-partial[hx-target=body]")
    assert "Mine" not in [heading.get_text() for heading in soup.find_all("h1")]
    for words in soup.select("[data-reader-text], [data-reader-name]"):
        assert words["dir"] == "auto"
    assert "49" not in text_of(page)


def test_an_untrusted_forwarding_header_shows_a_warning_with_the_setting(desk, caplog, monkeypatch):
    assert WARNING not in text_of(desk.get())
    monkeypatch.setattr(security, "_warned", False)
    header = {"X-Forwarded-For": "203.0.113.7"}
    with caplog.at_level(logging.WARNING):
        pages = [desk.client.get(URL, headers=header) for _ in range(2)]
    for page in pages:
        assert WARNING in text_of(page)
        assert "Set TRUSTED_PROXIES to the number of proxies" in text_of(page)
    (line,) = [r.getMessage() for r in caplog.records if "TRUSTED_PROXIES" in r.getMessage()]
    assert "203.0.113.7" not in line


def test_every_untrusted_forwarding_header_shows_the_warning(desk):
    for header in security.FORWARDING_HEADERS:
        page = desk.client.get(URL, headers={header: "203.0.113.7"})
        assert WARNING in text_of(page), header


def test_a_trusted_forwarding_header_shows_no_warning(app, database_url, tmp_path):
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
