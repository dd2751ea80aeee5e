"""All pages, error pages included, are valid HTML, and every styled class is used on a page."""

import re

import pytest
from lxml import html

from blog.web.assets import STATIC
from blog.web.current import current_time
from tests import html_checker
from tests.builders import csrf_token, make_draft_link, make_review, sign_in
from tests.korean import SENT, fill, set_up_in_korean
from tests.made_up import Walk
from tests.page import HTMX, Reader
from tests.site.comments.writing import carry

pytestmark = pytest.mark.slow

# Patterns of class names that are on no page of these tests, with the pages that have them.
RARE = {
    r"hue-(\d+|none)|drawing|picture-about|library": "reviews with pictures",
    r"captcha|g-recaptcha": "a site with CAPTCHA=recaptcha",
    r"closing": "a review whose comments close soon",
    r"demo-note": "a review of the demo",
    r"error-id": "an error of the site itself",
    r"addresses|more-or-less": "rows of comments with a link, or with many lines",
    r"chip|is-removed|is-reopen|is-elsewhere|who": "bulk decisions, undone ones, those of others",
    r"rule-note|rule-same": "a rule with a note, and a rule that already exists",
    r"warning": "a site behind a proxy that is not configured",
}


# Long enough for contents, with a table whose columns are aligned and with folded details.
LONG_TEXT = "\n\n".join([
    *[f"# Part {n}\n\n## A thought\n\n{'They run & talk. ' * 120}" for n in range(3)],
    "|a|b|c|\n|:--|--:|:-:|\n|d|e|f|",
    "<details><summary>The end</summary>\n\nThey meet.\n\n</details>",
])  # fmt: skip


# What the first of the two tests fetched.
PAGES: dict[str, str] = {}


class Collector(Reader):
    """A client that stores each HTML response in `pages`, by its method, path and status."""

    pages: dict[str, str]

    def open(self, *args, **kwargs):
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not response.location:
            name = f"{response.request.method} {response.request.full_path} {response.status_code}"
            self.pages[f"{name} {len(self.pages)}"] = response.text
        return response


@pytest.fixture
def pages(request):
    """The HTML of all pages of a site with comments in each state, and of responses to forms."""
    if not PAGES:
        PAGES.update(fetch_pages(request.getfixturevalue("app")))
    return PAGES


def fetch_pages(app) -> dict[str, str]:
    moderator = set_up_in_korean(app)
    waiting, published = fill(moderator)
    make_review(slug="long", body=LONG_TEXT)
    link = make_draft_link(draft_id=3, moderator=moderator, now=current_time(), note="가은")
    reader, desk = (Collector(app, app.response_class) for _ in range(2))
    reader.pages = desk.pages = {}
    carry(reader)
    sign_in(desk)
    Walk(reader, "/", "/nowhere", "/admin/login", "/reviews/archived", f"/drafts/{link}")
    Walk(desk, "/admin", within="/admin")
    for path, data in SENT:
        client = desk if path.startswith("/admin") else reader
        data = {"csrf_token": csrf_token(desk)} | data
        for headers in ({}, HTMX):
            path = path.format(published=published.id, waiting=waiting.id)
            client.post(path, data=data, headers=headers)
    return reader.pages


def test_every_page_is_valid_html(pages, tmp_path):
    jar = html_checker.find()
    if jar is None:
        pytest.skip("no HTML checker here; `python -m tests.html_checker` takes npm and Java")
    files = []
    whole = {name: text for name, text in pages.items() if text.startswith("<!doctype html>")}
    for number, (name, text) in enumerate(sorted(whole.items())):
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(text.replace("<head>", f"<head><!-- {name} -->"), encoding="utf-8")
    assert len(files) > 60
    faults = html_checker.check(jar, files)
    assert not faults, "\n".join(faults)


def test_every_styled_class_is_used(pages):
    """Check that each class in the CSS is on a page, in a script, or listed in RARE."""
    found = {name for text in pages.values() for name in _names_in(html.fromstring(text or "<p>"))}
    scripts = "".join(path.read_text() for path in sorted((STATIC / "js").rglob("*.js")))
    found |= set(re.findall(r"[\w-]+", scripts))
    sheets = [path.read_text() for path in sorted((STATIC / "css").glob("*.css"))]
    styled = {name for sheet in sheets for name in _names_styled(sheet)}
    assert len(styled) > 150
    unseen = styled - found
    assert sorted(name for name in unseen if not re.fullmatch("|".join(RARE), name)) == []
    for names in RARE:
        assert any(re.fullmatch(names, name) for name in unseen), (
            f"{names} is on a page: remove it from RARE"
        )


def _names_in(page):
    for tag in page.iter():
        yield from (tag.get("class") or "").split()
        yield tag.get("id")


def _names_styled(sheet):
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    for selector in re.findall(r"([^{}]+)\{", sheet):
        if not selector.lstrip().startswith("@"):
            yield from re.findall(r"[.#]([a-z][\w-]*)", selector)
