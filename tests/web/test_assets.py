"""Our scripts and styles are sent without what only their authors read."""

import re

from blog.web.assets import STATIC, minify
from tests.test_scripts import MODULES


def read(client, path, **headers):
    """Get a static file and close it; return its status and content."""
    with client.get(f"/static/{path}", headers=headers) as response:
        return response.status_code, response.data, response.headers.get("ETag")


def test_scripts_and_styles_have_no_comments_and_libraries_are_untouched(client):
    for name in (*MODULES, "css/site.css"):
        source = (STATIC / name).read_bytes()
        _status, sent, _etag = read(client, name)
        assert sent == minify(source, f".{name.rpartition('.')[2]}"), name
        assert not re.search(rb"^ *(//|/\*)", sent, re.MULTILINE), name
        assert len(sent) < len(source), name
    for path in (STATIC / "vendor").rglob("*.js"):
        assert read(client, path.relative_to(STATIC).as_posix())[1] == path.read_bytes(), path


def test_a_minified_file_is_revalidated_and_sent_in_parts_as_it_is_sent_whole(client):
    _status, whole, etag = read(client, "js/talk.js")
    assert read(client, "js/talk.js", **{"If-None-Match": etag})[:2] == (304, b"")
    part = read(client, "js/talk.js", Range="bytes=0-9")[:2]
    assert part in ((206, whole[:10]), (200, whole))
