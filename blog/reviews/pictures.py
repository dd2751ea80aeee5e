"""Make the pictures of a review ready to be shown: upright, without metadata, in three sizes."""

import colorsys
import hashlib
import io
import secrets
import warnings
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from blog.reviews.commands import PictureFile
from blog.text.language import format_number
from blog.text.language import gettext as _

WIDTHS = (480, 960, 1600)
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
TALLEST = 16383  # WebP holds no more.
MAX_PIXELS = 50_000_000
MAX_BYTES = 30 * 1024 * 1024
QUALITY = 82
HUES = 24
# Raised when the way pictures are made changes, so that an import makes them again.
RECIPE = 1


class BadPictureError(Exception):
    """Say what is wrong with a picture file and what would be right."""


def hash_source(path: Path) -> str:
    """Return the hash a picture is known by: of its file, and of how we make pictures.

    Raises BadPictureError for a file that is too large to be read at all.
    """
    if path.stat().st_size > MAX_BYTES:
        raise BadPictureError(_("is larger than %(size)s MiB.", size=MAX_BYTES // 2**20))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.sha256(f"{RECIPE}\n".encode()))
    return digest.hexdigest()[:32]


def make_picture(path: Path, media_dir: Path | None) -> PictureFile:
    """Store a picture's renditions in the media directory, or nowhere, and describe them.

    Raises BadPictureError. Files are named by their own content, so writing one twice is the same
    as writing it once; a file appears whole or not at all.
    """
    source_hash = hash_source(path)
    image = _open(path)
    width, height = image.size
    if round(height * min(width, WIDTHS[-1]) / width) > TALLEST:
        fault = _(
            "is too tall: shown %(width)s wide, it takes %(height)s of height.",
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
        hue=_ruling_hue(image),
    )


def _open(path: Path) -> Image.Image:
    """Decode a picture, upright and in sRGB, refusing it by its size before its pixels are read."""
    kinds = _("It takes a JPEG, PNG, WebP or AVIF picture.")
    millions = MAX_PIXELS // 10**6
    try:
        with warnings.catch_warnings():
            # Pillow warns from its own limit on, ours is stricter; and of metadata, which goes.
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
        fault = _("is no picture we can read.")
        raise BadPictureError(f"{fault} {kinds}") from None
    except (OSError, SyntaxError, ValueError, RuntimeError) as error:
        damage = _("is damaged (%(problem)s).", problem=error)
        raise BadPictureError(f"{damage} {kinds}") from None


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError):
        return image  # Damaged metadata goes with the rest; it does not make a picture bad.


def _in_srgb(image: Image.Image) -> Image.Image:
    """Convert to the colours of the web, since the profile goes with the other metadata."""
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
            pass  # A broken profile changes colours a little; it does not make a picture bad.
    return image.convert(mode)


def _store(image: Image.Image, media_dir: Path | None) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=5)
    content = buffer.getvalue()
    name = f"{hashlib.sha256(content).hexdigest()[:32]}.webp"
    if media_dir and not (media_dir / name).exists():
        media_dir.mkdir(parents=True, exist_ok=True)
        # Two imports at once may store the same picture.
        draft = media_dir / f".{name}.{secrets.token_hex(4)}"
        draft.write_bytes(content)
        draft.replace(media_dir / name)
    return name


def _ruling_hue(image: Image.Image) -> int | None:
    """Return the place on a wheel of twenty-four of the hue that most coloured pixels share.

    A pixel counts by how strong its colour is; None where nothing has much of one.
    """
    pixels = image.convert("RGB").resize((48, 48), Image.Resampling.BOX).tobytes()
    weights = [0.0] * HUES
    for red, green, blue in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True):
        hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
        weights[round(hue * HUES) % HUES] += saturation * value
    strongest = max(range(HUES), key=weights.__getitem__)
    return strongest if weights[strongest] > 0.02 * 48 * 48 else None
