"""The site, with stages that fail when a request asks for it; gunicorn serves it in a test."""

from blog.site.comments import views
from tests.marked.failing import replacements
from wsgi import app as app

for name, function in replacements().items():
    setattr(views, name, function)
