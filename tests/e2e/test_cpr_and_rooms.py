"""CPR numbers, the purpose and closed rooms on a real homeserver, in encrypted rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.demo.account import Event
from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import SetUp, Stage
from tests.e2e.programmes import ONE_ROOM
from tests.e2e.test_operations import hotspotbot

NUMBER = "120512-4321"


def body(event: Event) -> str:
    return str(event["content"]["body"])


async def gone(who: Participant, room: str, event_id: str, bot: str) -> None:
    """Wait until the bot has deleted an event, as somebody in the room sees it."""
    await who.wait_for(
        lambda e: e["type"] == "m.room.redaction" and e["sender"] == bot and event_id in (_redacted(e)), room
    )


def _redacted(event: Event) -> set[Any]:
    return {event.get("redacts"), event["content"].get("redacts")}


def nothing_on_disk(stage: Stage) -> None:
    """No file that the bot wrote has the number, or the date in it."""
    for path in Path(stage.directory).rglob("*"):
        if path.is_file():
            assert b"120512" not in path.read_bytes(), path


async def test_with_power_everything_that_holds_a_number_is_deleted_and_told_in_private(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(ONE_ROOM)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    karla, lene, ali, room = (
        *(stage.people[key] for key in ("karla", "lene", "ali")),
        stage.rooms["fremdrift"],
    )
    purpose = await karla.wait_for_bot(room, "purpose")
    await karla.wait_for(lambda e: e["content"].get("pinned") == [purpose["event_id"]], room)

    command = await lene.say(room, f"!aftale mig ringe om {NUMBER} fredag")
    talk = await ali.say(room, f"han er {NUMBER[:6]} {NUMBER[7:]}")
    file = await ali.send(
        room, "m.room.message", {"msgtype": "m.file", "body": f"{NUMBER}.pdf", "url": "mxc://example.dk/x"}
    )
    topic = await karla.set_state(room, "m.room.topic", {"topic": f"om {NUMBER}"})
    original = await lene.say(room, "!aftale mig skrive til skolen fredag")
    await karla.wait_for_bot(room, "action.recorded")
    edit = await lene.say(room, f"!aftale mig skrive om {NUMBER} fredag", replace=original)
    for event_id in (command, talk, file, topic, edit):
        await gone(karla, room, event_id, stage.bot)
    assert (await karla.state(room, "m.room.topic")).get("topic") is None

    alone = await stage.direct_room("lene", timeout=30)
    told = await lene.wait_for_bot(alone, "cpr.told", timeout=30)
    assert "Din besked i Fremdriftsgruppe" in body(told)
    assert told["encrypted"]
    again = await lene.wait_for_bot(alone, "cpr.told", after=told["event_id"], timeout=30)
    assert "Din rettelse" in body(again)
    create = await lene.state(alone, "m.room.create")
    assert create["m.federate"] is False
    assert await lene.state(alone, "m.room.history_visibility") == {"history_visibility": "invited"}
    assert await lene.state(alone, "m.room.guest_access") == {"guest_access": "forbidden"}

    kinds = [m["content"]["dk.hotspotbot"]["kind"] for m in karla.bot_messages(room)]
    assert kinds == ["purpose", "action.recorded"], "the room hears nothing of it"
    checked = await hotspotbot("check", "--config", stage.config)
    assert checked.lines("fejl") == [], checked.out
    assert any("kan ikke nås fra andre Matrix-servere" in line for line in checked.lines("ok"))
    assert await bot.stop() == 0
    nothing_on_disk(stage)


async def test_without_power_writer_and_coordinator_are_asked_and_given_it_the_bot_deletes(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(ONE_ROOM)
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]
    levels = await karla.state(room, "m.room.power_levels")
    await karla.set_state(room, "m.room.power_levels", {**levels, "users": {}})
    bot = await run_bot(stage.config)
    bot.expected_errors.append("send.refused")
    await stage.bot_joined()
    said = await lene.say(room, f"hun er {NUMBER}")
    for key, words in (("lene", "Slet den selv"), ("karla", "moderator")):
        who, alone = stage.people[key], await stage.direct_room(key, timeout=30)
        asked = await who.wait_for_bot(alone, "cpr.ask", timeout=30)
        assert words in body(asked)
        assert f"%24{said[1:]}" in asked["content"]["formatted_body"]
    assert [m for m in karla.bot_messages(room) if m["content"]["dk.hotspotbot"]["kind"] != "purpose"] == []
    await karla.set_state(room, "m.room.power_levels", levels)
    await gone(karla, room, said, stage.bot)
    assert await bot.stop() == 0
    nothing_on_disk(stage)


async def test_check_fails_on_a_room_that_other_servers_can_reach(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(ONE_ROOM)
    karla = stage.people["karla"]
    alias = f"aaben{stage.suffix}"
    room = await karla.create_room(
        alias=alias, invite=[stage.bot], encrypted=True, power={"users": {stage.bot: 50}}
    )
    config = stage.config.read_text("utf-8")
    text = config.replace(stage.alias("fremdrift"), f"#{alias}:example.dk")
    stage.config.write_text(text, "utf-8")
    await run_bot(stage.config)
    is_in = lambda e: e.get("state_key") == stage.bot and e["content"].get("membership") == "join"  # noqa: E731
    await karla.wait_for(is_in, room, timeout=30)

    async def errors() -> list[str]:
        found = await hotspotbot("check", "--config", stage.config)
        return [line for line in found.lines("fejl") if "andre Matrix-servere" in line]

    (line,) = await errors()
    assert "m.room.server_acl" in line
    assert '"example.dk"' in line
    await karla.set_state(room, "m.room.server_acl", {"allow": ["example.dk"], "allow_ip_literals": False})
    assert await errors() == []
    await karla.set_state(room, "m.room.server_acl", {"allow": ["*"]})
    assert len(await errors()) == 1
    stage.config.write_text(text.replace("[[rooms]]", "[[rooms]]\nfederated = true"), "utf-8")
    assert await errors() == []
