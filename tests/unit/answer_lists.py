"""The lists of answers in `answers/`: one phrase a line under the meaning in brackets, decided by hand."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.when import Calendar

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
CALENDAR = Calendar(tz=COPENHAGEN)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=COPENHAGEN)
"""A Friday."""

_FOLDER = Path(__file__).parent / "answers"


def phrases(name: str) -> Iterator[tuple[str, str]]:
    """(phrase, meaning) of each line; the meaning is "" where the list has none."""
    meaning = ""
    for line in (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            meaning = line[1:-1]
        elif line and not line.startswith("# "):
            yield line, meaning
