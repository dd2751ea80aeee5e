"""The form of a reviewer."""

from dataclasses import replace
from typing import Self

from wtforms import BooleanField, FileField, HiddenField
from wtforms.widgets import TextArea

from blog.desk.pictures.uploads import read_uploads
from blog.manuscripts.fields import FieldReader
from blog.manuscripts.reviewers import read_profile
from blog.publishing.reviewers import version_of
from blog.reviewers.commands import Profile
from blog.reviewers.models import BIOGRAPHY_LENGTH, Reviewer
from blog.text.language import lazy_gettext
from blog.text.normalising import normalise_text
from blog.web.fields import LineField
from blog.web.forms import Form

# The length above which a field's text is not normalised; the rules of reviewers.yaml refuse less.
MOST = 2 * BIOGRAPHY_LENGTH


class LinesField(LineField):
    """A field for a text of several lines; the rules of reviewers.yaml check its length."""

    widget = TextArea()
    normalise = staticmethod(normalise_text)


class ReviewerForm(Form):
    """A reviewer; the names of the fields are the keys of reviewers.yaml."""

    # After how many seconds an upload may succeed that was refused.
    retry: int | None = None

    # What the moderator saw, to tell whether somebody else has changed it.
    version = HiddenField()
    renames = BooleanField()

    name = LineField(lazy_gettext("Name"), most=MOST)
    slug = LineField(lazy_gettext("Address"), most=MOST)
    language = LineField(lazy_gettext("Language"), most=MOST)
    biography = LinesField(lazy_gettext("Biography"), most=MOST)
    picture = FileField(lazy_gettext("Picture"))

    @classmethod
    def of(cls, reviewer: Reviewer) -> Self:
        """Return the form of a reviewer as stored, for a page."""
        return cls.empty(
            version=version_of(reviewer),
            renames=True,
            name=reviewer.name,
            slug=reviewer.slug,
            language=reviewer.language,
            biography=reviewer.biography,
        )

    def read_profile(self) -> Profile | None:
        """Return the reviewer that was sent; None if the form has faults, which its fields show.

        The rules are those of reviewers.yaml. Without an uploaded picture it has none.
        """
        is_valid = self.validate()
        names = ("slug", "name", "language", "biography")
        reader = FieldReader({name: self[name].data for name in names})
        profile = read_profile(reader)
        for fault in reader.faults:
            self[fault.key].errors = self[fault.key].errors or [fault.sentence]
        if not is_valid or reader.faults:
            return None
        uploads = read_uploads("picture", is_optional=True)
        self.retry = uploads.retry
        self.picture.errors = [uploads.alert] if uploads.faults else []
        if uploads.faults:
            return None
        return replace(profile, picture=next((made for _name, made in uploads.made), None))
