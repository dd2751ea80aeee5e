"""A browser without JavaScript, as far as links and forms go; what it shows is the page's HTML."""

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from tests.desk.desk import URL, fields_of, words_of
from tests.page import Reader, soup_of


class Plain:
    """Open pages, follow their links, fill and send their forms, as a person does."""

    def __init__(self, reader: Reader, path: str = URL) -> None:
        self.reader = reader
        self.open(path)

    def open(self, path: str) -> None:
        self._arrive(self.reader.get(path))

    def follow(self, words: str, *, within: Tag | None = None) -> None:
        """Follow the first link that begins with these words."""
        links = (within or self.page).select("a[href]")
        self.open(next(link["href"] for link in links if words_of(link).startswith(words)))

    def tick(self, *rows: Tag) -> None:
        """Tick rows for the form that decides on many."""
        self.ticks += [row.select_one("input[name=items][form=bulk]")["value"] for row in rows]

    def press(self, words: str, *, within: Tag | None = None, **typed: str) -> None:
        """Press a button, and send its form with what was typed or chosen in it."""
        buttons = (within or self.page).select("button")
        button = next(button for button in buttons if label_of(button) == words)
        form = button.find_parent("form")
        unknown = set(typed) - {field["name"] for field in form.select("[name]")}
        assert not unknown, f"no such field: {unknown}"
        data: dict[str, object] = fields_of(form) | typed
        if form.get("id") == "bulk":
            data["items"] = self.ticks
        if button.get("name"):
            data[button["name"]] = button["value"]
        if form.get("method") == "post":
            self._arrive(self.reader.post(form["action"], data=data))
        else:
            self._arrive(self.reader.get(form["action"], query_string=data))

    def row(self, words: str) -> Tag:
        """Return the row in which somebody says this."""
        return next(row for row in self.rows if words in words_of(row))

    @property
    def rows(self) -> list[Tag]:
        return self.page.select("article.row")

    @property
    def path(self) -> str:
        """Return the address, as the person sees it."""
        return self.response.request.full_path.removesuffix("?")

    @property
    def left(self) -> str:
        return self.text("#queue-counts")

    @property
    def alert(self) -> str:
        """Return what a row says went wrong with it."""
        return self.text("article.row [role=alert]")

    def text(self, selector: str = "main") -> str:
        return words_of(self.page.select_one(selector))

    def _arrive(self, response: TestResponse) -> None:
        while response.status_code in (302, 303):
            response = self.reader.get(response.location)
        self.response = response
        self.page: BeautifulSoup = soup_of(response)
        self.ticks: list[str] = []


def label_of(button: Tag) -> str:
    """Return a button's words, or its name, without the key that does the same."""
    texts = button.find_all(string=True)
    words = "".join(text for text in texts if not text.find_parent("kbd"))
    return button.get("aria-label") or " ".join(words.split())
