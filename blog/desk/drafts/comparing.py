"""What the pages show of two versions of a review side by side."""

from typing import Any

from blog.desk.drafts.forms import labels_of_keys
from blog.drafts.models import Writing
from blog.text.comparing import compare_keys, compare_texts
from blog.text.scripts import dominant_language


def language_of(writing: Writing) -> str | None:
    """Return the language of a review as its writer or its script says, None for the site's."""
    return writing.keys.get("language") or dominant_language(writing.body)


def compare_writings(old: Writing, new: Writing, labels: tuple[str, str]) -> dict[str, Any]:
    """Return what the partials of a comparison need."""
    return {
        "comparison": compare_texts(old.body, new.body),
        "changes": compare_keys(old.keys, new.keys),
        "labels": labels_of_keys(),
        "language": language_of(new),
        "old_label": labels[0],
        "new_label": labels[1],
    }
