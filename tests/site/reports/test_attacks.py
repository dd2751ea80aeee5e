"""Known attacks on other comment systems, tried on reports; each test is named after one."""

from blog.moderation.states import Status
from blog.reports.models import Kind
from blog.submissions.resending import ADDRESS_LIMITS
from tests.builders import make_moderator, make_review, sign_in
from tests.page import text_of
from tests.site.comments.sending import COMMENT, everything_stored, send
from tests.site.reports.reporting import REVIEW, now_of, reports, send_report, url_of

A_MINUTE = ADDRESS_LIMITS[0].count


def test_a_comment_under_another_review_as_in_discourse_cve_2026_26973(client, comment):
    make_review(slug="my-mister")
    assert send_report(client, comment, slug="my-mister").status_code == 404
    assert client.get(f"{url_of(comment, slug='my-mister')}/new").status_code == 404
    assert send_report(client, comment, slug="unknown").status_code == 404
    assert not reports()


def test_acting_on_get_as_in_cusdis(client, comment):
    path = f"{url_of(comment)}/new?kind=insult&_method=POST&verdict=take_down"
    before = everything_stored()
    for method in ("GET", "HEAD", "OPTIONS"):
        client.open(path, method=method)
        client.open(f"{url_of(comment)}/thanks?kind=insult", method=method)
    assert everything_stored() == before


def test_a_whole_row_in_the_response_as_in_waline_55_and_cusdis(client, comment):
    owner_hash = now_of(comment).owner_hash
    pages = [
        client.get(f"{url_of(comment)}/new"),
        send_report(client, comment),
        send_report(client, comment, htmx=True),
        send_report(client, comment, {"kind": "?"}),
        client.get(f"{url_of(comment)}/thanks"),
        client.get(REVIEW),
    ]
    [report] = reports()
    secrets = ("jo@example.org", "127.0.0.1", owner_hash, report.client_name)
    for page in pages:
        for secret in secrets:
            assert secret not in page.text
            assert secret not in str(page.headers)


def test_a_report_that_is_visible_to_others(client, stranger, comment):
    before = stranger.get(REVIEW)
    send_report(client, comment, {"kind": "other", "body": "Look at the third word."})
    after = stranger.get(REVIEW)
    assert after.data == before.data
    assert after.headers["ETag"] == before.headers["ETag"]
    assert "third word" not in stranger.get(f"{url_of(comment)}/new").text


def test_a_personal_page_in_a_shared_cache_as_on_joost_blog(client, stranger, comment):
    send(client, COMMENT)
    make_moderator()
    sign_in(client)
    send_report(client, comment)
    for page in ("new", "thanks"):
        path = f"{url_of(comment)}/{page}"
        assert client.get(path).data == stranger.get(path).data


def test_many_reports_that_unpublish_a_comment(app, comment):
    for number in range(20):
        data = {"kind": list(Kind)[number % len(Kind)].value, "body": "I do not like it."}
        address = f"2001:db8:{number:x}::1"
        assert send_report(app.test_client(), comment, data, address=address).status_code == 303
    assert len(reports()) == 20
    assert now_of(comment).status == Status.PUBLISHED
    assert "scene." in text_of(app.test_client().get(REVIEW))


def test_addresses_of_one_ipv6_network_share_a_limit(app, comment):
    responses = [
        send_report(
            app.test_client(), comment, other(number), address=f"2001:db8:1:2::{number:x}"
        ).status_code
        for number in range(A_MINUTE + 1)
    ]
    assert responses == [303] * A_MINUTE + [429]


def test_a_forged_address_in_a_header_as_in_remark42_b1502801(app, comment):
    responses = [
        app.test_client()
        .post(
            url_of(comment), data=other(number), headers={"X-Forwarded-For": f"203.0.113.{number}"}
        )
        .status_code
        for number in range(A_MINUTE + 1)
    ]
    assert responses == [303] * A_MINUTE + [429]


def other(number):
    """Return the fields of a report with a text that is different for each number."""
    return {"kind": "other", "body": f"Number {number}."}


def test_a_missing_parameter_as_in_remark42_f8ba3877(client, comment):
    for fewer in ({"kind": "other"}, {"body": "It is about me."}):
        assert send_report(client, comment, fewer).status_code == 422, fewer
    assert not reports()


def test_a_refusal_with_internal_details_as_in_isso(client, comment):
    for number in range(A_MINUTE + 1):
        response = send_report(client, comment, other(number))
    assert response.status_code == 429
    for word in ("127.0.0.1", "browser:", "address:", "limit_", "Traceback", "sqlite", "psycopg"):
        assert word not in response.text
