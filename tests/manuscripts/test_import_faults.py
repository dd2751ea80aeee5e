"""The error messages of `review import FILE…` about bad files.

A bad file is refused before the database is used, so these tests need no database.
"""

from pathlib import Path

import pytest

from blog.manuscripts.documents import find_text_faults
from blog.manuscripts.front_matter import BadReviewFileError
from blog.manuscripts.importing import read_review
from tests.manuscripts.files import FRONT_MATTER, draw_picture, write_review


def faults_of(path: Path) -> list[str]:
    """Return the error messages about a bad file."""
    with pytest.raises(BadReviewFileError) as caught:
        read_review(path, path.parent / "media")
    assert not (path.parent / "media").exists()
    for line in str(caught.value).splitlines():
        assert line.startswith(f"{path}: ")
    return caught.value.faults


# A key, its value in the file, and a part of the error message.
TOP = [
    ("title", "", "a line of text is expected; it is missing"),
    ("title", "''", "a line of text"),
    ("title", "[a, b]", "a line of text"),
    ("title", '"\\u200b"', "a line of text"),
    ("title", "x" * 301, "has 301 characters; it takes 300"),
    ("slug", "Run-On", "small letters and digits joined by hyphens"),
    ("slug", "run--on", "small letters"),
    ("slug", "../run-on", "small letters"),
    ("slug", "런온", "small letters"),
    ("slug", "x" * 101, "small letters"),
    ("author", "", "a line of text"),
    ("author", "x" * 121, "it takes 120"),
    ("summary", "", "a line of text"),
    ("summary", "x" * 501, "it takes 500"),
    ("watch_if", "x" * 201, "it takes 200"),
    ("skip_if", "[a, b]", "a line of text"),
    ("language", "Korean", "a language tag such as ko, ar or pt-BR is expected; it is 'Korean'."),
    ("language", "ko_KR", "a language tag such as ko"),
    ("language", "kr", "a language tag such as ko"),
    ("language", "[ko]", "it is a list"),
    ("language", "'" + "k" * 900 + "'", "a language tag such as ko"),
    ("published", "soon", "a date such as 2021-03-14"),
    ("published", "2021", "a date such as 2021-03-14"),
    ("published", "2021-02-30", "a date such as 2021-03-14"),
    ("published", "2021-03-14 18", "a date such as 2021-03-14"),
    ("published", "2021-03-14 25:00", "a date such as 2021-03-14"),
    ("published", "2021-03-14 18:30 KST", "a date such as 2021-03-14"),
    ("published", "2021-03-14 18:30 +90:00", "a date such as 2021-03-14"),
    ("published", "2021-03-14 18:30 +09:75", "a date such as 2021-03-14"),
    ("published", "~", "a date such as 2021-03-14"),
    ("published", "0001-01-01 00:00:00+09:00", "a date such as 2021-03-14"),
    ("updated", "[2021-03-14]", "a date such as 2021-03-14"),
    ("rating", "10.5", "a number from 0 to 10 in halves"),
    ("rating", "-1", "a number from 0 to 10 in halves"),
    ("rating", "7.3", "a number from 0 to 10 in halves"),
    ("rating", "good", "a number from 0 to 10 in halves"),
    ("rating", "true", "a number from 0 to 10 in halves"),
    ("rating", ".nan", "a number from 0 to 10 in halves"),
    ("rating", ".inf", "a number from 0 to 10 in halves"),
    ("rating", "1e1", "a number from 0 to 10 in halves"),
    ("rating", "٨", "a number from 0 to 10 in halves"),
    ("trailer", "youtube", "an address that begins with https://"),
    ("trailer", "javascript:alert(1)", "an address that begins with https://"),
    ("trailer", "https://[::1", "an address that begins with https://"),
    ("trailer", "[https://a.example]", "an address that begins with https://"),
    ("trailer", '"https://a.example/\\ud800"', "an address that begins with https://"),
    ("trailer", "yes", "an address that begins with https://"),
    ("tags", "romance", "a list of words joined by hyphens"),
    ("tags", "[two words]", "a list of words joined by hyphens"),
    ("tags", "[yes, no, ~]", "it contains '~'"),
    ("tags", "['']", "it contains ''"),
    ("tags", "{}", "it is a group of keys"),
    ("tags", "[a/b]", "a list of words joined by hyphens"),
    ("tags", "[[a]]", "a list of words joined by hyphens"),
    ("tags", f"[{'x' * 41}]", "a list of words joined by hyphens"),
    ("tags", "[{a: b}]", "it is a list"),
    ("slug", "[a, b]", "it is a list"),
    ("author", "{a: b}", "it is a group of keys"),
    ("rating", "'" + "9" * 900 + "'", "it is '" + "9" * 60 + "'"),
    ("comments", "[open]", "it is a list"),
    ("comments", "maybe", "open or closed"),
    ("comments", "off", "open or closed"),
    ("comments", "[]", "open or closed"),
    ("drama", "", "a group of keys is expected; it is missing"),
    ("drama", "Run On", "a group of keys"),
]


@pytest.mark.parametrize(
    ("key", "value", "expected"), TOP, ids=[f"{row[0]}={row[1][:20]!a}" for row in TOP]
)
def test_the_message_about_a_bad_value_names_its_key_and_the_expected_value(
    key, value, expected, tmp_path
):
    front_matter = FRONT_MATTER.replace("  title: Run On\n", "") if key == "drama" else FRONT_MATTER
    faults = faults_of(write_review(tmp_path, front_matter=front_matter, **{key: value}))
    assert faults[0].startswith(f"{key}: ")
    assert expected in faults[0]


# A line inside drama, the key that the message names, and a part of the message.
DRAMA = [
    ("title: ''", "drama.title", "a line of text"),
    ("year: 20", "drama.year", "a number from 1950 to 2100"),
    ("year: 0x7e4", "drama.year", "a number from 1950 to 2100"),
    ("year: 2_020", "drama.year", "a number from 1950 to 2100"),
    ("year: '" + "9" * 900 + "'", "drama.year", "a number from 1950 to 2100"),
    ("year: true", "drama.year", "a number from 1950 to 2100"),
    ("episodes: 0", "drama.episodes", "a number from 1 to 2000"),
    ("episodes: 16.5", "drama.episodes", "a number from 1 to 2000"),
    ("network: [JTBC]", "drama.network", "a line of text"),
    ("korean_title: {a: b}", "drama.korean_title", "a line of text"),
    ("watch: Netflix", "drama.watch", "a list of {service, url}"),
    ("watch: {}", "drama.watch", "a list of {service, url}"),
    ("watch: [Netflix]", "drama.watch", "a list of {service, url}"),
    ("watch: [{service: Netflix}]", "drama.watch[1].url", "https://"),
    (
        "watch: [{service: A, url: 'https://a.example'}, {url: 'https://b.example'}]",
        "drama.watch[2].service",
        "a line of text",
    ),
    ("watch: [{service: A, url: 'data:,x'}]", "drama.watch[1].url", "https://"),
    ("cast: Im Si-wan", "drama.cast", "a list of {actor, role}"),
    ("cast: [{actor: Im Si-wan}]", "drama.cast[1].role", "a line of text"),
    ("cast: [{actor: A, role: B, age: 3}]", "drama.cast[1].age", "the keys are actor, role"),
]


@pytest.mark.parametrize(("line", "key", "expected"), DRAMA, ids=[row[0] for row in DRAMA])
def test_the_message_about_a_bad_value_inside_drama_names_its_full_key(
    line, key, expected, tmp_path
):
    front_matter = FRONT_MATTER
    if key == "drama.title":
        front_matter = front_matter.replace("  title: Run On\n", "")
    path = write_review(tmp_path, front_matter=f"{front_matter}  {line}\n")
    (fault,) = faults_of(path)
    assert fault.startswith(f"{key}: ")
    assert expected in fault


def test_an_unknown_key_is_named_and_the_known_ones_are_listed(tmp_path):
    (fault,) = faults_of(write_review(tmp_path, colour="red"))
    assert fault.startswith("colour: unknown key; the keys are author, comments, drama,")


def test_an_unknown_key_inside_drama_is_named(tmp_path):
    (fault,) = faults_of(write_review(tmp_path, front_matter=f"{FRONT_MATTER}  director: Lee\n"))
    assert fault.startswith("drama.director: unknown key; the keys are cast, episodes,")


def test_all_faults_of_a_file_are_named_at_once(tmp_path):
    path = write_review(
        tmp_path, slug="NO", rating="11", colour="red", body="![x](none.png)\n\n![y](/etc/x.png)"
    )
    named = [fault.split(":")[0] for fault in faults_of(path)]
    assert named == ["colour", "slug", "rating", "picture none.png", "picture /etc/x.png"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Just words.", 'line 1: front matter is expected; it begins with "---"'),
        (b"", "line 1: front matter is expected"),
        (b"---\ntitle: x\n", 'keys are expected between two lines "---"'),
        (b"---\n- a\n- b\n---\nWords", 'keys are expected between two lines "---"'),
        (b"---\n---\nWords", 'keys are expected between two lines "---"'),
        (b"---\ntitle: x\nslug: [a\nauthor: b\n---\nWords", "line 4: not YAML"),
        (b"---\ntitle: x\n\tslug: y\n---\nWords", "line 3: not YAML"),
        (b"---\ntitle: a: b\n---\nWords", "line 2: not YAML"),
        (b'---\ntitle: "\\UFFFFFFFF"\n---\nWords', "front matter: not YAML"),
        (b"---x\n---\ntitle: x\n---\nWords", 'keys are expected between two lines "---"'),
        (b"---\ntitle: x\n---\n\xed\x99\x94\n\xff\xfe", "line 5: not UTF-8 text"),
        (b"---\ntitle: caf\xe9\n---\nWords", "line 2: not UTF-8 text"),
        ("---\ntitle: 런온\n---\n".encode("utf-16"), "line 1: not UTF-8 text"),
        (b"---\ntitle: x\nslug: \x00\n---\nWords", "line 3: a control character"),
        (b"---\r\ntitle: x\r\nslug: [\r\n---\r\nWords", "line 4: not YAML"),
        # Empty lines count too.
        (b"---\n\n\ntitle: x\nslug: \x00\n---\nWords", "line 5: a control character"),
        (b"---\n\n\ntitle: a: b\n---\nWords", "line 4: not YAML"),
    ],
    ids=repr,
)
def test_the_message_about_a_malformed_file_names_the_line(content, expected, tmp_path):
    path = tmp_path / "review.md"
    path.write_bytes(content)
    assert expected in faults_of(path)[0]


# YAML that front matter does not allow, and a part of the error message.
UNWANTED = [
    (b"title: &t x\nslug: y", "line 2: a value that begins with &, * or ! is a text only between"),
    (b"title: x\nslug: *t", "line 3: a value that begins with &, * or !"),
    (b"a: [x]\ndrama:\n  cast: &c [x]", "line 4: a value that begins with &, * or !"),
    (b"title: !important", "line 2: a value that begins with &, * or !"),
    (b"published: !!timestamp soon", "line 2: a value that begins with &, * or !"),
    (b"rating: !!int ''", "line 2: a value that begins with &, * or !"),
    (b"title: x\nslug: y\ntitle: z", "line 4: title: this key appears twice."),
    (b"title: x\n'title': z", "line 3: title: this key appears twice."),
    (b"drama:\n  title: x\n\n  title: x", "line 5: title: this key appears twice."),
    (b"drama: {title: x, title: y}", "line 2: title: this key appears twice."),
    (
        b"drama:\n  cast:\n    - actor: x\n      actor: y",
        "line 5: actor: this key appears twice.",
    ),
    (b'"a\\nb": 1\n"a\\nb": 2', r"line 3: 'a\nb': this key appears twice."),
    (b"title: 1" + b":59" * 600_000, "line 2: has 1,800,008 characters; it takes up to 1,000"),
    (b"title: " + b"[" * 900, "line 2: lists and groups may be nested up to 6 deep"),
    (b"title: x\n" * 1001, "line 1001: the YAML takes up to 1,000 lines"),
    (b"<<: {title: x}", "<<: unknown key"),
    (b"? [title]\n: x", "not YAML"),
    (b"title: " + b"[" * 100_000, "line 2: has 100,007 characters; it takes up to 1,000"),
]


@pytest.mark.parametrize(
    ("front_matter", "fault"), UNWANTED, ids=[repr(row[0][:40]) for row in UNWANTED]
)
def test_yaml_that_front_matter_does_not_allow_is_refused_with_its_line(
    front_matter, fault, tmp_path
):
    path = tmp_path / "review.md"
    path.write_bytes(b"---\n" + front_matter + b"\n---\nWords")
    assert fault in faults_of(path)[0]


@pytest.mark.parametrize("key", ["title", "tags", "drama"])
def test_aliases_that_expand_beyond_any_memory_are_refused(key, tmp_path):
    lines = ["a0: &a0 [" + ", ".join(["ha"] * 10) + "]"]
    for level in range(1, 60):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    path = write_review(tmp_path, front_matter="\n".join([*lines, f"{key}: *a59\n"]))
    (fault,) = faults_of(path)
    assert fault.startswith("line 2: a value that begins with &")


def test_a_long_key_is_shortened_in_the_message(tmp_path):
    front_matter = f'{FRONT_MATTER}{"k" * 500}: 1\n"a\\nb": 2\n'
    first, second = faults_of(write_review(tmp_path, front_matter=front_matter))
    assert first.startswith("k" * 60 + ": unknown key")
    assert second.startswith(r"'a\nb': unknown key")


def test_a_review_without_text_is_refused(tmp_path):
    (fault,) = faults_of(write_review(tmp_path, body=" \n"))
    assert "the review's text is missing" in fault


def test_a_folder_and_a_missing_file_are_named(tmp_path):
    (tmp_path / "folder").mkdir()
    assert "cannot be read: Is a directory" in faults_of(tmp_path / "folder")[0]
    assert "cannot be read: No such file" in faults_of(tmp_path / "none.md")[0]


def test_a_file_that_is_far_too_large_is_refused(tmp_path):
    (fault,) = faults_of(write_review(tmp_path, body="word " * 700_000))
    assert "is larger than 3 MiB" in fault


def test_a_text_of_2_mib_fits_in_a_file_in_any_script(tmp_path):
    assert not find_text_faults("한" * 690_000)
    read_review(write_review(tmp_path, body="한" * 690_000), tmp_path / "media")
    (fault,) = faults_of(write_review(tmp_path, body="한" * 700_000))
    assert "after the front matter: is larger than 2 MiB" in fault


def test_an_endless_file_is_refused(tmp_path):
    with pytest.raises(BadReviewFileError, match="is larger than 3 MiB"):
        read_review(Path("/dev/zero"), tmp_path / "media")


def test_an_impossible_file_name_is_refused(tmp_path):
    assert "cannot be read" in faults_of(tmp_path / "a\0b.md")[0]


def test_every_picture_that_is_too_large_is_named_before_it_is_read(tmp_path):
    for name in ("a.png", "b.png"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(
                3 * 2**30
            )  # A sparse file takes no space on the disk, but more memory than there is.
    path = write_review(tmp_path, body="![a](a.png) ![b](b.png) ![words](words.png)")
    (tmp_path / "words.png").write_text("words")
    first, second, third = faults_of(path)
    assert first.startswith("picture a.png: is larger than 30 MiB.")
    assert second.startswith("picture b.png: is larger than 30 MiB.")
    assert third.startswith("picture words.png: is no picture this site can read.")


PICTURES = [
    ("none.png", "there is no such file"),
    ("", "there is no such file"),
    (".", "there is no such file"),
    ("%00.png", "there is no such file"),
    ("x" * 300, "there is no such file"),
    ("e" + "%CC%81" * 300_000, "there is no such file"),
    ("a/" * 500_000, "there is no such file"),
    ("../" * 500_000, "there is no such file"),
    ("https://elsewhere.example/a.png", "a file beside the review is expected"),
    ("//elsewhere.example/a.png", "a file beside the review is expected"),
    ("/etc/passwd", "a file beside the review is expected"),
    ("%2Fetc/passwd", "a file beside the review is expected"),
    ("http://[bad", "a file beside the review is expected"),
    ("words.png", "is no picture this site can read. It takes a JPEG, PNG, WebP or AVIF picture."),
]


@pytest.mark.parametrize(("source", "expected"), PICTURES, ids=[row[0][:40] for row in PICTURES])
def test_the_message_names_a_picture_that_cannot_be_read(source, expected, tmp_path):
    (tmp_path / "words.png").write_text("words")
    (fault,) = faults_of(write_review(tmp_path, body=f"![x]({source})"))
    assert fault.startswith("picture ")
    assert expected in fault


def test_a_file_beside_the_review_may_have_any_name(tmp_path):
    draw_picture(tmp_path, "pictures/런온 1.png")
    path = write_review(tmp_path, body="![x](<pictures/런온 1.png>)")
    assert len(read_review(path, tmp_path / "media").pictures) == 1
