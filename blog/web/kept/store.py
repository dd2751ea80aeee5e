"""The pages in memory, up to a number of bytes."""

import threading
from collections import OrderedDict

from blog.web.kept.pages import Page

# Scheme, host, path and query.
Key = tuple[str, str, str, str]


class Store:
    """Pages by key, bounded by their bytes.

    When it is full, pages that nobody asked for twice go first, then those whose last request is
    the longest ago. So a walk through all pages does not displace those that are read.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._taken = 0
        self._new: OrderedDict[Key, Page] = OrderedDict()
        self._asked: OrderedDict[Key, Page] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._new) + len(self._asked)

    def __contains__(self, key: Key) -> bool:
        return key in self._asked or key in self._new

    @property
    def taken(self) -> int:
        """Return the bytes that the pages take."""
        return self._taken

    def items(self) -> list[tuple[Key, Page]]:
        """Return all pages with their keys."""
        with self._lock:
            return [*self._new.items(), *self._asked.items()]

    def peek(self, key: Key) -> Page | None:
        """Return a page, as if nobody had asked for it."""
        with self._lock:
            return self._asked.get(key) or self._new.get(key)

    def get(self, key: Key) -> Page | None:
        """Return a page, and note that it was asked for."""
        with self._lock:
            page = self._asked.get(key)
            if page is not None:
                self._asked.move_to_end(key)
                return page
            page = self._new.pop(key, None)
            if page is not None:
                self._asked[key] = page
            return page

    def put(self, key: Key, page: Page) -> None:
        """Keep a page in place of its former one, if it is not larger than the whole store."""
        with self._lock:
            shelf = self._asked if key in self._asked else self._new
            former = shelf.pop(key, None)
            self._taken -= former.size if former else 0
            if page.size > self._most:
                return
            shelf[key] = page
            self._taken += page.size
            while self._taken > self._most:
                # The new page itself stays until the next one comes, and may be asked for again.
                others = self._new if len(self._new) > (shelf is self._new) else self._asked
                _key, gone = others.popitem(last=False)
                self._taken -= gone.size

    def clear(self) -> None:
        """Forget all pages."""
        with self._lock:
            self._new.clear()
            self._asked.clear()
            self._taken = 0
