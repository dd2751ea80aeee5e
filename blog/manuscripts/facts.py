"""Compare what the reviews of one drama say about it: in files, and in the database."""

from collections.abc import Iterator, Mapping

from blog.reviews.commands import Manuscript
from blog.reviews.series import Facts, list_facts
from blog.text.folding import name_key


def facts_in(manuscript: Manuscript) -> Facts:
    """Return what a review that was read from a file says about its drama."""
    return Facts(
        title=manuscript.drama_title,
        korean_title=manuscript.drama_korean_title,
        year=manuscript.drama_year,
        network=manuscript.drama_network,
        episodes=manuscript.drama_episodes,
        watch=list(manuscript.watch),
        cast=list(manuscript.cast),
    )


def list_different_facts(given: Mapping[str, Facts]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (slug, another slug, keys) for reviews of one drama whose facts differ in these keys.

    `given` are the facts in files by slug; they are compared with each other, and with stored
    reviews that are in none of the files.
    """
    earlier: dict[tuple[str, int | None], dict[str, Facts]] = {}
    for slug, facts in given.items():
        stored = list_facts(title=facts.title, year=facts.year)
        files = earlier.setdefault((name_key(facts.title), facts.year), {})
        others = {other: its for other, its in stored.items() if other not in given} | files
        for other, its in others.items():
            keys = [key for key in Facts._fields if getattr(facts, key) != getattr(its, key)]
            if keys:
                yield slug, other, keys
        files[slug] = facts
