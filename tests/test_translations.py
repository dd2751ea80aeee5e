"""All sentences are in the catalogue of translations; the check finds those that are not."""

import re

import pytest
from flask import render_template

from tests.translations import (
    SCRIPTS,
    list_in_module,
    list_in_script,
    list_in_template,
    list_sources,
    list_unwrapped,
)

UNTRANSLATABLE = [
    (list_in_template, "<p>{{ name }} likes it</p>", "likes it"),
    (list_in_template, '<nav aria-label="Site"></nav>', "Site"),
    (list_in_template, '{{ "Not sent" if form.errors else _("Sent") }}', "Not sent"),
    (list_in_template, '{{ _("%(what)s.", what="Not sent") }}', "Not sent"),
    (list_in_template, '{{ summary(form, reason or "Please look at:") }}', "Please look at:"),
    (list_in_module, 'fault = f"{count} are too many."', "{} are too many."),
    (list_in_module, 'TITLE = "Waiting"', "Waiting"),
    (list_in_module, "f\"{name} {_('Sent.')}\"", "_('Sent.')"),
    (list_in_script, "tell(`${count} selected`)", "{} selected"),
    (list_in_script, 'place.textContent = "Sending…";', "Sending…"),
]
ACCEPTED = [
    (
        list_in_template,
        '{% trans n=row.name %}{{ n }} likes <a href="{{ url }}">it</a>{% endtrans %}',
    ),
    (
        list_in_template,
        '<p class="old row">{{ ngettext("One", "%(num)s", n) }} <kbd>Enter</kbd></p>',
    ),
    (list_in_module, 'fault = ngettext("%(num)s is wrong", "%(num)s are wrong", n)'),
    (list_in_module, 'log.warning("It is away.")\nresponse.headers["Allow"] = "GET only"'),
    (list_in_script, '// It says what.\nfind(".row, .old").closest("p, li")?.show(sentence("x"))'),
]


def test_every_sentence_is_in_the_catalogue():
    unwrapped = list_unwrapped(list_sources())
    assert not unwrapped, "\n".join(unwrapped)


@pytest.mark.parametrize(("find", "source", "found"), UNTRANSLATABLE)
def test_a_sentence_outside_the_catalogue_is_found(find, source, found):
    assert [" ".join(text.split()) for text in find(source)] == [found]


@pytest.mark.parametrize(("find", "source"), ACCEPTED)
def test_translated_sentences_and_texts_for_programs_are_not_reported(find, source):
    assert find(source) == []


@pytest.mark.parametrize("for_desk", [False, True])
def test_the_page_has_exactly_the_sentences_of_its_scripts(app, for_desk):
    with app.test_request_context():
        page = render_template("macros/_words.html", for_desk=for_desk)
    has = set(re.findall(r"data-([a-z-]+?)(?:-one|-other)?=", page))
    folders = ["page", "comments", *(["desk", "writing"] if for_desk else [])]
    paths = [path for folder in folders for path in sorted((SCRIPTS / folder).glob("*.js"))]
    sources = [path.read_text(encoding="utf-8") for path in paths]
    assert has == set(re.findall(r'\bsentence\("([a-z-]+)"', "".join(sources)))
