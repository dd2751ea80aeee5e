"""The command `review import FILE…`: what it says, and what a second import changes."""

from unicodedata import normalize
from urllib.parse import quote

import pytest
from lxml import etree

from blog.reviews.queries import find_review
from tests.builders import make_published_comment, make_review
from tests.databases import on_both
from tests.manuscripts.files import draw_picture, write_review
from tests.page import soup_of, text_of


def test_import_says_whether_a_review_is_a_draft_or_scheduled(run_import, folder, clock):
    files = {
        "draft": write_review(folder, name="a.md", slug="a", published=""),
        "soon": write_review(folder, name="b.md", slug="b", published="2026-05-02 18:30 +09:00"),
        "now": write_review(folder, name="c.md", slug="c", published=f"{clock.now:%Y-%m-%d %H:%M}"),
    }
    assert run_import(*files.values()).stdout.splitlines() == [
        f"{files['draft']}: new: draft: /reviews/a",
        f"{files['soon']}: new: scheduled: /reviews/b, public from 2026-05-02 18:30+09:00",
        f"{files['now']}: new: /reviews/c",
    ]


def test_importing_the_same_file_again_changes_nothing(run_import, folder, client):
    draw_picture(folder, "a.png")
    path = write_review(folder, body="![A](a.png)\n\nWords.")
    assert ": new: " in run_import(path).stdout
    page = client.get("/reviews/run-on").data
    assert ": unchanged: " in run_import(path).stdout
    assert client.get("/reviews/run-on").data == page


@on_both
def test_importing_a_changed_file_updates_the_review_and_keeps_comments(run_import, folder, client):
    run_import(write_review(folder, tags="[old, kept]", rating="7"))
    make_published_comment(review=find_review(slug="run-on"), body="I was here.")
    assert ": changed: " in run_import(write_review(folder, tags="[kept]", title="New")).stdout
    words = text_of(client.get("/reviews/run-on"))
    assert "New" in words
    assert "I was here." in words
    assert "rating" not in words
    assert client.get("/tags/kept").status_code == 200
    assert client.get("/tags/old").status_code == 404


@pytest.mark.parametrize(("folder_form", "file_form"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_picture_is_found_in_every_unicode_form_of_its_name(
    folder_form, file_form, run_import, folder, client
):
    name = f"{normalize(folder_form, 'cafés')}/{normalize(file_form, '런온 é.png')}"
    draw_picture(folder, name)
    typed = (normalize("NFC", name), normalize("NFD", name), quote(normalize("NFD", name)))
    for source in typed:
        result = run_import(write_review(folder, body=f"![x](<{source}>)"))
        assert (result.exit_code, result.stderr) == (0, ""), ascii(source)
    page = soup_of(client.get("/reviews/run-on"))
    with client.get(page.article.find("img")["src"]) as picture:
        assert picture.status_code == 200


def test_two_pictures_whose_names_differ_only_in_unicode_form_stay_apart(run_import, folder):
    draw_picture(folder, normalize("NFC", "é.png"), colour="red")
    draw_picture(folder, normalize("NFD", "é.png"), colour="blue")
    body = f"![x]({quote(normalize('NFC', 'é.png'))}) ![x]({quote(normalize('NFD', 'é.png'))})"
    assert run_import(write_review(folder, body=body)).exit_code == 0
    assert len(find_review(slug="run-on").shown_pictures) == 2


def test_a_picture_with_new_content_changes_the_review(run_import, folder, client):
    draw_picture(folder, "a.png", colour="red")
    path = write_review(folder, body="![A](a.png)")
    run_import(path)
    before = soup_of(client.get("/reviews/run-on")).find("img")["src"]
    draw_picture(folder, "a.png", colour="blue")
    assert ": changed: " in run_import(path).stdout
    assert soup_of(client.get("/reviews/run-on")).find("img")["src"] != before


@on_both
def test_a_review_replaces_the_demo_review_with_its_slug(run_import, folder, client):
    make_review(is_demo=True, title="Only a demo")
    assert ": changed: " in run_import(write_review(folder)).stdout
    page = soup_of(client.get("/reviews/run-on"))
    assert page.h1.get_text() == "Run On: The runner stops 😌"
    assert page.find("meta", attrs={"name": "robots"}) is None


@on_both
def test_a_bad_file_writes_nothing_and_the_others_are_imported(
    run_import, folder, client, tmp_path
):
    draw_picture(folder, "good.png")
    bad = write_review(folder, name="bad.md", slug="bad", body="![x](good.png) ![y](none.png)")
    good = write_review(folder, name="good.md", slug="good")
    result = run_import(bad, folder / "absent.md", good)
    assert result.exit_code == 1
    assert f"{good}: new: /reviews/good" in result.stdout
    assert f"{bad}: picture none.png: there is no such file" in result.stderr
    assert f"{folder / 'absent.md'}: cannot be read: No such file" in result.stderr
    assert "Traceback" not in result.output
    assert client.get("/reviews/bad").status_code == 404
    assert find_review(slug="bad") is None
    assert client.get("/reviews/good").status_code == 200
    assert not list((tmp_path / "media").glob("*.webp"))


def test_a_file_that_would_fill_the_memory_is_refused_and_stops_no_other(
    run_import, folder, client
):
    with (folder / "big.png").open("wb") as file:
        file.truncate(3 * 2**30)
    big = write_review(folder, name="big.md", slug="big", body="![x](big.png)")
    bomb = write_review(folder, name="bomb.md", front_matter="a: &a [x]\nb: &b [*a, *a]\n")
    good = write_review(folder, name="good.md", slug="good")
    result = run_import(big, bomb, good)
    assert result.exit_code == 1
    assert f"{big}: picture big.png: is larger than 30 MiB." in result.stderr
    assert f"{bomb}: line 2: a value that begins with &" in result.stderr
    assert client.get("/reviews/good").status_code == 200


def test_a_bad_second_version_keeps_the_first(run_import, folder, client):
    run_import(write_review(folder))
    result = run_import(write_review(folder, title="Better", colour="red"))
    assert result.exit_code == 1
    assert soup_of(client.get("/reviews/run-on")).h1.get_text() == "Run On: The runner stops 😌"


def test_characters_forbidden_in_xml_do_not_break_the_feed(run_import, folder, client):
    run_import(write_review(folder, title='"A \\uFFFF title"', body="With \ufffe and \x01 in it."))
    assert client.get("/reviews/run-on").status_code == 200
    etree.fromstring(client.get("/feed.atom").data)


def test_import_without_a_file_prints_its_usage(run_import):
    result = run_import()
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
