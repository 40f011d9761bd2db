"""The homeserver and the participants among themselves: what every other end-to-end test leans on."""

import asyncio
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import aiohttp
import pytest

from bot import settings
from bot.demo.account import Event, MatrixError
from bot.demo.homeserver import Synapse
from bot.demo.participant import NeverCameError, Participant, UnexpectedError
from bot.demo.process import BotProcess, StartFailedError
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp, Stage

TWO = Programme(
    people=[
        PersonSpec("lene", "Lene Holm", "BUF", ["coordinator"], {"nicknames": ["Lene"]}),
        PersonSpec("ali", "Ali Demir", "SOF"),
    ],
    rooms=[RoomSpec("fremdrift", "fremdriftsgruppe", ["lene", "ali"], "Fremdriftsgruppen")],
    agencies={"BUF": {"name": "Børn og Unge", "representative": "lene"}, "SOF": {"name": "Socialområdet"}},
    settings={"reminders": {"at": "07:30"}},
)


@pytest.fixture
async def stage(programme: SetUp) -> Stage:
    return await programme(TWO)


def says(text: str, event: Event) -> bool:
    return bool(event["content"].get("body") == text)


async def test_people_hear_each_other_with_names_and_pills(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    said = await lene.say(room, "Hej Ali Demir", html=f"Hej {ali.pill}", mentions=[ali])
    heard = await ali.wait_for(lambda event: says("Hej Ali Demir", event), room)
    assert heard["event_id"] == said
    assert heard["sender"] == lene.user_id
    assert heard["content"]["m.mentions"] == {"user_ids": [ali.user_id]}
    assert f'https://matrix.to/#/{ali.user_id}">Ali Demir</a>' in heard["content"]["formatted_body"]
    names = await lene.state(room, "m.room.member", ali.user_id)
    assert names["displayname"] == "Ali Demir"


async def test_a_burst_longer_than_a_sync_page_arrives_whole_and_once(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    texts = [f"nummer {number}" for number in range(250)]
    sent = await lene.say_many(room, texts)
    await ali.caught_up(room)
    heard = [event["event_id"] for event in ali.timeline(room) if event["event_id"] in set(sent)]
    # Not in which order: what is said at the same time has one order in /sync and may have another in /messages.
    assert sorted(heard) == sorted(sent)


async def test_what_was_said_while_nobody_listened_is_heard_in_order(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    await ali.say(room, "før")
    await ali.caught_up(room)
    before = len(ali.timeline(room))
    await ali.stop_listening()
    sent = [await lene.say(room, f"stille {number}") for number in range(120)]
    await ali.caught_up(room)
    assert [event["event_id"] for event in ali.timeline(room)[before:]] == sent


async def test_a_newcomer_hears_what_was_said_before(stage: Stage, synapse: Synapse, suffix: str) -> None:
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    await lene.set_state(room, "m.room.history_visibility", {"history_visibility": "shared"})
    sent = await lene.say_many(room, [f"gammelt {number}" for number in range(130)])
    async with await synapse.register("mette" + suffix, displayname="Mette Krogh") as mette:
        await lene.invite(room, mette)
        mette.listen()
        await mette.wait_for(lambda event: event.get("state_key") == mette.user_id, room)
        await mette.caught_up(room)
        heard = {event["event_id"] for event in mette.timeline(room)}
        assert set(sent) <= heard


async def test_edits_and_deletions_show_what_stands_now(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    first = await lene.say(room, "inden fredag")
    second = await lene.say(room, "slettes")
    await lene.say(room, "inden torsdag", replace=first)
    await ali.say(room, "falsk", replace=first)  # another's edit counts for nothing
    await lene.redact(room, second)
    await ali.caught_up(room)
    assert ali.latest(first)["content"]["body"] == "inden torsdag"
    assert ali.latest(second)["content"] == {}
    assert [event["content"]["body"] for event in ali.shown(room)] == ["inden torsdag"]


async def test_a_reaction_can_be_taken_back(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    said = await lene.say(room, "søge friplads")
    reaction = await ali.react(room, said, "✅")
    await lene.wait_for(lambda event: event["event_id"] == reaction, room)
    assert lene.reactions(room, said) == [(ali.user_id, "✅")]
    await ali.redact(room, reaction)
    await lene.caught_up(room)
    assert lene.reactions(room, said) == []


async def test_replies_and_threads_point_to_what_they_answer(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    root = await lene.say(room, "hvem gør det?")
    reply = await ali.say(room, "mig", reply_to=root)
    inside = await ali.say(room, "i tråden", thread=root)
    await lene.caught_up(room)
    assert lene.latest(reply)["content"]["m.relates_to"] == {"m.in_reply_to": {"event_id": root}}
    assert lene.latest(inside)["content"]["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": root},
    }


async def test_the_same_transaction_twice_is_one_message(stage: Stage) -> None:
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    content = {"msgtype": "m.text", "body": "en gang"}
    first = await lene.send(room, "m.room.message", content, transaction="samme")
    second = await lene.send(room, "m.room.message", content, transaction="samme")
    await lene.caught_up(room)
    assert first == second
    assert len([event for event in lene.timeline(room) if says("en gang", event)]) == 1


async def test_waiting_sees_the_past_and_after_looks_behind_it(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    first = await lene.say(room, "ja")
    second = await lene.say(room, "ja")
    await ali.caught_up(room)
    assert (await ali.wait_for(lambda event: says("ja", event), room))["event_id"] == first
    assert (await ali.wait_for(lambda event: says("ja", event), room, after=first))["event_id"] == second
    with pytest.raises(NeverCameError, match=r"waited 0\.2 s for nothing(.|\n)*ja"):
        await ali.wait_for(lambda event: says("nej", event), room, timeout=0.2)


async def test_quiet_is_broken_by_a_word(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    await ali.quiet(room, 0.2)
    silence = asyncio.create_task(ali.quiet(room, 1.0))
    await asyncio.sleep(0.3)
    await lene.say(room, "undskyld")
    with pytest.raises(UnexpectedError, match="undskyld"):
        await silence


async def test_only_marked_messages_are_the_bots(stage: Stage) -> None:
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    await lene.say(room, "ikke robotten")
    mark = {"id": "7", "kind": "action.recorded", "numbers": [1]}
    body = {"msgtype": "m.notice", "body": "1 · Lene", "dk.hotspotbot": mark}
    marked = await lene.send(room, "m.room.message", body)
    assert (await lene.wait_for_bot(room, "action.recorded"))["event_id"] == marked
    assert [event["event_id"] for event in lene.bot_messages(room)] == [marked]
    assert lene.bot_messages(room, "digest") == []


async def test_rooms_change_hands(synapse: Synapse, suffix: str) -> None:
    async with (
        await synapse.register("lene" + suffix) as lene,
        await synapse.register("ali" + suffix) as ali,
    ):
        ali.auto_join = False
        room = await lene.create_room(alias="gade" + suffix, name="Gadeteam", invite=[ali], version="10")
        assert await ali.invited() == room
        await ali.join(room)
        assert await lene.members(room) == {lene.user_id, ali.user_id}
        await lene.kick(room, ali)
        with pytest.raises(MatrixError) as refused:
            await ali.say(room, "hallo?")
        assert refused.value.errcode == "M_FORBIDDEN"
        newer = await lene.upgrade_room(room, "11")
        assert (await lene.state(room, "m.room.tombstone"))["replacement_room"] == newer
        assert await lene.resolve(f"#gade{suffix}:example.dk") == newer
        encrypted = await lene.create_room(encrypted=True)
        assert (await lene.state(encrypted, "m.room.encryption"))["algorithm"] == "m.megolm.v1.aes-sha2"


async def test_login_by_password_on_a_second_device(synapse: Synapse, suffix: str) -> None:
    async with await synapse.register("lene" + suffix, "kode", "Lene Holm") as lene:
        async with Participant(synapse.url, lene.user_id, "Lene Holm", "kode") as second:
            await second.login()
            assert second.device_id != lene.device_id
            room = await second.create_room()
            await lene.wait_for(lambda event: event["type"] == "m.room.create", room)
        async with Participant(synapse.url, lene.user_id, "Lene Holm", "forkert") as wrong:
            with pytest.raises(MatrixError, match="M_FORBIDDEN"):
                await wrong.login()


async def test_the_bot_config_that_is_written_is_a_valid_one(stage: Stage) -> None:
    loaded = settings.load(stage.config)
    assert loaded.matrix.homeserver == stage.synapse.url
    assert loaded.matrix.user_id == stage.bot
    assert loaded.privacy.require_encryption is stage.programme.encrypted
    assert loaded.reminders.at.isoformat("minutes") == "07:30"
    lene = loaded.person(stage.user_id("lene"))
    assert lene is not None
    assert (lene.name, lene.agency, lene.nicknames) == ("Lene Holm", "BUF", ("Lene",))
    agency = loaded.agency("BUF")
    assert agency is not None
    assert agency.representative == stage.user_id("lene")
    room = loaded.room(stage.alias("fremdrift"))
    assert room is not None
    assert await stage.people["ali"].resolve(room.room) == stage.rooms["fremdrift"]
    assert (stage.directory / "master.key").stat().st_mode & 0o077 == 0
    assert "password" not in tomllib.loads(stage.config.read_text())["matrix"]


async def test_the_bot_is_invited_with_power_to_delete(stage: Stage) -> None:
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    assert stage.bot in await lene.members(room, "invite")
    power = await lene.state(room, "m.room.power_levels")
    assert power["users"][stage.bot] >= power["redact"]


async def test_restarts_keep_data_and_address_and_people_go_on_listening(tmp_path: Path) -> None:
    async with Synapse(tmp_path / "own") as server:
        async with await server.register("lene") as lene, await server.register("ali") as ali:
            room = await lene.create_room(invite=[ali])
            ali.listen()
            await ali.wait_for(lambda event: event.get("state_key") == ali.user_id, room)
            address, first = server.url, server.pid
            await lene.say(room, "før genstart")
            await server.restart()
            await lene.say(room, "efter genstart")
            await server.restart(sudden=True)
            await lene.say(room, "efter strømsvigt")
            await ali.caught_up(room)
            bodies = [event["content"]["body"] for event in ali.shown(room)]
            assert bodies == ["før genstart", "efter genstart", "efter strømsvigt"]
            assert server.url == address
            assert server.pid != first
        pid = server.pid
    assert not _alive(pid)


async def test_default_limits_are_synapses_own_and_patience_gets_through(tmp_path: Path) -> None:
    async with (
        Synapse(tmp_path / "own", rate_limits="default") as server,
        await server.register("lene") as lene,
    ):
        room = await lene.create_room()
        url = f"{server.url}/_matrix/client/v3/rooms/{room}/send/m.room.message"
        headers = {"Authorization": f"Bearer {lene.access_token}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            statuses = []
            for number in range(12):
                async with http.put(f"{url}/{number}", json={"msgtype": "m.text", "body": "x"}) as answer:
                    statuses.append(answer.status)
        assert 429 in statuses
        assert await lene.say(room, "til sidst")


async def test_a_homeserver_that_cannot_start_says_why(tmp_path: Path, synapse: Synapse) -> None:
    taken = Synapse(tmp_path / "taken", port=synapse.port)
    with pytest.raises(StartFailedError, match="already in use"):
        await taken.start()
    assert not taken.running
    assert synapse.running
    misnamed = Synapse(tmp_path / "misnamed", server_name="ikke et navn")
    with pytest.raises(StartFailedError, match=r"(?s)Synapse ended with status [1-9].*ikke et navn"):
        await misnamed.start()


async def test_nothing_is_left_behind_when_the_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio, os, signal, sys\n"
        "from pathlib import Path\n"
        "from bot.demo.homeserver import Synapse\n"
        f"server = Synapse(Path({str(tmp_path / 'own')!r}))\n"
        "asyncio.run(server.start())\n"
        "print(server.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    run = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    pid = int(run.stdout)
    for _ in range(50):
        if not _alive(pid):
            return
        await asyncio.sleep(0.1)
    pytest.fail("Synapse outlived its parent")


async def test_a_bot_that_ends_at_once_is_reported_with_its_words(tmp_path: Path) -> None:
    missing = tmp_path / "findes-ikke.toml"
    bot = BotProcess(missing, tmp_path / "bot.log")
    with pytest.raises(StartFailedError, match="the bot ended with status"):
        await bot.begin()
    assert not bot.running


def test_errors_in_a_bots_log_are_found_unless_expected(tmp_path: Path) -> None:
    bot = BotProcess(tmp_path / "hotspot.toml", tmp_path / "bot.log")
    assert bot.errors() == []
    error = '{"event": "send failed", "level": "error"}'
    bot.log.write_text(
        '{"event": "level error", "level": "info"}\n' + error + "\nTraceback (most recent call last):\n"
    )
    assert bot.errors() == [error, "Traceback (most recent call last):"]
    bot.expected_errors.append("send failed")
    assert bot.errors() == ["Traceback (most recent call last):"]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
