"""No page, message or form response has English text if the site's language is a made-up one."""

import pytest
from werkzeug.exceptions import default_exceptions

from blog.db.transactions import write
from blog.moderation.states import Verdict
from blog.text.language import use_language
from blog.web.current import current_time
from blog.web.errors import handle_error
from tests.builders import csrf_token, make_draft_link, make_published_reply, make_review, sign_in
from tests.korean import DRAMA, REASON, SENT, fill, make_text, set_up_in_korean
from tests.made_up import MADE_UP, Foreigner, Walk, leaks_of, list_leaks
from tests.notices.reading import html_part, link_to, text_part
from tests.outbox.comments import EMAIL, after_undo_window, decide
from tests.outbox.sending import change_settings, later, mails, run
from tests.outbox.web_hook import run_web_hook
from tests.page import HTMX
from tests.site.comments.sending import comments, count_sent, send
from tests.site.comments.writing import carry

# Views without text for people: they send files, data, or text for programs.
NO_TEXT = {
    *("static", "reviews.picture", "proofs.show", "health.show", "feeds.robots", "feeds.sitemap"),
    *("monitoring.ready", "monitoring.metrics", "monitoring.forwarding"),
    *(
        "favicon",
        "pages.security",
        "admin.log.download",
        "admin.not_found",
        "comments.redirect_old_thread",
    ),
}
# Views that other tests of this module visit.
VISITED_ELSEWHERE = {"admin.accounts.login", "notices.show"}
# Forms that end the session.
SIGNS_OUT = {"/admin/logout", "/admin/account/sessions/end"}


@pytest.fixture
def moderator(app):
    return set_up_in_korean(app)


@pytest.fixture
def reader(app):
    return carry(Foreigner(app, app.response_class))


@pytest.fixture
def desk(app, moderator):
    desk = Foreigner(app, app.response_class)
    sign_in(desk)
    return desk


def post(client, path, **data):
    """Send a form as a browser and as htmx; return the untranslatable texts of both responses."""
    responses = [client.post(path, data=data, headers=headers) for headers in ({}, HTMX)]
    return {leak for response in responses if not response.location for leak in leaks_of(response)}


def assert_none(leaks):
    """Fail if there are untranslatable texts; list each text once, with one place."""
    places = {leak: place for place, _, leak in (each.partition(": ") for each in sorted(leaks))}
    if places:
        lines = [f"{place}: {leak[:90]}" for leak, place in places.items()]
        pytest.fail("Outside of the catalogue:\n" + "\n".join(lines), pytrace=False)


@pytest.mark.slow
def test_no_page_and_no_response_to_a_form_is_in_english(app, reader, desk, moderator):
    waiting, published = fill(moderator)
    at = f"/reviews/run-on/comments/{published.id}"
    link = make_draft_link(draft_id=3, moderator=moderator, now=current_time(), note="가은")
    starts = ("/reviews/archived", "/reviews/run-on/comments", f"{at}/replies", f"/drafts/{link}")
    site = Walk(reader, "/", *starts, f"{at}/reports/thanks")
    changes = "/admin/comments/changes?since=0&newest=0-0&rows=1.1"
    walk = Walk(desk, "/admin", changes, "/admin/comments?q=가", within="/admin")
    views = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    elsewhere = NO_TEXT | VISITED_ELSEWHERE
    assert views - elsewhere == (site.endpoints | walk.endpoints) - elsewhere
    leaks, token = site.leaks | walk.leaks, csrf_token(desk)
    for path, data in SENT:
        client = desk if path.startswith("/admin") else reader
        path = path.format(published=published.id, waiting=waiting.id)
        leaks |= post(client, path, csrf_token=token, **data)
    for path, data in sorted((site.forms | walk.forms).items()):
        if path not in SIGNS_OUT:
            leaks |= post(desk if path.startswith("/admin") else reader, path, **data)
    assert_none(leaks)


def test_no_error_is_in_english(app, reader, desk):
    leaks = set()
    for error in default_exceptions.values():
        with app.test_request_context(), use_language(MADE_UP):
            page = handle_error(error()).get_data(as_text=True)
        leaks |= {f"{error.code}: {leak}" for leak in list_leaks(page)}
    make_review(**DRAMA)
    write(count_sent, address="127.0.0.1", count=999, now=current_time())
    responses = [
        send(reader),
        reader.post("/", headers={"Sec-Fetch-Site": "cross-site"}),
        send(reader, {"body": "가" * 300_000}),
        reader.get("/", headers={"Host": "evil.example"}),
        *(desk.get(f"/admin/{path}") for path in ("comments/9", "x")),
    ]
    assert [response.status_code for response in responses] == [429, 403, 413, 400, 404, 404]
    assert_none(leaks | {leak for response in responses for leak in leaks_of(response)})


def test_no_response_to_signing_in_is_in_english(app, reader, moderator):
    leaks = Walk(reader, "/admin/login", within="/admin").leaks
    for email, password in (("", ""), ("가" * 400, "가" * 9999), *[("a@example.org", "가")] * 12):
        response = sign_in(reader, email=email, password=password)
        leaks |= leaks_of(response)
    assert response.status_code == 429
    assert_none(leaks)


def test_no_mail_and_no_page_behind_its_links_is_in_english(app, reader, moderator):
    url = f"/reviews/{make_review(**DRAMA).slug}/comments"
    notices = {"author_email": EMAIL, "wants_notice": "y", "wants_replies": "y"}
    leaks = set()
    with run_web_hook() as hook, use_language(MADE_UP):
        change_settings(app, notify_url=hook.url)
        for verdict in (Verdict.APPROVE, Verdict.REJECT):
            send(reader, {"author_name": "선겸", "body": make_text(), **notices}, url=url)
            later(hours=2)
            run(app)  # Sends the digest to the moderator.
            decide(comments()[-1], verdict, reason=REASON, shares_reason=True)
            after_undo_window()
            run(app)  # First asks for a confirmation; the second time sends the decision.
            if verdict == Verdict.APPROVE:
                links = [link_to(mails(app)[-1], action) for action in ("confirm", "stop")]
                leaks |= Walk(reader, *links, within="/mail").leaks
                reader.post(links[0])
                leaks |= Walk(reader, links[0], within="/mail").leaks
            later(days=2)
        more = {"body": make_text(), "moderator": moderator, "now": current_time()}
        make_published_reply(to=comments()[0], name="미주", **more)
        after_undo_window()
        run(app)
    sent = mails(app)
    assert len(sent) == 5
    texts = [hook.posts[0][1]["text"]]
    for mail in sent:
        texts += [mail["Subject"], text_part(mail), str(html_part(mail))]
    assert_none(leaks | {f"a mail: {leak}" for text in texts for leak in list_leaks(text)})
