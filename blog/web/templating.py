"""The filters, functions and variables that all templates can use."""

from functools import lru_cache
from typing import Any

from flask import Flask
from jinja2 import Environment, StrictUndefined, pass_eval_context
from jinja2.nodes import EvalContext

from blog.text.formatting import counted, moment, usually, waited
from blog.text.language import (
    format_clock,
    format_day,
    format_number,
    get_plural,
    get_translation,
    language_tag,
)
from blog.text.markup import (
    dress_page,
    fill_sentence,
    isolate,
    lang_attribute,
    language_attributes,
    list_links,
)
from blog.text.scripts import language_of_part, locale_name
from blog.web.current import current_settings
from blog.web.including import SiteEnvironment
from blog.web.links import absolute, url_for


def init_app(app: Flask) -> None:
    """Add the filters and functions to Jinja, and make undefined variables raise an error."""
    app.jinja_environment = SiteEnvironment
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
        lang=lang_attribute,
        language_in=language_of_part,
        locale_name=locale_name,
    )
    _use_language(app.jinja_env)
    app.jinja_env.globals.update(absolute=absolute, url_for=url_for)
    # The config contains the secret key, which no template may print by mistake.
    app.jinja_env.globals.pop("config")
    app.context_processor(_site)


def _use_language(env: Environment) -> None:
    """Add translations to templates: `_("…")`, `ngettext("%(num)s …", …, n)`, {% trans %}.

    The values of a sentence are escaped; the sentence itself may contain HTML.
    """
    env.add_extension("jinja2.ext.i18n")
    env.policies["ext.i18n.trimmed"] = True
    # Otherwise {% trans %} would fill in the values itself, without the functions below.
    env.newstyle_gettext = True  # type: ignore[attr-defined]  # The extension adds it.
    env.globals.update(
        _=_translate, gettext=_translate, ngettext=_translate_plural, language_tag=language_tag
    )
    env.filters.update(clock=format_clock, day=format_day, number=format_number)


@pass_eval_context
def _translate(context: EvalContext, message: str, /, **values: object) -> str:
    sentence = get_translation(message)
    if context.autoescape and not values:
        return _without_values(sentence)
    return _fill(context, sentence, values)


@pass_eval_context
def _translate_plural(
    context: EvalContext, one: str, many: str, n: int, /, **values: object
) -> str:
    return _fill(context, get_plural(one, many, n), values | {"num": format_number(n)})


def _fill(context: EvalContext, sentence: str, values: dict[str, object]) -> str:
    if not context.autoescape:
        return sentence % values
    return fill_sentence(lambda **escaped: sentence % escaped, **values)


@lru_cache(maxsize=4000)
def _without_values(sentence: str) -> str:
    """Return a sentence as HTML; most sentences of a page have no values."""
    return fill_sentence(lambda: sentence % {})


def _site() -> dict[str, Any]:
    return {"site_name": current_settings().site_name}
