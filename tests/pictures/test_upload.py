"""Pictures that somebody uploads: what is refused, and what never reaches the site."""

import struct
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from blog.pictures.conversion import BadPictureError
from blog.pictures.making import MAX_UPLOAD_BYTES, hash_source, make_upload
from tests.manuscripts.files import draw_photo
from tests.pictures.test_pictures import GPS, ORIENTATION, make_png_with_size

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf>37 kitchen lane</rdf></x:xmpmeta>'


def with_iptc(jpeg: bytes, words: bytes) -> bytes:
    """Return a JPEG file with an IPTC caption."""
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(words)) + words
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(caption)) + caption
    segment = b"Photoshop 3.0\0" + block + b"\0" * (len(block) % 2)
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def test_where_an_uploaded_photo_was_taken_never_reaches_the_site(tmp_path):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (37.0, 33.0, 0.0), 29: "2026:kitchen"}
    file = BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    draw_photo().save(file, "JPEG", exif=exif, xmp=XMP, icc_profile=profile)
    content = with_iptc(file.getvalue(), b"my kitchen in Seoul")
    assert content.count(b"kitchen") == 3
    picture = make_upload(BytesIO(content), tmp_path / "media")
    assert (picture.width, picture.height) == (400, 600)
    assert {name.partition(".")[2] for _width, name in picture.renditions} == {"webp", "avif"}
    for _width, name in picture.renditions:
        stored = (tmp_path / "media" / name).read_bytes()
        words = (b"kitchen", b"Exif", b"EXIF", b"xmpmeta", b"XMP ")
        assert not [word for word in words if word in stored]
        with Image.open(BytesIO(stored)) as image:
            assert image.height > image.width
            assert not {"exif", "xmp", "photoshop", "icc_profile"} & set(image.info)


def test_the_same_picture_uploaded_and_imported_is_one_picture(tmp_path):
    draw_photo().save(tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    picture = make_upload(BytesIO(content), tmp_path / "media")
    assert picture.source_hash == hash_source(tmp_path / "a.png")


def test_an_upload_of_more_than_20_mb_is_refused_and_not_read_to_its_end(tmp_path):
    upload = BytesIO(make_png_with_size(1, 1).ljust(MAX_UPLOAD_BYTES + 2**20, b"0"))
    with pytest.raises(BadPictureError, match=r"larger than 20 MiB\. Scale it down"):
        make_upload(upload, tmp_path / "media")
    assert upload.tell() < MAX_UPLOAD_BYTES + 2**20


UPLOADS = [
    (b"<svg/>", "no picture this site can read. It takes a JPEG"),
    (b"", "no picture this site can read. It takes a JPEG"),
    (make_png_with_size(300, 300), "is damaged .* It takes a JPEG"),
    (make_png_with_size(60_000, 60_000), "up to 50 million. Scale it down"),
    (make_png_with_size(30_000, 10), "no side may be longer than 20,000. Scale it down"),
    (make_png_with_size(10, 30_000), "no side may be longer than 20,000. Scale it down"),
]


@pytest.mark.parametrize(("content", "words"), UPLOADS, ids=[row[1][:30] for row in UPLOADS])
def test_a_bad_upload_is_refused_in_words_that_say_what_to_do(content, words, tmp_path):
    with pytest.raises(BadPictureError, match=words):
        make_upload(BytesIO(content), tmp_path / "media")
    assert not (tmp_path / "media").exists()
