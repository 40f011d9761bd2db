"""What `check` says of a room's doors: its history, who can come in, which servers it can be reached from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.checks.rooms import RoomChecks
from bot.matrix.inspection import RoomFacts, _acl
from bot.settings import Settings, load
from tests.dialogs.chat import CONFIG

OWN = "example.dk"
PERSONAL, OPEN = "#fremdrift:example.dk", "#raad:example.dk"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "hotspot.toml"


def settings(config: Path, **swaps: str) -> Settings:
    text = CONFIG.replace("[privacy]", f"[privacy]\n{swaps.get('privacy', '')}")
    text = text.replace(f'room = "{PERSONAL}"', f'room = "{PERSONAL}"\n{swaps.get("room", "")}')
    config.write_text(text, encoding="utf-8")
    return load(config)


def facts(**changes: Any) -> RoomFacts:
    """A room as it should be, but for some changes."""
    right: dict[str, Any] = {
        "room_id": "!r:example.dk",
        "version": "12",
        "creators": frozenset({"@karla:example.dk"}),
        "levels": {"users": {"@hotspotbot:example.dk": 50}},
        "encrypted": True,
        "history": "invited",
        "join_rule": "invite",
        "guests": False,
        "members": {"@karla:example.dk": "join", "@hotspotbot:example.dk": "join"},
        "federates": False,
        "acl": None,
    }
    return RoomFacts(**(right | changes))


def said(settings: Settings, room: str, found: RoomFacts, grade: str) -> list[str]:
    config = settings.room(room)
    assert config is not None
    return [
        line.text
        for line in RoomChecks(settings, running=False).secrecy("Rummet", config, found)
        if line.grade == grade
    ]


def test_a_room_as_it_should_be_is_well(config: Path) -> None:
    read = settings(config)
    assert said(read, PERSONAL, facts(), "error") == said(read, PERSONAL, facts(), "warning") == []
    assert len(said(read, PERSONAL, facts(), "ok")) == 3
    assert said(read, PERSONAL, facts(history="joined", join_rule="private"), "error") == []


@pytest.mark.parametrize(
    ("changes", "grade", "mend"),
    [
        ({"history": "world_readable"}, "error", "kun medlemmer"),
        ({"history": "shared"}, "error", "siden de blev inviteret"),
        ({"history": "None"}, "error", "siden de blev inviteret"),
        ({"join_rule": "public"}, "error", "kun inviterede"),
        ({"join_rule": "dk.example.own"}, "error", "kun inviterede"),
        ({"join_rule": "knock"}, "warning", "kun inviterede"),
        ({"join_rule": "restricted"}, "warning", "kun inviterede"),
        ({"guests": True}, "error", "Slå gæsteadgang fra"),
        ({"federates": True}, "error", "federated = true"),
        ({"federates": True, "acl": ("*",)}, "error", f'allow: ["{OWN}"]'),
        ({"federates": True, "acl": (OWN, "*.dk")}, "error", "m.room.server_acl"),
        ({"federates": True, "acl": (OWN, "andre.dk")}, "error", "m.federate = false"),
        ({"members": {"@spion:andre.dk": "invite"}}, "error", "@spion:andre.dk"),
    ],
)
def test_each_door_that_stands_open_is_one_line_with_its_mend(
    config: Path, changes: Mapping[str, Any], grade: str, mend: str
) -> None:
    read = settings(config)
    (line,) = said(read, PERSONAL, facts(**changes), grade)
    assert mend in line
    assert said(read, PERSONAL, facts(**changes), "warning" if grade == "error" else "error") == []
    assert said(read, OPEN, facts(**changes), grade) == [], (
        "where no personal data is, it is the forum's own business"
    )


def test_an_access_list_of_ones_own_servers_keeps_the_others_out(config: Path) -> None:
    read = settings(config, privacy='servers = ["politi.dk"]')
    closed = facts(federates=True, acl=(OWN, "politi.dk"), members={"@bo:politi.dk": "join"})
    assert said(read, PERSONAL, closed, "error") == []
    assert said(read, PERSONAL, facts(federates=True, acl=()), "error") == []
    assert len(said(read, PERSONAL, facts(members={"@bo:andre.dk": "join"}), "error")) == 1


def test_the_config_may_allow_a_federated_room_and_strangers_servers_stay_an_error(config: Path) -> None:
    read = settings(config, room="federated = true")
    assert said(read, PERSONAL, facts(federates=True), "error") == []
    assert any("tillader" in line for line in said(read, PERSONAL, facts(federates=True), "ok"))
    assert len(said(read, PERSONAL, facts(federates=True, members={"@x:andre.dk": "join"}), "error")) == 1


def test_an_access_list_is_read_as_homeservers_read_it() -> None:
    assert _acl({}) is None
    assert _acl({"deny": ["x"]}) == ()
    assert _acl({"allow": ["a", "*"]}) == ("a", "*")
    assert _acl({"allow": "a"}) == ()
