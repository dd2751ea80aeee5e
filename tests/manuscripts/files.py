"""Helpers that write review files and draw pictures on the disk."""

from pathlib import Path
from textwrap import dedent

from PIL import Image

FRONT_MATTER = """\
title: The runner stops 😌
slug: run-on
author: Hana Yoo
published: 2021-03-14
summary: A runner and a translator.
drama:
  title: Run On
"""


def write_review(
    folder: Path,
    *,
    front_matter: str = FRONT_MATTER,
    body: str = "They run, and then they talk.",
    name: str = "review.md",
    **changes: str,
) -> Path:
    """Write a review file and return its path.

    `changes` replace or add top-level keys of the front matter; an empty value removes a key.
    """
    kept = [line for line in front_matter.splitlines() if line.partition(":")[0] not in changes]
    added = [f"{key}: {value}" for key, value in changes.items() if value]
    path = folder / name
    path.write_text("\n".join(["---", *kept, *added, "---", "", dedent(body), ""]))
    return path


def draw_picture(
    folder: Path,
    name: str,
    *,
    size: tuple[int, int] = (64, 48),
    colour: str | tuple[int, ...] = "teal",
    mode: str = "RGB",
    **save: object,
) -> Path:
    """Draw a picture of one colour and return its path; `save` are options of Pillow's save."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **save)
    return path


def draw_photo(size: tuple[int, int] = (600, 400)) -> Image.Image:
    """Return a picture that is larger as WebP than as AVIF."""
    noise = Image.effect_noise((size[0] // 4, size[1] // 4), 90).resize(size)
    return Image.merge("RGB", [noise, noise.rotate(180), Image.radial_gradient("L").resize(size)])
