"""`hotspotbot erase` and `subject-access` on the database of a chat, also while people go on talking."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.storage.models import Outbox
from bot.storage.privacy import AuditEntry
from tests.dialogs.chat import CONFIG, Chat

CODE = "HS-26-001"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    made = Chat(tmp_path)
    made.say("karla", "!sag ny bliver væk fra skolen")
    made.say("karla", f"!aftale {CODE} @lene ringe til skolen inden fredag")
    yield made
    made.close()


@pytest.fixture
def config(chat: Chat, tmp_path: Path) -> Path:
    (tmp_path / "master.key").write_text((b"k" * 32).hex())
    (tmp_path / "master.key").chmod(0o600)
    keys = f'[database]\nurl = "{chat.url}"\n[keys]\nmaster_key_file = "master.key"\nkeyring_file = "keyring.json"\n'
    path = tmp_path / "hotspot.toml"
    path.write_text(CONFIG + keys, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_two_who_lead_it_erase_a_case(chat: Chat, config: Path, tmp_path: Path) -> None:
    done = run(
        "erase", CODE, "--config", config, "--by", "@karla:example.dk", "--consent", "@anna:example.dk"
    )
    assert done.exit_code == 0, done.output
    assert f"erased {CODE}" in done.output
    folders = list((tmp_path / "var" / "records").iterdir())
    assert len(folders) == 1
    assert f"Jeg kender ingen sag {CODE}" in chat.say("karla", f"!sag {CODE}")
    assert chat.vault.destroyed(f"case:{CODE}")
    owed = chat.ask(lambda s: s.exec(select(Outbox).where(Outbox.kind == "erasure.purge")).all())
    assert owed, "the running bot deletes the messages"
    acts = chat.ask(
        lambda s: [(row.act, row.by) for row in s.exec(select(AuditEntry)) if row.subject == f"case:{CODE}"]
    )
    assert ("asked", "@karla:example.dk") in acts
    assert ("asked", "@anna:example.dk") in acts
    assert any(act == "asked" and by.startswith("operator:") for act, by in acts)
    assert ("exported", "@karla:example.dk") in acts
    purposes = chat.ask(lambda s: {e.act: e.purpose for e in s.exec(select(AuditEntry))})
    assert (purposes["exported"], purposes["erased"]) == ("rights", "rights")


@pytest.mark.parametrize(
    ("by", "consent", "why"),
    [
        ("@karla:example.dk", "@karla:example.dk", "to forskellige"),
        ("@karla:example.dk", "@lene:example.dk", "@lene:example.dk leder ikke"),
        ("@nobody:example.dk", "@anna:example.dk", "@nobody:example.dk leder ikke"),
    ],
)
def test_it_takes_two_different_people_who_lead_it(
    chat: Chat, config: Path, by: str, consent: str, why: str
) -> None:
    done = run("erase", CODE, "--config", config, "--by", by, "--consent", consent)
    assert done.exit_code == 1
    assert why in done.output
    assert "bliver væk" in chat.say("karla", f"!sag {CODE}")


def test_it_asks_for_who_is_missing(chat: Chat, config: Path) -> None:
    arguments = ["erase", CODE, "--config", str(config)]
    done = CliRunner().invoke(app, arguments, input="@karla:example.dk\n@anna:example.dk\n")
    assert done.exit_code == 0, done.output
    assert chat.vault.destroyed(f"case:{CODE}")


def test_a_hold_is_in_its_way(chat: Chat, config: Path) -> None:
    chat.say("anna", f"!sag hold {CODE} klagesag")
    done = run(
        "erase", CODE, "--config", config, "--by", "@karla:example.dk", "--consent", "@anna:example.dk"
    )
    assert done.exit_code == 1
    assert "klagesag" in done.output
    assert "bliver væk" in chat.say("karla", f"!sag {CODE}")


def test_an_unknown_code(config: Path) -> None:
    for command in (("erase",), ("subject-access",)):
        done = run(*command, "HS-26-077", "--config", config)
        assert done.exit_code == 1
        assert "Der er ingen sag HS-26-077. Skriv koden" in done.output


@pytest.mark.parametrize("number", ["120512-4321", "1205124321", "12O512-4321"])
def test_a_cpr_number_is_refused_and_not_repeated(chat: Chat, config: Path, number: str) -> None:
    for command in (
        ("erase", number, "--config", config),
        ("erase", CODE, "--config", config, "--by", number, "--consent", "@anna:example.dk"),
        ("subject-access", number, "--config", config),
        ("when", number),
        ("when", "fredag", "--now", number),
        ("answer", f"færdig, {number}"),
    ):
        done = run(*command)
        assert done.exit_code == 2, command
        assert "Der står et CPR-nummer" in done.stderr
        assert number not in (done.stdout + done.stderr).replace("\n", "")
    assert "What you have written holds a CPR number" in run("when", number, "--lang", "en").stderr
    assert "bliver væk" in chat.say("karla", f"!sag {CODE}")


def test_a_cpr_number_at_the_prompt_is_refused_and_not_repeated(chat: Chat, config: Path) -> None:
    arguments = ["erase", CODE, "--config", str(config), "--by", "@karla:example.dk"]
    done = CliRunner().invoke(app, arguments, input="120512-4321\n")
    assert done.exit_code == 2
    assert "Der står et CPR-nummer" in done.stderr
    assert "120512-4321" not in done.stderr
    assert "bliver væk" in chat.say("karla", f"!sag {CODE}")


def test_what_a_backup_brought_back_of_an_erased_case_is_said_to_be_gone(chat: Chat, config: Path) -> None:
    chat.vault.destroy(f"case:{CODE}")
    for command in (
        ("erase", "--by", "@karla:example.dk", "--consent", "@anna:example.dk"),
        ("subject-access",),
    ):
        done = run(*command, CODE, "--config", config)
        assert done.exit_code == 1
        assert f"{CODE} er slettet" in done.output


def test_subject_access_collects_everything_and_erases_nothing(
    chat: Chat, config: Path, tmp_path: Path
) -> None:
    chat.say("karla", "!sag ny uro i gården")
    chat.say("karla", f"!sag {CODE} beslægtet HS-26-002")
    chat.say("lene", "!note 1 talte med læreren")
    chat.say("karla", f"!sag {CODE} opfølgning 10/12")
    done = run("subject-access", CODE.lower(), "--config", config, "--out", tmp_path / "indsigt")
    assert done.exit_code == 0, done.output
    assert "Et menneske skal læse alt dette igennem" in done.output
    folder = next((tmp_path / "indsigt").iterdir())
    cover = words(folder / "cover.docx")
    for part in (
        "Et menneske skal læse alt dette",
        "§ 22",
        "Lene Holm (BUF)",
        "Karla Bech (SOF)",
        "HS-26-002",
    ):
        assert part in cover
    whole = words(folder / "case.docx")
    for part in ("bliver væk fra skolen", "ringe til skolen", "talte med læreren", "20. november 2026"):
        assert part in whole
    assert whole.count("10. december 2026") == 2, "the same day in the head and in the course"
    assert "kl. 00.00" not in whole
    assert json.loads((folder / "receipt.json").read_text())["why"] == "review"
    assert "bliver væk" in chat.say("karla", f"!sag {CODE}")
    entry = chat.ask(lambda s: [e for e in s.exec(select(AuditEntry)) if e.act == "exported"][-1])
    assert (entry.subject, entry.purpose) == (f"case:{CODE}", "rights")
    assert entry.by.startswith("operator:")


def test_the_document_names_people_and_says_everything_in_words(
    chat: Chat, config: Path, tmp_path: Path
) -> None:
    """A disclosure with its receiver, a decision, an owner to be named, a hand-over; no ids, no marks of ours."""
    chat.say("karla", f"!aftale {CODE} @lene2 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    chat.say("karla", f"!aftale {CODE} BIF: finde et job inden fredag")
    chat.say("karla", f"!beslutning {CODE} vi prøver en mentor")
    chat.say("karla", f"!sag {CODE} haster")
    chat.at("2026-11-23 09:00")
    assert "Bo Lund" in chat.say("lene", "bo", "dm")
    chat.say("karla", "!færdig 2")
    chat.say("karla", "!aftale 1 @ali")
    done = run("subject-access", CODE, "--config", config, "--out", tmp_path / "indsigt")
    assert done.exit_code == 0, done.output
    folder = next((tmp_path / "indsigt").iterdir())
    said = rows(folder / "case.docx")
    log = said[said.index("Log over, hvem der så og gjorde hvad") :]
    assert "Modtager" in log
    entry = log.index("gav aftale 2 videre")
    assert log[entry - 1 : entry + 3] == [
        "Karla Bech (SOF)", "gav aftale 2 videre", "Lene Skov (BIF)", "kriminalitetsforebyggelse",
    ]  # fmt: skip
    assert "ændrede aftale 1 (ansvarlige)" in log
    assert any(part.startswith("Beslutning: ") and "mentor" in part for part in said)
    steps = [part for part in said if "Ansvarlige: " in part]
    for owners in (
        "Lene Skov (BIF) (må det deles?)",
        "Lene Skov (BIF)",
        "BIF (mangler navn)",
        "Bo Lund (politi)",
    ):
        assert any(f"Ansvarlige: {owners}, " in part for part in steps), (owners, steps)
    assert "BIF (mangler navn)" in said, "so it is in the plan"
    whole = "\n".join(said)
    for mark in ("missing:", "disclosed", "prevention", "action:", "case:", "dm:", "forum:", "news"):
        assert mark not in whole.replace("https:", ""), mark
    links = re.sub(r"https://\S+", "", whole)
    assert not re.search(r"[0-9a-f]{12}|@\w+:example", links)
    assert "Bo Lund (politi)" in words(folder / "cover.docx")
    receiver = [
        e["receiver"]
        for e in json.loads((folder / "case.json").read_text())["log"]
        if e["act"] == "disclosed"
    ]
    assert receiver == [
        {"person": {"id": "@lene2:example.dk", "name": "Lene Skov", "agency": "BIF"}, "forum": None}
    ]


def rows(path: Path) -> list[str]:
    """The words of each paragraph of a Word file, those in cells of tables too."""
    with zipfile.ZipFile(path) as file:
        found = re.findall(r"<w:p[ >].*?</w:p>", file.read("word/document.xml").decode(), re.DOTALL)
    return [line for each in found if (line := re.sub(r"<[^>]+>", "", each))]


def words(path: Path) -> str:
    """The words of a Word file, its tags taken out."""
    with zipfile.ZipFile(path) as file:
        return re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())
