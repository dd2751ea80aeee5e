"""A letter as its reader sees it."""

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
    """Return everything a reader sees, and everything that is sent, decoded."""
    return "\n".join([str(mail["Subject"]), text_part(mail), str(html_part(mail))])


def links_of(mail: EmailMessage) -> list[str]:
    """Return the paths of the links in the text; the HTML has the same ones."""
    links = re.findall(r"^https?://\S+$", text_part(mail), re.MULTILINE)
    assert {link["href"] for link in html_part(mail).find_all("a")} == set(links)
    assert all(link.startswith(f"{SITE}/") for link in links)
    return [urlsplit(link).path for link in links]


def link_to(mail: EmailMessage, action: str) -> str:
    (link,) = [link for link in links_of(mail) if link.startswith(f"/mail/{action}-")]
    return link
