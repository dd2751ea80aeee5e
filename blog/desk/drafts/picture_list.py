"""The list of pictures below the text of a review."""

from typing import NamedTuple

from blog.drafts.models import Draft, Writing
from blog.pictures.models import Picture
from blog.publishing.pictures import list_pictures_of, name_in
from blog.reviews.models import Review
from blog.text.review_markdown import Element, list_elements


class Entry(NamedTuple):
    """A picture that the text can name by its path; it can be replaced if it has a name.

    `uses` are how often the text names it, `description` what is said of it where it is first.
    """

    path: str
    name: str | None
    picture: Picture
    uses: int
    description: str


def list_entries(draft: Draft | None, review: Review | None, writing: Writing) -> list[Entry]:
    """Return the pictures that a text can name, those from its file first."""
    named: dict[str, list[Element]] = {}
    for element in list_elements(writing.body):
        if element.kind == "picture":
            named.setdefault(element.target, []).append(element)
    return [
        Entry(
            path=path,
            name=name_in(path),
            picture=picture,
            uses=len(named.get(path, [])),
            description=named[path][0].words if path in named else "",
        )
        for path, picture in list_pictures_of(draft, review).items()
    ]
