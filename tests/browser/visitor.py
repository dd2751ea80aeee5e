"""A visitor's browser that records script errors, dialogs and forbidden requests."""

from itertools import count
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

from tests.patience import PATIENCE_MS

# A URL that no page of the site requests.
NOWHERE = "https://nowhere.invalid/**"
_addresses = count(1)


class Visitor:
    """One browser context with its own cookies and IP address, and the faults it has met."""

    def __init__(self, browser: Browser, site_url: str, **options) -> None:
        number = next(_addresses)
        address = f"198.51.{number // 256 % 256}.{number % 256}"
        self.site_url = site_url
        self.faults: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=site_url,
            # With TRUSTED_PROXIES=1 each visitor has its own address and so its own rate limits.
            extra_http_headers={"X-Forwarded-For": address},
            **{"viewport": {"width": 1280, "height": 900}, **options},
        )
        self.context.set_default_timeout(PATIENCE_MS)
        # This route intercepts requests from the start, because a route that is added to an open
        # page first may miss a request.
        self.context.route(NOWHERE, lambda route: route.abort())
        self.context.on("page", self._watch)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.goto(path)
        return page

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"error in a script: {error}"))
        page.on("console", self._hear)
        page.on("dialog", self._dismiss)
        page.on("request", self._follow)

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(f"against the content security policy: {message.text}")

    def _dismiss(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _follow(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and not request.url.startswith(f"{self.site_url}/"):
            self.faults.append(f"a request elsewhere: {request.url}")
