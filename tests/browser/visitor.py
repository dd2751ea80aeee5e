"""A visitor's browser, which notices what must never happen on a page."""

from itertools import count
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

from tests.patience import PATIENCE_MS

# Where no page of ours asks for anything.
NOWHERE = "https://nowhere.invalid/**"
_addresses = count(1)


class Visitor:
    """One browser context: its own cookies, its own address, its faults written down."""

    def __init__(self, browser: Browser, site_url: str, **options) -> None:
        number = next(_addresses)
        address = f"198.51.{number // 256 % 256}.{number % 256}"
        self.site_url = site_url
        self.faults: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=site_url,
            # Believed where TRUSTED_PROXIES is 1: visitors do not use up each other's limits.
            extra_http_headers={"X-Forwarded-For": address},
            **{"viewport": {"width": 1280, "height": 900}, **options},
        )
        self.context.set_default_timeout(PATIENCE_MS)
        # Requests are held up from the first on. A page that is open already when a test asks for
        # that has let one through unseen, now and then.
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
