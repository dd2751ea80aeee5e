"""Take network addresses and secret tokens out of log messages."""

import ipaddress
import logging
import re

# Paths whose next part is a secret token: links in mail, and links to drafts.
SECRET_PATHS = ("/mail/", "/drafts/")
_TOKEN = re.compile(rf"({'|'.join(SECRET_PATHS)})[^/\s\"'?#]+")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
# Possessive, and only from the start of a run of digits: otherwise a long line takes too long.
_LOOKS_LIKE_ADDRESS = re.compile(
    rf"(?<![0-9A-Fa-f])[0-9A-Fa-f]*+:[0-9A-Fa-f]*+:[0-9A-Fa-f:.]*+|{_IPV4.pattern}"
)


def mask_tokens(text: str) -> str:
    """Return a text with "(token)" in place of the secret tokens in its paths."""
    return _TOKEN.sub(r"\1(token)", text)


def hide_tokens(record: logging.LogRecord) -> bool:
    """Replace secret tokens in a message by "(token)"; always return True."""
    record.msg, record.args = mask_tokens(record.getMessage()), ()
    return True


def hide_addresses(record: logging.LogRecord) -> bool:
    """Replace network addresses in a warning or error by "(address)"; always return True.

    Messages below the level WARNING keep the server's own address.
    """
    if record.levelno < logging.WARNING or not isinstance(record.msg, str):
        return True
    message = record.getMessage()
    if message.startswith("Invalid request"):
        # The rest quotes the request, which may contain a reader's text.
        message = "A request that is not valid HTTP was refused."
    elif message.startswith("Error handling request"):
        # The rest is the address, with its query.
        message = "The application failed to answer a request."
    record.msg, record.args = _LOOKS_LIKE_ADDRESS.sub(_hide, message), ()
    return True


def _hide(match: re.Match[str]) -> str:
    """Return "(address)" for a matched address, with the punctuation that follows the address."""
    found = match[0]
    for address in (found, found.rstrip("."), found.rstrip(".:")):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            continue
        return "(address)" + found[len(address) :]
    return _IPV4.sub("(address)", found)
