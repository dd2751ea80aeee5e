"""Draw the pictures of the demo: .venv/bin/python tools/draw.py [slug ...]."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT, SCALE = 1600, 1000, 2
QUALITY = 82
PICTURES = Path(__file__).parents[1] / "blog" / "demo" / "pictures"

Colour = tuple[int, int, int]
Point = tuple[float, float]
Points = Sequence[Point]
Stops = Sequence[tuple[float, str]]


def ink(code: str) -> Colour:
    """Return a colour such as #b23a22 as red, green and blue from 0 to 255."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """Return a mixture of two colours; `share` from 0 to 1 is the part of the second."""
    pairs = zip(ink(first), ink(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def gradient(stops: Stops, width: int, height: int) -> Image.Image:
    """Return an image of a vertical gradient; each stop is a position (0 top, 1 bottom), colour."""
    strip = Image.new("RGB", (1, height))
    for row in range(height):
        here = row / max(1, height - 1)
        low = max((s for s in stops if s[0] <= here), default=stops[0], key=lambda s: s[0])
        high = min((s for s in stops if s[0] > here), default=stops[-1], key=lambda s: s[0])
        span = high[0] - low[0]
        share = (here - low[0]) / span if span > 0 else 0.0
        strip.putpixel((0, row), ink(mix(low[1], high[1], share)))
    return strip.resize((width, height))


def spline(points: Points, steps: int = 14, *, closed: bool = False) -> list[Point]:
    """Return the points of a smooth (Catmull-Rom) curve through the given points."""
    count = len(points)
    result: list[Point] = []
    for i in range(count if closed else count - 1):
        around = []
        for k in (i - 1, i, i + 1, i + 2):
            around.append(points[k % count] if closed else points[min(max(k, 0), count - 1)])
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = around
        for step in range(steps):
            t = step / steps
            weights = (
                -0.5 * t**3 + t**2 - 0.5 * t,
                1.5 * t**3 - 2.5 * t**2 + 1,
                -1.5 * t**3 + 2 * t**2 + 0.5 * t,
                0.5 * t**3 - 0.5 * t**2,
            )
            a, b, c, d = weights
            result.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    if not closed:
        result.append(points[-1])
    return result


def path(text: str) -> list[Point]:
    """Return the points in a text such as "10,20 30,40"."""
    pairs = (pair.split(",") for pair in text.split())
    return [(float(x), float(y)) for x, y in pairs]


def place(points: Points, x: float, y: float, size: float = 1, turn: float = 0) -> list[Point]:
    """Return points scaled by `size`, rotated by `turn` degrees, then moved by x and y."""
    sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
    return [
        (x + size * (px * cosine - py * sine), y + size * (px * sine + py * cosine))
        for px, py in points
    ]


def oval(x: float, y: float, rx: float, ry: float, turn: float = 0) -> list[Point]:
    """Return the outline of an ellipse as points; `turn` is its rotation in degrees."""
    ring = [(rx * math.cos(a * math.pi / 36), ry * math.sin(a * math.pi / 36)) for a in range(72)]
    return place(ring, x, y, 1, turn)


def patch(corners: Points, u0: float, v0: float, u1: float, v1: float) -> list[Point]:
    """Return a part of a quadrilateral, from u0 to u1 across and v0 to v1 down, each 0 to 1."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    result = []
    for u, v in ((u0, v0), (u1, v0), (u1, v1), (u0, v1)):
        tx, ty = ax + (bx - ax) * u, ay + (by - ay) * u
        lx, ly = dx + (cx - dx) * u, dy + (cy - dy) * u
        result.append((tx + (lx - tx) * v, ty + (ly - ty) * v))
    return result


def box(x0: float, y0: float, x1: float, y1: float) -> list[Point]:
    """Return the corners of a rectangle."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


class Sheet:
    """A drawing in progress; coordinates are in pixels of the finished picture."""

    def __init__(self, seed: str, sky: Stops) -> None:
        """Fill the drawing with a gradient of the sky, and seed the random numbers."""
        self.rng = random.Random(seed)  # noqa: S311  # The same drawing every time; no secret.
        self.size = (WIDTH * SCALE, HEIGHT * SCALE)
        self.image = gradient(sky, *self.size)
        self.pen = ImageDraw.Draw(self.image)
        dust = self.rng.randbytes(WIDTH * HEIGHT)
        self.dust = Image.frombytes("L", (WIDTH, HEIGHT), dust)
        self.coarse = self.dust.resize(self.size, Image.Resampling.NEAREST)

    def poly(self, points: Points, colour: str) -> None:
        """Fill a polygon."""
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=ink(colour))

    def rect(self, x0: float, y0: float, x1: float, y1: float, colour: str) -> None:
        """Fill a rectangle."""
        self.poly(box(x0, y0, x1, y1), colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""
        edges = [(v * SCALE) for v in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.ellipse(edges, fill=ink(colour))

    def stroke(self, points: Points, width: float, colour: str) -> None:
        """Draw a line with round ends."""
        line = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.line(line, fill=ink(colour), width=max(1, round(width * SCALE)), joint="curve")
        if width > 3:
            for x, y in (points[0], points[-1]):
                self.disc(x, y, width / 2, colour)

    def limb(self, points: Points, widths: Sequence[float], colour: str) -> None:
        """Draw a line whose width changes from point to point."""
        for i in range(len(points) - 1):
            (x0, y0), (x1, y1) = points[i], points[i + 1]
            angle = math.atan2(y1 - y0, x1 - x0) + math.pi / 2
            sx, sy = math.cos(angle) / 2, math.sin(angle) / 2
            a, b = widths[i], widths[i + 1]
            self.poly(
                [
                    (x0 + sx * a, y0 + sy * a),
                    (x1 + sx * b, y1 + sy * b),
                    (x1 - sx * b, y1 - sy * b),
                    (x0 - sx * a, y0 - sy * a),
                ],
                colour,
            )
        for (x, y), width in zip(points, widths, strict=True):
            self.disc(x, y, width / 2, colour)

    def mask(self, *shapes: Points) -> Image.Image:
        """Return a mask that is white inside the given polygons and black outside."""
        mask = Image.new("L", self.size, 0)
        pen = ImageDraw.Draw(mask)
        for points in shapes:
            pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=255)
        return mask

    def wash(self, points: Points, stops: Stops) -> None:
        """Fill a polygon with a vertical gradient."""
        xs = [min(max(x * SCALE, 0), self.size[0]) for x, _ in points]
        ys = [min(max(y * SCALE, 0), self.size[1]) for _, y in points]
        left, top, right, foot = int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1
        cut = Image.new("L", (right - left, foot - top), 0)
        ImageDraw.Draw(cut).polygon(
            [(x * SCALE - left, y * SCALE - top) for x, y in points], fill=255
        )
        self.image.paste(gradient(stops, *cut.size), (left, top), cut)

    def film(self, points: Points, colour: str, opacity: float, soft: float = 0) -> None:
        """Fill a polygon with a transparent colour; `soft` blurs the edge."""
        mask = self.mask(points).point([round(v * opacity) for v in range(256)])
        if soft:
            small = mask.resize((WIDTH // 4, HEIGHT // 4))
            small = small.filter(ImageFilter.GaussianBlur(soft / 4))
            mask = small.resize(self.size, Image.Resampling.BICUBIC)
        self.image.paste(ink(colour), (0, 0, *self.size), mask)

    def glow(self, x: float, y: float, radius: float, colour: str, opacity: float) -> None:
        """Draw a round glow that fades out from its centre."""
        ramp = ImageChops.invert(Image.radial_gradient("L"))
        curve = [round(255 * opacity * max(0.0, (v - 74) / 181) ** 1.8) for v in range(256)]
        side = round(radius * 2 * SCALE)
        spread = ramp.point(curve).resize((side, side), Image.Resampling.BICUBIC)
        mask = Image.new("L", self.size, 0)
        mask.paste(spread, (round((x - radius) * SCALE), round((y - radius) * SCALE)))
        self.image.paste(ink(colour), (0, 0, *self.size), mask)

    def veil(self, top: float, foot: float, colour: str, above: float, below: float) -> None:
        """Draw a band of mist whose opacity changes from `above` to `below`, top to bottom."""
        ramp = Image.linear_gradient("L").point(
            [round(255 * (above + (below - above) * v / 255)) for v in range(256)]
        )
        height = round((foot - top) * SCALE)
        mask = Image.new("L", self.size, 0)
        mask.paste(ramp.resize((self.size[0], height)), (0, round(top * SCALE)))
        self.image.paste(ink(colour), (0, 0, *self.size), mask)

    def shade(self, points: Points, colour: str, strength: float, side: str = "foot") -> None:
        """Cover a polygon with random dots, densest at one side, as in a print."""
        turns = {"foot": 0, "right": 90, "top": 180, "left": 270}
        xs, ys = [x * SCALE for x, _ in points], [y * SCALE for _, y in points]
        left, top, right, foot = (round(v) for v in (min(xs), min(ys), max(xs), max(ys)))
        curve = [round(255 * strength * (v / 255) ** 1.6) for v in range(256)]
        ramp = Image.linear_gradient("L").rotate(turns[side]).point(curve)
        field = Image.new("L", self.size, 0)
        field.paste(ramp.resize((max(1, right - left), max(1, foot - top))), (left, top))
        dots = ImageChops.subtract(field, self.coarse).point([0] + [255] * 255)
        self.image.paste(
            ink(colour), (0, 0, *self.size), ImageChops.multiply(dots, self.mask(points))
        )

    def finish(self, grain: float = 0.1) -> Image.Image:
        """Return the picture at its final size, with a paper grain."""
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        paper = self.dust.filter(ImageFilter.GaussianBlur(0.7)).convert("RGB")
        return Image.blend(small, ImageChops.overlay(small, paper), grain)


def ridge(
    sheet: Sheet, level: float, height: float, rough: float, waves: int = 3, step: int = 8
) -> list[Point]:
    """Return the outline of a line of hills, down to the bottom of the picture."""
    rng = sheet.rng
    parts = [
        (rng.uniform(0.7, 1.5) * (k + 1), rng.uniform(0, 7), 1 / (k + 1)) for k in range(waves)
    ]
    crags = [(2.9 * 1.75**k, rng.uniform(0, 7), 1.9 / 1.6**k) for k in range(6)]
    line: list[Point] = []
    for x in range(-20, WIDTH + 21, step):
        turn = x / WIDTH * math.tau
        swell = sum(math.sin(turn * f + p) * a for f, p, a in parts)
        crag = sum(math.sin(turn * f + p) * a for f, p, a in crags)
        line.append((x, level - swell * height / 2 - crag * rough))
    return [*line, (WIDTH + 20, HEIGHT + 20), (-20, HEIGHT + 20)]


def pine(sheet: Sheet, x: float, foot: float, height: float, colour: str) -> None:
    """Draw a slim conifer."""
    sheet.stroke([(x, foot), (x, foot - height * 0.9)], height * 0.03, colour)
    for k in range(7):
        top = foot - height + k * height * 0.12
        half = height * (0.05 + 0.028 * k)
        drop = height * 0.2
        sheet.poly(
            [(x, top), (x + half, top + drop), (x, top + drop * 0.8), (x - half, top + drop)],
            colour,
        )


def stars(sheet: Sheet, count: int, floor: float, colour: str) -> None:
    """Draw random stars above the height `floor`."""
    for _ in range(count):
        x, y = sheet.rng.uniform(0, WIDTH), floor * sheet.rng.random() ** 1.3
        sheet.disc(x, y, sheet.rng.choice((0.8, 1.0, 1.3, 2.0)), colour)


def snow(sheet: Sheet, count: int, colour: str, sizes: tuple[float, float]) -> None:
    """Draw random snowflakes over the whole picture."""
    for _ in range(count):
        x, y = sheet.rng.uniform(0, WIDTH), sheet.rng.uniform(0, HEIGHT)
        sheet.disc(x, y, sheet.rng.uniform(*sizes), colour)


def windows(
    sheet: Sheet,
    area: tuple[float, float, float, float],
    cell: tuple[float, float],
    colours: Sequence[str],
    share: float,
) -> None:
    """Draw lit windows in a grid on a wall; `share` is the part of the windows that is lit."""
    x0, y0, x1, y1 = area
    y = y0
    while y + cell[1] * 0.5 <= y1:
        x = x0
        while x + cell[0] * 0.5 <= x1:
            if sheet.rng.random() < share:
                colour = sheet.rng.choice(colours)
                sheet.rect(x, y, x + cell[0] * 0.5, y + cell[1] * 0.5, colour)
            x += cell[0]
        y += cell[1]


def tiled_roof(
    sheet: Sheet,
    middle: float,
    eave: float,
    half: float,
    rise: float,
    colours: tuple[str, str, str],
    top: float = 0.62,
    lift: float = 0.16,
) -> None:
    """Draw a tiled roof with eaves that curve up at the corners."""
    roof, line, ridge_colour = colours
    up = half * lift
    crest = eave - rise
    left = [
        (middle - half, eave - up),
        (middle - half * 0.88, eave - up * 0.98),
        (middle - half * top - half * 0.06, crest + rise * 0.3),
        (middle - half * top, crest),
    ]
    slope = spline(left)
    mirror = [(2 * middle - x, y) for x, y in reversed(slope)]
    foot = spline(
        [
            (middle + half, eave - up),
            (middle + half * 0.6, eave - up * 0.2),
            (middle, eave),
            (middle - half * 0.6, eave - up * 0.2),
            (middle - half, eave - up),
        ]
    )
    sheet.poly([*slope, *mirror, *foot], roof)
    count = max(9, round(half / 9))
    for k in range(1, count):
        share = k / count * 2 - 1
        low = eave - up * abs(share) ** 2.2 - 1
        sheet.stroke(
            [
                (middle + share * half * top * 0.98, crest + 3),
                (middle + share * half * 0.8, crest + rise * 0.62),
                (middle + share * half * 0.97, low),
            ],
            1.6,
            line,
        )
    sheet.stroke(foot, 5, ridge_colour)
    sheet.stroke(
        [
            (middle - half * top - 4, crest - 3),
            (middle - half * top * 0.5, crest + 1),
            (middle + half * top * 0.5, crest + 1),
            (middle + half * top + 4, crest - 3),
        ],
        8,
        ridge_colour,
    )


def cottage(
    sheet: Sheet,
    x: float,
    foot: float,
    width: float,
    height: float,
    wall: str,
    roof: str,
    dark: str,
) -> None:
    """Draw a small house with a hipped roof and two dark windows."""
    sheet.rect(x, foot - height, x + width, foot + 400, wall)
    rise = height * 0.42
    over = width * 0.09
    top = foot - height
    sheet.poly(
        [
            (x - over, top + 4),
            (x + width * 0.16, top - rise),
            (x + width * 0.84, top - rise),
            (x + width + over, top + 4),
        ],
        roof,
    )
    sheet.rect(x - over, top + 2, x + width + over, top + 7, dark)
    sheet.rect(x + width * 0.14, top - rise - 4, x + width * 0.86, top - rise + 2, dark)
    for k in range(1, 9):
        share = k / 9
        sheet.stroke(
            [
                (x + width * (0.16 + 0.68 * share), top - rise),
                (x - over + (width + 2 * over) * share, top + 2),
            ],
            1,
            dark,
        )
    for share in (0.22, 0.6):
        sheet.rect(
            x + width * share,
            top + height * 0.26,
            x + width * (share + 0.2),
            top + height * 0.58,
            dark,
        )


def reply_1988() -> Image.Image:
    """Draw an alley at dusk with one lit window."""
    x: float
    deep, brick, roof, dusk = "#3a1220", "#8e3322", "#5d1d22", "#e8692f"
    sheet = Sheet(
        "reply-1988", [(0, "#c9421f"), (0.28, "#ec7236"), (0.5, "#f9b46a"), (1, "#fbd8a0")]
    )
    sheet.disc(800, 392, 118, "#fdeac0")
    sheet.glow(800, 392, 420, "#fdeac0", 0.5)
    sheet.poly(ridge(sheet, 400, 120, 12), mix(dusk, "#f9b46a", 0.25))
    sheet.poly(ridge(sheet, 455, 60, 8), mix(dusk, brick, 0.12))
    for row, (level, size) in enumerate(((500, 88), (548, 108), (606, 132))):
        x = -40.0 + row * 33
        while x < WIDTH:
            width = size * sheet.rng.uniform(0.9, 1.35)
            foot = level + sheet.rng.uniform(-16, 10)
            tone = 0.25 + row * 0.27
            cottage(
                sheet,
                x,
                foot,
                width,
                size * 0.62,
                mix("#ee8a4a", brick, tone),
                mix("#d9571f", roof, tone),
                mix("#b8421c", deep, tone),
            )
            x += width * 1.06
    ground = [(640, 640), (960, 640), (1380, HEIGHT), (220, HEIGHT)]
    sheet.wash(ground, [(0, "#e08448"), (1, "#7a2a24")])
    for k in range(9):
        y = 640 - k * 13
        half = 118 - k * 6.5
        sheet.rect(800 - half, y - 13, 800 + half, y, mix("#e9925a", "#f3b578", k / 9))
        sheet.rect(800 - half, y - 3.4, 800 + half, y, "#a8482a")
    for side in (-1, 1):

        def flip(points: Points, side: int = side) -> list[Point]:
            """Return points mirrored for the right side of the alley."""
            return [(800 + side * (800 - x), y) for x, y in points]

        wall = flip([(-10, 210), (655, 470), (655, 650), (-10, 1210)])
        front = brick if side < 0 else mix(brick, deep, 0.12)
        sheet.poly(wall, front)
        for _ in range(70):
            u, row = 1 - sheet.rng.random() ** 1.3, sheet.rng.randrange(30)
            sheet.poly(
                patch(wall, u, row / 30, u + 0.03 * (1.2 - u), (row + 1) / 30),
                mix(front, sheet.rng.choice(("#c95a34", deep)), 0.25),
            )
        course = mix(brick, deep, 0.42)
        for k in range(1, 30):
            sheet.stroke(patch(wall, 0, k / 30, 1, k / 30)[:2], 1.5, course)
            for j in range(26):
                u = 1 - (1 - (j + (k % 2) * 0.5) / 26) ** 1.6
                quad = patch(wall, u, (k - 1) / 30, u, k / 30)
                sheet.stroke([quad[0], quad[3]], 1.2, course)
        eave = flip(path("-10,60 520,330 690,458 690,486 -10,236"))
        sheet.poly(eave, deep if side < 0 else mix(deep, roof, 0.2))
        top = flip([(-10, 60), (520, 330), (690, 458), (-10, 205)])
        sheet.poly(top, roof)
        for k in range(1, 24):
            u = 1 - (1 - k / 24) ** 1.5
            sheet.stroke(patch(top, u, 0, u, 1)[1:3], 2.2, deep)
    left = [(-10, 210.0), (655, 470), (655, 650), (-10, 1210)]
    gate = patch(left, 0.44, 0.4, 0.68, 1)
    sheet.poly(patch(left, 0.42, 0.36, 0.7, 1), deep)
    sheet.poly(gate, "#1f5f62")
    sheet.stroke([patch(gate, 0.5, 0, 0.5, 1)[0], patch(gate, 0.5, 0, 0.5, 1)[2]], 3, deep)
    right = [(1600 - x, y) for x, y in left]
    sheet.poly(patch(right, 0.49, 0.2, 0.79, 0.62), deep)
    pane = patch(right, 0.51, 0.23, 0.77, 0.59)
    sheet.poly(pane, "#ffd873")
    sheet.shade(pane, "#f7a63e", 0.7)
    for u in (0.33, 0.66):
        sheet.stroke([patch(pane, u, 0, u, 1)[0], patch(pane, u, 0, u, 1)[2]], 4, deep)
    sheet.stroke(patch(pane, 0, 0.42, 1, 0.42)[:2], 4, deep)
    sheet.glow(1095, 560, 300, "#ffd873", 0.5)
    sheet.film([(800, 800), (960, 720), (1130, 838), (930, 950)], "#ffd873", 0.42, 12)
    for x, foot, big in ((462, 922, 0.95), (536, 872, 0.76), (590, 824, 0.58)):
        jar(sheet, x, foot, big, "#4a1a22")
    pole = 556
    sheet.poly([(pole - 7, 150), (pole + 7, 150), (pole + 11, 752), (pole - 11, 752)], deep)
    for y in (190, 232):
        sheet.stroke([(pole - 58, y), (pole + 58, y)], 7, deep)
        for x in (-50, -22, 22, 50):
            sheet.rect(pole + x - 4, y - 15, pole + x + 4, y, deep)
    for k, (x, y) in enumerate(
        ((1610, 40), (1610, 96), (1180, 300), (-10, 20), (-10, 70), (1010, 398))
    ):
        start = (pole + (50 if x > pole else -50) * (0.5 + 0.5 * (k % 2)), 180 + 42 * (k % 2))
        sag = ((start[0] + x) / 2, (start[1] + y) / 2 + 42)
        sheet.stroke(spline([start, sag, (x, y)]), 1.8, deep)
    return sheet.finish()


def jar(sheet: Sheet, x: float, foot: float, size: float, colour: str) -> None:
    """Draw a stoneware jar with a lid."""
    sheet.film(oval(x + 26 * size, foot - 2, 70 * size, 12 * size), "#3a1220", 0.45, 5)
    side = path("-26,-112 -46,-92 -58,-58 -50,-20 -34,0")
    shell = [*spline(side), *[(-px, py) for px, py in reversed(spline(side))]]
    sheet.poly(place(shell, x, foot, size), colour)
    shine = [
        *spline([(20, -104), (40, -84), (46, -54), (38, -22)]),
        *spline([(38, -22), (38, -54), (32, -84), (20, -104)]),
    ]
    sheet.poly(place(shine, x, foot, size), mix(colour, "#a8482a", 0.5))
    sheet.poly(place(oval(0, -70, 52, 3), x, foot, size), mix(colour, "#a8482a", 0.4))
    sheet.poly(
        place([(-36, -112), (-30, -126), (30, -126), (36, -112)], x, foot, size),
        mix(colour, "#a8482a", 0.3),
    )
    sheet.poly(place(oval(0, -129, 9, 6), x, foot, size), mix(colour, "#a8482a", 0.3))


def reply_table() -> Image.Image:
    """Draw a family's low table from above, set for six."""
    x: float
    y: float
    floor, wood, deep, cream = "#e58a45", "#7a2c20", "#3a1220", "#fff3dc"
    sheet = Sheet("reply-1988-table", [(0, "#f0a057"), (1, floor)])
    for x in range(-100, WIDTH, 400):
        sheet.rect(x, 0, x + 3, HEIGHT, "#cf7434")
    for y in range(160, HEIGHT, 340):
        sheet.rect(0, y, WIDTH, y + 3, "#cf7434")
    for angle, tone in (
        (14, "#1f5f62"),
        (74, "#c8371f"),
        (134, "#f2c14e"),
        (194, "#c8371f"),
        (254, "#1f5f62"),
        (314, "#f2c14e"),
    ):
        x, y = 800 + 610 * math.cos(math.radians(angle)), 500 + 610 * math.sin(math.radians(angle))
        seat = place(
            spline([(-90, -90), (90, -90), (90, 90), (-90, 90)], closed=True), x, y, 1, angle
        )
        sheet.film([(px + 10, py + 14) for px, py in seat], deep, 0.35, 8)
        sheet.poly(seat, tone)
        sheet.poly(oval(x, y, 16, 16), mix(tone, cream, 0.5))
    sheet.film(oval(818, 528, 432, 432), deep, 0.5, 16)
    sheet.disc(800, 500, 426, deep)
    sheet.disc(800, 500, 418, wood)
    for radius in (404, 398):
        sheet.disc(800, 500, radius, "#95402a" if radius == 404 else wood)
    sheet.shade(oval(800, 500, 398, 398), deep, 0.35, "right")

    def dish(x: float, y: float, radius: float, rim: str, food: str) -> None:
        """Draw one dish on the table."""
        sheet.film(oval(x + 6, y + 10, radius, radius), deep, 0.5, 5)
        sheet.disc(x, y, radius, rim)
        sheet.disc(x, y, radius * 0.84, mix(rim, deep, 0.22))
        sheet.disc(x, y, radius * 0.78, food)
        for _ in range(26):
            angle, far = sheet.rng.uniform(0, math.tau), radius * 0.66 * sheet.rng.random()
            dab = oval(
                x + far * math.cos(angle),
                y + far * math.sin(angle),
                radius * 0.13,
                radius * 0.07,
                sheet.rng.uniform(0, 180),
            )
            sheet.poly(dab, mix(food, sheet.rng.choice((cream, "#b8702f")), 0.22))

    for k in range(6):
        angle = 14 + 60 * k
        turn = math.radians(angle)
        x, y = 800 + 300 * math.cos(turn), 500 + 300 * math.sin(turn)
        dish(x, y, 58, cream, "#fffaf0")
        for gap in (-86, -76):
            ends = place([(gap * 0.2, gap), (gap * 0.2 + 100, gap)], x, y, 1, angle)
            sheet.stroke(ends, 4, "#d9c8b4")
        handle = place([(-10, 84), (74, 84)], x, y, 1, angle)
        sheet.stroke(handle, 6, "#d9c8b4")
        sheet.poly(oval(*handle[0], 24, 15, angle), "#e9dccb")
    foods = ("#c8371f", "#6f8f3a", "#f2c14e", "#c8371f", "#8a5a2c", "#dfe3b4")
    for k, food in enumerate(foods):
        turn = math.radians(44 + 60 * k)
        dish(800 + 196 * math.cos(turn), 500 + 196 * math.sin(turn), 46, "#f3dfc0", food)
    dish(800, 500, 112, "#2a1a1c", "#b8321e")
    for k in range(5):
        x, y = 800 + 48 * math.cos(k * 1.3), 500 + 48 * math.sin(k * 1.3)
        sheet.poly(place(box(-19, -15, 19, 15), x, y, 1, k * 37), cream)
        sheet.poly(
            oval(
                800 + 62 * math.cos(k * 1.3 + 0.6),
                500 + 62 * math.sin(k * 1.3 + 0.6),
                13,
                8,
                k * 50,
            ),
            "#6f8f3a",
        )
    return sheet.finish()


def woo_kimbap() -> Image.Image:
    """Draw rows of kimbap on a plate, with one piece missing."""
    sheet = Sheet("attorney-woo-kimbap", [(0, "#24448c"), (1, "#14204a")])
    for k in range(7):
        sheet.rect(0, k * 150 + 40, WIDTH, k * 150 + 43, "#1b3270")
    plate = [(-440, -290), (440, -290), (440, 290), (-440, 290)]
    ring = place(spline([(x * 0.96, y * 0.96) for x, y in plate], 40, closed=True), 760, 500, 0.92)
    sheet.film([(x + 16, y + 26) for x, y in ring], "#0b1230", 0.6, 18)
    sheet.poly(ring, "#cfe0f5")
    inner = place(spline(plate, 40, closed=True), 760, 500, 0.8)
    sheet.poly(inner, "#e8f0fb")
    sheet.shade(inner, "#86aedb", 0.3, "foot")
    for row in range(3):
        for column in range(4):
            x, y = 760 + (column - 1.5) * 168, 500 + (row - 1) * 168
            sheet.film(
                oval(x + 7, y + 11, 70, 70), "#4a74b8", 0.3 if (row, column) == (0, 3) else 0.65, 6
            )
            if (row, column) != (0, 3):
                slice_of_kimbap(sheet, x, y, 72, sheet.rng.uniform(-9, 9))
    for dx in (0, 34):
        start, end = (1330.0 + dx, 170.0), (1372.0 + dx * 0.5, 850.0)
        sheet.film(
            [(start[0] + 8, 190), (start[0] + 26, 190), (end[0] + 22, 866), (end[0] + 10, 866)],
            "#0b1230",
            0.5,
            6,
        )
        sheet.limb([start, end], (17, 9), "#cfd8e6")
        sheet.limb([start, (start[0] + 5, 290)], (17, 16), "#ffd67a")
    return sheet.finish()


def slice_of_kimbap(sheet: Sheet, x: float, y: float, radius: float, turn: float) -> None:
    """Draw a slice of kimbap with its fillings in a fixed order."""
    sheet.disc(x, y, radius, "#0f2320")
    sheet.disc(x, y, radius * 0.91, "#fffaf0")
    for _ in range(60):
        angle, far = sheet.rng.uniform(0, math.tau), radius * sheet.rng.uniform(0.5, 0.84)
        grain = oval(
            x + far * math.cos(angle),
            y + far * math.sin(angle),
            6,
            2.8,
            sheet.rng.uniform(0, 180),
        )
        sheet.poly(grain, sheet.rng.choice(("#ebe3d3", "#ffffff", "#f4ecdd")))
    fillings: list[tuple[float, float, float, float, str]] = [
        (-17, -17, 15, 13, "#ffd04a"),
        (15, -20, 13, 12, "#e9713a"),
        (-19, 14, 14, 15, "#f0a0a0"),
        (14, 14, 16, 13, "#f7dd84"),
        (0, -1, 8, 9, "#7a5a3a"),
    ]
    for px, py, w, h, colour in fillings:
        corners = [(px - w, py - h), (px + w, py - h), (px + w, py + h), (px - w, py + h)]
        sheet.poly(place(corners, x, y, radius / 78, turn), colour)
    for k in range(5):
        sprig = place([(34, -6 + k * 4), (40, 6 + k * 3)], x, y, radius / 78, turn + k * 11)
        sheet.stroke(sprig, 7, "#3d7a43" if k % 2 else "#55984f")


def my_mister() -> Image.Image:
    """Draw a commuter train on a bridge in the snow and a lamp below it."""
    x: float
    y: float
    dark, steel, fog, warm = "#1f2a36", "#3c4c5c", "#8fa0ae", "#ffcf7d"
    sheet = Sheet(
        "my-mister", [(0, "#34434f"), (0.45, "#64788a"), (0.8, "#a9b6bf"), (1, "#d7dde0")]
    )
    x = -30.0
    while x < WIDTH:
        width, top = sheet.rng.uniform(70, 150), sheet.rng.uniform(210, 400)
        sheet.rect(x, top, x + width, 800, mix("#64788a", steel, 0.35))
        windows(sheet, (x + 12, top + 16, x + width - 12, 560), (17, 24), ["#8496a6"], 0.55)
        x += width + sheet.rng.uniform(4, 60)
    sheet.veil(180, 820, "#a9b6bf", 0.0, 0.9)
    low = ridge(sheet, 742, 16, 2)
    sheet.poly(low, "#9fadb8")
    for x, width, height in ((350, 130, 62), (520, 150, 74), (1020, 140, 66), (1190, 150, 80)):
        sheet.rect(x, 752 - height, x + width, 770, mix(steel, fog, 0.42))
        sheet.poly(
            [(x - 12, 752 - height), (x + width / 2, 718 - height), (x + width + 12, 752 - height)],
            "#dfe5e8",
        )
    sheet.wash(
        [(0, 752), (420, 744), (1000, 750), (WIDTH, 742), (WIDTH, HEIGHT), (0, HEIGHT)],
        [(0, "#cfd7dc"), (1, "#8b9bab")],
    )
    wall = sheet.mask(box(0, 500, WIDTH, 790))
    cut = ImageDraw.Draw(wall)
    for middle, half in ((120, 240), (800, 340), (1480, 240)):
        edges = [v * SCALE for v in (middle - half, 536, middle + half, 1060)]
        cut.ellipse(edges, fill=0)
    sheet.image.paste(ink(dark), (0, 0, *sheet.size), wall)
    sheet.rect(0, 470, WIDTH, 512, dark)
    sheet.rect(0, 470, WIDTH, 476, "#eef1f2")
    sheet.rect(0, 508, WIDTH, 512, "#131b24")
    for x in range(-40, WIDTH, 320):
        sheet.rect(x, 214, x + 9, 472, dark)
        sheet.stroke([(x + 4, 236), (x + 82, 250)], 5, dark)
        sheet.stroke([(x + 4, 282), (x + 82, 252)], 3, dark)
    for y in (252, 268):
        sheet.stroke([(0, y), (WIDTH, y)], 1.8, dark)
    body = path("-20,316 1206,316 1258,340 1284,396 1288,456 -20,456")
    sheet.poly(body, "#2c6a78")
    sheet.poly([(-20, 316), (1206, 316), (1258, 340), (-20, 340)], "#d9e0e3")
    sheet.rect(-20, 424, 1287, 434, "#dfe5e8")
    sheet.rect(-20, 456, 1270, 470, "#131b24")
    for car in range(-1, 3):
        left = car * 430 - 60
        sheet.rect(left + 424, 326, left + 430, 458, "#1d4650")
        for k in range(4):
            x = left + 26 + k * 102
            sheet.rect(x, 354, x + 60, 404, warm)
            if sheet.rng.random() < 0.7:
                at = x + sheet.rng.uniform(14, 46)
                sheet.disc(at, 382, 8, "#6b4a2c")
                sheet.poly(
                    [(at - 15, 404), (at - 10, 391), (at + 10, 391), (at + 15, 404)], "#6b4a2c"
                )
            sheet.rect(x + 68, 352, x + 70, 456, "#1d4650")
            sheet.rect(x + 92, 352, x + 94, 456, "#1d4650")
    sheet.poly([(1222, 352), (1250, 352), (1268, 400), (1222, 400)], warm)
    sheet.glow(1278, 436, 190, "#fff0c8", 0.75)
    sheet.disc(1277, 438, 8, "#fff7df")
    lamp = 930
    sheet.film(
        [(lamp - 60, 624), (lamp - 46, 624), (lamp + 110, 850), (lamp - 230, 850)],
        "#ffe3a6",
        0.6,
        10,
    )
    sheet.film(oval(lamp - 56, 852, 190, 34), "#ffedc4", 0.85, 10)
    sheet.stroke(spline([(lamp, 850), (lamp, 640), (lamp - 14, 608), (lamp - 52, 606)]), 7, dark)
    sheet.poly([(lamp - 74, 622), (lamp - 64, 604), (lamp - 40, 604), (lamp - 30, 622)], dark)
    sheet.disc(lamp - 52, 624, 9, "#fff7df")
    sheet.glow(lamp - 52, 626, 150, warm, 0.75)
    figure(sheet, lamp - 96, 856, 1.0, dark)
    for k in range(11):
        sheet.film(
            oval(lamp - 118 - k * 21 - k * k * 1.6, 868 + k * 10, 6 + k * 0.4, 2.6), "#6d7f90", 1
        )
    snow(sheet, 900, "#e9eef0", (0.9, 2.2))
    snow(sheet, 170, "#ffffff", (2.2, 4.2))
    for _ in range(16):
        x, y = sheet.rng.uniform(0, WIDTH), sheet.rng.uniform(0, HEIGHT)
        sheet.film(oval(x, y, 9, 9), "#ffffff", 0.6, 6)
    return sheet.finish()


def figure(sheet: Sheet, x: float, foot: float, size: float, colour: str) -> None:
    """Draw a person in a long coat with an umbrella, seen from behind."""

    def at(points: Points) -> list[Point]:
        """Return points scaled and moved to the place of the person."""
        return place(points, x, foot, size)

    sheet.limb(at([(-9, -40), (-13, -2)]), (11 * size, 8 * size), colour)
    sheet.limb(at([(8, -40), (13, -4)]), (11 * size, 8 * size), colour)
    coat = path("-10,-112 10,-112 20,-102 25,-34 -25,-34 -20,-102")
    sheet.poly(at(coat), colour)
    sheet.disc(x, foot - 124 * size, 11.5 * size, colour)
    sheet.limb(at([(17, -100), (25, -82), (19, -104)]), (9 * size, 8 * size, 6 * size), colour)
    sheet.stroke(at([(20, -96), (8, -188)]), 3 * size, colour)
    dome = path("-60,-138 -48,-170 -18,-190 8,-194 36,-188 62,-166 74,-134")
    ribs = path("74,-134 52,-141 30,-135 8,-143 -16,-137 -38,-144 -60,-138")
    sheet.poly(at([*spline(dome), *ribs]), "#b23a22")
    sheet.poly(
        at(
            [
                *spline([(8, -194), (-6, -170), (-16, -137)]),
                *spline([(-38, -144), (-26, -172), (8, -194)]),
            ]
        ),
        "#8f2c1b",
    )
    sheet.poly(
        at(
            [
                *spline([(8, -194), (26, -168), (30, -135)]),
                *spline([(52, -141), (42, -170), (8, -194)]),
            ]
        ),
        "#8f2c1b",
    )


def crash_landing() -> Image.Image:
    """Draw a paraglider above ranges of mountains."""
    sheet = Sheet(
        "crash-landing-on-you",
        [(0, "#d9607e"), (0.35, "#ef93a2"), (0.62, "#fbcbc2"), (0.8, "#fee6d2")],
    )
    sheet.disc(560, 500, 104, "#fff3df")
    sheet.glow(560, 500, 460, "#fff3df", 0.55)
    for y, x0, x1 in ((150, -50, 330), (172, 60, 500), (262, 1180, 1660), (284, 1290, 1520)):
        sheet.film(
            [
                *spline([(x0, y), ((x0 + x1) / 2, y - 14), (x1, y)]),
                *spline([(x1, y), ((x0 + x1) / 2, y + 9), (x0, y)]),
            ],
            "#fbcbc2",
            0.55,
        )
    tones = ["#f5b3b0", "#e78d9b", "#cc6584", "#a4466d", "#6f2d54"]
    for k, tone in enumerate(tones):
        hills = ridge(sheet, 650 + k * 76, 150 - k * 14, 26 - k * 3, 3)
        sheet.wash(hills, [(0, tone), (0.55, mix(tone, "#fee0d0", 0.5)), (1, tone)])
        sheet.shade(hills, mix(tone, "#6f2d54", 0.22), 0.2, "right")
    floor = ridge(sheet, 936, 22, 3)
    for _ in range(46):
        x = sheet.rng.uniform(0, WIDTH)
        far = abs(x - 760) / 800
        if far > 0.28:
            pine(
                sheet,
                x,
                985 + sheet.rng.uniform(-12, 20),
                (60 + 190 * far) * sheet.rng.uniform(0.7, 1.1),
                "#431a3b",
            )
    sheet.poly(floor, "#431a3b")
    cx, cy, tilt = 910.0, 330.0, -13.0
    cells = 13
    outer, inner = [], []
    for k in range(cells * 4 + 1):
        angle = math.pi * (1.0 + k / (cells * 4)) * 1.0
        outer.append((300 * math.cos(angle), 150 * math.sin(angle)))
        inner.append((292 * math.cos(angle), 78 * math.sin(angle) + 12))
    pilot = place([(14, 292)], cx, cy, 1, tilt)[0]
    for k in range(0, cells * 4 + 1, 4):
        end = place([inner[k]], cx, cy, 1, tilt)[0]
        sheet.stroke([end, (pilot[0] + (k - 26) * 0.35, pilot[1])], 1.3, "#7d2f4f")
    for k in range(cells):
        cell = [*outer[k * 4 : k * 4 + 5], *reversed(inner[k * 4 : k * 4 + 5])]
        middle = abs(k - cells // 2)
        colour = "#c8371f" if middle % 2 == 0 else "#e2532c"
        if middle in (2, 3):
            colour = "#fff0dc"
        sheet.poly(place(cell, cx, cy, 1, tilt), colour)
    wing = place([*outer, *reversed(inner)], cx, cy, 1, tilt)
    sheet.shade(wing, "#8c1f2a", 0.34, "right")
    dark = "#431a3b"
    px, py = pilot
    sheet.limb([(px - 4, py + 8), (px + 2, py + 44)], (20, 26), dark)
    sheet.poly(place(path("-22,10 -10,2 -6,60 -20,58 -30,40"), px, py), "#1f5f62")
    sheet.disc(px + 4, py - 8, 12, "#fff0dc")
    sheet.limb([(px, py + 52), (px + 34, py + 46), (px + 44, py + 78)], (20, 15, 10), dark)
    sheet.limb([(px, py + 12), (px + 16, py - 4), (px + 14, py - 30)], (9, 8, 6), dark)
    sheet.limb([(px - 6, py + 12), (px - 18, py - 6), (px - 14, py - 30)], (9, 8, 6), dark)
    for bx, by, size in ((330, 300, 1.0), (376, 326, 0.8), (296, 338, 0.7), (352, 362, 0.6)):
        gull(sheet, bx, by, 22 * size, "#8a3a5c")
    return sheet.finish()


def gull(sheet: Sheet, x: float, y: float, span: float, colour: str) -> None:
    """Draw a distant bird as two strokes."""
    wing = spline([(x - span, y - span * 0.35), (x - span * 0.45, y - span * 0.5), (x, y)])
    sheet.stroke(wing, span * 0.13, colour)
    sheet.stroke([(2 * x - a, b) for a, b in wing], span * 0.13, colour)


def attorney_woo() -> Image.Image:
    """Draw a whale swimming above Seoul at night."""
    night, deep, pale, gold = "#14204a", "#0b1230", "#cfe0f5", "#ffd67a"
    sheet = Sheet(
        "extraordinary-attorney-woo",
        [(0, "#0d1638"), (0.45, "#1f3a80"), (0.75, "#4a74b8"), (1, "#86aedb")],
    )
    stars(sheet, 260, 560, "#dbe7fb")
    sheet.disc(388, 196, 66, "#f6ecd0")
    sheet.glow(388, 196, 280, "#f6ecd0", 0.35)
    sheet.poly(ridge(sheet, 770, 70, 10), "#31569c")
    hill = path("60,830 180,800 330,742 430,716 530,724 680,782 900,830")
    sheet.poly([*spline(hill), (900, HEIGHT), (60, HEIGHT)], "#27457f")
    for outline in (
        [(-15, 8), (-7, -86), (7, -86), (15, 8)],
        path("-31,-76 -23,-104 23,-104 31,-76 16,-62 -16,-62"),
        [(-6, -102), (-1.5, -180), (1.5, -180), (6, -102)],
    ):
        sheet.poly(place(outline, 440, 720), "#27457f")
    sheet.rect(413, 626, 467, 635, gold)
    for row, (tone, low, high, wide, lit) in enumerate(
        (
            ("#1e3870", 770, 860, (50, 96), 0.22),
            (night, 800, 905, (70, 130), 0.3),
            (deep, 880, 950, (110, 190), 0.32),
        )
    ):
        x = -20.0
        while x < WIDTH:
            width, top = sheet.rng.uniform(*wide), sheet.rng.uniform(low, high)
            if row == 1 and sheet.rng.random() < 0.16:
                top -= 70
            sheet.rect(x, top, x + width, HEIGHT, tone)
            if sheet.rng.random() < 0.35:
                sheet.rect(x + width * 0.3, top - 12, x + width * 0.7, top, tone)
            cell = (15.0 + row * 4, 19.0 + row * 5)
            windows(
                sheet,
                (x + 10, top + 14, x + width - 12, HEIGHT),
                cell,
                [gold, gold, "#ffb765", "#8fb2e6"],
                lit,
            )
            x += width + sheet.rng.uniform(2, 12)
    whale(sheet, 808, 392, 1.2, -9, "#3f6fb6", pale)
    return sheet.finish()


def whale(
    sheet: Sheet, x: float, y: float, size: float, turn: float, back: str, belly: str
) -> None:
    """Draw a humpback whale seen from its side, heading left."""

    def at(points: Points) -> list[Point]:
        """Return points scaled, rotated and moved to the place of the whale."""
        return place(points, x, y, size, turn)

    shadow = mix(back, "#0b1230", 0.45)
    sheet.poly(at(spline(path("-60,40 10,92 60,150 88,158 78,110 40,50"), closed=True)), shadow)
    fluke = path(
        "286,-22 330,-62 380,-118 432,-140 428,-96 398,-48 384,-30 420,-18 458,16 "
        "470,58 420,44 366,12 306,-2"
    )
    tail = at(spline(fluke, closed=True))
    sheet.poly(tail, mix(back, "#0b1230", 0.12))
    sheet.shade(tail, "#15295c", 0.5, "top")
    outline = spline(
        path(
            "-306,18 -296,-18 -262,-50 -196,-74 -110,-90 0,-94 84,-82 120,-94 "
            "160,-104 158,-74 214,-50 280,-32 330,-28 330,-6 280,2 214,22 130,54 "
            "30,86 -80,102 -180,96 -256,70 -296,42"
        ),
        closed=True,
    )
    body = at(outline)
    sheet.poly(body, back)
    under = at(
        spline(
            path(
                "-320,20 -262,30 -196,46 -150,40 -90,44 0,52 100,46 200,18 310,-12 250,60 "
                "60,130 -150,140 -320,90"
            ),
            closed=True,
        )
    )
    cut = ImageChops.multiply(sheet.mask(body), sheet.mask(under))
    sheet.image.paste(ink(belly), (0, 0, *sheet.size), cut)
    lines = Image.new("L", sheet.size, 0)
    pen = ImageDraw.Draw(lines)
    for k in range(1, 8):
        groove = at(
            spline(
                [
                    (-310 + k * 4, 26 + k * 9),
                    (-230, 40 + k * 9.5),
                    (-120, 46 + k * 8.4),
                    (0, 52 + k * 6),
                    (70 - k * 8, 54 + k * 3.4),
                ]
            )
        )
        pen.line([(a * SCALE, b * SCALE) for a, b in groove], fill=255, width=4)
    sheet.image.paste(ink("#8fb0dd"), (0, 0, *sheet.size), ImageChops.multiply(lines, cut))
    sheet.shade(body, "#15295c", 0.5, "top")
    sheet.stroke(at(spline([(-302, 20), (-262, 30), (-214, 44), (-184, 40)])), 4, shadow)
    ex, ey = at([(-186, 18)])[0]
    sheet.disc(ex, ey, 7, "#0b1230")
    sheet.disc(ex - 2, ey - 2, 2, belly)
    fin = at(
        spline(
            path("-142,50 -100,40 -66,62 -48,120 -34,190 -8,250 -40,244 -86,190 -122,118"),
            closed=True,
        )
    )
    sheet.poly(fin, mix(back, "#0b1230", 0.28))
    sheet.shade(fin, belly, 0.5, "foot")
    for _ in range(16):
        spot = at([(sheet.rng.uniform(-288, -150), sheet.rng.uniform(-52, -2))])[0]
        sheet.disc(*spot, sheet.rng.uniform(1.5, 3.4), mix(back, belly, 0.4))


def camellia(sheet: Sheet, x: float, y: float, size: float, turn: float) -> None:
    """Draw a camellia flower with stamens in the middle."""
    for layer, (count, far, wide, colour) in enumerate(
        ((6, 46, 42, "#a51f2b"), (5, 30, 36, "#c92f35"), (4, 15, 26, "#e24a45"))
    ):
        for k in range(count):
            angle = turn + 360 / count * k + layer * 31
            petal = [
                (far * 0.1, 0),
                (far * 0.5, -wide * 0.75),
                (far + wide * 0.55, -wide * 0.62),
                (far + wide * 0.82, 0),
                (far + wide * 0.55, wide * 0.62),
                (far * 0.5, wide * 0.75),
            ]
            outline = place(spline(petal, 8, closed=True), x, y, size, angle)
            sheet.poly(outline, colour)
            edge = place([(far * 0.4, 0), (far + wide * 0.6, 0)], x, y, size, angle)
            sheet.stroke(edge, 1.6 * size, mix(colour, "#5e0f1c", 0.35))
    sheet.disc(x, y, 19 * size, "#7c1420")
    for k in range(20):
        angle = math.radians(turn + k * 18)
        reach = (11 + 6 * (k % 3)) * size
        tip = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        sheet.stroke([(x, y), tip], 2 * size, "#f2c14e")
        sheet.disc(*tip, 3.2 * size, "#ffe08a")


def leaf(sheet: Sheet, x: float, y: float, size: float, turn: float, colour: str) -> None:
    """Draw a glossy leaf with a midrib."""
    upper = spline(path("0,0 30,-24 78,-30 122,-14 152,4"))
    lower = spline(path("152,4 116,26 74,34 28,24 0,0"))
    rib = spline([(0, 0), (60, 2), (152, 4)])
    sheet.poly(place([*upper, *lower], x, y, size, turn), colour)
    sheet.poly(place([*rib, *lower], x, y, size, turn), mix(colour, "#04140f", 0.32))
    sheet.stroke(place(rib, x, y, size, turn), 1.8 * size, mix(colour, "#cfe3c4", 0.35))


def when_the_camellia_blooms() -> Image.Image:
    """Draw a small bar at the end of a street, between camellias."""
    x: float
    y: float
    deep, pineg, mid, warm = "#0a2a22", "#12463a", "#2c7359", "#ffc766"
    sheet = Sheet(
        "when-the-camellia-blooms",
        [(0, "#0f3d34"), (0.4, "#2a7560"), (0.62, "#86b88f"), (0.75, "#d7dba8")],
    )
    stars(sheet, 60, 260, "#cfe3c4")
    sheet.poly(ridge(sheet, 520, 110, 14), "#4b9274")
    sheet.poly(ridge(sheet, 575, 60, 8), "#35795f")
    for row, (level, size) in enumerate(((650, 120), (715, 160))):
        x = -60.0 + row * 45
        while x < WIDTH:
            width = size * sheet.rng.uniform(1.0, 1.4)
            tone = row * 0.5
            cottage(
                sheet,
                x,
                level + sheet.rng.uniform(-10, 8),
                width,
                size * 0.55,
                mix("#3b8266", pineg, 0.3 + tone),
                mix("#266851", deep, 0.25 + tone),
                mix("#1b5443", deep, 0.4 + tone),
            )
            x += width * 1.12
    road = [(0, 772), (WIDTH, 772), (WIDTH, HEIGHT), (0, HEIGHT)]
    sheet.wash(road, [(0, "#2c7359"), (1, deep)])
    x0, x1, top, foot = 610, 1000, 520, 786
    sheet.rect(x0, top, x1, foot, "#e9d9b0")
    sheet.shade(box(x0, top, x1, foot), "#b89c6a", 0.6, "right")
    sheet.rect(x0, foot - 46, x1, foot, "#8a3f2a")
    tiled_roof(sheet, 805, 534, 258, 96, (deep, "#1b5443", "#061c16"), 0.66, 0.06)
    sheet.rect(648, 606, 806, 726, deep)
    sheet.rect(655, 613, 799, 719, warm)
    sheet.shade(box(655, 613, 799, 719), "#e98a3a", 0.7)
    sheet.rect(655, 684, 799, 688, deep)
    for k, (shape, glass) in enumerate(
        (
            (20, "#1f5f62"),
            (26, "#8a3f2a"),
            (22, "#2c7359"),
            (16, "#8a3f2a"),
            (26, "#1f5f62"),
            (20, "#2c7359"),
        )
    ):
        at = 668 + k * 22
        sheet.rect(at, 684 - shape, at + 10, 684, glass)
        sheet.rect(at + 3.5, 674 - shape, at + 6.5, 686 - shape, glass)
    sheet.rect(725, 613, 729, 719, deep)
    sheet.rect(850, 596, 952, foot, deep)
    sheet.rect(858, 604, 944, foot, "#ffdb91")
    sheet.shade(box(858, 604, 944, foot), "#f0963c", 0.8)
    for k in range(4):
        sheet.poly(
            [
                (858 + k * 21.5, 604),
                (879.5 + k * 21.5, 604),
                (877 + k * 21.5, 664),
                (860.5 + k * 21.5, 660),
            ],
            "#b3262f",
        )
    for k in range(9):
        left = 632 + k * 21
        colour = "#b3262f" if k % 2 == 0 else "#f3e6c4"
        sheet.poly([(left, 566), (left + 21, 566), (left + 21, 598), (left, 598)], colour)
        sheet.disc(left + 10.5, 598, 10.5, colour)
    sheet.stroke([(632, 566), (821, 566)], 5, deep)
    sheet.glow(902, 690, 330, warm, 0.42)
    sheet.film([(850, foot), (952, foot), (1080, 940), (760, 940)], warm, 0.5, 16)
    sheet.film(box(640, foot + 6, 810, 850), warm, 0.18, 16)
    for x in (574, 1040):
        sheet.poly([(x - 26, 744), (x + 26, 744), (x + 19, 790), (x - 19, 790)], "#8a3f2a")
        for k in range(7):
            leaf(sheet, x, 746, 0.36, -160 + k * 23, mid if k % 2 else pineg)
        camellia(sheet, x - 4, 712, 0.24, 20)
    greens = ["#0f3d31", "#185340", "#226850", "#0c3328"]
    for cx, cy, rx, ry, count in (
        (150, 910, 420, 230, 100),
        (1450, 950, 400, 210, 92),
        (1450, 20, 400, 190, 80),
        (30, 30, 260, 150, 40),
    ):
        for _ in range(count):
            angle, far = sheet.rng.uniform(0, math.tau), sheet.rng.random() ** 0.5
            x, y = cx + rx * far * math.cos(angle), cy + ry * far * math.sin(angle)
            out = math.degrees(math.atan2(y - cy, x - cx)) + sheet.rng.uniform(-50, 50)
            leaf(sheet, x, y, sheet.rng.uniform(0.6, 1.0), out, sheet.rng.choice(greens))
    for x, y, big in (
        (400, 820, 1.2),
        (210, 720, 0.95),
        (250, 930, 1.05),
        (548, 930, 0.8),
        (1240, 880, 1.1),
        (1420, 790, 0.85),
        (1400, 950, 0.8),
        (1210, 100, 0.9),
        (1390, 190, 0.8),
    ):
        camellia(sheet, x, y, big, sheet.rng.uniform(0, 90))
    return sheet.finish()


def cloud(sheet: Sheet, x: float, y: float, size: float, colour: str) -> None:
    """Draw a cumulus cloud with a flat base."""
    for dx, r in ((-150, 46), (-92, 74), (-14, 104), (66, 84), (128, 56), (176, 34)):
        sheet.pen.pieslice(
            [
                v * SCALE
                for v in (x + (dx - r) * size, y - r * size, x + (dx + r) * size, y + r * size)
            ],
            180,
            360,
            fill=ink(colour),
        )


def hometown() -> Image.Image:
    """Draw a harbour village with a red lighthouse."""
    x: float
    y: float
    sheet = Sheet(
        "hometown-cha-cha-cha", [(0, "#7fc4b4"), (0.3, "#b4ddcb"), (0.5, "#f3f0d8"), (1, "#f3f0d8")]
    )
    for x, y, size, tone in (
        (1180, 430, 1.6, "#d8ecdc"),
        (300, 300, 1.0, "#d8ecdc"),
        (1390, 470, 1.2, "#f8f6e8"),
        (860, 476, 0.9, "#e9f2e2"),
    ):
        cloud(sheet, x, y, size, tone)
    sea = box(0, 480, WIDTH, HEIGHT)
    sheet.wash(sea, [(0, "#8fcdbb"), (0.25, "#4fa596"), (1, "#1d6a66")])
    for _ in range(90):
        y = 492 + 500 * sheet.rng.random() ** 1.2
        grow = (y - 470) / 530
        x, half = sheet.rng.uniform(0, WIDTH), sheet.rng.uniform(14, 46) * (0.5 + 2.2 * grow)
        tone = mix("#d8f0e2", "#4fa596", 0.2 + 0.5 * grow)
        sheet.poly(
            [
                *spline([(x - half, y), (x, y - 2 - 2 * grow), (x + half, y)]),
                *spline([(x + half, y), (x, y + 1 + 2 * grow), (x - half, y)]),
            ],
            tone,
        )
    far = path("-10,430 90,408 210,420 330,450 470,470 560,482 -10,482")
    sheet.poly([*spline(far)[:-1], (-10, 482)], "#79b8a4")
    hill = path("-10,236 90,226 220,262 340,330 450,404 540,470 640,540 690,596")
    land = [*spline(hill), (690, 640), (-10, 700)]
    sheet.poly(land, "#2f7f6b")
    sheet.shade(land, "#1c5a50", 0.7, "left")
    for x, y, r in ((40, 236, 44), (110, 236, 36), (180, 258, 40), (260, 292, 30), (-4, 250, 40)):
        sheet.disc(x, y, r, "#2f7f6b")
    boat(sheet, 330, 322, 0.62, "#e0573a", "#fff6e4", afloat=False)
    roofs = ["#e0573a", "#2f6f8a", "#f2b441", "#fff6e4", "#1d6a66", "#e0573a"]
    walls = ["#fffaf0", "#fbe9cf", "#e9f2e2", "#f8d9b4"]
    for row, (level, left, right) in enumerate(
        ((410, 10, 350), (474, -10, 440), (540, 0, 540), (612, -20, 640))
    ):
        x = float(left)
        while x < right:
            width, height = sheet.rng.uniform(62, 92), sheet.rng.uniform(40, 56)
            small_house(
                sheet,
                x,
                level + sheet.rng.uniform(-8, 8),
                width,
                height + row * 4,
                sheet.rng.choice(walls),
                sheet.rng.choice(roofs),
            )
            x += width + sheet.rng.uniform(6, 26)
    quay = path("-10,612 650,612 742,640 742,664 -10,690")
    sheet.poly(quay, "#e9dcc0")
    sheet.poly([(-10, 640), (742, 640), (742, 672), (-10, 706)], "#9c9a86")
    pier = [(870, 636), (1600, 600), (1600, 664), (900, 664)]
    sheet.poly(pier, "#c9c5ae")
    sheet.poly([(858, 646), (1600, 636), (1600, 690), (866, 682)], "#86897a")
    for k in range(34):
        x = 846 + k * 23.5
        y = 690 + sheet.rng.uniform(-8, 8) - k * 0.1
        size = sheet.rng.uniform(16, 25)
        for arm in range(3):
            tone = ("#5d6d66", "#74857b", "#94a295")[arm]
            sheet.limb(
                place([(0, 0), (size * 1.1, 0)], x, y, 1, -90 + arm * 120 + k * 17), (13, 9), tone
            )
    lighthouse(sheet, 1010, 640)
    for x, y, size in (
        (700, 250, 24),
        (760, 220, 18),
        (650, 300, 15),
        (1190, 300, 20),
        (1250, 330, 14),
    ):
        gull(sheet, x, y, size, "#2b6d68")
    boat(sheet, 640, 812, 1.25, "#2f6f8a", "#fffaf0", afloat=True)
    sheet.film(oval(1010, 860, 30, 130), "#e0573a", 0.35, 10)
    for k in range(14):
        y = 730 + k * 19
        sheet.rect(950, y, 1080, y + 6, mix("#4b9f91", "#1d6a66", (y - 600) / 400))
    return sheet.finish()


def small_house(
    sheet: Sheet, x: float, foot: float, width: float, height: float, wall: str, roof: str
) -> None:
    """Draw a bright village house."""
    top = foot - height
    sheet.rect(x, top, x + width, foot + 30, wall)
    sheet.rect(x + width * 0.72, top, x + width, foot + 30, mix(wall, "#6f9a8a", 0.35))
    sheet.poly(
        [
            (x - 6, top + 2),
            (x + width * 0.18, top - 20),
            (x + width * 0.82, top - 20),
            (x + width + 6, top + 2),
        ],
        roof,
    )
    sheet.rect(x - 6, top + 1, x + width + 6, top + 5, mix(roof, "#123f3d", 0.45))
    for share in (0.14, 0.44):
        sheet.rect(x + width * share, top + 14, x + width * share + 13, top + 30, "#2b6d68")


def boat(
    sheet: Sheet, x: float, y: float, size: float, hull: str, cabin: str, *, afloat: bool
) -> None:
    """Draw a small fishing boat, with a reflection if the boat is on water."""

    def at(points: Points) -> list[Point]:
        """Return points scaled and moved to the place of the boat."""
        return place(points, x, y, size)

    if afloat:
        sheet.film(at([(-96, 20), (92, 20), (60, 78), (-62, 78)]), hull, 0.4, 6)
    sheet.stroke(at([(10, -30), (10, -120)]), 4 * size, "#123f3d")
    sheet.stroke(at([(10, -112), (84, -24)]), 1.5 * size, "#123f3d")
    sheet.stroke(at([(10, -112), (-88, -22)]), 1.5 * size, "#123f3d")
    sheet.poly(at([(10, -120), (44, -108), (10, -98)]), "#e0573a" if afloat else "#f2b441")
    sheet.poly(at([(-52, -20), (-46, -62), (4, -62), (8, -20)]), cabin)
    sheet.poly(
        at([(-58, -62), (-56, -70), (10, -70), (10, -62)]), "#e0573a" if afloat else "#2f6f8a"
    )
    for dx in (-38, -16):
        sheet.poly(at(box(dx, -52, dx + 13, -38)), "#2b6d68")
    shell = [
        *spline(path("-98,-24 -60,-18 0,-16 60,-20 108,-34")),
        *spline([(108, -34), (92, 2), (70, 22)]),
        (-72, 22),
        *spline([(-72, 22), (-92, 2), (-98, -24)]),
    ]
    sheet.poly(at(shell), hull)
    sheet.poly(
        at(
            [
                *spline(path("-98,-24 -60,-18 0,-16 60,-20 108,-34")),
                *spline(path("104,-22 60,-9 0,-5 -60,-7 -96,-13")),
            ]
        ),
        cabin,
    )
    if afloat:
        sheet.poly(
            at(spline(path("-110,22 -40,15 40,17 104,22 40,29 -40,29"), closed=True)), "#d8f0e2"
        )


def lighthouse(sheet: Sheet, x: float, foot: float) -> None:
    """Draw a red lighthouse with a white band."""
    red, cream, dark = "#e0573a", "#fff6e4", "#123f3d"
    sheet.rect(x - 74, foot - 26, x + 74, foot + 10, "#f1ead2")
    sheet.rect(x + 20, foot - 26, x + 74, foot + 10, "#c9c5ae")
    tower = [(x - 30, foot - 286), (x + 30, foot - 286), (x + 46, foot - 24), (x - 46, foot - 24)]
    sheet.poly(tower, red)
    sheet.poly(patch(tower, 0, 0.34, 1, 0.56), cream)
    sheet.poly(patch(tower, 0.64, 0, 1, 1), "#b23a22")
    sheet.poly(patch(tower, 0.64, 0.34, 1, 0.56), "#e2d3b4")
    sheet.rect(x - 46, foot - 300, x + 46, foot - 284, dark)
    for k in range(-3, 4):
        sheet.stroke([(x + k * 14, foot - 322), (x + k * 14, foot - 298)], 2, dark)
    sheet.stroke([(x - 44, foot - 322), (x + 44, foot - 322)], 3, dark)
    sheet.rect(x - 21, foot - 346, x + 21, foot - 300, "#ffe9a8")
    for dx in (-21, 0, 21):
        sheet.stroke([(x + dx, foot - 346), (x + dx, foot - 300)], 3, dark)
    sheet.poly(
        [(x - 30, foot - 344), (x - 20, foot - 368), (x + 20, foot - 368), (x + 30, foot - 344)],
        red,
    )
    sheet.stroke([(x, foot - 368), (x, foot - 392)], 3, dark)
    sheet.rect(x - 14, foot - 66, x + 14, foot - 24, dark)
    sheet.rect(x - 8, foot - 248, x + 6, foot - 226, dark)


def fencer(
    sheet: Sheet, x: float, foot: float, side: int, pose: str, colours: tuple[str, str]
) -> None:
    """Draw a fencer in a mask and white clothes, who faces right if `side` is 1."""
    white, shadow = colours

    def at(*points: Point) -> list[Point]:
        """Return points mirrored and moved to the place of the fencer."""
        return [(x + side * px, foot + py) for px, py in points]

    if pose == "lunge":
        back = at((-24, -132), (-92, -76), (-176, -6))
        front = at((-16, -130), (78, -112), (74, -8))
        spine = at((-14, -132), (34, -228))
        head, hand, free = (
            at((70, -268))[0],
            at((42, -222), (104, -214), (166, -232)),
            at((30, -222), (-46, -196), (-112, -150)),
        )
        blade = at((166, -232), (356, -246))
        toes = at((74, -5), (108, -4)), at((-176, -5), (-154, -3))
    else:
        back = at((-20, -128), (-66, -84), (-82, -6))
        front = at((-8, -128), (54, -92), (46, -8))
        spine = at((-14, -130), (-22, -236))
        head, hand, free = (
            at((-2, -280))[0],
            at((-14, -226), (30, -176), (88, -196)),
            at((-30, -226), (-88, -222), (-96, -284), (-70, -306)),
        )
        blade = at((88, -196), (262, -252))
        toes = at((46, -5), (80, -4)), at((-82, -5), (-58, -3))
    sheet.limb(free, (30, 26, 20, 14)[: len(free)], shadow)
    sheet.limb(back, (52, 38, 24), shadow)
    sheet.limb(front, (54, 40, 25), white)
    for toe in toes:
        sheet.limb(toe, (17, 13), "#5b2c12")
    sheet.limb(spine, (58, 70), white)
    sheet.limb([*spine[-1:], head], (34, 28), white)
    sheet.limb(hand, (32, 27, 19), white)
    hx, hy = head
    sheet.poly(oval(hx, hy, 30, 35, side * 8), white)
    sheet.poly(oval(hx + side * 9, hy - 1, 23, 33, side * 8), "#5b2c12")
    sheet.stroke(
        spline([(hx - side * 14, hy - 31), (hx - side * 19, hy), (hx - side * 10, hy + 30)]),
        3,
        "#c2571f",
    )
    bib = [(-side * 16, 24), (side * 24, 16), (side * 20, 44), (-side * 4, 52)]
    sheet.poly([(hx + px, hy + py) for px, py in bib], white)
    sheet.stroke(blade, 3, "#5b2c12")
    bx, by = blade[0]
    sheet.poly(oval(bx + side * 8, by - 1, 7, 17, side * -8), "#5b2c12")


def twenty_five_twenty_one() -> Image.Image:
    """Draw two fencers in a hall in evening light."""
    x: float
    y: float
    sheet = Sheet(
        "twenty-five-twenty-one",
        [(0, "#a8690f"), (0.5, "#d99a22"), (0.72, "#edbb4c"), (1, "#c98a1e")],
    )
    dark, light, honey = "#5b2c12", "#ffefbf", "#f4c95d"
    pane = box(250, 90, 1350, 640)
    sheet.wash(pane, [(0, "#f0b63c"), (0.6, "#fbdc86"), (1, "#fff0c0")])
    sheet.disc(800, 430, 188, "#fffbe6")
    sheet.glow(800, 430, 560, "#fff6d2", 0.7)
    trees = ridge(sheet, 545, 40, 9, 4)
    cut = ImageChops.multiply(sheet.mask(trees), sheet.mask(pane))
    sheet.image.paste(ink("#c8871d"), (0, 0, *sheet.size), cut)
    near = ImageChops.multiply(sheet.mask(ridge(sheet, 596, 26, 7, 4)), sheet.mask(pane))
    sheet.image.paste(ink("#a8690f"), (0, 0, *sheet.size), near)
    frame = "#8a4f12"
    for x in (250, 470, 690, 910, 1130, 1350):
        sheet.rect(x - 6, 84, x + 6, 640, frame)
    for y in (90, 230, 640):
        sheet.rect(244, y - 6, 1356, y + 6, frame)
    sheet.shade(box(0, 0, 244, 660), "#7a4510", 0.42, "left")
    sheet.shade(box(1356, 0, WIDTH, 660), "#7a4510", 0.42, "right")
    sheet.wash(box(0, 660, WIDTH, HEIGHT), [(0, "#b0701a"), (1, "#74400f")])
    sheet.rect(0, 652, WIDTH, 666, dark)
    for k in range(5):
        a, b = 256 + k * 220, 464 + k * 220
        sheet.film(
            [
                (a, 668),
                (b, 668),
                (800 + (b - 800) * 1.75, HEIGHT),
                (800 + (a - 800) * 1.75, HEIGHT),
            ],
            honey,
            0.5,
        )
    piste = [(-20, 742), (WIDTH + 20, 742), (WIDTH + 20, 868), (-20, 868)]
    sheet.film(piste, "#fff3cf", 0.8)
    sheet.rect(0, 866, WIDTH, 874, dark)
    for x, width in ((800, 6), (560, 4), (1040, 4), (240, 4), (1360, 4)):
        tilt = (x - 800) * 0.1
        sheet.stroke([(x, 744), (x + tilt, 866)], width, "#c2571f")
    for shape in (
        [(380, 826), (760, 826), (700, 968), (240, 968)],
        [(900, 826), (1120, 826), (1260, 968), (980, 968)],
    ):
        sheet.film(shape, dark, 0.28, 10)
    fencer(sheet, 560, 830, 1, "lunge", (light, "#e3b95f"))
    fencer(sheet, 1040, 830, -1, "guard", ("#fff8e0", "#e3b95f"))
    for _ in range(70):
        x, y = sheet.rng.uniform(260, 1340), sheet.rng.uniform(120, 700)
        sheet.disc(x, y, sheet.rng.uniform(0.8, 2.2), "#fff6d2")
    return sheet.finish()


def blossom(sheet: Sheet, x: float, y: float, size: float, turn: float) -> None:
    """Draw a plum blossom with five petals."""
    for k in range(5):
        petal = oval(0, -9, 7.4, 8.6)
        sheet.poly(place(petal, x, y, size, turn + k * 72), "#f7c6cf" if k % 2 else "#fbd9dc")
    sheet.disc(x, y, 3.4 * size, "#c2475f")
    for k in range(6):
        angle = math.radians(turn + k * 60)
        sheet.disc(
            x + 7 * size * math.cos(angle), y + 7 * size * math.sin(angle), 1.3 * size, "#f2c14e"
        )


def red_sleeve() -> Image.Image:
    """Draw palace roofs under the moon, and a court lady with a lantern."""
    x: float
    y: float
    deep, plum, haze = "#26102f", "#45204e", "#b583a8"
    sheet = Sheet(
        "the-red-sleeve", [(0, "#2f1440"), (0.4, "#63336f"), (0.7, "#b07aa5"), (1, "#e5bfc6")]
    )
    stars(sheet, 90, 360, "#e9d3e6")
    sheet.disc(1010, 300, 150, "#f8ead6")
    sheet.glow(1010, 300, 480, "#f8dfd6", 0.4)
    for x, y, r in ((965, 262, 26), (1052, 330, 36), (1020, 238, 14)):
        sheet.film(oval(x, y, r, r * 0.8), "#e3c7c4", 0.5)
    sheet.poly(ridge(sheet, 560, 150, 20), "#8c5589")
    sheet.veil(430, 760, "#cf9fb6", 0, 0.7)
    tones = (mix(plum, haze, 0.18), mix(deep, haze, 0.22), mix(deep, haze, 0.12))
    for x, half, eave in ((120, 190, 640), (1330, 220, 650), (1580, 170, 628), (420, 150, 622)):
        sheet.rect(x - half * 0.72, eave - 8, x + half * 0.72, 800, mix(plum, haze, 0.4))
        tiled_roof(sheet, x, eave, half, half * 0.34, tones)
    sheet.veil(560, 830, "#cf9fb6", 0.1, 0.6)
    sheet.wash(box(0, 800, WIDTH, HEIGHT), [(0, "#a56f96"), (1, "#3c1a45")])
    roof = (plum, "#5b2c62", deep)
    middle = 690
    sheet.rect(middle - 250, 640, middle + 250, 790, "#5a2238")
    for k in range(7):
        x = middle - 240 + k * 80
        if k < 6:
            sheet.rect(x + 12, 660, x + 68, 774, "#f3b65c" if k in (2, 3) else "#7c3a48")
            for j in range(1, 4):
                sheet.rect(x + 12 + j * 14 - 1, 660, x + 12 + j * 14 + 1, 774, "#45182d")
            for j in range(1, 6):
                sheet.rect(x + 12, 660 + j * 19 - 1, x + 68, 660 + j * 19 + 1, "#45182d")
        sheet.rect(x - 8, 636, x + 8, 792, "#a8323a")
    sheet.rect(middle - 262, 622, middle + 262, 646, "#2f5f63")
    for k in range(27):
        sheet.rect(middle - 258 + k * 19.5, 626, middle - 248 + k * 19.5, 642, "#c2645a")
    tiled_roof(sheet, middle, 628, 380, 96, roof, 0.66, 0.13)
    sheet.rect(middle - 196, 478, middle + 196, 540, "#7c2b38")
    sheet.rect(middle - 206, 472, middle + 206, 488, "#2f5f63")
    for k in range(7):
        sheet.rect(middle - 196 + k * 61, 480, middle - 186 + k * 61, 540, "#a8323a")
    tiled_roof(sheet, middle, 478, 318, 118, roof, 0.6, 0.15)
    sheet.glow(middle, 716, 240, "#f3b65c", 0.4)
    for k in range(4):
        sheet.rect(
            middle - 300 - k * 26,
            790 + k * 16,
            middle + 300 + k * 26,
            806 + k * 16,
            mix("#c79db4", "#6d3a72", k / 4),
        )
        sheet.rect(middle - 300 - k * 26, 802 + k * 16, middle + 300 + k * 26, 806 + k * 16, plum)
    court = [(500, 854), (880, 854), (1180, HEIGHT), (320, HEIGHT)]
    sheet.film(court, "#d8a9b8", 0.35)
    for x in (250, 1130, 1390):
        sheet.stroke([(x, 872), (x, 742)], 6, deep)
        sheet.stroke([(x, 744), (x + 26, 740)], 5, deep)
        sheet.glow(x + 26, 772, 110, "#ffb765", 0.5)
        sheet.poly(oval(x + 26, 774, 17, 23), "#e2503f")
        sheet.rect(x + 17, 748, x + 35, 754, deep)
        sheet.rect(x + 17, 794, x + 35, 800, deep)
    lady(sheet, 880, 925)
    branch = path("-20,300 120,250 250,262 372,206 470,214 566,160")
    sheet.limb(branch, (30, 24, 18, 13, 8, 4), deep)
    twigs = (
        [(120, 250), (190, 170), (290, 132), (352, 84)],
        [(250, 262), (330, 310), (410, 318)],
        [(372, 206), (420, 146), (500, 104)],
        [(60, 272), (90, 350), (160, 392)],
    )
    for twig in twigs:
        sheet.limb(twig, (13, 9, 6, 3)[: len(twig)], deep)
    for line in (branch[1:], *twigs):
        for x, y in spline(line, steps=4):
            if sheet.rng.random() < 0.62:
                blossom(
                    sheet,
                    x + sheet.rng.uniform(-20, 20),
                    y + sheet.rng.uniform(-20, 14),
                    sheet.rng.uniform(0.9, 1.5),
                    sheet.rng.uniform(0, 72),
                )
    for _ in range(26):
        x, y = sheet.rng.uniform(100, 1200), sheet.rng.uniform(300, 960)
        sheet.poly(oval(x, y, 5, 3, sheet.rng.uniform(0, 180)), "#f7c6cf")
    return sheet.finish()


def lady(sheet: Sheet, x: float, foot: float) -> None:
    """Draw a court lady with red cuffs and a lantern in her hand, seen from behind."""
    sheet.film(oval(x - 20, foot, 110, 14), "#26102f", 0.4, 6)
    sheet.glow(x + 62, foot - 62, 150, "#ffc77a", 0.7)
    skirt = [
        (x - 20, foot - 112),
        (x + 20, foot - 112),
        (x + 44, foot - 60),
        (x + 56, foot),
        (x - 56, foot),
        (x - 44, foot - 60),
    ]
    sheet.poly(spline(skirt[1:4]) + spline(skirt[4:] + skirt[:1]), "#2a3f7a")
    for k in (-2, -1, 0, 1, 2):
        sheet.stroke([(x + k * 7, foot - 108), (x + k * 20, foot - 2)], 1.8, "#1c2a58")
    sheet.poly(
        [(x - 20, foot - 152), (x + 20, foot - 152), (x + 25, foot - 106), (x - 25, foot - 106)],
        "#7fb08f",
    )
    sheet.limb(
        [(x - 18, foot - 146), (x - 36, foot - 112), (x - 22, foot - 92)], (18, 22, 18), "#7fb08f"
    )
    sheet.limb(
        [(x + 18, foot - 146), (x + 40, foot - 118), (x + 58, foot - 100)], (18, 22, 18), "#7fb08f"
    )
    sheet.limb([(x + 52, foot - 106), (x + 62, foot - 97)], (20, 19), "#d23a35")
    sheet.limb([(x - 26, foot - 97), (x - 18, foot - 88)], (20, 18), "#d23a35")
    sheet.rect(x - 6, foot - 164, x + 6, foot - 148, "#f1cdb6")
    sheet.disc(x, foot - 176, 17, "#1d0b22")
    sheet.disc(x, foot - 160, 10, "#1d0b22")
    sheet.rect(x - 17, foot - 163, x + 17, foot - 159, "#d23a35")
    sheet.stroke([(x + 64, foot - 96), (x + 66, foot - 80)], 2, "#26102f")
    sheet.poly(oval(x + 66, foot - 62, 14, 19), "#ffd98a")
    sheet.rect(x + 58, foot - 82, x + 74, foot - 78, "#26102f")
    sheet.rect(x + 58, foot - 46, x + 74, foot - 42, "#26102f")


def bust(sheet: Sheet, skin: str, coat: str, collar: str) -> None:
    """Draw head and shoulders in the middle of the sheet."""
    shoulders = path("480,1010 520,800 660,716 800,700 940,716 1080,800 1120,1010")
    sheet.poly(spline(shoulders), coat)
    sheet.limb(path("800,560 800,700"), (110, 130), mix(skin, "#000000", 0.14))
    sheet.poly(oval(800, 742, 104, 34), collar)
    sheet.poly(oval(800, 470, 138, 172), skin)


def smile(sheet: Sheet, ink_colour: str, mouth: str) -> None:
    """Draw closed eyes and a smile."""
    for x in (742, 858):
        sheet.stroke(spline([(x - 26, 466), (x, 478), (x + 26, 466)]), 7, ink_colour)
    sheet.stroke(spline([(762, 554), (800, 570), (838, 554)]), 8, mouth)


def hana_yoo() -> Image.Image:
    """Draw the portrait of Hana Yoo: a bob, a persimmon coat, a window with rain."""
    sheet = Sheet("hana-yoo", [(0, "#2f5f72"), (1, "#8fb7b4")])
    for _ in range(120):
        x, y = sheet.rng.uniform(280, 1320), sheet.rng.uniform(0, 1000)
        sheet.stroke([(x, y), (x - 5, y + 26)], 2, "#b9d6d3")
    hair = "#1c1620"
    sheet.poly(spline(path("610,640 606,420 680,270 800,236 920,270 994,420 990,640"), 14), hair)
    bust(sheet, "#f0cbb0", "#c8502f", "#f4e7d3")
    fringe = path("640,470 664,340 760,286 880,300 950,370 962,480 900,396 800,380 700,410 640,470")
    sheet.poly(spline(fringe), hair)
    smile(sheet, hair, "#b4483f")
    return in_a_square(sheet.finish())


def daniel_osei() -> Image.Image:
    """Draw the portrait of Daniel Osei: glasses, a green scarf, a lamp behind."""
    sheet = Sheet("daniel-osei", [(0, "#3a2b4a"), (1, "#c98a5a")])
    sheet.glow(1080, 250, 360, "#ffd58a", 0.7)
    sheet.disc(1080, 250, 52, "#ffe9bd")
    hair = "#17110f"
    sheet.poly(oval(800, 392, 150, 136), hair)
    bust(sheet, "#7a4a30", "#28364f", "#4f7d5c")
    sheet.poly(
        spline(path("662,420 690,320 800,284 910,320 938,420 880,356 800,344 720,356")), hair
    )
    sheet.limb(path("720,746 690,860 700,990"), (66, 74, 70), "#4f7d5c")
    smile(sheet, hair, "#3a1710")
    for x in (742, 858):
        ring = oval(x, 462, 48, 44)
        sheet.stroke([*ring, ring[0]], 7, "#e8c27a")
    sheet.stroke([(790, 456), (810, 456)], 7, "#e8c27a")
    return in_a_square(sheet.finish())


def in_a_square(image: Image.Image) -> Image.Image:
    """Return the middle of a drawing, small enough for a portrait."""
    left = (WIDTH - HEIGHT) // 2
    middle = image.crop((left, 0, left + HEIGHT, HEIGHT))
    return middle.resize((480, 480), Image.Resampling.LANCZOS)


SCENES: dict[str, Callable[[], Image.Image]] = {
    "reply-1988": reply_1988,
    "reply-1988-2": reply_table,
    "my-mister": my_mister,
    "crash-landing-on-you": crash_landing,
    "extraordinary-attorney-woo": attorney_woo,
    "extraordinary-attorney-woo-2": woo_kimbap,
    "when-the-camellia-blooms": when_the_camellia_blooms,
    "hometown-cha-cha-cha": hometown,
    "twenty-five-twenty-one": twenty_five_twenty_one,
    "the-red-sleeve": red_sleeve,
    "hana-yoo": hana_yoo,
    "daniel-osei": daniel_osei,
}


def main(slugs: Sequence[str]) -> None:
    """Draw and save the pictures with these slugs, or all pictures."""
    PICTURES.mkdir(exist_ok=True)
    for slug in slugs or list(SCENES):
        target = PICTURES / f"{slug}.webp"
        SCENES[slug]().save(target, "WEBP", quality=QUALITY, method=6)
        sys.stdout.write(f"{target.name}: {target.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
