"""Store the language of each review, which is told by the script of its text.

This repeats the rule of that time in short, because a migration must not change with the code.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The tag of a language or, for a script of many languages, of the script.
LETTERS = {
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",
    "ja": "\u3040-\u30ff",
    "zh": "\u3400-\u9fff",
    "ar": "\u0620-\u06ff\ufb50-\ufdff\ufe70-\ufefc",
    "he": "\u05d0-\u05f2",
    "th": "\u0e01-\u0e4e",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "und-Cyrl": "\u0400-\u052f",
    "und-Deva": "\u0900-\u097f",
}
NOT_ARABIC = re.compile("[\u0672-\u06d3\u06fa-\u06ff]")


def upgrade() -> None:
    # In SQL, because SQLite can add a column with its CHECK without rebuilding the table.
    op.execute(
        "ALTER TABLE reviews ADD COLUMN language VARCHAR"
        " CONSTRAINT ck_reviews_language_length CHECK (length(language) BETWEEN 2 AND 35)"
    )
    reviews = sa.table("reviews", *map(sa.column, ("id", "body", "language")))
    connection = op.get_bind()
    # One text at a time, because all texts together may not fit into memory.
    for (review_id,) in connection.execute(sa.select(reviews.c.id)).all():
        this = reviews.c.id == review_id
        body = connection.execute(sa.select(reviews.c.body).where(this)).scalar_one()
        if language := find_language(body):
            connection.execute(sa.update(reviews).where(this).values(language=language))


def downgrade() -> None:
    # This drops its CHECK too.
    op.drop_column("reviews", "language")


def find_language(text: str) -> str | None:
    letters = sum(character.isalpha() for character in text)
    for language, script in LETTERS.items():
        count = sum(len(run) for run in re.findall(f"[{script}]+", text))
        if count * 3 >= letters and count:
            is_shared = language == "ar" and NOT_ARABIC.search(text)
            return "und-Arab" if is_shared else language
    return None
