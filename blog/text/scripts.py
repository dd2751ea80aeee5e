"""Find the language of a text by its script, and the direction of a language.

Languages are BCP 47 tags as HTML writes them, such as ko, pt-BR or zh-Hant. `None` stands for a
language that the letters do not tell, such as any language in Latin letters.
"""

import re
from collections import Counter
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global, parse_locale

# The letters of each script, by its ISO 15924 code in small letters; hrkt is both kinds of kana.
# A text in two of them, such as Korean with Chinese characters, counts as the first.
_LETTERS = {
    "hang": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",
    "hrkt": "\u3040-\u30ff",
    "hani": "\u3400-\u9fff",
    "arab": "\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "hebr": "\u05d0-\u05f2",
    "thai": "\u0e01-\u0e4e",
    "laoo": "\u0e81-\u0ede",
    "khmr": "\u1780-\u17d3",
    "mymr": "\u1000-\u109f",
    "grek": "\u0370-\u03ff\u1f00-\u1fff",
    "cyrl": "\u0400-\u052f",
    "deva": "\u0900-\u097f",
    "beng": "\u0980-\u09ff",
    "taml": "\u0b80-\u0bff",
    "geor": "\u10a0-\u10ff",
    "armn": "\u0531-\u0587",
    "latn": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
}
# Scripts that one language uses almost alone. Cyrillic and others belong to many languages.
_LANGUAGES = {
    "hang": "ko", "hrkt": "ja", "hani": "zh", "arab": "ar", "hebr": "he", "thai": "th",
    "laoo": "lo", "khmr": "km", "mymr": "my", "grek": "el", "taml": "ta", "geor": "ka",
    "armn": "hy",
}  # fmt: skip
# Persian, Urdu and others have letters that Arabic lacks.
_NOT_ARABIC = re.compile("[\u0672-\u06d3\u06fa-\u06ff\u0750-\u077f]")
# Babel's names of mixed scripts, and the scripts in them.
_PARTS = {"kore": ("hang", "hani"), "jpan": ("hrkt", "hani"), "hans": ("hani",), "hant": ("hani",)}
_RUNS = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in _LETTERS.items()))
_NOT_LATIN = re.compile(f"[{''.join(_LETTERS[name] for name in _LETTERS if name != 'latn')}]+")


def dominant_language(text: str) -> str | None:
    """Return the language that at least a third of the letters in a text tell, else None.

    A third is enough, because Korean texts often contain Latin names. For a script of many
    languages the tag names only the script, such as und-Cyrl.
    """
    others = "" if text.isascii() else "".join(_NOT_LATIN.findall(text))
    letters = sum(map(str.isalpha, text)) if others else 0
    if len(others) * 3 < letters or not letters:
        return None
    counts: Counter[str] = Counter()
    for run in _RUNS.finditer(others):
        counts[str(run.lastgroup)] += len(run[0])
    script = next((name for name in _LETTERS if counts[name] * 3 >= letters), None)
    if script is None:
        return None
    is_shared = script == "arab" and _NOT_ARABIC.search(text)
    language = None if is_shared else _LANGUAGES.get(script)
    return language or f"und-{script.capitalize()}"


def language_of_part(part: str, language: str | None = None) -> str | None:
    """Return the language of a title or a name in a text whose language is `language`.

    This is the text's language, unless the part is written in another script.
    """
    own = dominant_language(part)
    scripts = _scripts_of(language) if language else ()
    if own is not None and not set(scripts) & set(_scripts_of(own)):
        return own
    return language if any(run.lastgroup in scripts for run in _RUNS.finditer(part)) else own


def normalise_language(tag: str) -> str | None:
    """Return a known language tag in its usual capitals, such as pt-BR; None for any other text."""
    try:
        Locale.parse(tag, sep="-")
        language, territory, script, *_rest = parse_locale(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    return "-".join(filter(None, (language, script, territory)))


@cache
def direction_of(language: str) -> str:
    """Return "rtl" for a language written from right to left, else "ltr"."""
    return Locale.parse(language, sep="-").text_direction


@cache
def locale_name(language: str) -> str | None:
    """Return a language with its likely territory, such as ko_KR; None for a script alone."""
    if language.startswith("und"):
        return None
    return f"{language.partition('-')[0]}_{_likely_parts(language)[1]}"


@cache
def _scripts_of(language: str) -> tuple[str, ...]:
    """Return the scripts in which a language is usually written."""
    script = _likely_parts(language)[0].lower()
    return _PARTS.get(script, (script,))


def _likely_parts(language: str) -> tuple[str, str]:
    """Return the script and the territory of a language; those not named are the likely ones."""
    locale = Locale.parse(language, sep="-")
    named = (locale.language, locale.script, locale.territory)
    keys = ("_".join(filter(None, named[:count])) for count in (3, 2, 1))
    likely = get_global("likely_subtags")
    known = next((likely[key] for key in keys if key in likely), str(locale))
    _language, territory, script, *_rest = parse_locale(known)
    return locale.script or script or "latn", locale.territory or territory or "001"


class Named:
    """A mixin for what has the name of an author."""

    __slots__ = ()
    author_name: Any

    @property
    def name_language(self) -> str | None:
        """Return the name's language, guessed from its script, for `lang`; None if unknown."""
        return dominant_language(self.author_name)


class Worded(Named):
    """A mixin for what has the name and the text of an author."""

    __slots__ = ()
    body: Any

    @property
    def language(self) -> str | None:
        """Return the text's language, guessed from its script, for `lang`; None if unknown."""
        return dominant_language(self.body)
