"""GET /admin/comments?q=…: search in the queue."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select

from blog.comments.models import Comment
from blog.comments.removal import delete_comments
from blog.db.engine import db
from blog.db.transactions import write
from blog.desk.queue import matching, queries, views
from blog.moderation.states import Verdict
from blog.privacy.forgetting import forget_emails
from blog.submissions.changes import withdraw_comment
from blog.submissions.submission import hash_token
from tests.builders import (
    NOON,
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_published_reply,
    make_review,
    make_revision,
    sign_in,
)
from tests.databases import on_both
from tests.desk.desk import bring, make_crowd, next_of, numbers_of, rows_of, words_of
from tests.page import soup_of, text_of

URL = "/admin/comments"
TOKEN = "ab" * 16


# Search texts, and the names of the authors found.
SEARCHES = [
    ("bench", ["Jo", "은수"]),
    ("BENCH", ["Jo", "은수"]),
    ("eunsu@example.org", ["은수"]),
    ("EXAMPLE.org", ["은수"]),
    ("은", ["은수"]),
    ("벤치", ["은수"]),
    # A Mac sends decomposed Hangul (jamo).
    ("\u1107\u1166\u11ab\u110e\u1175", ["은수"]),
    ("jo", ["Jo"]),
    ("  jo  ", ["Jo"]),
    ("100%", ["%"]),
    ("%", ["%"]),
    ("_", ["_"]),
    ("T_T", ["_"]),
    ("\\", ["\\"]),
    ("C:\\temp", ["\\"]),
    ("'", ["'"]),
    ("' OR 1=1 --", []),
    ("/", ["/"]),
    ("and/or", ["/"]),
    ('"', []),
    ("😭", ["😭"]),
    ("<b>", []),
    ("a\0nd/or", ["/"]),
]


@pytest.fixture(autouse=True)
def _signed_in(client):
    make_moderator()
    sign_in(client)


@pytest.fixture
def review(app):
    return make_review()


def find(client, words: str, status: str = "") -> list[str]:
    """Search for `words`, in all states by default; return the names of the authors found."""
    page = client.get(URL, query_string={"q": words, "status": status})
    assert page.status_code == 200
    names = html.fromstring(page.text).xpath('//*[@id="queue"]//*[@data-reader-name]')
    return [name.text_content() for name in names]


@on_both
def test_a_search_finds_text_name_and_e_mail_and_special_characters(client, review):
    make_comment(review=review, name="Jo", body="The bench scene.")
    make_comment(review=review, name="은수", email="eunsu@example.org", body="벤치 bench 장면")
    make_comment(review=review, name="%", body="I agree 100%.")
    make_comment(review=review, name="_", body="T_T")
    make_comment(review=review, name="\\", body="C:\\temp")
    make_comment(review=review, name="'", body="It's me.")
    make_comment(review=review, name="/", body="and/or")
    make_comment(review=review, name="😭", body="TxT")
    for words, names in SEARCHES:
        assert find(client, words, status="pending") == names, words


# Texts that are sent, and searches that find them.
SPELLINGS = [
    ("I love Café Minamdang", ["cafe", "CAFÉ", "cafe\u0301", "ｃａｆｅ", "café  minamdang"]),
    ("Run\n\nOn is slow.", ["run on", "RUN ON"]),
    ("“It’s late” – she said", ["it's late", "it’s late", '"it\'s late"', "late” -", 'late" —']),
    ("That’s all.", ["that's"]),
    ("It's mine.", ["it’s mine"]),
    ("ÉTÉ, Straße, ÆON", ["été", "ete", "STRASSE", "aeon"]),
    ("ｶﾞﾗｽの部屋, ABC １２３", ["ガラス", "ＡＢＣ", "abc 123"]),
    ("ㅂㅔㄴㅊㅣ 장면 ㅋㅋㅋ", ["벤치", "ㅂㅔㄴㅊㅣ", "ㅋㅋ", "\u1107\u1166\u11ab"]),
]


@on_both
def test_a_search_ignores_case_accents_width_and_kinds_of_quotation_marks(client, review):
    for number, (body, _searches) in enumerate(SPELLINGS):
        make_comment(review=review, name=f"R{number}", body=body)
    make_comment(review=review, name="José ＬＥＥ", body="Nothing.", email="Éva@Example.org")
    for number, (_body, searches) in enumerate(SPELLINGS):
        for words in searches:
            assert find(client, words) == [f"R{number}"], words
    for words in ("jose", "JOSÉ", "lee", "ＬＥＥ", "eva@example", "ÉVA", "ＥＶＡ＠"):
        assert find(client, words) == ["José ＬＥＥ"], words


@on_both
def test_a_search_reads_the_text_as_it_is_after_every_kind_of_change(client, review):
    pending = make_comment(review=review, name="Jo", token=TOKEN, body="Première")
    edited = {"author_name": "Zoé", "author_email": "à@example.org", "body": "Deuxième"}
    pending = make_revision(comment=pending, token=TOKEN, **edited)
    assert (find(client, "premiere"), find(client, "jo")) == ([], [])
    assert [find(client, words) for words in ("deuxieme", "zoe", "a@ex")] == [["Zoé"]] * 3
    moderator = make_moderator(email="jun@example.org")
    published = make_decision(comment=pending, moderator=moderator)
    edited |= {"author_email": "é@example.org", "body": "Troisième"}
    revised = make_revision(comment=published, token=TOKEN, **edited)
    assert (find(client, "troisieme"), find(client, "deuxieme")) == ([], ["Zoé"])
    assert (find(client, "a@ex"), find(client, "e@ex")) == ([], ["Zoé"])
    decided = make_decision(comment=revised, moderator=moderator)
    assert (find(client, "troisieme"), find(client, "deuxieme")) == (["Zoé"], [])
    make_decision(comment=decided, moderator=moderator, verdict=Verdict.REOPEN)
    assert (find(client, "troisieme"), find(client, "deuxieme")) == ([], ["Zoé"])


@on_both
def test_the_search_texts_of_erased_comments_and_addresses_are_deleted(review):
    kept = make_published_comment(
        review=review, name="Zoé", body="Première", email="zoe@example.org"
    )
    make_published_reply(to=kept, name="Mina", body="The reply.", email="jo@example.org")
    write(delete_comments, comment_ids=[kept.id])
    ids = list(db.session.scalars(select(Comment.id)))
    write(forget_emails, ids=ids, before=NOON + timedelta(days=365))
    columns = select(Comment.folded_name, Comment.folded_body, Comment.folded_email)
    assert [tuple(row) for row in db.session.execute(columns.order_by(Comment.id))] == [
        ("erased", "erased", None),
        ("mina", "the reply.", None),
    ]


@on_both
def test_a_search_finds_comments_in_every_state_newest_first_and_shows_the_state(client, review):
    moderator = make_moderator(email="jun@example.org")
    states = ["pending", "published", "reported", "rejected", "spam", "removed"]
    for minute, state in enumerate(states):
        time = NOON - timedelta(minutes=minute)
        comment = make_comment(review=review, name=state, body=f"Café {state}.", now=time)
        bring(comment, state, moderator)
    withdrawn = make_comment(review=review, body="Café, no.", token=TOKEN)
    write(withdraw_comment, comment_id=withdrawn.id, owner_hash=hash_token(TOKEN), now=NOON)
    assert find(client, "cafe") == states
    assert find(client, "cafe", status="published") == ["published", "reported"]
    assert find(client, "cafe", status="reported") == ["reported"]
    page = client.get(URL, query_string={"q": "cafe"})
    badges = [[words_of(badge) for badge in row.select(".badge")] for row in rows_of(page)]
    assert badges == [[], ["published"], ["published"], ["rejected"], ["spam"], ["taken down"]]
    assert "These are all 6 comments with “ cafe ”, in any state." in text_of(page)
    chosen = soup_of(page).select_one("#status option[selected]")
    assert words_of(chosen) == "all"
    assert words_of(soup_of(page).select_one("#sort option")) == "newest first"


def test_a_search_in_all_states_offers_no_bulk(client, review):
    make_comment(review=review, body="Café.")
    page = client.get(URL, query_string={"q": "cafe"})
    assert not soup_of(page).select(".all-matching a, #bulk button")
    assert soup_of(page).find(id="queue").has_attr("data-no-bulk")
    refused = client.get("/admin/bulks/new", query_string={"status": "any", "verdict": "spam"})
    assert refused.status_code == 400
    assert "no decision is possible in every state" in text_of(refused)
    page = client.get(URL, query_string={"q": "cafe", "status": "pending"})
    assert len(soup_of(page).select(".all-matching a")) == 3
    assert not soup_of(page).find(id="queue").has_attr("data-no-bulk")
    assert "This is the only match." in text_of(page)


def test_the_page_of_a_search_has_its_text_and_a_link_back(client, review):
    make_comment(review=review)
    page = client.get(URL, query_string={"q": "bench", "status": "pending"})
    assert soup_of(page).find("input", id="q")["value"] == "bench"
    assert soup_of(page).find("a", string="Show all")["href"] == f"{URL}?status=pending"


def test_a_search_without_matches_shows_the_search_text(client):
    page = client.get(URL, query_string={"q": "<b>'\"&"})
    assert "No comments match “ <b>'\"& ”." in text_of(page)
    assert soup_of(page).find("input", id="q")["value"] == "<b>'\"&"


def test_a_search_without_matches_offers_one_way_back(client):
    page = soup_of(client.get(URL, query_string={"q": "nothing like this"}))
    assert page.select_one(".matching") is None
    assert len(page.find_all("a", string="Show all")) == 1


@on_both
def test_a_search_has_several_pages(client, review):
    make_crowd(review, queries.PAGE_SIZE, now=NOON - timedelta(hours=1))
    make_comment(review=review, name="other", body="The café.")
    last = make_comment(review=review, body="A crowd, and the last of it.")
    rest = client.get(next_of(client.get(URL, query_string={"q": "crowd", "status": "pending"})))
    assert numbers_of(rest) == [last.id]


@on_both
def test_a_search_covers_only_the_newest_comments_and_says_so(client, review, monkeypatch):
    for name in ("first", "second", "third"):
        make_comment(review=review, name=name, body=f"The bench, {name}.")
    assert "The search reads" not in text_of(client.get(f"{URL}?q=bench"))
    monkeypatch.setattr(matching, "MAX_SEARCHED", 2)
    monkeypatch.setattr(views, "MAX_SEARCHED", 2)
    assert find(client, "bench", status="pending") == ["second", "third"]
    assert find(client, "bench") == ["third", "second"]
    limit = "The search reads text, name and e-mail of the newest 2 comments of this list."
    for words in ("bench", "nobody wrote this"):
        page = text_of(client.get(URL, query_string={"q": words}))
        assert limit in page
        assert "These are all" not in page
