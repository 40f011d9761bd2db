"""The digest's picture: what it shows, that it can be read, and that it is the same every time."""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.documents.chart import WIDTH, AgencyCount, Picture, WeekCount, chart

AGENCIES = [AgencyCount("SOF", 9, 3), AgencyCount("BUF", 6, 0), AgencyCount("Ø$_1$", 5, 5)]
WEEKS = [WeekCount(f"uge {40 + at}", 5 + at * 3 % 11, 2 + at * 5 % 7, at * 2 % 5) for at in range(10)]
RED, BLUE = (163, 23, 44), (156, 195, 230)


def pixels(picture: Picture) -> np.ndarray:
    with Image.open(io.BytesIO(picture.png)) as image:
        assert image.size == (picture.width, picture.height)
        return np.asarray(image.convert("RGB")).astype(int)


def amount(picture: Picture, color: tuple[int, int, int]) -> int:
    """How many pixels have this colour."""
    return int((np.abs(pixels(picture) - np.array(color)).sum(axis=2) < 12).sum())


def test_alt_text_says_every_figure_in_words() -> None:
    assert chart(AGENCIES[:2], [WeekCount("uge 48", 15, 1042, 3)], "da").alt == (
        "Åbne aftaler efter forvaltning:\n"
        "SOF: 9 åbne, heraf 3 over fristen.\n"
        "BUF: 6 åbne, heraf 0 over fristen.\n"
        "De seneste uger:\n"
        "uge 48: 15 åbne, heraf 3 over fristen; 1.042 blev færdige."
    )
    one = chart([AgencyCount("SOF", 1, 1)], [WeekCount("uge 48", 1, 1, 0)], "da").alt
    assert "SOF: 1 åben, heraf 1 over fristen." in one
    assert "uge 48: 1 åben, heraf 0 over fristen; 1 blev færdig." in one
    english = chart(AGENCIES[:1], [WeekCount("week 48", 15, 1042, 3)], "en").alt
    assert "SOF: 9 open, of these 3 overdue." in english
    assert "week 48: 15 open, of these 3 overdue; 1,042 done." in english


@pytest.mark.parametrize("lang", ["da", "en"])
def test_nothing_open_says_so(lang: str) -> None:
    alt = chart([], [], lang).alt
    assert ("Ingen åbne aftaler." if lang == "da" else "No open actions.") in alt


@pytest.mark.parametrize("count", [0, 1, 5, 12, 60])
def test_it_stays_small_and_reaches_no_edge(count: int) -> None:
    agencies = [AgencyCount(f"Forvaltning{at}", at + 1, at // 2) for at in range(count)]
    picture = chart(agencies, WEEKS, "da")
    image = pixels(picture)
    assert picture.width == WIDTH
    assert picture.height <= 850
    assert len(picture.png) < 200_000
    for edge in (image[:10], image[-4:], image[:, :10], image[:, -10:]):
        assert (edge == 255).all()
    assert picture.alt.count("Forvaltning") == count


@pytest.mark.parametrize("scale", [0, 1, 10**9])
def test_any_figures_keep_within_the_picture(scale: int) -> None:
    agencies = [AgencyCount(a.code, a.open * scale, a.overdue * scale) for a in AGENCIES]
    weeks = [WeekCount(w.label, w.open * scale, w.done * scale, w.overdue * scale) for w in WEEKS]
    image = pixels(chart(agencies, weeks, "da"))
    assert (image[:, :10] == 255).all()
    assert (image[:, -10:] == 255).all()
    assert (image[:10] == 255).all()


def test_what_is_overdue_is_seen_and_hatched() -> None:
    calm = chart([AgencyCount("SOF", 8, 0)], [], "da")
    late = chart([AgencyCount("SOF", 8, 4)], [], "da")
    assert amount(calm, RED) == 0
    assert amount(late, RED) > 500
    image = pixels(late)
    row = image[66 + 24]  # through the middle of the bar
    red = np.flatnonzero(np.abs(row - np.array(RED)).sum(axis=1) < 12)
    inside = row[red[0] : red[-1]]
    assert (inside.min(axis=1) > 235).sum() >= 5, "white hatching carries it without colour"


def test_bars_are_as_long_as_their_figures() -> None:
    image = pixels(chart([AgencyCount("SOF", 8, 0), AgencyCount("BUF", 2, 0)], [], "da"))
    lengths = [
        int((np.abs(image[66 + 24 + at * 48] - np.array(BLUE)).sum(axis=1) < 12).sum()) for at in range(2)
    ]
    assert lengths[0] == pytest.approx(4 * lengths[1], rel=0.03)


def test_hostile_names_are_only_drawn() -> None:
    names = ["$\\frac{1}{0}$", "\x00\u202e", "שלום", "🙂👩‍👧", "x" * 5000, "<b>", "{", "%s", ""]
    picture = chart(
        [AgencyCount(name, 3, 1) for name in names], [WeekCount(name, 1, 1, 1) for name in names], "da"
    )
    assert picture.height <= 850
    assert "\u202e" not in picture.alt


def test_the_same_figures_give_the_same_bytes_from_any_thread() -> None:
    expected = chart(AGENCIES, WEEKS, "da").png
    assert b"matplotlib" not in expected.lower()
    drawn: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: drawn.append(chart(AGENCIES, WEEKS, "da").png)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [expected] * 6


def test_nothing_is_loaded_before_something_is_drawn_and_no_noise_after(tmp_path: Path) -> None:
    """In a process whose home cannot be written, as under the hardened service."""
    program = (
        "import logging, sys; logging.basicConfig(level=logging.DEBUG)\n"
        "from bot.documents.chart import AgencyCount, chart\n"
        "assert 'matplotlib' not in sys.modules\n"
        "chart([AgencyCount('SOF', 2, 1)], [], 'da')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    environment = os.environ | {"HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none", "TMPDIR": str(tmp_path)}
    environment.pop("MPLCONFIGDIR", None)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert [line for line in done.stderr.splitlines() if "PIL" not in line] == []
