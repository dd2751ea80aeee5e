"""Draw the site's icons into static/: .venv/bin/python -m tools.icons.

The mark is two discs on a ground of the accent colour: an outline, and in front of it the second
lead. The SVG and the pictures are drawn from the same numbers.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw

from blog.link_previews.drawing import DISC, FAINT, RING, STROKE

STATIC = Path(__file__).parents[1] / "static"
# The colours of the ground and of the discs, by day and in the dark: --lead and --paper in the CSS.
LIGHT, DARK = ("#b23a22", "#faf6ef"), ("#ff8d6e", "#15141a")
SIZE, CORNER = 32, 7
# Phones cut any shape out of a maskable icon, but keep a circle of 80 % of its width.
MASKABLE = 0.8
FINER = 8


def draw_svg() -> str:
    """Return the icon as SVG, which is lighter where the browser is dark."""
    (x, radius), (front, front_radius), middle = RING, DISC, SIZE // 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">'
        "<style>@media (prefers-color-scheme: dark)"
        f"{{rect{{fill:{DARK[0]}}}.b{{stroke:{DARK[1]}}}.f{{fill:{DARK[1]}}}}}</style>"
        f'<rect width="{SIZE}" height="{SIZE}" rx="{CORNER}" fill="{LIGHT[0]}"/>'
        f'<circle class="b" cx="{x}" cy="{middle}" r="{radius}" fill="none" stroke="{LIGHT[1]}"'
        f' stroke-width="{STROKE}" opacity="{FAINT}"/>'
        f'<circle class="f" cx="{front}" cy="{middle}" r="{front_radius}" fill="{LIGHT[1]}"/>'
        "</svg>\n"
    )


def draw_icon(pixels: int, *, is_square: bool = False, scale: float = 1) -> Image.Image:
    """Return the icon of this width; `is_square` fills its corners, `scale` shrinks the mark."""
    unit = pixels * FINER / SIZE
    large = Image.new("RGBA", (pixels * FINER, pixels * FINER))
    pen = ImageDraw.Draw(large)
    edge = pixels * FINER - 1
    pen.rounded_rectangle((0, 0, edge, edge), 0 if is_square else CORNER * unit, fill=LIGHT[0])
    faint = Image.blend(*(Image.new("RGB", (1, 1), colour) for colour in LIGHT), FAINT)
    _disc(pen, RING[0], RING[1] + STROKE / 2, unit, scale, faint.getpixel((0, 0)))
    _disc(pen, RING[0], RING[1] - STROKE / 2, unit, scale, LIGHT[0])
    _disc(pen, *DISC, unit, scale, LIGHT[1])
    image = large.resize((pixels, pixels), Image.Resampling.BOX)
    return image.convert("RGB") if is_square else image


def draw_all() -> dict[str, Image.Image]:
    """Return the pictures by their paths in static/."""
    return {
        "icons/apple-touch-icon.png": draw_icon(180, is_square=True),
        "icons/icon-192.png": draw_icon(192),
        "icons/icon-512.png": draw_icon(512),
        "icons/icon-maskable-512.png": draw_icon(512, is_square=True, scale=MASKABLE),
        "favicon.ico": draw_icon(48),
    }


def _disc(
    pen: ImageDraw.ImageDraw, x: float, radius: float, unit: float, scale: float, colour: object
) -> None:
    middle = SIZE / 2
    x, radius = middle + (x - middle) * scale, radius * scale
    corners = (x - radius, middle - radius, x + radius, middle + radius)
    pen.ellipse([corner * unit for corner in corners], fill=colour)


def main() -> None:
    """Write all icons."""
    (STATIC / "favicon.svg").write_text(draw_svg(), encoding="utf-8")
    (STATIC / "icons").mkdir(exist_ok=True)
    for name, image in draw_all().items():
        options = {"optimize": True}
        if name.endswith(".ico"):
            small = [draw_icon(pixels) for pixels in (16, 32)]
            options = {"sizes": [(16, 16), (32, 32), (48, 48)], "append_images": small}
        image.save(STATIC / name, **options)
        sys.stdout.write(f"{name}: {(STATIC / name).stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
