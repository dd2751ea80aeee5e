"""The logs contain no secret token, neither of a link in mail nor of a link to a draft."""

import logging

from gunicorn.config import Config

from blog.web.logs import DiscreetLogger
from blog.web.masking import SECRET_PATHS


def test_every_path_with_a_token_is_masked(app):
    rules = [rule.rule for rule in app.url_map.iter_rules() if "<token>" in rule.rule]
    assert len(rules) == 3
    assert all(rule.startswith(SECRET_PATHS) for rule in rules), "Add it to SECRET_PATHS."


def test_no_log_of_gunicorn_names_a_token():
    logger = DiscreetLogger(Config())
    written = []
    handler = logging.Handler()
    handler.emit = lambda record: written.append(record.getMessage())
    request = '"GET /drafts/s3cr-t_?a=1 HTTP/1.1" 200 "https://site.example/mail/stop-1-s3cr"'
    try:
        for log in (logger.error_log, logger.access_log):
            log.addHandler(handler)
            log.setLevel(logging.INFO)
        logger.access_log.info("%(r)s", {"r": request})
        logger.error("Error handling request %s", "/drafts/s3cr-t_")
    finally:
        for log in (logger.error_log, logger.access_log):
            log.removeHandler(handler)
    assert written == [
        '"GET /drafts/(token)?a=1 HTTP/1.1" 200 "https://site.example/mail/(token)"',
        "The application failed to answer a request.",
    ]


def test_an_unexpected_error_names_no_token(new_app, caplog, monkeypatch):
    monkeypatch.setattr("blog.site.drafts.views.find_link", lambda **_link: 1 // 0)
    new_app.config["PROPAGATE_EXCEPTIONS"] = False
    assert new_app.test_client().get("/drafts/s3cr-t_").status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert "s3cr" not in caplog.text
