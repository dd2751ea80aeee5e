"""A made-up language for tests, which shows the texts that nobody could translate.

The made-up translation puts each sentence of the catalogue into ⟦ ⟧, without the values inserted
into the sentence, and writes dates and numbers as in Korean. So Latin letters outside the brackets
are text that stays English in every language: an untranslatable text.
"""

import re
from collections.abc import Iterator

from babel import Locale
from babel.support import NullTranslations
from lxml import html
from werkzeug.test import TestResponse

from blog.text.language import Language, use_language
from tests.notices.reading import SITE
from tests.page import HTMX, Reader
from tests.translations import WORD, ShownText

# The parts of a sentence that are not translated: tags and placeholders.
_HOLES = re.compile(r"(<[^>]*>|%\(\w+\)s)")
# Latin letters that are the same in every language.
_NAMES = re.compile(
    r"https?://\S+|[^\s@]+@\S+|"  # Addresses.
    r"\d{4}-\d\d-\d\dT[\d:]+Z|\b[0-9a-f]{32,}\b|"  # In a downloaded file: times and hashes.
    r"\{count\}|\{time\}|"  # Scripts replace these with a number and a time of day.
    r"\{name\}|\{path\}|"  # Those of an uploaded picture.
    r"\b(UTC|python-feedgen)\b"
)


class _Brackets(NullTranslations):
    def gettext(self, message: str) -> str:
        return "".join(
            part if number % 2 or not part else f"⟦{part}⟧"
            for number, part in enumerate(_HOLES.split(message))
        )

    def ngettext(self, one: str, many: str, num: int) -> str:
        return self.gettext(one if num == 1 else many)


MADE_UP = Language(locale=Locale.parse("ko"), translations=_Brackets())


class Foreigner(Reader):
    """A client whose requests are all handled in the made-up language."""

    def run_wsgi_app(self, *args, **kwargs):
        with use_language(MADE_UP):
            return super().run_wsgi_app(*args, **kwargs)


class _Outside(ShownText):
    """A parser that collects the shown texts of a page that are outside the brackets ⟦ ⟧.

    A bracket may open in one element and close in another.
    """

    is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        self.texts += [f"lang={value}" for name, value in attrs if (name, value) == ("lang", "en")]

    def handle_data(self, data: str) -> None:
        kept = ""
        for piece in re.split("([⟦⟧])", data):
            if piece and piece in "⟦⟧":
                self.is_inside = piece == "⟦"
            elif not self.is_inside:
                kept += piece
        super().handle_data(kept)


def list_leaks(page: str) -> set[str]:
    """Return the untranslatable texts of a page or a plain text."""
    texts = [re.sub("⟦[^⟧]*⟧", " ", text) for text in _Outside(page).texts]
    return {" ".join(text.split()) for text in texts if WORD.search(_NAMES.sub(" ", text))}


def leaks_of(response: TestResponse) -> set[str]:
    """Return the untranslatable texts of a response as "METHOD /path: text"."""
    request = response.request
    is_data = response.mimetype == "application/json"
    texts = list(_strings(response.json)) if is_data else [response.text]
    found = {leak for text in texts for leak in list_leaks(text)}
    return {f"{request.method} {request.full_path.rstrip('?')}: {leak}" for leak in found}


def _strings(data: object) -> Iterator[str]:
    for each in data.values() if isinstance(data, dict) else data:
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict | list):
            yield from _strings(each)


class Walk:
    """A walk over the site from some start pages, along each link whose path begins with `within`.

    Each path is requested as a browser and as htmx would request it. `leaks` has the untranslatable
    texts, `seen` the visited paths, and `forms` the fields of each POST form by its action, with
    the value of its first button.
    """

    def __init__(self, client: Reader, *starts: str, within: str = "/") -> None:
        self.client = client
        self.within = within
        self.leaks: set[str] = set()
        self.forms: dict[str, dict[str, str]] = {}
        self.seen: set[str] = set()
        self.waiting = list(starts)
        while self.waiting:
            self.visit(self.waiting.pop())

    def visit(self, path: str) -> None:
        self.seen.add(path)
        for headers in ({}, HTMX):
            response = self.client.get(path, headers=headers)
            if response.location:
                self.find(response.location)
            elif response.mimetype in ("text/html", "application/atom+xml", "application/json"):
                self.leaks |= leaks_of(response)
            if response.mimetype == "text/html":
                self.look_at(response)

    def look_at(self, page: TestResponse) -> None:
        for tag in html.fromstring(page.text or "<p>").iter():
            if tag.tag == "form" and tag.get("method") == "post":
                buttons = [(b.get("name"), b.get("value")) for b in tag.iter("button")]
                pressed = dict([each for each in buttons if each[0]][:1])
                self.forms.setdefault(tag.get("action"), dict(tag.form_values()) | pressed)
            self.find(tag.get("href") or tag.get("data-hx-get") or "")

    def find(self, link: str) -> None:
        path = link.removeprefix(SITE).partition("#")[0]
        is_page = path.startswith(self.within) and not path.startswith("/static/")
        if is_page and path not in {*self.seen, *self.waiting}:
            self.waiting.append(path)

    @property
    def endpoints(self) -> set[str]:
        """The endpoints of the visited paths."""
        routes = self.client.application.url_map.bind("localhost")
        return {routes.match(path.partition("?")[0])[0] for path in self.seen}
