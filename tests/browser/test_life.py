"""A comment is sent, edited, published, edited again, downloaded and deleted in browsers."""

import pytest
from PIL import Image

from tests.browser import recording
from tests.browser.everybody import PHONE
from tests.browser.life import STRIP, Album, look_closely, prepare
from tests.builders import make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_life_of_a_comment_with_scripts(site, arrive):
    make_moderator()
    pages = {name: arrive(site, viewport=PHONE).context.new_page() for name in NAMES}
    prepare(is_scripted=True, look=look_closely, **pages).live()


def test_the_life_of_a_comment_without_scripts(site, arrive):
    make_moderator()
    pages = {name: arrive(site, java_script_enabled=False).context.new_page() for name in NAMES}
    steps: list[str] = []
    life = prepare(
        is_scripted=False,
        look=lambda _at, step: steps.append(step),
        **pages,
    )
    life.live()
    assert len(steps) == len(set(steps)) > 10


NAMES = ("reader", "stranger", "desk")


def test_the_recording_has_a_captioned_frame_for_each_step(site, arrive, tmp_path):
    page = arrive(site, viewport=PHONE).open("/about")
    album = Album()
    for step in ("The first", "The second"):
        album.take(page.locator("main"), step)
    recording.write_steps(album.frames, tmp_path / "life.webp")
    with Image.open(tmp_path / "life.webp") as film:
        assert film.size == (PHONE["width"], PHONE["height"] + STRIP)
        assert film.n_frames == 2
