"""`hotspotbot export minutes` beside a running bot, on SQLite and on PostgreSQL."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.access import Access
from bot.actions import Cause
from bot.meetings import Meetings
from bot.proceedings import approve
from bot.settings import load
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.meetings import Meeting
from bot.storage.models import Forum, Room, Text
from tests import warm
from tests.dialogs.records import PROGRAMME, TUESDAY, Records

ROOM = "!fremdrift:example.dk"
KEYS = (
    "label forum room state start end planned_start chair present apologies agenda decisions actions addenda "
    "approved_at approved_by text"
).split()


@dataclass
class Programme:
    """The bot's database, open as the running bot has it, and the config that other processes read it by."""

    database: Database
    access: Access
    config: Path

    def write(self, fill: Callable[[Session, Records], None]) -> None:
        self.database.run_sync(lambda session: fill(session, Records(session, self.access)))

    def export(self, format: str = "json", what: str = "minutes") -> subprocess.CompletedProcess[str]:
        return warm.hotspotbot("export", what, "--config", self.config, "--format", format, env=os.environ)

    def rows(self) -> list[dict[str, object]]:
        found = self.export()
        assert found.returncode == 0, found.stderr
        rows = json.loads(found.stdout)
        assert isinstance(rows, list)
        return rows


@pytest.fixture
def programme(database: Database, url: str, master_key: bytes, keyring: Path, tmp_path: Path) -> Programme:
    (tmp_path / "master.key").write_text(master_key.hex() + "\n")
    (tmp_path / "master.key").chmod(0o600)
    config = tmp_path / "hotspot.toml"
    config.write_text(
        f'{PROGRAMME}[database]\nurl = "{url}"\n[keys]\nmaster_key_file = "{tmp_path / "master.key"}"\n'
        f'keyring_file = "{keyring}"\n'
    )
    access = Access(load(config))

    def furnish(session: Session) -> None:
        forum = Forum(config_room="#fremdrift:example.dk", kind="fremdriftsgruppe", created_at=TUESDAY)
        session.add(forum)
        session.flush()
        session.add(Room(room_id=ROOM, forum_uid=forum.uid, state="joined", since=TUESDAY))

    database.run_sync(furnish)
    return Programme(database, access, config)


def approved(session: Session, access: Access, meeting: Meeting, by: str = "@karla:example.dk") -> None:
    approve(session, access, meeting, Cause(by, TUESDAY + timedelta(hours=4), "$approve:example.dk"))


def weekly(session: Session, records: Records) -> None:
    """A meeting with everything in it, approved, and one the week before whose minutes are a draft."""
    records.meeting(TUESDAY - timedelta(days=7))
    meeting = records.meeting(chair="@karla:example.dk", began_at=TUESDAY + timedelta(minutes=3))
    records.attend(meeting, "@karla:example.dk", agency="SOF")
    records.attend(meeting, "agency:BIF", 'guest:=1+1 "Hanne"', "partner:KAB")
    records.attend(meeting, "@bo:example.dk", state="apology", agency="politi")
    place = records.item(meeting, "=Friplads til søskende", minutes=10, case_code="HS-26-014")
    records.item(meeting, "Fjernet", state="struck")
    records.item(meeting, None, "overdue", state="open")
    records.remark(meeting, "Klubben har to pladser.", place)
    records.decide(meeting, "BUF betaler\nkontingentet", place)
    records.decide(meeting, "trukket tilbage", place, state="withdrawn")
    records.agree(meeting, "søge friplads", "@lene:example.dk", item=place)
    approved(session, records.access, meeting)
    later = TUESDAY + timedelta(days=3)
    records.remark(meeting, "Hanne gik kl. 11", addendum=True, about="2026-W48-1", at=later)


def test_every_held_meeting_comes_in_order_with_everything_it_left(programme: Programme) -> None:
    programme.write(weekly)
    before, meeting = programme.rows()
    assert [list(before), list(meeting)] == [KEYS, KEYS]
    assert (before["label"], before["state"], before["approved_at"]) == ("2026-W47", "draft", None)
    text = meeting.pop("text")
    assert isinstance(text, str)
    assert meeting == {
        "label": "2026-W48",
        "forum": "fremdriftsgruppe",
        "room": ROOM,
        "state": "approved",
        "start": "2026-11-24T10:03:00+01:00",
        "end": "2026-11-24T11:23:00+01:00",
        "planned_start": "2026-11-24T10:00:00+01:00",
        "chair": "@karla:example.dk",
        "present": [
            {"who": "@karla:example.dk", "agency": "SOF", "name": None},
            {"who": "agency:BIF", "agency": "BIF", "name": None},
            {"who": "guest", "agency": None, "name": '=1+1 "Hanne"'},
            {"who": "partner:KAB", "agency": None, "name": None},
        ],
        "apologies": [{"who": "@bo:example.dk", "agency": "politi", "name": None}],
        "agenda": [
            {
                "number": 1,
                "kind": "added",
                "state": "done",
                "minutes": 10,
                "case": "HS-26-014",
                "text": "=Friplads til søskende",
                "remarks": ["Klubben har to pladser."],
            },
            {
                "number": 2,
                "kind": "overdue",
                "state": "open",
                "minutes": None,
                "case": None,
                "text": None,
                "remarks": [],
            },
        ],
        "decisions": [
            {
                "label": "2026-W48-1",
                "item": 1,
                "case": None,
                "text": "BUF betaler\nkontingentet",
                "by": "@karla:example.dk",
                "at": "2026-11-24T10:20:00+01:00",
            }
        ],
        "actions": [
            {
                "number": 41,
                "item": 1,
                "case": None,
                "state": "open",
                "owners": ["@lene:example.dk"],
                "due": "2026-12-03",
                "text": "søge friplads",
            }
        ],
        "addenda": [
            {
                "at": "2026-11-27T10:00:00+01:00",
                "by": "@karla:example.dk",
                "about": "2026-W48-1",
                "text": "Hanne gik kl. 11",
            }
        ],
        "approved_at": "2026-11-24T14:00:00+01:00",
        "approved_by": "@karla:example.dk",
    }


def test_the_text_is_what_was_approved_with_what_was_added_since(programme: Programme) -> None:
    programme.write(weekly)

    def change(session: Session, records: Records) -> None:
        meeting = session.exec(select(Meeting).where(Meeting.minutes == "approved")).one()
        [decision] = queries.decisions_of(session, meeting.uid)
        cause = Cause("@karla:example.dk", TUESDAY + timedelta(days=1), "$later:example.dk")
        Meetings(session, records.access, cause).reword(decision, "noget andet")

    programme.write(change)
    before, meeting = programme.rows()
    text = " ".join(str(meeting["text"]).split())  # its lines break wherever they are full
    assert "kontingentet" in text
    assert "noget andet" not in text, "what was approved stands"
    assert (
        text.index("kontingentet")
        < text.index("Tilføjelser efter godkendelsen")
        < text.index("Hanne gik kl. 11")
    )
    assert not text.startswith("Udkast")
    assert str(before["text"]).startswith("Referat\n=======\n")
    assert "\nUdkast, ikke godkendt endnu\n" in str(before["text"])


def test_erased_words_are_gone_from_all_of_it_and_from_what_was_approved(programme: Programme) -> None:
    programme.write(weekly)

    def erase(session: Session, records: Records) -> None:
        for row in session.exec(select(Text)).all():
            row.words = None

    programme.write(erase)
    for format in ("json", "csv", "md"):
        found = programme.export(format)
        assert found.returncode == 0, found.stderr
        for word in ("Friplads", "kontingentet", "søge", "Hanne", "pladser"):
            assert word not in found.stdout, format
    _, meeting = programme.rows()
    assert meeting["decisions"][0]["text"] is None  # type: ignore[index]
    assert meeting["decisions"][0]["label"] == "2026-W48-1"  # type: ignore[index]


def test_a_table_has_a_row_for_each_meeting_and_no_formula(programme: Programme) -> None:
    programme.write(weekly)
    found = programme.export("csv")
    assert found.stderr == ""
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert [row["label"] for row in rows] == ["2026-W47", "2026-W48"]
    cells = rows[1]
    assert cells["present"] == (
        '\'@karla:example.dk (SOF); agency:BIF (BIF); guest =1+1 "Hanne"; partner:KAB'
    )
    assert cells["apologies"] == "'@bo:example.dk (politi)"
    assert cells["agenda"] == "1. =Friplads til søskende (done)\n2. overdue (open)"
    assert cells["decisions"] == "2026-W48-1 BUF betaler\nkontingentet"
    assert cells["actions"] == "41 @lene:example.dk: søge friplads 2026-12-03"
    assert cells["addenda"] == "2026-11-27T10:00:00+01:00 @karla:example.dk 2026-W48-1 Hanne gik kl. 11"
    for row in rows:
        for key in ("agenda", "decisions", "actions", "addenda", "text"):
            assert row[key][:1] not in ("=", "+", "-", "@", "\t"), "no formula for a spreadsheet"


def test_the_readable_minutes_stand_one_after_the_other(programme: Programme) -> None:
    programme.write(weekly)
    found = programme.export("md")
    assert found.returncode == 0, found.stderr
    first, second = found.stdout.split("\n---\n\n")
    assert first.startswith("# Referat\n")
    assert "\n**Udkast, ikke godkendt endnu**\n" in first
    assert second.startswith("# Referat\n")
    assert "\n## Til stede\n" in second
    assert "Tilføjelser efter godkendelsen" in second


def test_without_a_meeting_there_is_nothing_and_actions_are_no_document(programme: Programme) -> None:
    def planned(session: Session, records: Records) -> None:
        records.meeting(state="planned")
        records.meeting(TUESDAY + timedelta(days=7), state="running")

    programme.write(planned)
    assert programme.rows() == []
    for format, said in (("md", ""), ("csv", ",".join(KEYS))):
        found = programme.export(format)
        assert (found.stderr, found.stdout.strip()) == ("", said)
    refused = programme.export("md", "actions")
    assert refused.returncode == 2
    assert refused.stderr == "actions come as json or csv; md is for minutes\n"
