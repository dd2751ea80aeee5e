"""GET /admin/rules: the list of rules."""

from datetime import timedelta

from blog.rules.models import Action, Kind
from tests.builders import NOON, make_comment
from tests.databases import on_both
from tests.desk.rules.ruling import URL, make_rule
from tests.page import soup_of, text_of


def test_an_empty_list_links_to_a_new_rule_of_each_kind(desk):
    page = desk.get(URL)
    assert text_of(page).count("None yet.") == 4
    links = [link["href"] for link in soup_of(page).select(".rule-add a")]
    kinds = ["word", "link", "domain", "email"]
    assert links == [f"{URL}/new?kind={kind}" for kind in kinds]


@on_both
def test_rules_are_grouped_by_kind(desk, review):
    comment = make_comment(review=review)
    make_rule(moderator=desk.moderator, pattern="카지노*", action=Action.SPAM)
    make_rule(moderator=desk.moderator, kind=Kind.LINK, pattern="https://spam.example/*")
    make_rule(moderator=desk.moderator, kind=Kind.DOMAIN, pattern="xn--3e0b707e.kr")
    make_rule(moderator=desk.moderator, kind=Kind.NAME, pattern="<b>Best</b> deals")
    make_rule(
        moderator=desk.moderator,
        kind=Kind.BROWSER,
        pattern=comment.owner_hash,
        comment_id=comment.id,
    )
    page = desk.get(URL)
    sections = {
        section.h2.get_text(): [" ".join(li.get_text(" ").split()) for li in section.select("li")]
        for section in soup_of(page).select(".rules section")
    }
    assert sections["Words"][0].startswith("카지노* By Mina Park, 1 May 2026 spam Change")
    assert sections["Links"][0].startswith("https://spam.example/* By")
    assert sections["Domains"][0].startswith("한국.kr By")
    assert sections["Senders"][0].startswith("Name <b>best</b> deals By")
    assert sections["Senders"][1].startswith(f"Browser of comment no. {comment.id} By")
    assert comment.owner_hash not in page.text
    assert f'href="/admin/comments/{comment.id}"' in page.text


def test_a_rule_about_an_address_shows_its_end(desk, review, clock):
    comment = make_comment(review=review)
    make_rule(
        moderator=desk.moderator,
        kind=Kind.CLIENT,
        pattern=comment.client_name,
        comment_id=comment.id,
        ends_at=NOON + timedelta(hours=36),
    )
    page = desk.get(URL)
    assert "Expires on 3 May 2026, 00:00 UTC ." in text_of(page)
    assert comment.client_name not in page.text
    clock.advance(days=2)
    assert "Expired on 3 May 2026" in text_of(desk.get(URL))


def test_a_rule_outlives_the_comment_it_was_made_from(desk, review):
    make_rule(moderator=desk.moderator, kind=Kind.BROWSER, pattern="a" * 64, comment_id=999)
    page = desk.get(URL)
    assert "Browser of comment no. 999, now deleted" in text_of(page)
    assert "/admin/comments/999" not in page.text


def test_every_admin_page_links_to_the_rules(desk):
    for path in ("/admin/comments", "/admin/log", "/admin/account", URL):
        nav = soup_of(desk.get(path)).select_one(".site-head nav")
        assert nav.find("a", href=URL), path
