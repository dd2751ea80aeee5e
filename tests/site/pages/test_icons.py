"""The icons of browsers, phones and feed readers, and the web app manifest."""

import re
from io import BytesIO

from PIL import Image, ImageChops, ImageStat

from blog.web.assets import PAPER, STATIC
from tests.builders import make_moderator, sign_in
from tests.outbox.sending import change_settings
from tests.page import soup_of
from tools.icons import draw_all, draw_svg


def size_of(client, address: str) -> tuple[int, int]:
    with client.get(address) as response:
        assert response.mimetype == "image/png"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        return Image.open(BytesIO(response.data)).size


def test_a_phone_finds_an_icon_and_the_name_of_the_site_on_every_page(app, client):
    change_settings(app, site_name="두 번째 주연")
    make_moderator()
    sign_in(client)
    for path in ("/", "/about", "/nowhere", "/admin/comments"):
        page = soup_of(client.get(path))
        assert size_of(client, page.find("link", rel="apple-touch-icon")["href"]) == (180, 180)
        answer = client.get(page.find("link", rel="manifest")["href"])
        assert "manifest-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "application/manifest+json"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert answer.json["name"] == answer.json["short_name"] == "두 번째 주연"
    assert (answer.json["start_url"], answer.json["display"]) == ("/", "minimal-ui")
    found = {icon["purpose"]: size_of(client, icon["src"]) for icon in answer.json["icons"]}
    assert found == {"any": (512, 512), "maskable": (512, 512)}
    assert [icon["sizes"] for icon in answer.json["icons"]] == ["192x192", "512x512", "512x512"]


def test_a_feed_reader_that_asks_for_the_favicon_gets_a_real_one(client):
    with client.get("/favicon.ico") as response:
        assert response.status_code == 200
        assert response.mimetype in ("image/vnd.microsoft.icon", "image/x-icon")
        assert response.headers["Cache-Control"] == "public, max-age=86400"
        icon = Image.open(BytesIO(response.data))
    assert icon.format == "ICO"
    assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_the_colour_of_the_browsers_bars_is_that_of_the_page(client):
    page = soup_of(client.get("/"))
    bars = {tag["media"]: tag["content"] for tag in page.find_all("meta", {"name": "theme-color"})}
    assert bars == {f"(prefers-color-scheme: {name})": PAPER[name] for name in ("light", "dark")}
    sheet = (STATIC / "css" / "site.css").read_text(encoding="utf-8")
    paper = re.search(r"--paper: light-dark\((.+), (.+)\);", sheet)
    assert [*paper.groups()] == [PAPER["light"], PAPER["dark"]]


def test_the_icons_are_those_that_the_command_draws():
    assert (STATIC / "favicon.svg").read_text(encoding="utf-8") == draw_svg()
    assert "prefers-color-scheme: dark" in draw_svg()
    for name, drawn in draw_all().items():
        stored = Image.open(BytesIO((STATIC / name).read_bytes())).convert("RGBA")
        difference = ImageChops.difference(stored, drawn.convert("RGBA"))
        # Another release of Pillow may draw an edge a little differently.
        assert max(ImageStat.Stat(difference).mean) < 0.5, name
