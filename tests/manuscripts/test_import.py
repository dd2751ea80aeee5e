"""What the command `review import FILE…` reads in a file."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from blog.db.engine import db
from blog.reviews.queries import find_review
from tests.databases import on_both
from tests.manuscripts.files import FRONT_MATTER, write_review
from tests.page import soup_of, text_of

SEED = Path(__file__).parents[2] / ".." / "shared" / "seed" / "run-on.md"


def test_a_published_article_is_imported_and_shown(run_import, client):
    if not SEED.exists():
        pytest.skip("the seed article is not here")
    result = run_import(SEED)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("run-on.md: new: /reviews/run-on\n")
    response = client.get("/reviews/run-on")
    words, page = text_of(response), soup_of(response)
    for fact in (
        *("K-Drama: Why Do We Fall? So We Can Pick Ourselves Back Up 😌", "Rebecca Kim", "런온"),
        *("Run On", "2020", "JTBC", "Im Si-wan Ki Seon-gyeom", "art student 🎨", "14 March 2021"),
    ):
        assert fact in words
    credit_lines = [figure.figcaption.get_text() for figure in page.find_all("figure")]
    assert credit_lines == ["JTBC | Run On"] * 4
    for source in [image["src"] for image in page.find_all("img")]:
        with client.get(source) as picture:
            assert picture.status_code == 200
    assert {"Netflix", "Watch the trailer"} <= {link.get_text() for link in page.find_all("a")}
    assert [tag.get_text() for tag in page.find_all(rel="tag")] == ["romance", "sport", "feel-good"]
    assert page.find("textarea") is not None


@on_both
def test_every_key_is_shown_on_the_page(run_import, folder, client):
    path = write_review(
        folder,
        updated="2021-03-20",
        watch_if="you like to run.",
        skip_if="you do not.",
        part="First impressions",
        rating="8.5",
        tags="[feel-good, 로맨스, 1988]",
        trailer="https://video.example/run-on",
        comments="closed",
        drama="""
  title: Run On
  korean_title: 런온
  year: 2020
  network: JTBC
  episodes: 16
  watch:
    - {service: Netflix, url: https://www.netflix.com/}
    - {service: Viki, url: https://www.viki.com/}
  cast:
    - {actor: Im Si-wan, role: Ki Seon-gyeom}""",
        front_matter=FRONT_MATTER.replace("  title: Run On\n", ""),
    )
    result = run_import(path)
    assert result.exit_code == 0, result.output
    response = client.get("/reviews/run-on")
    words = text_of(response)
    for fact in (
        *(
            "First impressions",
            "The runner stops 😌",
            "Reviewed by Hana Yoo",
            "런온",
            "2020",
            "JTBC",
            "16 episodes",
        ),
        *("14 March 2021", "20 March 2021", "8.5", "Netflix", "Viki", "Im Si-wan Ki Seon-gyeom"),
        *("Watch if you like to run.", "Skip if you do not."),
        *("feel-good", "로맨스", "1988", "Comments on this review are closed."),
    ):
        assert fact in words
    assert soup_of(response).find("a", href="https://video.example/run-on")


def test_a_review_without_a_language_gets_that_of_its_script(run_import, folder):
    given = {"정말 좋은 드라마였다.": "ko", "مسلسل رائع.": "ar", "They run.": None}
    for body, language in given.items():
        assert run_import(write_review(folder, body=body)).exit_code == 0
        db.session.rollback()
        assert find_review(slug="run-on").language == language


def test_the_language_of_a_review_may_be_named(run_import, folder):
    for typed, language in {"uk": "uk", "pt-br": "pt-BR", "": "und-Cyrl"}.items():
        path = write_review(folder, language=typed, body="Чудовий серіал.")
        assert run_import(path).exit_code == 0
        db.session.rollback()
        assert find_review(slug="run-on").language == language


# YAML reads each of these as a number, a boolean, a date or null.
TYPED = ("18:30", "007", "1988", "yes", "Off", "1e3", "0x1F", "2021-03-14", "null", "~", ".5", "=")


def test_a_text_stays_as_typed_even_if_yaml_reads_another_type(run_import, folder, client):
    for typed in TYPED:
        drama = f"""
  title: {typed}
  network: {typed}
  watch: [{{service: {typed}, url: https://www.viki.com/}}]
  cast: [{{actor: {typed}, role: {typed}}}]"""
        path = write_review(
            folder,
            title=typed,
            author=typed,
            summary=typed,
            drama=drama,
            front_matter=FRONT_MATTER.replace("  title: Run On\n", ""),
        )
        result = run_import(path)
        assert result.exit_code == 0, result.output
        db.session.rollback()
        review = find_review(slug="run-on")
        given = {review.title, review.byline, review.summary, review.drama_title}
        given |= {review.drama_network, review.watch[0].service}
        given |= {review.cast[0].actor, review.cast[0].role}
        assert given == {typed}
        assert soup_of(client.get("/reviews/run-on")).h1.find(class_="headline").get_text() == typed


def test_a_slug_and_a_tag_may_look_like_a_number_or_a_boolean(run_import, folder, client):
    result = run_import(write_review(folder, slug="1988", tags="[yes, No, 007, 90s, null]"))
    assert result.exit_code == 0, result.output
    page = soup_of(client.get("/reviews/1988"))
    tags = [tag.get_text() for tag in page.find_all(rel="tag")]
    assert tags == ["yes", "no", "007", "90s", "null"]


def test_a_number_may_be_in_quotes(run_import, folder):
    path = write_review(folder, rating="'8.50'", front_matter=f"{FRONT_MATTER}  year: '2020'\n")
    assert run_import(path).exit_code == 0
    review = find_review(slug="run-on")
    assert (review.rating, review.drama_year) == (Decimal("8.5"), 2020)


def test_a_key_without_a_value_counts_as_missing(run_import, folder, client):
    keys = "published:\nupdated:\nrating:\ntrailer:\ntags:\ncomments:\n"
    drama = "  korean_title:\n  year:\n  network:\n  episodes:\n  watch:\n  cast:\n"
    front_matter = FRONT_MATTER.replace("published: 2021-03-14\n", keys) + drama
    result = run_import(write_review(folder, front_matter=front_matter))
    assert (result.exit_code, result.stderr) == (0, "")
    review = find_review(slug="run-on")
    assert (review.published_at, review.rating, review.drama_year) == (None, None, None)
    assert (review.tags, review.watch, review.cast) == ([], [], [])
    assert review.comments_open


DATES = {
    "2021-03-14": datetime(2021, 3, 14, tzinfo=UTC),
    "2021-03-14 18:30:00": datetime(2021, 3, 14, 18, 30, tzinfo=UTC),
    "2021-03-14 18:30:00+09:00": datetime(2021, 3, 14, 9, 30, tzinfo=UTC),
    "2021-03-14T18:30:00Z": datetime(2021, 3, 14, 18, 30, tzinfo=UTC),
    "2021-03-14 18:30": datetime(2021, 3, 14, 18, 30, tzinfo=UTC),
    "2021-03-14T18:30": datetime(2021, 3, 14, 18, 30, tzinfo=UTC),
    "'2021-03-14 18:30 +09:00'": datetime(2021, 3, 14, 9, 30, tzinfo=UTC),
    "2021-03-14 18:30+0930": datetime(2021, 3, 14, 9, tzinfo=UTC),
    "2021-03-14 18:30:00.5 -0:30": datetime(2021, 3, 14, 19, tzinfo=UTC),
    "2021-3-4 8:30 -5": datetime(2021, 3, 4, 13, 30, tzinfo=UTC),
    # A review without a date is a draft.
    "": None,
}


@on_both
def test_a_date_is_stored_as_a_time_in_utc(run_import, folder, client):
    for written, time in DATES.items():
        assert run_import(write_review(folder, published=written)).exit_code == 0, written
        db.session.rollback()
        assert find_review(slug="run-on").published_at == time, written
        assert client.get("/reviews/run-on").status_code == (200 if time else 404), written


@on_both
def test_the_day_shown_is_that_of_the_reviewers_time_zone(run_import, folder, client):
    dates = {"published": "2021-03-14 00:30 +09:00", "updated": "2021-03-19 23:00 -05:00"}
    assert run_import(write_review(folder, **dates)).exit_code == 0
    review = soup_of(client.get("/reviews/run-on"))
    shown = {time["datetime"]: time.get_text() for time in review.article.find_all("time")}
    assert shown == {
        "2021-03-14T00:30:00+09:00": "14 March 2021",
        "2021-03-19T23:00:00-05:00": "19 March 2021",
    }
    published = review.find("meta", property="article:published_time")
    assert published["content"] == "2021-03-14T00:30:00+09:00"
    assert soup_of(client.get("/")).find("time").get_text() == "14 March 2021"
    assert "2021-03-14T00:30:00+09:00" in client.get("/feed.atom").text
    assert "2021-03-19T23:00:00-05:00" in client.get("/feed.atom").text
    assert "2021-03-19T23:00:00-05:00" in client.get("/sitemap.xml").text


def test_without_a_time_zone_the_day_is_that_of_utc(run_import, folder, client):
    run_import(write_review(folder, published="2021-03-14 00:30 +09:00"))
    assert ": changed: " in run_import(write_review(folder, published="2021-03-13 23:30")).stdout
    time = soup_of(client.get("/reviews/run-on")).article.find("time")
    assert (time["datetime"], time.get_text()) == ("2021-03-13T23:30:00Z", "13 March 2021")


def test_a_future_date_is_not_public_until_then(run_import, folder, client, clock):
    run_import(write_review(folder, published="2026-05-02"))
    assert client.get("/reviews/run-on").status_code == 404
    clock.advance(hours=11)
    assert client.get("/reviews/run-on").status_code == 200
