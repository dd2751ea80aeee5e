"""Slugs that are made from titles."""

import re
from pathlib import Path

from blog.text.slugs import LONGEST, make_slug
from tests.manuscripts.files import FRONT_MATTER, write_review


def test_a_file_needs_no_slug_and_check_says_what_that_means(app, client, tmp_path: Path):
    keys = FRONT_MATTER.replace("Run On", "런온")
    path = write_review(tmp_path, front_matter=keys, slug="", title="“Don’t stop”, he said 😌")
    runner = app.test_cli_runner()
    made = "reonon-dont-stop-he-said"
    for command in ("check", "import"):
        result = runner.invoke(args=["review", command, str(path)])
        assert (result.exit_code, result.stdout) == (0, f"{path}: new: /reviews/{made}\n")
        assert result.stderr.startswith(f"{path}: warning: slug: it is made from the titles;")
        assert result.stderr.endswith(f" add the line: slug: {made}\n")
    assert client.get(f"/reviews/{made}").status_code == 200
    assert "unchanged" in runner.invoke(args=["review", "import", str(path)]).stdout


def test_a_made_slug_is_short_and_readable_and_never_empty_or_a_part_of_our_own_urls():
    long = "K-Drama: Why Do We Fall? So We Can Pick Ourselves Back Up 😌, again and again"
    assert make_slug("Run On", long) == (
        "run-on-k-drama-why-do-we-fall-so-we-can-pick-ourselves-back"
    )
    assert make_slug("Run On", "Run On: a race") == "run-on-a-race"
    assert make_slug("Comments", "🎬") == "comments-review"
    assert re.fullmatch("review-[0-9a-f]{8}", make_slug("🎬", "😌"))
    assert make_slug("🎬", "😌") != make_slug("🎬", "😌😌")
    for worst in ("ㅤ", "x" * 300, "-" * 300, "한" * 300, "مسلسل رائع", "&#54620;", "\u0301", "𝒳 ½"):
        slug = make_slug(worst, worst)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", slug)
        assert len(slug) <= LONGEST + len("-review")
