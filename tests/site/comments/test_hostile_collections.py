"""Published collections of XSS attacks, sent through the form as a name and as a text.

`tests/browser/test_hostile.py` shows the same attacks in a browser, without sending them.
"""

import json
from pathlib import Path

import pytest

from tests.builders import make_review
from tests.page import soup_of
from tests.site.comments.sending import comments, send

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[3] / ".." / "shared" / "data" / "xss"


def read_collections() -> list[str]:
    attacks = json.loads((FOLDER / "dompurify-expect.json").read_text("utf-8"))
    markdown = (FOLDER / "markdown-xss-payloads.txt").read_text("utf-8").splitlines()
    return [attack["payload"] for attack in attacks] + [*filter(None, markdown)]


def test_published_attacks_are_stored_or_refused_with_a_message(app):
    if not FOLDER.is_dir():
        pytest.skip("the collections of hostile text are not on this machine")
    make_review()
    client = app.test_client(use_cookies=False)
    kept = 0
    for number, words in enumerate(read_collections()):
        address = f"10.{number // 256}.{number % 256}.1"
        for field in ("author_name", "body"):
            data = {"author_name": "Mina", "body": f"Number {number}"} | {field: words}
            response = send(client, data, address=address)
            kept += response.status_code == 303
            if response.status_code != 303:
                assert response.status_code == 422, words
                assert soup_of(response).find(id=f"{field}-fault"), words
    assert kept > 350
    assert len(comments()) == kept
