"""Convert one picture for the web; conversion.py runs this module as a program of its own.

It imports only Pillow and the standard library, so the program starts in a tenth of a second. The
picture is its standard input, and the answer its output: a line of JSON, then the files' bytes. Its
arguments are the most memory, in bytes, and the most seconds of a processor that it may use.
"""

import colorsys
import contextlib
import io
import json
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

WIDTHS = (480, 960, 1600)
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
TALLEST = 16_383  # WebP's limit, in pixels.
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
ENOUGH = WIDTHS[-1] * 3 // 2
HUES = 24
# docs/decisions/0037 has the figures by which these were chosen.
SAVING: dict[str, dict[str, int]] = {
    "webp": {"quality": 82, "method": 5},
    "avif": {"quality": 60, "speed": 8},
}


class RefusedPictureError(Exception):
    """Raised for a bad picture; conversion.py has the words for each reason."""

    def __init__(self, reason: str, **values: object) -> None:
        """Keep the reason, and the values of its sentence."""
        super().__init__(reason)
        self.reason, self.values = reason, values


class File(NamedTuple):
    """A converted picture in one width, as WebP or AVIF; `ending` is that of its name."""

    width: int
    ending: str
    content: bytes


class Converted(NamedTuple):
    """A converted picture: the size at which it is shown at most, its hue, its files."""

    width: int
    height: int
    hue: int | None
    files: list[File]


def convert(source: Path | IO[bytes]) -> Converted:
    """Return a picture as files of up to three widths, the smallest first, WebP before AVIF.

    The picture is upright, in sRGB and without metadata. AVIF is left out if one of its files is
    not smaller than the WebP of the same width. Raises RefusedPictureError.
    """
    image = open_picture(source)
    width, height = image.size
    shown = min(width, WIDTHS[-1])
    if round(height * shown / width) > TALLEST:
        raise RefusedPictureError("tall", width=WIDTHS[-1], most=TALLEST)
    scaled = [_scale(image, target) for target in sorted({min(target, width) for target in WIDTHS})]
    webp = [_encode(small, "webp") for small in scaled]
    return Converted(
        width=shown,
        height=scaled[-1].height,
        hue=_dominant_hue(image),
        files=[*webp, *_encode_as_avif(scaled, webp)],
    )


def open_picture(source: Path | IO[bytes]) -> Image.Image:
    """Return a picture upright, in sRGB and without metadata; a large JPEG may be scaled down.

    Raises RefusedPictureError for a bad file.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns about sizes, for which we have our own limit, and about bad metadata.
            warnings.simplefilter("ignore")
            image = Image.open(source, formats=FORMATS)
            _check_size(*image.size)
            # A JPEG can be decoded at a half, a quarter or an eighth of its size, if neither side
            # becomes shorter than this; which of them is the width is not known yet.
            image.draft(None, (ENOUGH, ENOUGH))
            image.load()
            _turn_upright(image)
            return _in_srgb(image)
    except Image.DecompressionBombError:
        raise RefusedPictureError("pixels", most=MAX_PIXELS) from None
    except UnidentifiedImageError:
        raise RefusedPictureError("unknown") from None
    except (OSError, SyntaxError, ValueError, RuntimeError) as error:
        raise RefusedPictureError("damaged", problem=str(error)) from None


def is_plain(content: bytes, ending: str, width: int) -> bool:
    """Return whether a file is such as `convert` makes: of this kind and width, without metadata.

    Only its header is read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=[ending.upper()]) as image:
                return image.width == width and not {"exif", "xmp", "icc_profile"} & {*image.info}
    except (OSError, SyntaxError, ValueError, RuntimeError, Image.DecompressionBombError):
        return False


def _check_size(width: int, height: int) -> None:
    """Refuse a picture that is too large, before its pixels are read."""
    if width * height > MAX_PIXELS:
        raise RefusedPictureError("pixels", most=MAX_PIXELS, width=width, height=height)
    if max(width, height) > MAX_SIDE:
        raise RefusedPictureError("side", most=MAX_SIDE, width=width, height=height)


def _turn_upright(image: Image.Image) -> None:
    # Damaged metadata does not make a picture bad.
    with contextlib.suppress(OSError, SyntaxError, ValueError, TypeError, KeyError):
        ImageOps.exif_transpose(image, in_place=True)


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture converted from its colour profile to sRGB, as the profile is not kept."""
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            output = mode if image.mode in ("RGB", "RGBA") else "RGB"
            converted = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode=output
            )
            image = converted or image
        except (ImageCms.PyCMSError, OSError):
            pass  # A broken profile only changes the colours a little.
    image = image if image.mode == mode else image.convert(mode)
    # Encoders would write some of it into the new files.
    image.info.clear()
    return image


def _scale(image: Image.Image, width: int) -> Image.Image:
    size = (width, max(1, round(image.height * width / image.width)))
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def _encode(image: Image.Image, ending: str) -> File:
    buffer = io.BytesIO()
    image.save(buffer, ending, **SAVING[ending])
    return File(image.width, ending, buffer.getvalue())


def _encode_as_avif(scaled: list[Image.Image], webp: list[File]) -> list[File]:
    """Return AVIF files, or none if one is not smaller than its WebP.

    A browser that reads AVIF chooses among these alone, so it needs all the widths.
    """
    if not features.check("avif"):
        return []
    files = []
    for image, other in zip(scaled, webp, strict=True):
        file = _encode(image, "avif")
        if len(file.content) >= len(other.content):
            return []
        files.append(file)
    return files


def _dominant_hue(image: Image.Image) -> int | None:
    """Return the dominant hue of a picture, 0 to 23 in steps of 15 degrees, or None if grey.

    Pixels are weighted by saturation times brightness.
    """
    pixels = image.convert("RGB").resize((48, 48), Image.Resampling.BOX).tobytes()
    weights = [0.0] * HUES
    for red, green, blue in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True):
        hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
        weights[round(hue * HUES) % HUES] += saturation * value
    strongest = max(range(HUES), key=weights.__getitem__)
    return strongest if weights[strongest] > 0.02 * 48 * 48 else None


def _limit(memory: int, seconds: int) -> None:
    """Let the system stop this program when it uses more than this."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for name, most in limits.items():
        # macOS refuses a limit of memory; the others hold there, too.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (most, most))


def _answer(source: IO[bytes]) -> Iterator[bytes]:
    """Yield what the program says about the picture: its files, or why it is refused."""
    try:
        made = convert(source)
    except RefusedPictureError as refusal:
        yield _line({"reason": refusal.reason, **refusal.values})
    except MemoryError:
        yield _line({"reason": "memory"})
    else:
        files = [(file.width, file.ending, len(file.content)) for file in made.files]
        yield _line({**made._asdict(), "files": files})
        yield from (file.content for file in made.files)


def _line(values: dict[str, object]) -> bytes:
    return json.dumps(values).encode() + b"\n"


if __name__ == "__main__":
    _limit(*map(int, sys.argv[1:]))
    sys.stdout.buffer.writelines(_answer(sys.stdin.buffer))
