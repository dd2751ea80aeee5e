"""Hints for the writer of a review: what could be better, and never a refusal."""

import pytest

from blog.manuscripts import hints
from blog.manuscripts.hints import MOST_OF_A_KIND, list_hints

SITE = "https://blog.example"
KEYS = {"language": "en", "summary": "A sprinter and a subtitler learn to say what they mean."}
PICTURE = "![A track at night](pictures/track.jpg)\n\n"


def hints_about(body: str, keys: dict | None = None) -> list[tuple[str, str]]:
    pages = {"/reviews/run-on", "/people/IU", "/tags/로맨스", "/"}
    found = list_hints(
        KEYS if keys is None else keys, body, site_url=SITE, is_path=pages.__contains__
    )
    return [tuple(hint) for hint in found]


def test_a_review_with_nothing_to_improve_and_an_empty_one_get_no_hint():
    assert hints_about(f"{PICTURE}# One\n\n## Two\n\n### Three\n\n# Four\n\nThe end.") == []
    assert hints_about(" \n", {}) == []


def test_a_picture_without_a_description_is_named_with_its_line():
    ((key, sentence),) = hints_about(f"{PICTURE}![](bench.jpg) and ![-](lamp.jpg)")
    assert key == "body"
    assert sentence.startswith("Line 3: picture bench.jpg has no description")


def test_a_review_without_a_picture_or_a_language_is_told_so():
    found = hints_about("Words.", {"summary": "Short."})
    assert found == [
        ("language", "No language is chosen, so the letters of the text decide."),
        ("body", "There is no picture for the front page and for shared links."),
    ]


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("[one](/reviews/run-off)", "/reviews/run-off"),
        ("[one](run-off)", "run-off"),
        (f"[one]({SITE}/nothing)", f"{SITE}/nothing"),
        ('<a href="/reviews/run-off">one</a>', "/reviews/run-off"),
        ("<div>\n\n[one](#part-the-start)\n\n</div>", "#part-the-start"),
        ("[one](/reviews/run-on)", None),
        ("[one](/tags/없는-말)", "/tags/없는-말"),
        ("[one](run-on#comments) [two](/tags/로맨스) [three](/people/IU?a=b)", None),
        ("[one](#part-the-end) [two](#part-그리고) [three](#comments)", None),
        ("[one](https://elsewhere.example/nothing) [two](mailto:a@b.c) [three](http://[)", None),
        ("`[one](/nothing)`", None),
    ],
)  # fmt: skip
def test_a_link_of_our_own_that_leads_nowhere_is_named(link, target):
    found = hints_about(f"{PICTURE}{link}\n\n## The *end*\n\n## 그리고\n")
    named = [sentence.split(" the link to ")[1].split(" leads ")[0] for _, sentence in found]
    assert named == ([target] if target else [])


def test_a_heading_that_skips_a_level_is_told_which_would_follow():
    found = hints_about(f"{PICTURE}### First\n\n##### Third\n\n# Up\n\nSecond\n------\n")
    assert found == [("body", "Line 5: this heading skips a level; #### would follow.")]


def test_a_summary_too_long_for_search_engines_is_counted():
    ((key, sentence),) = hints_about(PICTURE, KEYS | {"summary": "런" * 156})
    assert key == "summary"
    assert sentence == "The summary has 156 characters; search engines show about 155."


def test_a_thousand_faults_are_not_a_thousand_hints_and_each_page_is_looked_for_once(monkeypatch):
    asked = []
    rendered = []
    dress = hints.dress_review
    monkeypatch.setattr(hints, "dress_review", lambda *args: rendered.append(1) or dress(*args))
    body = "![](a.jpg) [one](/nothing) [two](#part-nothing)\n\n" * 1_000
    found = list_hints(KEYS, body, site_url=SITE, is_path=lambda path: bool(asked.append(path)))
    assert len(found) == 2 * MOST_OF_A_KIND
    assert asked == ["/nothing"]
    assert rendered == [1]
