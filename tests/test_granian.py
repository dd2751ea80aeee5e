"""The site served by granian in place of gunicorn, as docs/decisions/0048 says."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from blog.db.engine import db
from tests.builders import make_review
from tests.databases import SECRET_KEY
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.site.comments.sending import COMMENT, URL, comments
from tests.test_run import ROOT, environment, is_up

pytestmark = pytest.mark.slow

OPERATIONS = ROOT / "docs" / "operations.md"
DOCUMENTED = re.compile(r"granian (--interface wsgi .* wsgi:app)")


def fetch(url: str, data: dict[str, str] | None = None):
    body = urlencode(data).encode() if data else None
    return urllib.request.urlopen(url, body, timeout=PATIENCE_SECONDS)


def test_granian_serves_a_page_stores_a_comment_and_names_no_address(
    new_app, database_url, tmp_path
):
    make_review()
    db.session.remove()
    env = environment(tmp_path) | {"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY}
    site, log = f"http://127.0.0.1:{env['PORT']}", tmp_path / "log"
    options = (DOCUMENTED.search(OPERATIONS.read_text()) or pytest.fail("no command"))[1].split()
    with log.open("w") as output:
        server = subprocess.Popen(
            [Path(sys.executable).parent / "granian", "--port", env["PORT"], *options],
            env=env, cwd=ROOT, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            wait_until(lambda: server.poll() is not None or is_up(f"{site}/healthz"))
            assert server.poll() is None, log.read_text()
            with fetch(f"{site}/reviews/run-on") as page:
                assert b"The finish line of run-on" in page.read()
                etag = page.headers["ETag"]
            # urllib follows the redirect to the page of one's own comments without its cookies.
            with fetch(f"{site}{URL}", COMMENT) as answer:
                assert answer.status == 200
            again = urllib.request.Request(
                f"{site}/reviews/run-on", headers={"If-None-Match": etag}
            )
            with pytest.raises(urllib.error.HTTPError, match="304"):
                urllib.request.urlopen(again, timeout=PATIENCE_SECONDS)
            server.terminate()
            assert server.wait(PATIENCE_SECONDS) == 0
        finally:
            server.kill()
            server.wait()
    assert [comment.body for comment in comments()] == [COMMENT["body"]]
    logged = log.read_text()
    assert "Traceback" not in logged
    # Its own address is the only one.
    assert logged.count("127.0.0.1") == 1
    assert COMMENT["author_name"] not in logged
