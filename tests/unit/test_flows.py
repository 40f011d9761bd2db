"""Where information goes stands in one place, and the guide, the command line and the guard all read it there.

`.venv/bin/python -m tests.unit.test_flows` writes the table in docs/databeskyttelse.md anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.access import FLOWS
from bot.checks.flows import flow_lines, flow_table
from bot.cli import app
from bot.flows import RULES
from bot.text import LANGUAGES, t
from tests.dialogs.chat import CONFIG

GUIDE = Path(__file__).parents[2] / "docs" / "databeskyttelse.md"
BEGIN, END = "<!-- strømme: begynd -->\n", "<!-- strømme: slut -->\n"
BEYOND = {
    "figures",
    "records",
    "export",
}  # they speak of no single record: a picture, and what lies on the operator's disk or is printed there


def written(guide: str) -> str:
    """The guide with the table as it is now."""
    before, rest = guide.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{flow_table('da')}\n{END}{after}"


def test_the_guide_has_the_table_that_the_bot_obeys() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert guide == written(guide), "run: .venv/bin/python -m tests.unit.test_flows"


def test_every_flow_of_the_table_has_its_rule_and_every_rule_stands_in_it() -> None:
    names = [flow.name for flow in FLOWS]
    assert len(names) == len(set(names))
    assert set(names) == set(RULES) | BEYOND
    assert set(RULES).isdisjoint(BEYOND)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_flow_is_a_sentence_and_says_whether_it_is_logged(language: str) -> None:
    lines = flow_lines(language)
    assert len(lines) == len(FLOWS)
    for flow, line in zip(FLOWS, lines, strict=True):
        assert re.match(rf"{flow.name} +\w.*\.( \[\w+\])?$", line)
        assert line.endswith("]") == flow.logged
        assert line.count(t(language, f"flow-{flow.name}")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_line_shows_it_in_the_language_of_the_config(tmp_path: Path, language: str) -> None:
    config = tmp_path / "hotspot.toml"
    config.write_text(f'{CONFIG}\n[general]\nlanguage = "{language}"\n', encoding="utf-8")
    shown = CliRunner().invoke(app, ["check", "--config", str(config), "--flows"])
    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == flow_lines(language)
    assert not list(tmp_path.glob("*.db")), "it opens nothing"


if __name__ == "__main__":
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
