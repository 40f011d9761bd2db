"""What `hotspotbot check` says of the ressourceskema's form."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checks.run import run_checks
from bot.settings import load

CONFIG = """
[matrix]
homeserver = "http://127.0.0.1:1"
user_id = "@hotspotbot:example.dk"
[database]
url = "sqlite:///bot.db"
[agencies.BUF]
name = "Børne- og Ungdomsforvaltningen"
[agencies.SOF]
name = "Socialforvaltningen"
[[rooms]]
room = "#fremdrift:example.dk"
forum = "fremdriftsgruppe"
"""
OWN = """
[barn]
da = "Barn"
count = 3
[barn.trivsel]
da = "Trivsel"
agencies = ["SOF"]
[barn.navn]
da = "Navn"
personal = true
"""


def said(folder: Path, config: str) -> list[str]:
    path = folder / "hotspot.toml"
    path.write_text(config, "utf-8")
    return [str(line) for line in run_checks(load(path)) if "skema" in str(line)]


def test_it_says_how_many_fields_there_are_and_who_answers(tmp_path: Path) -> None:
    (line,) = said(tmp_path, CONFIG)
    assert line.startswith("ok ")
    assert "uden navn og adresse" in line
    assert "BUF" in line
    assert "SOF" in line
    assert "BIF" not in line


@pytest.mark.parametrize(("names", "count", "how"), [("false", 1, "uden navn"), ("true", 2, "også navn")])
def test_it_says_of_a_form_of_ones_own_whether_names_are_in_it(
    tmp_path: Path, names: str, count: int, how: str
) -> None:
    (tmp_path / "skema.toml").write_text(OWN, "utf-8")
    (line,) = said(tmp_path, f'{CONFIG}[cases]\nform_file = "skema.toml"\nnames = {names}\n')
    assert f"skema.toml) har {count} felter, {how}" in line
    assert "SOF 1." in line


def test_it_warns_when_nobody_would_be_asked(tmp_path: Path) -> None:
    (line,) = said(tmp_path, CONFIG.replace("BUF", "SKOLE").replace("SOF", "SOCIAL"))
    assert line.startswith("advarsel")
    assert "form_file" in line


def test_it_says_nothing_where_there_are_no_cases(tmp_path: Path) -> None:
    assert said(tmp_path, CONFIG.replace("fremdriftsgruppe", "styregruppe")) == []
