"""Whatever a reader or moderator sends is in no log, metric or error report.

Every word of theirs contains MARK, which occurs nowhere else.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import fields, replace
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from blog import create_app
from blog.db.engine import db
from blog.notices.composing import Composer
from blog.pictures import converter
from blog.settings import Settings
from blog.site.comments import views
from tests.browser.server import OURS, ROOT, free_port, wait
from tests.builders import make_published_comment, make_review
from tests.databases import SECRET_KEY, make_settings, on_both
from tests.desk.desk import open_desk
from tests.desk.drafts.test_pictures import photo, upload
from tests.desk.drafts.writing import write_new
from tests.marked.failing import HEADER, STAGES, replacements
from tests.outbox.comments import after_undo_window, make_comment_with_notice
from tests.page import HTMX
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.site.comments.sending import URL
from tests.site.comments.writing import NOW, TOKEN, carry, edit
from tests.site.reports.reporting import send_report
from tests.web.fake_sentry import fake_sentry
from tests.web.log_reading import written
from tests.web.test_sentry import reporting

MARK = "qmark"
ADDRESS = "203.0.113.77"
FORM = {
    "author_name": f"{MARK}name",
    "author_email": f"{MARK}@mail.example",
    "body": f"{MARK}body\n\n**{MARK}**",
}
HEADERS = {
    "User-Agent": f"{MARK}agent",
    "Cookie": f"second_lead_owner={MARK}cookie",
    "X-Request-ID": f"{MARK}id",
    "Accept-Language": f"{MARK}language",
}
REFERER = {"Referer": f"http://localhost/{MARK}referer"}
TYPED = [
    f"/?q={MARK}query",
    f"/{MARK}path",
    f"/reviews/{MARK}slug",
    f"/reviews/run-on?after={MARK}",
    f"/tags/{MARK}tag",
    f"/people/{MARK}person",
    f"/mail/{MARK}token",
    f"/drafts/{MARK}token",
    f"/admin/{MARK}anything",
    f"/static/{MARK}.css",
    f"/media/{MARK}.webp",
]
METRICS_TOKEN = "beefcafe" * 5


def assert_no_mark(*texts: str) -> None:
    for text in texts:
        assert MARK not in text.casefold().replace("mark\\n", "")
        assert ADDRESS not in text


@on_both
def test_no_log_and_no_report_has_what_a_reader_sent(client, stranger, monkeypatch):
    review = make_review()
    comment = make_published_comment(review=review)
    for name, function in replacements().items():
        monkeypatch.setattr(views, name, function)
    sent = {"headers": HEADERS | REFERER, "environ_overrides": {"REMOTE_ADDR": ADDRESS}}
    with reporting() as sentry, written() as log:
        for path in TYPED:
            client.get(path, **sent).close()
            client.open(path, method="OPTIONS", **sent).close()
        for stage in STAGES:
            for htmx in ({}, HTMX):
                more = sent | {"headers": HEADERS | REFERER | {HEADER: stage} | htmx}
                assert client.post(f"{URL}?q={MARK}", data=FORM, **more).status_code == 500
        assert client.post(URL, data=FORM, **sent).status_code == 303
        assert client.post(URL, data=FORM | {"author_email": MARK}, **sent).status_code == 422
        mine = make_published_comment(review=review, token=TOKEN, now=NOW)
        assert edit(carry(stranger), mine, body=f"{MARK}edit").status_code == 303
        report = {"kind": "insult", "body": f"{MARK}report"}
        assert send_report(stranger, comment, report, address=ADDRESS).status_code == 303
        wait_until(lambda: len(sentry.arrived) == 2 * len(STAGES))
    assert len(log.errors) == 2 * len(STAGES)
    assert all(line["path"] == "/reviews/<slug>/comments" for line in log.errors)
    assert_no_mark(log.getvalue(), *sentry.arrived)


def test_no_log_and_no_report_has_what_is_sent_to_the_desk(app, client, monkeypatch, tmp_path):
    program = tmp_path / "failing.py"
    program.write_text(f"raise SystemExit('{MARK}title of the picture')\n")
    desk = open_desk(app)
    with reporting() as sentry, written() as log:
        client.post("/admin/login", data={"email": f"{MARK}@a.example", "password": f"{MARK}12345"})
        desk.get(q=f"{MARK}search")
        desk.get(f"/admin/reviews?q={MARK}search")
        write_new(desk, title=f"{MARK}title", body=f"{MARK}draft")
        upload(desk, (f"{MARK}.jpg", photo()), (f"{MARK}.txt", MARK.encode()))
        monkeypatch.setattr(converter, "__file__", str(program))
        upload(desk, (f"{MARK}.jpg", photo()))
        monkeypatch.setattr("blog.desk.drafts.pictures.read_uploads", fail_with_words)
        assert upload(desk, (f"{MARK}.jpg", photo())).status_code == 500
        wait_until(lambda: sentry.arrived)
    assert "converter of pictures ended" in log.getvalue()
    assert len(log.errors) == 1
    assert_no_mark(log.getvalue(), *sentry.arrived)


def fail_with_words(*args, **more):
    raise OSError(28, f"No space left for {args} {more} {FORM}", f"{FORM}.jpg")


def test_no_log_and_no_report_of_the_outbox_has_a_word(app, monkeypatch):
    def fail(_composer, message):
        raise RuntimeError(f"{FORM} {message}")

    make_comment_with_notice(email=FORM["author_email"], body=FORM["body"])
    after_undo_window()
    monkeypatch.setattr(Composer, "compose_decision", fail)
    with reporting() as sentry, written() as log:
        result = app.test_cli_runner().invoke(args=["outbox", "run", "--once"])
        wait_until(lambda: sentry.arrived)
    assert result.output == "1 waiting\n"
    assert "RuntimeError" in log.lines[0]["traceback"]
    assert_no_mark(log.getvalue(), *sentry.arrived)


def test_no_metric_has_a_word(app, client):
    names = {field.name for field in fields(Settings)}
    if "metrics_token" not in names:
        pytest.skip("This release has no metrics.")
    settings = replace(app.extensions["settings"], metrics_token=METRICS_TOKEN)
    app.extensions["settings"] = settings
    make_review()
    client.post(URL, data=FORM, headers=HEADERS)
    response = client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert response.status_code == 200
    assert_no_mark(response.text)


def send(url: str, data: dict | None = None, **headers: str) -> int:
    body = None if data is None else urlencode(data).encode()
    try:
        with urlopen(Request(url, body, headers), timeout=PATIENCE_SECONDS) as response:
            return response.status
    except HTTPError as error:
        error.close()
        return error.code


def send_raw(port: int, text: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(text.encode())
        assert connection.recv(20)


@pytest.mark.slow
def test_no_log_of_a_server_has_what_a_reader_sent(own_database_url, tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = create_app(make_settings(database_url=own_database_url, data_dir=tmp_path))
    with app.app_context():
        make_review()
        db.session.remove()
        db.engine.dispose()
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    with fake_sentry() as sentry:
        environment |= {
            "DATABASE_URL": own_database_url,
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": SECRET_KEY,
            "PORT": str(port),
            "TRUSTED_PROXIES": "1",
            "SENTRY_DSN": sentry.dsn,
        }
        out, err = tmp_path / "out", tmp_path / "err"
        with out.open("w") as output, err.open("w") as errors:
            server = subprocess.Popen(
                (
                    *(sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"),
                    "tests.marked.wsgi:app",
                ),
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=errors,
            )
            try:
                wait(server, url, err)
                walk(url, port)
                wait_until(lambda: len(sentry.arrived) == len(STAGES))
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait(timeout=PATIENCE_SECONDS)
    access = [json.loads(line) for line in out.read_text().splitlines()]
    logged = [json.loads(line) for line in err.read_text().splitlines()]
    assert_no_mark(out.read_text(), err.read_text(), *sentry.arrived)
    failed = {line["request_id"] for line in access if line["status"] == 500}
    assert failed == {line["request_id"] for line in logged if line["level"] == "error"}
    assert failed == {event["tags"]["request_id"] for event in sentry.events}
    assert len(failed) == len(STAGES)
    assert {line["path"] for line in access if line["status"] == 404} >= {"/reviews/<slug>"}


def walk(url: str, port: int) -> None:
    """Send marked words everywhere to a running site."""
    headers = HEADERS | {"X-Forwarded-For": ADDRESS}
    for path in TYPED:
        send(url + path, **headers, Referer=f"{url}/{MARK}")
    for stage in STAGES:
        failing = headers | {HEADER: stage}
        assert send(f"{url}{URL}?q={MARK}", FORM, **failing) == 500
    assert send(f"{url}{URL}", FORM, **headers) == 200
    send_raw(port, f"GET /{MARK} HTTP/1.1\r\nHost: localhost\r\n{MARK} no header\r\n\r\n")
    send_raw(port, f"{MARK.upper()} / HTTP/1.1\r\nHost: {MARK}\r\nConnection: close\r\n\r\n")
