"""A browser: it sends forms, keeps cookies, and notices when no answer comes."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from lxml import html
from lxml.html import HtmlElement

from tests.page import HTMX

# Longer than gunicorn lets a worker be busy, so that a slow answer is not counted as none.
ANSWER_SECONDS = 40


@dataclass(frozen=True)
class Answer:
    """The answer to a request."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @cached_property
    def page(self) -> HtmlElement:
        return html.document_fromstring(self.text or "<p></p>")

    @property
    def location(self) -> str:
        """Return where the browser goes next, "" if it stays."""
        return self.headers.get("Location") or self.headers.get("HX-Redirect") or ""

    def gives_back(self, words: str) -> bool:
        """Return whether a text field of the answer has these words and nothing else."""
        return any(
            one_form_of(area.text_content()) == one_form_of(words)
            for area in self.page.iter("textarea")
        )


def one_form_of(words: str) -> str:
    """Return words with the line ends and margins that the site stores."""
    return words.replace("\r\n", "\n").strip()


@dataclass
class Browser:
    """A browser with its cookies and its network address."""

    port: int
    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer | None:
        return self._ask("GET", path, None, {})

    def post(
        self, path: str, fields: Mapping[str, str], *, htmx: bool, hangs_up: bool = False
    ) -> Answer | None:
        """Send a form; return None if no whole answer comes, or if it `hangs_up` before one."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **(HTMX if htmx else {})}
        return self._ask("POST", path, urlencode(fields), form, hangs_up=hangs_up)

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None,
        headers: Mapping[str, str],
        *,
        hangs_up: bool = False,
    ) -> Answer | None:
        own = {"X-Forwarded-For": self.address, "Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            own["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, body=body, headers={**own, **headers})
            if hangs_up:
                return None
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: part.value for name, part in SimpleCookie(line).items()}
        return Answer(response.status, response.headers, text)
