"""Read what a process would write to its logs."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from blog.web.log_lines import JsonLine, TextLine


class Log(io.StringIO):
    """Everything that was logged, as lines."""

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    @property
    def errors(self) -> list[dict]:
        return [line for line in self.lines if line["level"] in ("error", "critical")]


@contextmanager
def written(formatter: logging.Formatter | None = None) -> Iterator[Log]:
    """Give the log of this process, formatted as wsgi.py sets it up, with all levels."""
    log = Log()
    handler = logging.StreamHandler(log)
    handler.setFormatter(formatter or JsonLine())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield log
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


AS_TEXT = TextLine()
