"""Convert pictures for the web: upright, in sRGB, without metadata, in up to three widths."""

import colorsys
import hashlib
import io
import secrets
import warnings
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from blog.pictures.commands import PictureFile
from blog.text.language import format_number
from blog.text.language import gettext as _

WIDTHS = (480, 960, 1600)
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
TALLEST = 16383  # WebP's limit, in pixels.
MAX_PIXELS = 50_000_000
MAX_BYTES = 30 * 1024 * 1024
QUALITY = 82
HUES = 24
# Increased when the conversion changes, so that an import converts all pictures again.
RECIPE = 1


class BadPictureError(Exception):
    """Raised when a picture file cannot be used; the message says why."""


def hash_source(path: Path) -> str:
    """Return the hash of a picture file and of RECIPE, which identifies the converted picture.

    Raises BadPictureError for a file larger than MAX_BYTES.
    """
    if path.stat().st_size > MAX_BYTES:
        raise BadPictureError(_("is larger than %(size)s MiB.", size=MAX_BYTES // 2**20))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.sha256(f"{RECIPE}\n".encode()))
    return digest.hexdigest()[:32]


def make_picture(path: Path, media_dir: Path | None) -> PictureFile:
    """Convert a picture to several widths, and store the files unless `media_dir` is None.

    Raises BadPictureError. Each file is named by a hash of its content and is written atomically.
    """
    source_hash = hash_source(path)
    image = open_picture(path)
    width, height = image.size
    if round(height * min(width, WIDTHS[-1]) / width) > TALLEST:
        fault = _(
            "is too tall: at a width of %(width)s pixels, at most %(height)s are allowed.",
            width=format_number(WIDTHS[-1]),
            height=format_number(TALLEST),
        )
        raise BadPictureError(fault)
    renditions: list[list[int | str]] = []
    for target in sorted({min(target, width) for target in WIDTHS}):
        size = (target, max(1, round(height * target / width)))
        small = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
        renditions.append([target, _store(small, media_dir)])
    shown = min(width, WIDTHS[-1])
    return PictureFile(
        source_hash=source_hash,
        width=shown,
        height=max(1, round(height * shown / width)),
        renditions=renditions,
        hue=_dominant_hue(image),
    )


def store_file(content: bytes, name: str, media_dir: Path) -> None:
    """Write a file of the media folder atomically: two imports at once may store the same file."""
    media_dir.mkdir(parents=True, exist_ok=True)
    draft = media_dir / f".{name}.{secrets.token_hex(4)}"
    try:
        draft.write_bytes(content)
        draft.replace(media_dir / name)
    finally:
        draft.unlink(missing_ok=True)  # It is still there if the disk is full.


def is_whole(path: Path) -> bool:
    """Return whether a stored picture is there, with the content that its name is a hash of."""
    try:
        return _name_of(path.read_bytes()) == path.name
    except OSError:
        return False


def open_picture(path: Path) -> Image.Image:
    """Return a picture upright and in sRGB. Raises BadPictureError for a bad file."""
    kinds = _("It takes a JPEG, PNG, WebP or AVIF picture.")
    millions = MAX_PIXELS // 10**6
    try:
        with warnings.catch_warnings():
            # Pillow warns about sizes, for which we have our own limit, and about bad metadata.
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    size = f"{format_number(width)} × {format_number(height)}"
                    fault = _(
                        "has %(size)s pixels; it takes up to %(most)s million.",
                        size=size,
                        most=millions,
                    )
                    raise BadPictureError(fault)
                image.load()
                return _in_srgb(_upright(image))
    except Image.DecompressionBombError:
        fault = _("has too many pixels; it takes up to %(most)s million.", most=millions)
        raise BadPictureError(fault) from None
    except UnidentifiedImageError:
        fault = _("is no picture this site can read.")
        raise BadPictureError(f"{fault} {kinds}") from None
    except (OSError, SyntaxError, ValueError, RuntimeError) as error:
        damage = _("is damaged (%(problem)s).", problem=error)
        raise BadPictureError(f"{damage} {kinds}") from None


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError):
        return image  # Damaged metadata does not make a picture bad.


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
    return image.convert(mode)


def _store(image: Image.Image, media_dir: Path | None) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=5)
    content = buffer.getvalue()
    name = _name_of(content)
    if media_dir and not is_whole(media_dir / name):
        store_file(content, name, media_dir)
    return name


def _name_of(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()[:32]}.webp"


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
