"""The site, but each process asks for the current version at every request.

A test changes the site's database from its own process, and then opens a page at once. The site
itself may show the page before for half a second; tests/versions checks that it does not longer.
"""

from blog.versions import watching
from wsgi import app

__all__ = ["app"]

watching.INTERVAL = watching.LONGEST = watching.GRACE = 0
