"""How much a browser loads for a review at its first visit."""

import re

import brotli

from blog.demo.loading import HERE
from blog.text.markup import render_review
from tests.builders import make_moderator, make_published_comment, make_review
from tests.page import soup_of

MOST_BYTES = 45 * 1000


def load(client, address: str) -> bytes:
    """Return what is sent to a browser."""
    with client.get(address, headers={"Accept-Encoding": "gzip, br"}) as response:
        assert response.status_code == 200, address
        return response.data


def test_a_review_without_pictures_weighs_less_than_45_kb_at_the_first_visit(client):
    text = (HERE / "reviews" / "crash-landing-on-you.md").read_text(encoding="utf-8")
    body = re.sub(r"!\[.*\)", "", text.split("---\n", 2)[2])
    review = make_review(
        body_html=render_review(body), body=body, tags=["romance"], cast=[("Hyun Bin", "Ri")]
    )
    moderator = make_moderator()
    for number in range(10):
        said = f"{number}: the bench scene, again and again. {body[number * 60 :][:200]}"
        make_published_comment(review=review, moderator=moderator, body=said)
    page = load(client, "/reviews/run-on")
    soup = soup_of(client.get("/reviews/run-on"))
    linked = [
        *(tag["src"] for tag in soup.find_all("script", src=True)),
        *(tag["href"] for tag in soup.find_all("link", rel=["stylesheet", "modulepreload"])),
        *(tag["href"] for tag in soup.find_all("link", rel=["icon", "manifest"])),
    ]
    assert not soup.find_all("img")
    files = {address: load(client, address) for address in dict.fromkeys(linked)}
    assert len(files) > 10
    sizes = {name: len(sent) for name, sent in {"page": page, **files}.items()}
    assert sum(sizes.values()) < MOST_BYTES, sizes
    sheets = [brotli.decompress(sent) for name, sent in files.items() if name.endswith(".css")]
    assert sheets
    assert not any(b"url(" in sheet or b"@import" in sheet for sheet in sheets)
