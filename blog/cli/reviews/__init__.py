"""flask --app wsgi review …; each module adds commands to one group."""

from blog.cli.reviews import exporting, importing
from blog.cli.reviews.root import group

__all__ = ["exporting", "group", "importing"]
