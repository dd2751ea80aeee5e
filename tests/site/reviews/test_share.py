"""Sharing a review: its permanent link, an e-mail with it, and the ways back to the top."""

from urllib.parse import parse_qs, urlsplit

from tests.builders import make_review
from tests.page import soup_of

URL = "/reviews/run-on"
ADDRESS = "https://drama.example/reviews/run-on"


def test_without_a_script_a_review_is_shared_by_its_link_or_by_mail(client):
    make_review(title="Why & how? 😌")
    share = soup_of(client.get(URL)).find(id="share")
    link = share.find("a", rel="bookmark")
    assert link["href"] == link.get_text() == ADDRESS
    mail = urlsplit(share.find("a", string="Send by e-mail")["href"])
    assert mail.scheme == "mailto"
    expected = {"subject": ["Run On · 런온: Why & how? 😌"], "body": [ADDRESS]}
    assert parse_qs(mail.query) == expected


def test_buttons_that_need_a_script_are_hidden_without_one(client):
    make_review()
    buttons = soup_of(client.get(URL)).find(id="share")("button")
    assert [button.get_text() for button in buttons] == ["Share", "Copy link"]
    assert all(button.has_attr("hidden") for button in buttons)


def test_the_end_of_the_text_and_of_the_comments_lead_back_to_the_top(client):
    make_review()
    page = soup_of(client.get(URL))
    for place in (page.find(id="share"), page.find(class_="talk")):
        assert place.find("a", string="Back to top")["href"] == "#main"
