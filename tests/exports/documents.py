"""Random reviews of the worst texts, the same in every run."""

from random import Random
from typing import Any

# What YAML, Markdown or a text field may take for something else.
PIECES = (
    *(
        "null",
        "18:30",
        "007",
        "yes",
        "~",
        "1e3",
        "=",
        "<<",
        "---",
        "...",
        "- a",
        "* a",
        "& a",
        "!a",
    ),
    *("a: b", "a #b", "# a", "{a", "[a]", "a, b", "'a'", '"a"', "`", "%a", "@a", "? a", "| a"),
    *("!a", ">", "𝒳", "ﬁ"),
    *(
        "\\n",
        "\\",
        "런온 드라마",
        "مسلسل رائع",
        "😌",
        "👩‍👩‍👧",
        "Ø",
        "e\u0301",
        "\u200f",
        "a  b",
        "a\u00a0b",
    ),
    *(
        "\ufeff",
        "\uffff",
        "\U0010ffff",
        "\ue000",
        "\u3164",
        "\u3000",
        "a\tb",
        "<b>",
        "&amp;",
        "𝒳",
        "ﬁ",
    ),
)
BODIES = (
    *("---", "    code", "# He runs", "| a | b |\n| - | :-: |\n| c | d |", "> *a*\n> b", "1) a"),
    *(
        "<details><summary>a</summary>\n\nb\n\n</details>",
        "[a](https://b.example/)",
        "```\n---\n```",
    ),
)


def make_document(random: Random, *, is_full: bool = False) -> tuple[dict[str, Any], str]:
    """Return the keys and the text of a review without faults, if `is_full` with every key."""

    def text(most: int) -> str:
        size = random.choice((1, 2, 3, 200))
        words = random.choice((" ", "", "  ")).join(random.choices(PIECES, k=size))
        return f"{random.choice(('', 'a', ' '))}{words[: most // 2]}x".strip()[:most]

    def maybe(value: Any) -> Any:
        return value if is_full or random.random() < 0.6 else None

    def rows(**row: Any) -> list[dict[str, str]]:
        size = random.choice((0, 0, 1, 1, 2, 3, 40)) or is_full
        return [{key: make() for key, make in row.items()} for _ in range(size)]

    def url() -> str:
        ending = random.choice(("", "a" * 470, "?a=#b:c", "런온", "'\"{}[],&*!|>%@`"))
        return f"https://b.example/{ending}"

    def time() -> str:
        zone = random.choice(("", "Z", "+09:00", "-23:59", "+05:45", " +9"))
        day = random.choice(("1900-01-02", "2021-3-14", "2999-12-30"))
        return random.choice((day, f"{day} 18:30{zone}", f"{day}T00:00:59{zone}"))

    drama = {
        "title": text(200),
        "korean_title": maybe(text(200)),
        "year": maybe(str(random.randint(1950, 2100))),
        "network": maybe(text(80)),
        "episodes": maybe(str(random.randint(1, 2000))),
        "watch": rows(service=lambda: text(80), url=url),
        "cast": rows(actor=lambda: text(120), role=lambda: text(120)),
    }
    keys = {
        "title": text(300),
        "slug": maybe("run-on"),
        "part": maybe(text(60)),
        "author": text(120),
        "summary": text(500),
        "watch_if": maybe(text(200)),
        "skip_if": maybe(text(200)),
        "language": maybe(random.choice(("ko", "pt-br", "und-Cyrl"))),
        "published": maybe(time()),
        "updated": maybe(time()),
        "rating": maybe(random.choice(("0", "7.5", "10.00", "3"))),
        "trailer": maybe(url()),
        "tags": maybe(random.choices(("feel-good", "로맨스", "null", "1988", "Ǆ", "a" * 40), k=3)),
        "comments": maybe(random.choice(("open", "closed"))),
        "drama": {key: value for key, value in drama.items() if value not in (None, [])},
    }
    blocks = random.choices((*PIECES, *BODIES), k=random.randint(1, 9))
    body = random.choice(("\n\n", "\n", " \n")).join(blocks) + "x"
    return {key: value for key, value in keys.items() if value is not None}, body
