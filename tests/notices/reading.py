"""Helpers that read the parts, the text and the links of an e-mail."""

import re
from email.message import EmailMessage
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

SITE = "https://drama.example"


def text_part(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_part(mail: EmailMessage) -> BeautifulSoup:
    return BeautifulSoup(mail.get_body(("html",)).get_content(), "html.parser")


def words_of(mail: EmailMessage) -> str:
    """Return the subject, the text part and the HTML part as one string."""
    return "\n".join([str(mail["Subject"]), text_part(mail), str(html_part(mail))])


def links_of(mail: EmailMessage) -> list[str]:
    """Return the paths of the links in the text part; the HTML part must have the same links."""
    links = re.findall(r"^https?://\S+$", text_part(mail), re.MULTILINE)
    assert {link["href"] for link in html_part(mail).find_all("a")} == set(links)
    assert all(link.startswith(f"{SITE}/") for link in links)
    return [urlsplit(link).path for link in links]


def link_to(mail: EmailMessage, action: str) -> str:
    """Return the path of the link that confirms or stops; `action` is "confirm" or "stop"."""
    (link,) = [link for link in links_of(mail) if link.startswith(f"/mail/{action}-")]
    return link
