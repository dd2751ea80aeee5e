"""Make the slug of a review, the last part of its URL, from its titles."""

import hashlib

from slugify import slugify

# Long enough to be told apart, short enough to be read in a message.
LONGEST = 60
# Left out, so that "Won't" becomes "wont" and not "won-t".
_APOSTROPHES = (("'", ""), ("’", ""))


def make_slug(drama_title: str, title: str) -> str:
    """Return small ASCII letters, digits and hyphens: the drama's title, then words of the title.

    Other scripts are romanised. The same titles always make the same slug. It has several words,
    because the parts of the site's own URLs, such as "comments", are single ones.
    """
    drama, rest = in_ascii(drama_title), in_ascii(title)
    is_named = f"{rest}-".startswith(f"{drama}-")
    words = rest if is_named else f"{drama}-{rest}"
    slug = slugify(words, max_length=LONGEST, word_boundary=True, save_order=True)
    if not slug:
        # Such as titles of emoji only.
        return "review-" + hashlib.sha256(f"{drama_title}/{title}".encode()).hexdigest()[:8]
    return slug if "-" in slug else f"{slug}-review"


def in_ascii(title: str) -> str:
    """Return a text in small ASCII letters, digits and hyphens, romanised; "" if it has no word."""
    # What looks like an HTML entity was typed as it stands.
    return slugify(
        title, replacements=_APOSTROPHES, entities=False, decimal=False, hexadecimal=False
    )
