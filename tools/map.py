"""Draw docs/pictures/map.svg: the packages of blog/, called rooms, and the imports between them.

`make map` runs this program. tests/plan.py lists the rooms and which of them may import which.
Forbidden imports are red.
"""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from tests.plan import (
    DOORS,
    FEATURES,
    FOUNDATION,
    MODULES,
    ROOMS,
    ROOT,
    WEB,
    imports_of,
    may_know,
    room_of,
)

PICTURE = ROOT / "docs" / "pictures" / "map.svg"
PEOPLE = {
    "site": "for readers",
    "desk": "for moderators and reviewers",
    "cli": "for whoever runs it",
}
# Numbers are rounded and sizes have few steps, so that the picture does not change with every line
# of code.
ROUGHLY, VERY_ROUGHLY = 100, 1000
WINDOWS = {0: 12, 151: 20, 251: 30}
STROKES = {1: 0.9, 2: 1.5, 5: 2.4, 10: 3.8}

WIDTH, MARGIN, GAP, BAND = 900, 28, 8, 40
DOORS_TOP, DOOR_HEIGHT, STOREY = 78, 142, 29
STOREYS_TOP = DOORS_TOP + DOOR_HEIGHT + BAND
WEB_WIDTH, FEATURES_LEFT, SPINE, BLOCK_HEIGHT = 150, 206, 622, 58
STOREYS_HEIGHT = STOREY * len(FEATURES) + 42
GROUND = STOREYS_TOP + STOREYS_HEIGHT + BAND
HEIGHT = GROUND + BLOCK_HEIGHT + 58

STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #1d1b20 }
.title { font: 600 25px "Iowan Old Style", Charter, "Noto Serif", Georgia, serif }
.door { font-size: 18px; font-weight: 650 }
.name { font-size: 14px; font-weight: 600 }
.soft { font-size: 12px; fill: #655f6b }
.band { font-size: 11px; font-weight: 600; letter-spacing: .09em; fill: #655f6b }
.wrong { font-weight: 600; fill: #b23a22 }
.end { text-anchor: end }
.paper { fill: #faf6ef }
.floor { fill: #f3ecdf }
.room { fill: #fffdf9; stroke: #e4dccf }
.window { fill: #e6b450 }
.leaf { fill: #1f5f62 }
.knob { fill: #f0c877 }
.import { fill: none; stroke: #1f5f62; stroke-opacity: .55; stroke-linecap: round }
.way { fill: none; stroke: #8d8590 }
.tip { fill: #8d8590 }
.fault { fill: none; stroke: #b23a22; stroke-linecap: round }
"""  # noqa: E501  # A stack of fonts is one line.

Imports = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the picture, in pixels from the top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Return the y coordinate of the middle."""
        return self.y + self.height / 2


def read_sizes() -> dict[str, dict[str, int]]:
    """Return the number of lines of each module by room and module name, without `__init__.py`."""
    sizes: dict[str, dict[str, int]] = {room: {} for room in ROOMS}
    for name, path in MODULES.items():
        if path.name != "__init__.py" and room_of(name) in sizes:
            lines = len(path.read_text(encoding="utf-8").splitlines())
            sizes[room_of(name)][name] = lines
    return sizes


def count_imports() -> Counter[tuple[str, str]]:
    """Return the number of module imports for each pair of rooms, the importing room first."""
    pairs = {(name, other) for name in MODULES for other in imports_of(name) if other in MODULES}
    rooms = Counter((room_of(name), room_of(other)) for name, other in pairs)
    return Counter(
        {(a, b): count for (a, b), count in rooms.items() if a != b and {a, b} <= set(ROOMS)}
    )


def draw(sizes: Mapping[str, Mapping[str, int]], imports: Imports) -> str:
    """Return the picture as SVG; takes the results of `read_sizes` and `count_imports`."""
    boxes = place_rooms()
    parts = [
        *draw_frame(sizes, imports),
        *(part for door in DOORS for part in draw_door(door, boxes[door], sizes[door])),
        *draw_arrows(imports),
        *draw_web(boxes[WEB], sizes[WEB]),
        *draw_storeys(),
        *draw_arcs(boxes, imports),
        *(part for name in FEATURES for part in draw_storey(name, boxes[name], sizes[name])),
        *(part for name in FOUNDATION for part in draw_block(name, boxes[name], sizes[name])),
        *draw_faults(boxes, imports),
        *draw_legend(),
    ]
    return "\n".join([*begin(), *parts, "</svg>", ""])


def place_rooms() -> dict[str, Box]:
    """Return the rectangle of each room by name; the first feature is at the bottom."""
    boxes = dict(_in_a_row(DOORS, DOORS_TOP, DOOR_HEIGHT, 2 * GAP))
    boxes |= _in_a_row(FOUNDATION, GROUND, BLOCK_HEIGHT, GAP)
    boxes[WEB] = Box(MARGIN, STOREYS_TOP, WEB_WIDTH, STOREYS_HEIGHT)
    for floor, name in enumerate(reversed(FEATURES)):
        y = STOREYS_TOP + 34 + floor * STOREY
        boxes[name] = Box(FEATURES_LEFT + 10, y, SPINE - FEATURES_LEFT - 10, STOREY - 4)
    return boxes


def _in_a_row(names: Sequence[str], y: float, height: float, gap: float) -> dict[str, Box]:
    width = (WIDTH - 2 * MARGIN - gap * (len(names) - 1)) / len(names)
    return {
        name: Box(MARGIN + place * (width + gap), y, width, height)
        for place, name in enumerate(names)
    }


def begin() -> Iterator[str]:
    """Yield the opening <svg> tag and the style sheet."""
    words = "The rooms of blog/: three doors over features over a foundation; imports point down."
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-label="{words}">'
    )
    yield "<!-- Written by `make map`. -->"
    yield f"<style>{STYLE}</style>"


def draw_frame(sizes: Mapping[str, Mapping[str, int]], imports: Imports) -> Iterator[str]:
    """Yield the background and the heading, which lists forbidden imports."""
    yield rect(Box(0, 0, WIDTH, HEIGHT), "paper", 14)
    yield text(MARGIN, 50, "blog/", "title")
    faults = ", ".join(f"{upper} → {lower}" for upper, lower in find_faults(imports))
    words = f"Points the wrong way: {faults}" if faults else "Every import points down."
    yield text(MARGIN + 84, 49, words, "soft wrong" if faults else "soft")
    total = {name: lines for modules in sizes.values() for name, lines in modules.items()}
    yield text(WIDTH - MARGIN, 49, describe_size(total, VERY_ROUGHLY), "soft end")


def draw_door(name: str, box: Box, modules: Mapping[str, int]) -> Iterator[str]:
    """Yield the box of a door (site, desk or cli), with its users and its folders."""
    yield rect(box, "room", 10)
    x, y = box.x + 16, box.y + 18
    yield (
        f'<path class="leaf" d="M{x:g} {y + 42:g}v-29a13 13 0 0 1 26 0v29z"/>'
        f'<circle class="knob" cx="{x + 20:g}" cy="{y + 24:g}" r="2"/>'
    )
    yield text(x + 40, y + 16, name, "door")
    yield text(box.x + box.width - 16, y + 16, describe_size(modules), "soft end")
    yield text(x + 40, y + 37, PEOPLE.get(name, ""), "soft")
    folders = sorted({part[2] for module in modules if len(part := module.split(".")) > 3})
    words = ", ".join(folders or [module.rsplit(".", 1)[-1] for module in modules])
    for number, some in enumerate(textwrap.wrap(words, 36)):
        yield text(x, y + 69 + 19 * number, some)


def draw_arrows(imports: Imports) -> Iterator[str]:
    """Yield the arrows between layers, each with the rounded number of imports."""
    below = STOREYS_TOP + STOREYS_HEIGHT
    doors_foot, gutter = DOORS_TOP + DOOR_HEIGHT, (MARGIN + WEB_WIDTH + FEATURES_LEFT) / 2
    web, features = MARGIN + 24, (FEATURES_LEFT + WIDTH - MARGIN) / 2
    for x, top, foot, uppers, lowers in (
        (web, doors_foot, STOREYS_TOP, DOORS, [WEB]),
        (features, doors_foot, STOREYS_TOP, DOORS, FEATURES),
        (gutter, doors_foot, GROUND, DOORS, FOUNDATION),
        (web, below, GROUND, [WEB], FOUNDATION),
        (features, below, GROUND, FEATURES, FOUNDATION),
    ):
        count = sum(imports.get((a, b), 0) for a in uppers for b in lowers)
        yield f'<path class="way" d="M{x:g} {top + 6}V{foot - 9}"/>'
        yield f'<path class="tip" d="M{x - 4:g} {foot - 11}h8l-4 7z"/>'
        yield text(x + 10, foot - 15, f"some {max(10, round(count, -1))} imports", "soft")


def draw_web(box: Box, modules: Mapping[str, int]) -> Iterator[str]:
    """Yield the box of blog/web with the names of its modules."""
    yield rect(box, "room", 10)
    yield text(box.x + 14, box.y + 24, WEB, "name")
    yield text(box.x + 14, box.y + 44, describe_size(modules), "soft")
    step = (box.height - 66) / max(len(modules), 1)
    for number, (name, lines) in enumerate(modules.items()):
        y = box.y + 66 + step * (number + 0.5)
        yield window(box.x + box.width - 14 - step_of(lines, WINDOWS), y - 6, lines)
        yield text(box.x + 14, y + 4.5, name.rsplit(".", 1)[-1])


def draw_storeys() -> Iterator[str]:
    """Yield the background of the features."""
    width = WIDTH - MARGIN - FEATURES_LEFT
    yield rect(Box(FEATURES_LEFT, STOREYS_TOP, width, STOREYS_HEIGHT), "floor", 10)
    yield text(FEATURES_LEFT + 22, STOREYS_TOP + 22, "FEATURES", "band")
    yield text(SPINE - 12, STOREYS_TOP + 22, "lines", "soft end")


def draw_storey(name: str, box: Box, modules: Mapping[str, int]) -> Iterator[str]:
    """Yield the box of a feature, with a window for each module, the largest first."""
    yield rect(box, "room", 5)
    yield text(box.x + 12, box.y + 17.5, name, "name")
    x = box.x + 122
    for lines in sorted(modules.values(), reverse=True):
        yield window(x, box.y + 6.5, lines)
        x += step_of(lines, WINDOWS) + 5
    yield text(box.x + box.width - 12, box.y + 17, describe_lines(modules), "soft end")


def draw_block(name: str, box: Box, modules: Mapping[str, int]) -> Iterator[str]:
    """Yield the box of a room of the lowest layer, such as blog/db."""
    is_folder = MODULES[f"blog.{name}"].name == "__init__.py"
    yield rect(box, "room", 5)
    yield text(box.x + 14, box.y + 24, name if is_folder else f"{name}.py", "name")
    words = describe_size(modules) if is_folder else f"{describe_lines(modules)} lines"
    yield text(box.x + 14, box.y + 44, words, "soft")


def draw_arcs(boxes: Mapping[str, Box], imports: Imports) -> Iterator[str]:
    """Yield a curve from each feature to each feature that it imports."""
    for (upper, lower), count in sorted(imports.items()):
        if {upper, lower} <= set(FEATURES) and lower in may_know(upper):
            yield line(arc(boxes[upper], boxes[lower]), "import", step_of(count, STROKES))


def draw_faults(boxes: Mapping[str, Box], imports: Imports) -> Iterator[str]:
    """Yield a red line for each pair of rooms with forbidden imports."""
    for upper, lower in find_faults(imports):
        is_arc = {upper, lower} <= set(FEATURES)
        shape = (arc if is_arc else straight)(boxes[upper], boxes[lower])
        yield line(shape, "fault", max(STROKES[2], step_of(imports[upper, lower], STROKES)))


def find_faults(imports: Imports) -> list[tuple[str, str]]:
    """Return the pairs of rooms where the first imports the second and must not."""
    return sorted(pair for pair in imports if pair[1] not in may_know(pair[0]))


def draw_legend() -> Iterator[str]:
    """Yield the legend, which explains windows and lines."""
    y, x = GROUND + BLOCK_HEIGHT + 32, float(MARGIN)
    for least, width in WINDOWS.items():
        words = f"over {least - 1} lines" if least else "a module"
        yield window(x, y - 10, least)
        yield text(x + width + 8, y, words, "soft")
        x += width + 30 + 6.3 * len(words)
    x = 520
    for least, strength in STROKES.items():
        words = {1: "1 import", max(STROKES): f"{least} and more"}.get(least, f"{least}")
        yield line(f"M{x:g} {y - 4}h26", "import", strength)
        yield text(x + 34, y, words, "soft")
        x += 58 + 6.3 * len(words)


def describe_size(modules: Mapping[str, int], unit: int = ROUGHLY) -> str:
    """Return a text with the number of modules and lines, such as "3 modules, 400 lines"."""
    noun = "module" if len(modules) == 1 else "modules"
    return f"{len(modules)} {noun}, {describe_lines(modules, unit)} lines"


def describe_lines(modules: Mapping[str, int], unit: int = ROUGHLY) -> str:
    """Return the total number of lines as text, rounded to a multiple of `unit`."""
    lines = round(sum(modules.values()) / unit) * unit
    return f"{lines:,}" if lines else f"under {unit}"


def step_of(value: int, steps: Mapping[int, float]) -> float:
    """Return the value in `steps` of the greatest key that is not above `value`."""
    return next(steps[least] for least in sorted(steps, reverse=True) if value >= least)


def window(x: float, y: float, lines: int) -> str:
    """Return the window of a module, whose width depends on the module's lines."""
    return rect(Box(x, y, step_of(lines, WINDOWS), 12), "window", 1.5)


def rect(box: Box, kind: str, radius: float) -> str:
    """Return an SVG rectangle with the class `kind`."""
    return (
        f'<rect class="{kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}"'
        f' height="{box.height:g}" rx="{radius:g}"/>'
    )


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """Return an SVG text with its baseline at `y`."""
    attribute = f' class="{kind}"' if kind else ""
    return f'<text{attribute} x="{x:g}" y="{y:g}">{escape(words)}</text>'


def line(shape: str, kind: str, strength: float) -> str:
    """Return an SVG path with the class `kind` and the stroke width `strength`."""
    return f'<path class="{kind}" stroke-width="{strength:g}" d="{shape}"/>'


def arc(upper: Box, lower: Box) -> str:
    """Return the path of a curve between two features, wider for a greater distance."""
    start, end = upper.middle, lower.middle
    reach = SPINE + 16 + 0.68 * abs(end - start)
    return f"M{SPINE} {start:g}C{reach:g} {start:g} {reach:g} {end:g} {SPINE} {end:g}"


def straight(upper: Box, lower: Box) -> str:
    """Return the path of a straight line between the nearest edges of two rooms."""
    x, to_x = nearest(upper.x, upper.width, lower.x, lower.width)
    y, to_y = nearest(upper.y, upper.height, lower.y, lower.height)
    return f"M{x:g} {y:g}L{to_x:g} {to_y:g}"


def nearest(start: float, size: float, other: float, other_size: float) -> tuple[float, float]:
    """Return the nearest ends of two intervals, or twice the middle of their overlap."""
    low, high = max(start, other), min(start + size, other + other_size)
    if low < high:
        return (low + high) / 2, (low + high) / 2
    return (high, low) if start < other else (low, high)


def main() -> None:
    """Write the picture to docs/pictures/map.svg."""
    PICTURE.write_text(draw(read_sizes(), count_imports()), encoding="utf-8")


if __name__ == "__main__":
    main()
