"""Readers who ask and send comments through nginx without pause, and what they were answered."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.deploy.nginx import FORM, PAGE, Nginx, ask, new_address

READERS = 12
# A page from the cache, a redirect, a page of one reader, and what asks the database.
PATHS = (PAGE, f"{PAGE}/comments/1", f"{PAGE}/comments/mine", "/healthz")
# Each reader sends a comment after so many pages.
PAGES_FOR_A_COMMENT = 12


@dataclass
class Load:
    """What was answered: the number of requests, the comments sent, and each failure."""

    count: int = 0
    sent: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def under_load(nginx: Nginx) -> Iterator[Load]:
    """Let readers ask until the block ends."""
    load, done = Load(), threading.Event()
    readers = [
        threading.Thread(target=_read, args=(nginx, load, done, number))
        for number in range(READERS)
    ]
    for reader in readers:
        reader.start()
    try:
        yield load
    finally:
        done.set()
        for reader in readers:
            reader.join()


def _read(nginx: Nginx, load: Load, done: threading.Event, reader: int) -> None:
    with nginx.connection(address=new_address()) as connection:
        number = 0
        while not done.is_set():
            number += 1
            path = PATHS[number % len(PATHS)]
            try:
                answer = ask(connection, path)
            except (OSError, http.client.HTTPException) as error:
                load.failures.append(f"GET {path}: {error!r}")
            else:
                if answer.status not in (200, 303):
                    load.failures.append(f"GET {path}: {answer.status}")
            if number % PAGES_FOR_A_COMMENT == reader:
                _send(nginx, load, f"Number {number} of {reader}.")
            load.count += 1


def _send(nginx: Nginx, load: Load, body: str) -> None:
    data = urlencode({"author_name": "Mina", "body": body}).encode()
    try:
        answer = nginx.ask(
            f"{PAGE}/comments", method="POST", body=data, headers=FORM, address=new_address()
        )
    except (OSError, http.client.HTTPException) as error:
        load.failures.append(f"POST {body}: {error!r}")
        return
    if answer.status == 303:
        load.sent.append(body)
    else:
        load.failures.append(f"POST {body}: {answer.status}")
