"""python -m deploy.publish_static: the static files, where a proxy serves them."""

import gzip
import os

import brotli
import pytest

from blog.web import assets
from deploy import publish_static
from deploy.publish_static import main


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Static files that are quickly compressed, with a version that the test can change."""
    source = tmp_path / "source"
    (source / "css").mkdir(parents=True)
    (source / "css" / "site.css").write_text("p { margin: 0 }\n" * 100)
    (source / "icon.png").write_bytes(b"PNG" * 1000)
    monkeypatch.setattr(publish_static, "STATIC", source)
    versions = ["0" * 12]
    monkeypatch.setattr(publish_static, "version", lambda: versions[-1])
    return versions


def test_files_are_copied_into_the_folder_of_their_version_and_compressed(tmp_path, small):
    umask = os.umask(0o077)
    try:
        assert main([str(tmp_path / "static")]) == 0
    finally:
        os.umask(umask)
    folder = tmp_path / "static" / small[0]
    css = (folder / "css" / "site.css").read_bytes()
    assert brotli.decompress((folder / "css" / "site.css.br").read_bytes()) == css
    assert gzip.decompress((folder / "css" / "site.css.gz").read_bytes()) == css
    assert not (folder / "icon.png.br").exists()
    # The proxy is another user.
    assert folder.stat().st_mode & 0o777 == folder.parent.stat().st_mode & 0o777 == 0o755
    assert (folder / "icon.png").stat().st_mode & 0o777 == 0o644


def test_former_versions_stay_unchanged_until_there_are_many(tmp_path, small):
    folder = tmp_path / "static"
    for number in range(7):
        small.append(f"{number:012}")
        main([str(folder)])
        os.utime(folder / small[-1], (number, number))
    assert sorted(path.name for path in folder.iterdir()) == small[-5:]


def test_a_version_that_is_there_is_not_copied_again(tmp_path, small):
    main([str(tmp_path / "static")])
    css = tmp_path / "static" / small[0] / "css" / "site.css"
    before = css.stat()
    assert main([str(tmp_path / "static")]) == 0
    assert css.stat() == before


def test_the_version_is_the_one_that_pages_name(tmp_path, monkeypatch):
    monkeypatch.setattr(publish_static, "_compress", lambda folder: None)
    main([str(tmp_path)])
    (folder,) = tmp_path.iterdir()
    assert folder.name == assets.version()
    script = assets.minify((assets.STATIC / "js/site.js").read_bytes(), ".js")
    assert (folder / "js" / "site.js").read_bytes() == script


def test_a_folder_that_cannot_be_written_is_named_in_one_line(tmp_path, small, capsys):
    (tmp_path / "file").write_text("")
    assert main([str(tmp_path / "file" / "static")]) == 1
    assert capsys.readouterr().err == (
        f"The static files cannot be published: {tmp_path}/file/static: Not a directory.\n"
    )
    assert main([]) == 2
    assert "FOLDER" in capsys.readouterr().err
