"""A browser without JavaScript that follows links and sends forms."""

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from tests.desk.desk import URL, fields_of, words_of
from tests.page import Reader, soup_of


class Plain:
    """A browser without JavaScript, with the page it shows and the ticked checkboxes."""

    def __init__(self, reader: Reader, path: str = URL) -> None:
        self.reader = reader
        self.open(path)

    def open(self, path: str) -> None:
        self._arrive(self.reader.get(path))

    def follow(self, words: str, *, within: Tag | None = None) -> None:
        """Open the first link whose text begins with `words`."""
        links = (within or self.page).select("a[href]")
        self.open(next(link["href"] for link in links if words_of(link).startswith(words)))

    def tick(self, *rows: Tag) -> None:
        """Tick the checkboxes of these rows for the bulk form."""
        self.ticks += [row.select_one("input[name=items][form=bulk]")["value"] for row in rows]

    def press(self, words: str, *, within: Tag | None = None, **typed: str) -> None:
        """Press the button with this label; send its form with the typed or chosen values."""
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
        """Return the first row whose text contains `words`."""
        return next(row for row in self.rows if words in words_of(row))

    @property
    def rows(self) -> list[Tag]:
        return self.page.select("article.row")

    @property
    def path(self) -> str:
        """Return the path and query of the open page."""
        return self.response.request.full_path.removesuffix("?")

    @property
    def left(self) -> str:
        """Return the text of the counts above the queue, such as "3 left"."""
        return self.text("#total-pending")

    @property
    def alert(self) -> str:
        """Return the error message of a row."""
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
    """Return a button's accessible name, or its text without the shortcut key."""
    texts = button.find_all(string=True)
    words = "".join(text for text in texts if not text.find_parent("kbd"))
    return button.get("aria-label") or " ".join(words.split())
