"""A short recording of the queue being cleared."""

import re
import subprocess
import sys

import pytest
from PIL import Image

from tests.browser.recording import VIEWPORT, Run, choose
from tests.browser.server import ROOT

pytestmark = pytest.mark.browser


@pytest.mark.slow
@pytest.mark.serial
def test_forty_decisions_are_recorded_and_the_figures_agree(browser, tmp_path):
    picture = tmp_path / "desk.webp"
    command = (sys.executable, "-m", "tests.browser.recording", "--rows", "40", "--picture")
    done = subprocess.run(
        (*command, str(picture)), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    report = re.fullmatch(
        r"40 in (\d+):(\d\d), 3 undone\n"
        r"Keys pressed: 47, as fast as the page followed; a response took \d+ ms \(median\)\.\n"
        r"The database says: (\d+) waiting, 46 decisions, 3 reopened\.\n"
        r".*desk\.webp: [\d,]+ KB\n",
        done.stdout,
    )
    assert report, done.stdout
    assert int(report[3]) >= 260
    assert picture.stat().st_size < 1_500_000
    with Image.open(picture) as film:
        assert film.size == (VIEWPORT["width"] // 2, VIEWPORT["height"] // 2)
        assert film.n_frames > 5


def test_a_run_has_a_summary():
    run = Run(cleared=300, undone=3, keys=281, seconds=160.6, response_ms=40)
    assert str(run) == "300 in 2:41, 3 undone"


def test_the_verdicts_are_mixed():
    assert choose(["30 copies, 28 addresses"], 1) == "s"
    assert choose(["Contains links 1"], 1) == "r"
    assert choose(["Typed too fast 1 s"], 1) == "r"
    assert choose([], 1) == "a"
    assert choose([], 39) == "f"
