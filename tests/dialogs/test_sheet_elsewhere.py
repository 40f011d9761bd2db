"""Another municipality's form, by configuration alone: other sections, other agencies, other questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.chat import CONFIG as PROGRAMME
from tests.dialogs.chat import Chat
from tests.dialogs.test_sheet import open_case

FORM = """
[barnet]
da = "Barnet"
en = "The child"
count = 2
[barnet.trivsel]
da = "Trivsel"
en = "Well-being"
agencies = ["Skole"]
kind = "choice"
choices = ["God", "Blandet", "Dårlig"]
choices_en = ["Good", "Mixed", "Poor"]
[barnet.moede]
da = "Seneste netværksmøde"
en = "Last network meeting"
agencies = ["Familie"]
kind = "date"
[hjemmet]
da = "Hjemmet"
en = "The home"
[hjemmet.bolig]
da = "Bolig"
en = "Housing"
agencies = ["Familie"]
[hjemmet.enige]
da = "Forældrene er enige"
en = "The parents agree"
agencies = ["Familie", "Skole"]
kind = "yesno"
"""
# The same people; their agencies are called otherwise.
CONFIG = (
    PROGRAMME.replace("[agencies.BUF]", "[agencies.Skole]")
    .replace("[agencies.SOF]", "[agencies.Familie]")
    .replace('agency = "BUF"', 'agency = "Skole"')
    .replace('agency = "SOF"', 'agency = "Familie"')
)


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """That municipality's programme, with one case."""
    form = tmp_path / "theirs.toml"
    form.write_text(FORM, "utf-8")
    opened = Chat(tmp_path / "bot", f'{CONFIG}[cases]\nform_file = "{form}"\n')
    open_case(opened)
    yield opened
    opened.close()


def test_their_fields_are_filled_and_shown(chat: Chat) -> None:
    assert "Barnet 1: Trivsel: Blandet" in chat.say("lene", "!skema HS-26-001 trivsel: bland")
    assert "Barnet 2: Seneste netværksmøde: 3. november 2026" in chat.say(
        "ali", "!skema HS-26-001 barnet 2 netværksmøde: 3/11"
    )
    assert "Forældrene er enige: nej" in chat.say("ali", "!skema HS-26-001 enige: nej")
    shown = chat.say("karla", "!skema HS-26-001")
    assert "3 af 6 felter" in shown
    assert "Trivsel: Blandet (Skole, 20. nov.)" in shown
    assert "Skole eller institution" not in shown


def test_their_agencies_are_asked(chat: Chat) -> None:
    missing = chat.say("karla", "!skema HS-26-001 mangler")
    assert "- Familie mangler: Barnet 1: Seneste netværksmøde; Bolig, Forældrene er enige" in missing
    assert "- Skole mangler: Barnet 1: Trivsel; Forældrene er enige" in missing
    assert [field.name for field in chat.settings.form.asked_of("Skole")] == [
        "barnet.1.trivsel",
        "barnet.2.trivsel",
        "hjemmet.enige",
    ]


def test_what_is_ours_is_no_field_of_theirs(chat: Chat) -> None:
    assert "Jeg finder ikke noget felt" in chat.say("ali", "!skema HS-26-001 fritidsjob: søger")
    assert "plads til 2" in chat.say("ali", "!skema HS-26-001 barnet 3 trivsel: god")
    assert "God, Blandet, Dårlig" in chat.say("ali", "!skema HS-26-001 trivsel: ved ikke")


def test_their_fields_in_english(chat: Chat) -> None:
    chat.say("lene", "!me english", "dm")
    said = chat.say("lene", "!sheet HS-26-001 well-being: mixed", "dm")
    assert "The child 1: Well-being: Mixed" in said
    assert "Housing" in chat.say("lene", "!sheet HS-26-001 missing", "dm")
