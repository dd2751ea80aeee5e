"""Render a template once for several pages, with a gap for what differs between them."""

import secrets

from flask import current_app

# No reader can know it, so nothing else on a page contains it.
GAP = secrets.token_hex()


def render_parts(name: str, **values: object) -> tuple[str, ...]:
    """Return the HTML before and after GAP, which is among the values of the template.

    It is one part if the template shows no gap, so `str.join` fills the gap in any case.
    """
    return tuple(current_app.jinja_env.get_template(name).render(**values).split(GAP))


def may_keep_html() -> bool:
    """Return whether HTML may be kept: not while somebody works on the templates."""
    return not current_app.jinja_env.auto_reload
