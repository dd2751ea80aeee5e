"""The filters, functions and variables that all templates can use."""

from typing import Any

from flask import Flask
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context

from blog.text.formatting import counted, moment, usually, waited
from blog.text.language import (
    format_clock,
    format_day,
    format_number,
    get_plural,
    get_translation,
    language_tag,
)
from blog.text.markup import dress_page, isolate, language_attributes, list_links
from blog.text.scripts import language_of_part, locale_name
from blog.web.current import current_settings
from blog.web.links import absolute


def init_app(app: Flask) -> None:
    """Add the filters and functions to Jinja, and make undefined variables raise an error."""
    app.jinja_options = app.jinja_options | {"undefined": StrictUndefined}
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        moment=moment,
        waited=waited,
        usually=usually,
        counted=counted,
        links=list_links,
        dressed=dress_page,
        isolated=isolate,
        language_attributes=language_attributes,
        language_in=language_of_part,
        locale_name=locale_name,
    )
    _use_language(app.jinja_env)
    app.jinja_env.globals.update(absolute=absolute)
    # The config contains the secret key, which no template may print by mistake.
    app.jinja_env.globals.pop("config")
    app.context_processor(_site)


def _use_language(env: Environment) -> None:
    """Add translations to templates: `_("…")`, `ngettext("%(num)s …", …, n)`, {% trans %}.

    The values of a sentence are escaped; the sentence itself may contain HTML.
    """
    env.add_extension("jinja2.ext.i18n")
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # The extension adds it.
        get_translation, get_plural, newstyle=True
    )
    fill_plural: Any = env.globals["ngettext"]

    @pass_context
    def ngettext(context: Context, one: str, many: str, n: int, /, **values: object) -> str:
        filled: str = fill_plural(context, one, many, n, **values | {"num": format_number(n)})
        return filled

    env.globals.update(ngettext=ngettext, language_tag=language_tag)
    env.filters.update(clock=format_clock, day=format_day, number=format_number)


def _site() -> dict[str, Any]:
    return {"site_name": current_settings().site_name}
