"""Who the bot is to others, on the real homeserver: judged by what /keys/query shows, with a reader of our own."""

import asyncio
import base64
import json
import os
import stat
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.demo.account import Account, MatrixError
from bot.demo.encryption import Identity
from bot.demo.homeserver import PASSWORD, Synapse
from bot.demo.participant import Participant
from bot.demo.process import BotProcess, RunBot, StartFailedError
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp, Stage
from tests.e2e.test_operations import Ended, hotspotbot
from tests.unit.test_verification import Asker

ENCRYPTED = Programme(
    people=(
        PersonSpec("mette", "Mette Krogh", roles=("lead",)),
        PersonSpec("ali", "Ali Demir", "SOF", roles=("coordinator",)),
        PersonSpec("lene", "Lene Holm", "SOF", signed=False),
    ),
    rooms=(RoomSpec("fremdrift", "fremdriftsgruppe", people=("ali", "mette", "lene")),),
    agencies={"SOF": {"name": "Socialforvaltningen"}},
    encrypted=True,
)
REHEARSED = "2026-11-20T09:00@1"  # kill points are armed by a rehearsal only


@pytest.fixture
async def stage(programme: SetUp) -> Stage:
    return await programme(ENCRYPTED)


# --- what anybody can see of the bot


def unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def is_signed(obj: Mapping[str, Any], user: str, key: str) -> bool:
    """Whether an object bears a signature of this user's cross-signing key (appendices, "Checking for a signature")."""
    bare = {name: value for name, value in obj.items() if name not in ("signatures", "unsigned")}
    said = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    try:
        signature = obj["signatures"][user][f"ed25519:{key}"]
        Ed25519PublicKey.from_public_bytes(unpadded(key)).verify(unpadded(signature), said)
    except (KeyError, InvalidSignature):
        return False
    return True


def only_key(obj: Mapping[str, Any]) -> str:
    return str(next(iter(obj["keys"].values())))


class Seen:
    """An account's identity and devices as /keys/query shows them to somebody."""

    def __init__(self, answer: Mapping[str, Any], user: str) -> None:
        self.user = user
        self.devices: dict[str, Any] = {
            name: keys for name, keys in answer["device_keys"].get(user, {}).items() if keys.get("keys")
        }
        self.master_key = answer.get("master_keys", {}).get(user)
        self.self_signing_key = answer.get("self_signing_keys", {}).get(user)
        self.user_signing_key = answer.get("user_signing_keys", {}).get(user)

    @property
    def master(self) -> str | None:
        return only_key(self.master_key) if self.master_key else None

    @property
    def signed(self) -> set[str]:
        """The devices that the identity says are its own."""
        if self.master is None or not is_signed(self.self_signing_key, self.user, self.master):
            return set()
        key = only_key(self.self_signing_key)
        return {name for name, keys in self.devices.items() if is_signed(keys, self.user, key)}


async def seen(person: Account, user: str) -> Seen:
    body: dict[str, Any] = {"device_keys": {user: []}}
    return Seen(await person.call("POST", "/_matrix/client/v3/keys/query", body), user)


async def the_bot(stage: Stage) -> Seen:
    return await seen(stage.people["mette"], stage.bot)


def recovery(stage: Stage, name: str = "recovery.txt") -> Path:
    return stage.directory / name


def recovery_files(stage: Stage) -> list[Path]:
    return sorted(stage.directory.glob("recovery*"))


async def trust(stage: Stage, *arguments: str | Path) -> Ended:
    return await hotspotbot("trust", *arguments, "--config", stage.config)


def empty_database(stage: Stage) -> None:
    """What is left of the database when a disk is lost."""
    for file in stage.directory.glob("hotspotbot.db*"):
        file.unlink()


# --- the first start, and those after it


async def test_the_first_start_makes_an_identity_and_signs_the_device(stage: Stage, run_bot: RunBot) -> None:
    bot = await run_bot(stage.config)
    first = await the_bot(stage)
    assert len(first.devices) == 1
    assert first.signed == set(first.devices), "its one device is its own"
    device = next(iter(first.devices.values()))
    assert is_device_signed(first.master_key, stage.bot, device), "who trusts the device finds the identity"
    file = recovery(stage)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = [line for line in bot.json_lines() if line["event"] == "trust.recovery_file"]
    assert [line["path"] for line in told] == [str(file)]
    assert [line["level"] for line in told] == ["warning"]
    written = file.read_text()

    await bot.restart()
    again = await the_bot(stage)
    assert (again.master_key, again.devices) == (first.master_key, first.devices)
    assert file.read_text() == written
    assert recovery_files(stage) == [file]
    said = [line["event"] for line in bot.json_lines() if line["event"].startswith("trust.")]
    assert sorted(said) == ["trust.recovery_file", "trust.signed"], "the second start had nothing to do"
    # What it keeps does not stand open in the database.
    database = b"".join(path.read_bytes() for path in stage.directory.glob("hotspotbot.db*"))
    for line in written.splitlines():
        label, _, value = line.partition(": ")
        if label in ("master", "self-signing", "user-signing", "backup"):
            assert value.encode() not in database
            assert value.replace(" ", "").encode() not in database


def is_device_signed(obj: Mapping[str, Any], user: str, device: Mapping[str, Any]) -> bool:
    key = device["keys"][f"ed25519:{device['device_id']}"]
    renamed = obj["signatures"][user].get(f"ed25519:{device['device_id']}", "")
    return is_signed({**obj, "signatures": {user: {f"ed25519:{key}": renamed}}}, user, key)


@pytest.mark.parametrize("point", ["trust.sealed", "trust.uploaded"])
async def test_killed_on_the_way_it_goes_on_with_the_same_identity(
    stage: Stage, run_bot: RunBot, point: str
) -> None:
    with pytest.raises(StartFailedError, match="status -9"):
        await run_bot(stage.config, rehearse=REHEARSED, env={"HOTSPOTBOT_KILL": f"{point}:1"})
    before = await the_bot(stage)
    assert before.signed == set()
    assert (before.master is None) == (point == "trust.sealed")
    await run_bot(stage.config, rehearse=REHEARSED)
    after = await the_bot(stage)
    assert after.signed == set(after.devices) != set()
    assert before.master in (None, after.master)
    assert recovery_files(stage) == [recovery(stage)]
    assert (await trust(stage, "recover", recovery(stage))).status == 0, "the file is that identity's"


async def test_a_recovery_file_is_never_overwritten(stage: Stage, run_bot: RunBot) -> None:
    recovery(stage).write_text("somebody else's")
    await run_bot(stage.config, rehearse=REHEARSED)
    assert recovery(stage).read_text() == "somebody else's"
    dated = recovery(stage, "recovery-2026-11-20.txt")
    assert recovery_files(stage) == [dated, recovery(stage)]
    assert stat.S_IMODE(dated.stat().st_mode) == 0o600
    assert (await trust(stage, "recover", dated)).status == 0


# --- after a loss


async def test_without_its_keys_it_refuses_to_start_and_comes_back_from_the_file(
    stage: Stage, run_bot: RunBot
) -> None:
    bot = await run_bot(stage.config)
    before = await the_bot(stage)
    await bot.stop()
    empty_database(stage)
    with pytest.raises(StartFailedError, match="status 77") as refused:
        await bot.begin()
    assert "hotspotbot trust recover FILE" in str(refused.value)
    assert "hotspotbot trust reset" in str(refused.value)
    assert (await the_bot(stage)).master == before.master, "nothing was replaced in silence"

    ended = await trust(stage, "recover", recovery(stage))
    assert ended.status == 0, ended.err
    await bot.begin()
    after = await the_bot(stage)
    assert after.master == before.master
    assert set(after.devices) - set(before.devices), "a new device after the loss"
    assert after.signed >= set(after.devices) - set(before.devices)
    assert recovery_files(stage) == [recovery(stage)], "the same file serves on"


async def test_a_file_of_somebody_else_or_with_a_typing_mistake_is_refused(
    stage: Stage, programme: SetUp, run_bot: RunBot
) -> None:
    other = await programme(ENCRYPTED)
    await run_bot(stage.config)
    await run_bot(other.config)
    ended = await trust(stage, "recover", recovery(other))
    assert ended.status == 77
    assert other.bot in ended.err
    assert stage.bot in ended.err
    lines = recovery(stage).read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if line.startswith("master"))
    lines[number] = lines[number][:-1] + ("2" if lines[number][-1] != "2" else "3")
    copied = stage.directory / "copied.txt"
    copied.write_text("\n".join(lines))
    ended = await trust(stage, "recover", copied)
    assert ended.status == 78
    assert f"line {number + 1}" in ended.err


async def test_a_reset_makes_a_new_identity_only_with_the_password(stage: Stage, run_bot: RunBot) -> None:
    bot = await run_bot(stage.config)
    before = await the_bot(stage)
    await bot.stop()
    password = stage.directory / "password"
    password.write_text("not the password")
    assert (await trust(stage, "reset", "--yes")).status == 77
    assert (await the_bot(stage)).master == before.master
    password.write_text(PASSWORD)
    assert (await trust(stage, "reset")).status != 0, "nobody there to say yes"
    assert (await the_bot(stage)).master == before.master
    await bot.begin()
    await bot.stop()
    assert (await the_bot(stage)).master == before.master, "a reset that failed leaves no trace"

    ended = await trust(stage, "reset", "--yes")
    assert ended.status == 0, ended.err
    files = recovery_files(stage)
    assert len(files) == 2
    assert recovery(stage) in files, "the old file still lies there"
    assert any(str(file) in ended.out for file in files if file != recovery(stage))
    await bot.begin()
    after = await the_bot(stage)
    assert after.master not in (None, before.master)
    assert after.signed == set(after.devices) == set(before.devices)
    assert (await trust(stage, "recover", recovery(stage))).status == 77, "the old file is of no use"


async def test_without_anything_left_a_reset_brings_it_back(stage: Stage, run_bot: RunBot) -> None:
    bot = await run_bot(stage.config)
    before = await the_bot(stage)
    await bot.stop()
    empty_database(stage)
    recovery(stage).unlink()
    ended = await trust(stage, "reset", "--yes")
    assert ended.status == 0, ended.err
    await bot.begin()
    after = await the_bot(stage)
    assert after.master not in (None, before.master)
    assert after.signed == set(after.devices) - set(before.devices) != set()


async def test_status_says_how_it_stands(stage: Stage, run_bot: RunBot) -> None:
    bot = await run_bot(stage.config)
    now = await the_bot(stage)
    ended = await trust(stage, "status")
    assert ended.status == 0, ended.out + ended.err
    good, warned = "\n".join(ended.lines("ok")), "\n".join(ended.lines("advarsel"))
    assert str(now.master) in good
    assert next(iter(now.devices)) in good
    assert str(recovery(stage)) in warned, "the file still lies beside the database"
    assert stage.user_id("lene") in warned, "her device is not signed"
    assert stage.user_id("mette") not in warned
    recovery(stage).unlink()
    assert str(recovery(stage)) not in (await trust(stage, "status")).out
    await bot.stop()
    empty_database(stage)
    assert (await hotspotbot("migrate", "--config", stage.config)).status == 0
    ended = await trust(stage, "status")
    assert ended.status == 1
    assert "trust recover" in "\n".join(ended.lines("fejl"))


# --- a person verifies the bot


class Phone:
    """A person's app that verifies the bot: over to-device messages, or in a room that its device listens to."""

    def __init__(self, person: Participant, bot: str, room: str | None = None) -> None:
        self.person, self.bot, self.room = person, bot, room
        self.asker = Asker(room, transaction_id=f"txn-{time.monotonic_ns()}", user_id=person.user_id)
        self.asker.bot, self.asker.device_id = bot, person.device_id
        self.token = ""
        self.waiting: list[dict[str, Any]] = []

    async def say(self, event: dict[str, Any]) -> str | None:
        kind, content = event["type"], event["content"]
        if self.room is not None:
            return await self.person.send(self.room, kind, content)
        path = f"/_matrix/client/v3/sendToDevice/{kind}/{self.person.new_transaction()}"
        await self.person.call("PUT", path, {"messages": {self.bot: {"*": content}}})
        return None

    async def hears(self, kind: str) -> dict[str, Any]:
        """The content of the bot's next message of this kind."""
        wanted = f"m.key.verification.{kind}"
        if self.room is not None:
            event = await self.person.wait_for(
                lambda e: e["sender"] == self.bot and e["type"] == wanted and self.is_mine(e["content"]),
                self.room,
            )
            return dict(event["content"])
        async with asyncio.timeout(20):
            while True:
                for event in self.waiting:
                    if event["type"] == wanted and event["content"]["transaction_id"] == self.asker.id:
                        self.waiting.remove(event)
                        return dict(event["content"])
                query = {"timeout": "1000"} | ({"since": self.token} if self.token else {})
                said = await self.person.call("GET", "/_matrix/client/v3/sync", query=query)
                self.token = said["next_batch"]
                self.waiting += said.get("to_device", {}).get("events", [])

    def is_mine(self, content: Mapping[str, Any]) -> bool:
        return bool(content.get("m.relates_to", {}).get("event_id") == self.asker.id)

    async def ask(self) -> dict[str, Any]:
        """The request; what the bot answers to it."""
        event = self.asker.request()
        if self.room is not None:
            event["content"]["to"] = self.bot
            self.asker.id = str(await self.say(event))
        else:
            event["content"]["timestamp"] = int(time.time() * 1000)
            await self.say(event)
        ready = await self.hears("ready")
        self.asker.bot_device = ready["from_device"]
        return ready

    async def compare(self) -> tuple[int, ...]:
        """Up to where both sides show emoji; the ones on the person's screen."""
        await self.ask()
        await self.say(self.asker.start())
        accept = await self.hears("accept")
        await self.say(self.asker.key())
        key = (await self.hears("key"))["key"]
        assert self.asker.committed(accept, key)
        return self.asker.agree(key)[0]

    async def proves(self) -> dict[str, str]:
        """The keys that the bot proved, by their names; checked against what the homeserver shows of it."""
        shown = await seen(self.person, self.bot)
        device = self.asker.bot_device
        keys = {f"ed25519:{device}": shown.devices[device]["keys"][f"ed25519:{device}"]}
        keys |= {f"ed25519:{shown.master}": str(shown.master)}
        mac = (await self.hears("mac"))["mac"]
        assert mac == {name: self.asker.proof(key, name, bots=True) for name, key in keys.items()}
        return keys

    async def agrees(self) -> None:
        """The person says that they are the same: their keys are proven, and the bot is done."""
        own = await seen(self.person, self.person.user_id)
        device = self.person.device_id
        keys = {f"ed25519:{device}": own.devices[device]["keys"][f"ed25519:{device}"]}
        keys |= {f"ed25519:{own.master}": str(own.master)}
        await self.say(self.asker.mac(keys))
        await self.hears("done")
        await self.say(self.asker.event("done", {}))


@pytest.fixture
async def phone(stage: Stage) -> AsyncIterator[Participant]:
    """Another device of Mette's, signed, that listens to nothing by itself."""
    async with await stage.people["mette"].another_device() as second:
        yield second


def logged(bot: BotProcess, event: str) -> list[dict[str, Any]]:
    return [line for line in bot.json_lines() if line["event"] == event]


async def test_a_person_verifies_the_bot_by_emoji(stage: Stage, run_bot: RunBot, phone: Participant) -> None:
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    mette = Phone(phone, stage.bot)
    mine = await mette.compare()
    (line,) = logged(bot, "verification.emoji")
    assert line["user_id"] == phone.user_id
    assert len(line["emoji"]) == len(mine) == 7
    await mette.proves()
    await mette.agrees()
    master = (await seen(phone, phone.user_id)).master_key
    assert all(user == phone.user_id for user in master.get("signatures", {})), "nobody asked the operator"


async def test_a_person_verifies_the_bot_in_a_room(stage: Stage, run_bot: RunBot) -> None:
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    room = await stage.open_direct_room("mette")
    mette = Phone(stage.people["mette"], stage.bot, room)
    await mette.compare()
    await mette.proves()
    await mette.agrees()
    (line,) = logged(bot, "verification.emoji")
    assert line["user_id"] == stage.user_id("mette")
    events = [e for e in stage.people["mette"].timeline(room) if e["sender"] == stage.bot]
    said = [e for e in events if e["type"].startswith("m.key.verification.")]
    assert [e["type"].rpartition(".")[2] for e in said] == ["ready", "accept", "key", "mac", "done"], (
        "each once"
    )
    assert all(e["encrypted"] and e["content"]["dk.hotspotbot"]["kind"] == "verification" for e in said)


async def test_a_bot_that_started_again_says_that_it_knows_of_no_verification(
    stage: Stage, run_bot: RunBot, phone: Participant
) -> None:
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    mette = Phone(phone, stage.bot)
    await mette.ask()
    await bot.restart()
    await mette.say(mette.asker.start())
    assert (await mette.hears("cancel"))["code"] == "m.unknown_transaction"
    assert await Phone(phone, stage.bot).compare(), "and the next one runs"


# --- the operator's side


class Operator:
    """`hotspotbot trust verify` at a terminal."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.out = ""

    async def sees(self, text: str) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            while text not in self.out:
                more = await self.process.stdout.read(1000)
                assert more, self.out
                self.out += more.decode()

    async def says(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n".encode())
        await self.process.stdin.drain()

    async def ends(self) -> int:
        async with asyncio.timeout(60):
            out, _ = await self.process.communicate()
        self.out += out.decode()
        return self.process.returncode or 0


async def operator(stage: Stage, who: str, wait: float = 60) -> Operator:
    own = {name: value for name, value in os.environ.items() if not name.startswith("HOTSPOTBOT_")}
    return Operator(
        await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("hotspotbot"),
            *("trust", "verify", who, "--wait", str(wait), "--config", str(stage.config)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=own,
        )
    )


async def vouched_for(stage: Stage, synapse: Synapse, key: str) -> bool:
    """Whether the bot has signed somebody's master key, as the bot's own account sees it."""
    bot = Account(stage.synapse.url, stage.bot, "", PASSWORD)
    try:
        await bot.login()
        own = await seen(bot, stage.bot)
        signs = only_key(own.user_signing_key)
        return is_signed((await seen(bot, stage.user_id(key))).master_key, stage.bot, signs)
    finally:
        await bot.call("POST", "/_matrix/client/v3/logout")
        await bot.close()


async def test_the_operator_compares_and_the_bot_vouches_for_the_lead(
    stage: Stage, synapse: Synapse, run_bot: RunBot, phone: Participant
) -> None:
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    desk = await operator(stage, phone.user_id)
    await desk.sees(phone.user_id)
    mette = Phone(phone, stage.bot)
    await mette.compare()
    await desk.sees("7. ")
    (line,) = logged(bot, "verification.emoji")
    for shown in line["emoji"]:
        assert shown.split()[0] in desk.out
    assert not await vouched_for(stage, synapse, "mette")
    await desk.says("ja")
    await mette.proves()
    await mette.agrees()
    assert await desk.ends() == 0, desk.out
    assert await vouched_for(stage, synapse, "mette")
    assert not await vouched_for(stage, synapse, "ali")
    good = "\n".join((await trust(stage, "status")).lines("ok"))
    assert stage.user_id("mette") in good
    assert stage.user_id("ali") not in good


async def new_identity(person: Participant) -> None:
    """Somebody resets their encryption, as Element does it: another identity, with the password."""
    path, body = "/_matrix/client/v3/keys/device_signing/upload", Identity(person.user_id).public()
    with pytest.raises(MatrixError) as asked:
        await person.call("POST", path, body)
    who = {"type": "m.id.user", "user": person.user_id}
    proof = {"type": "m.login.password", "identifier": who, "password": person.password}
    await person.call("POST", path, body | {"auth": proof | {"session": asked.value.body["session"]}})


async def test_an_identity_that_changed_meanwhile_is_not_signed(
    stage: Stage, synapse: Synapse, run_bot: RunBot, phone: Participant
) -> None:
    await run_bot(stage.config)
    await stage.bot_joined()
    desk = await operator(stage, phone.user_id)
    mette = Phone(phone, stage.bot)
    await mette.compare()
    await desk.sees("7. ")
    await mette.agrees()
    await new_identity(phone)
    await desk.says("ja")
    assert await desk.ends() == 1
    assert "anden identitet" in desk.out
    assert not await vouched_for(stage, synapse, "mette")


async def test_other_emoji_end_the_verification_on_both_sides(
    stage: Stage, synapse: Synapse, run_bot: RunBot, phone: Participant
) -> None:
    await run_bot(stage.config)
    await stage.bot_joined()
    desk = await operator(stage, "@mette" + stage.suffix)
    mette = Phone(phone, stage.bot)
    await mette.compare()
    await desk.sees("7. ")
    await desk.says("n")
    assert await desk.ends() == 1
    assert (await mette.hears("cancel"))["code"] == "m.mismatched_sas"
    assert not await vouched_for(stage, synapse, "mette")


async def test_the_bot_vouches_for_leads_only_and_says_when_nothing_comes(
    stage: Stage, run_bot: RunBot
) -> None:
    bot = await run_bot(stage.config)
    await bot.stop()
    desk = await operator(stage, stage.user_id("mette"))
    assert await desk.ends() == 1, "no bot runs"
    await bot.begin()
    for who in (stage.user_id("ali"), "@ukendt:example.dk"):
        desk = await operator(stage, who)
        assert await desk.ends() == 1
        assert who in desk.out
    desk = await operator(stage, stage.user_id("mette"), wait=1)
    assert await desk.ends() == 1
    assert "Traceback" not in desk.out
