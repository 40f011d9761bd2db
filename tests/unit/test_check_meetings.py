"""`hotspotbot check` shows when each forum meets next, so that an operator sees a wrong rule at once."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.checks.meetings import meeting_lines
from bot.settings import load
from tests.dialogs.chat import CONFIG

NOW = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Europe/Copenhagen"))
RULE = 'meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"'


def lines(folder: Path, more: str) -> list[str]:
    path = folder / "hotspot.toml"
    path.write_text(CONFIG.replace(RULE, f'name = "Fremdrift"\n{RULE}\n{more}'), encoding="utf-8")
    return [str(line) for line in meeting_lines(load(path), NOW)]


def test_the_next_meetings_of_each_forum_with_a_rhythm(tmp_path: Path) -> None:
    (said,) = lines(tmp_path, "joins = { politi = 2 }\nmeeting_start = 2026-11-24")
    assert "Fremdrift: tirs. 24. nov. kl. 10.00, uge 48 (med politi); tirs. 1. dec. kl. 10.00" in said
    assert "uge 49 (uden politi)" in said
    assert said.startswith("ok")


def test_a_rhythm_that_never_comes_is_a_warning_with_the_mend(tmp_path: Path) -> None:
    (said,) = lines(tmp_path, 'breaks = ["2026-11-01..2027-10-31", "2027-11-01..2028-10-30"]')
    assert said.startswith("warning") or said.startswith("advarsel")
    assert "breaks" in said
