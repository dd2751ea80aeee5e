"""GET /about, /privacy, /terms and /.well-known/security.txt."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from blog.submissions.owning import CHANGE_WINDOW
from tests.kept import forget_pages
from tests.page import soup_of, text_of

SCRIPT = Path(__file__).parents[3] / "static" / "js" / "comments" / "drafts.js"
PAGES = ["about", "privacy", "terms"]


def write_page(tmp_path, name: str, text: str) -> None:
    (tmp_path / "pages").mkdir(exist_ok=True)
    (tmp_path / "pages" / f"{name}.md").write_text(text, encoding="utf-8")


def test_the_pages_exist_on_a_new_site(client):
    for name in PAGES:
        response = client.get(f"/{name}")
        assert response.status_code == 200, name
        page = soup_of(response)
        assert page.h1.get_text() == name.capitalize()
        assert "Second Lead" in page.find(class_="standing").get_text(), name
        assert "{site}" not in text_of(response), name


def test_the_footer_of_every_page_links_to_the_pages(client):
    for path in ("/", "/about", "/no-such-page"):
        links = {link["href"] for link in soup_of(client.get(path)).footer.find_all("a")}
        assert {f"/{name}" for name in PAGES} <= links


def test_the_privacy_page_names_the_stored_data(client):
    page = client.get("/privacy")
    words = text_of(page)
    for fact in (
        *("two cookies", "e-mail address", "do not store your network address", "two days"),
        *(
            "as a draft, on your device only",
            "a small puzzle",
            "Nothing is loaded from other sites.",
        ),
        *("about replies to it", "Moderators see the comment"),
    ):
        assert fact in words
    assert "{" not in words
    links = {link["href"] for link in soup_of(page).find(class_="prose").find_all("a")}
    assert links == {"/reviews/comments/mine"}


def test_the_privacy_page_names_the_lifetime_of_drafts(client):
    kept = re.search(r"const DRAFT_DAYS = (\d+);", SCRIPT.read_text(encoding="utf-8"))
    assert f"at most for {kept[1]} days" in text_of(client.get("/privacy"))


def test_the_terms_name_the_time_to_edit_a_comment(client):
    assert timedelta(minutes=15) == CHANGE_WINDOW
    assert "for 15 minutes" in text_of(client.get("/terms"))


def test_the_privacy_page_names_recaptcha_if_forms_load_it(app, client):
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, captcha="recaptcha")
    page = soup_of(client.get("/privacy"))
    assert "loads reCAPTCHA from Google" in page.get_text()
    assert "Nothing is loaded from other sites." not in page.get_text()
    links = {link["href"] for link in page.find(class_="prose").find_all("a")}
    assert {"https://policies.google.com/privacy", "https://policies.google.com/terms"} < links


def test_a_file_of_the_owner_replaces_a_page(client, tmp_path):
    for name in PAGES:
        write_page(tmp_path, name, "# 안녕하세요 {site}\n\nOur *own* words.\n\n## More\n")
        page = soup_of(client.get(f"/{name}"))
        assert page.h1.get_text() == "안녕하세요 Second Lead", name
        assert page.find(class_="prose").p.decode_contents() == "Our <em>own</em> words.", name
        assert page.find(class_="prose").find("h2").get_text() == "More", name


def test_a_page_without_a_heading_uses_its_name(client, tmp_path):
    write_page(tmp_path, "about", "Just words.")
    assert soup_of(client.get("/about")).h1.get_text() == "About"


def test_a_changed_page_is_sent_again(client, tmp_path):
    write_page(tmp_path, "terms", "Old.")
    tag = client.get("/terms").headers["ETag"]
    write_page(tmp_path, "terms", "New.")
    response = client.get("/terms", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert "New." in text_of(response)


def test_a_wide_table_on_a_page_of_the_owner_scrolls_inside_itself(client, tmp_path):
    write_page(tmp_path, "about", "# About\n\n|a|b|c|\n|--|--:|--|\n|1|2|3|")
    region = soup_of(client.get("/about")).find(role="region", tabindex="0")
    assert region.table.find("td", class_="is-right").get_text() == "2"


def test_raw_html_in_a_page_is_cleaned(client, tmp_path):
    text = (
        "# <b>About</b> us\n\n<script>alert(1)</script><p onclick=x style='y'>Hi</p>"
        "\n\n[x](javascript:alert(1)) ![x](https://elsewhere.example/a.png)\n"
    )
    write_page(tmp_path, "about", text)
    prose = soup_of(client.get("/about")).find(class_="prose")
    assert not prose.find(["script", "img"])
    assert not [tag for tag in prose.find_all(True) if set(tag.attrs) - {"href"}]
    assert not prose.find("a", href=lambda href: href and "javascript" in href)


def test_a_page_that_is_not_utf_8_is_shown_anyway(client, tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "about.md").write_bytes("# Café\n\nWords.".encode("latin-1"))
    response = client.get("/about")
    assert response.status_code == 200
    assert "Words." in text_of(response)


def test_security_txt_exists_only_with_a_security_contact(app, client, clock):
    path = "/.well-known/security.txt"
    assert client.get(path).status_code == 404
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, security_contact="mailto:s@drama.example")
    forget_pages()
    response = client.get(path)
    assert response.mimetype == "text/plain"
    lines = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert lines["Contact"] == "mailto:s@drama.example"
    assert lines["Canonical"] == f"https://drama.example{path}"
    left = datetime.fromisoformat(lines["Expires"]) - clock.now
    assert timedelta(days=100) < left < timedelta(days=365)
    assert client.get(path, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    clock.advance(days=31)
    assert lines["Expires"] not in client.get(path).text
