"""What goes wrong with keys: calls that break, keys that are taken, devices that appear, members who send garbage.

Whatever it is, each command is answered once and in order, and everybody in the room can read the answer.
"""

import asyncio
import base64
import itertools
import json
from collections.abc import Iterator
from signal import SIGKILL
from typing import Any

import vodozemac as vz

from bot.demo.account import Event, MatrixError, quoted
from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from tests.faults.judge import all_read, answered, answers
from tests.faults.one_time_keys import device_of, take
from tests.faults.programmes import NOON, behind
from tests.faults.proxy import Proxy, Way
from tests.faults.test_network import WAYS, ask, in_turn, tries

CALLS = ("keys/query", "keys/claim", "sendToDevice")


async def test_everybody_is_given_the_key_whatever_happens_to_the_calls(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    # One owner for each way: the first answer in their room waits for their device to be known and reached.
    stage = await programme(behind(proxy, rooms={room: (f"ejer-{room}",) for room in WAYS}))
    await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    rules = [
        proxy.breaks(call, *tries(way), about=stage.user_id(f"ejer-{room}"))
        for room, way in WAYS.items()
        for call in CALLS
    ]
    said = {room: await ask(stage, room, "skolen", "klubben") for room in WAYS}
    for room, commands in said.items():
        await answered(stage, "karla", stage.rooms[room], commands, timeout=60)
        await answered(stage, f"ejer-{room}", stage.rooms[room], commands)
    await all_read(stage)
    assert all(rule.over for rule in rules), "each room suffered what it should"


async def test_new_one_time_keys_get_there_whatever_happens_to_the_call(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms={"fremdrift": ()}))
    first = proxy.breaks("keys/upload", Way.RESET_AFTER, Way.PAGE, Way.TRUNCATED)
    await run_bot(stage.config, rehearse=NOON)
    assert first.over, "the bot is not ready before its keys are there"
    await stage.bot_joined()
    karla: Participant = stage.people["karla"]
    said: list[str] = []
    for way in Way:
        rule = proxy.breaks("keys/upload", *in_turn([way]))
        await take(karla, stage.bot, 1)
        said += await ask(stage, "fremdrift", "skolen")  # the next sync says that a key is missing
        await answered(stage, "karla", stage.rooms["fremdrift"], said)
        await rule.all_met()
    given = await take(karla, stage.bot, 50)
    assert len({key["key"] for key in given}) == 50, "no key is given twice"
    assert not any(key.get("fallback") for key in given), "after each break there were fifty again"


async def test_a_new_device_reaches_a_bot_whose_keys_were_all_taken_while_it_was_down(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms={"fremdrift": ("lene",)}))
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    said = await ask(stage, "fremdrift", "skolen")
    await answered(stage, "karla", stage.rooms["fremdrift"], said)
    await bot.kill()
    given = await take(stage.people["lene"], stage.bot, 60)
    assert len({key["key"] for key in given if not key.get("fallback")}) >= 49
    assert given[-1].get("fallback"), "then everybody gets the fallback key"
    async with await stage.people["karla"].another_device() as tablet:
        said.append(await tablet.say(stage.rooms["fremdrift"], "!aftale mig ringe til klubben inden fredag"))
        await bot.begin()
        await answered(stage, "karla", stage.rooms["fremdrift"], said)
        # The next device has one-time keys again, and the bot speaks to both.
        assert not (await take(stage.people["lene"], stage.bot, 1))[0].get("fallback")
        said += await ask(stage, "fremdrift", "banken")
        await answered(stage, "karla", stage.rooms["fremdrift"], said)
        await tablet.wait_for(lambda event: answers(event) == said[-1], stage.rooms["fremdrift"])
    await all_read(stage)


async def test_killed_when_a_new_device_has_used_a_one_time_key(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms={"fremdrift": ("lene",)}))
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    room, said = stage.rooms["fremdrift"], await ask(stage, "fremdrift", "skolen")
    await answered(stage, "karla", room, said)
    for point in ("inbox.before-commit", "keys.uploaded", "inbox.committed"):
        await bot.kill()
        async with await stage.people["karla"].another_device() as tablet:
            said.append(await tablet.say(room, "!aftale mig ringe til klubben inden fredag"))
            bot.env["HOTSPOTBOT_KILL"] = f"{point}:1"
            bot.start()
            assert await bot.wait(30) == -SIGKILL, f"did not die at {point}:\n{bot.tail()}"
            del bot.env["HOTSPOTBOT_KILL"]
            await bot.begin()
            await answered(stage, "karla", room, said)
            said.append(await tablet.say(room, "!aftale mig ringe til banken inden fredag"))
            await tablet.wait_for(lambda event: answers(event) == said[-1], room)
            await answered(stage, "karla", room, said)
    await all_read(stage)


async def test_after_a_thousand_malformed_events_the_next_command_is_answered(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms={"fremdrift": ("mallory",)}))
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    mallory, said = stage.people["mallory"], await ask(stage, "fremdrift", "skolen")
    await answered(stage, "karla", stage.rooms["fremdrift"], said)
    keys = await device_of(mallory, stage.bot)
    events = list(itertools.islice(itertools.cycle(malformed(mallory, stage.bot, keys)), 1000))
    sent = await _send_all(mallory, stage.bot, keys["device_id"], events[:500])
    said += await ask(stage, "fremdrift", "klubben")
    await answered(stage, "karla", stage.rooms["fremdrift"], said, timeout=60)
    await bot.kill()
    sent += await _send_all(mallory, stage.bot, keys["device_id"], events[500:])
    assert sent == 1000, "the homeserver has passed them on"
    said += await ask(stage, "fremdrift", "banken")
    await bot.begin()
    await answered(stage, "karla", stage.rooms["fremdrift"], said, timeout=60)
    # Mallory herself is heard as well, once she says something that can be understood.
    said.append(await mallory.say(stage.rooms["fremdrift"], "!aftale mig ringe til haven inden fredag"))
    await answered(stage, "karla", stage.rooms["fremdrift"], said)
    await all_read(stage)


async def _send_all(who: Participant, user: str, device: str, events: list[tuple[str, Any]]) -> int:
    """Send events to a device, twenty at a time; how many the homeserver took."""

    async def one(kind: str, content: Any) -> int:
        path = f"/_matrix/client/v3/sendToDevice/{quoted(kind)}/{quoted(who.new_transaction())}"
        try:
            await who.call("PUT", path, {"messages": {user: {device: content}}})
        except MatrixError as refused:
            raise AssertionError(f"refused: {kind} {json.dumps(content)[:100]}") from refused
        return 1

    taken = 0
    for start in range(0, len(events), 20):
        taken += sum(await asyncio.gather(*(one(*event) for event in events[start : start + 20])))
    return taken


def malformed(who: Participant, user: str, keys: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """To-device events that nobody should send: what a member of the bot's rooms could."""
    device = keys["device_id"]
    other, signing = keys["keys"][f"curve25519:{device}"], keys["keys"][f"ed25519:{device}"]
    account = vz.Account()
    mine = account.curve25519_key.to_base64()
    megolm = "m.megolm.v1.aes-sha2"

    def sealed(text: Any, sender_key: Any = mine, algorithm: Any = "m.olm.v1.curve25519-aes-sha2") -> Event:
        return {"algorithm": algorithm, "sender_key": sender_key, "ciphertext": {other: text}}

    def olm(what: Any) -> Event:
        """A proper Olm message, made for a one-time key that the bot never had."""
        stranger: Any = vz.Account()
        stranger.generate_one_time_keys(1)
        unknown = next(iter(stranger.one_time_keys.values()))
        session = account.create_outbound_session(vz.Curve25519PublicKey.from_base64(other), unknown)
        kind, body = session.encrypt(json.dumps(what).encode()).to_parts()
        return sealed({"type": kind, "body": base64.b64encode(body).decode().rstrip("=")})

    deep: Any = "bund"
    for _ in range(90):
        deep = {"content": [deep]}
    inner = {"type": "m.room_key", "sender": who.user_id, "recipient": user, "content": {}}
    wrong: Any
    bodies: tuple[Any, ...] = (
        "",
        "AAAA",
        "ikke base64 æøå",
        base64.b64encode(bytes(range(200))).decode(),
        "A" * 5000,
        None,
        7,
        [],
        {},
    )
    kinds = (0, 1, 2, -1, "0", None, True, 10**12)
    for body, kind in itertools.product(bodies, kinds):
        yield "m.room.encrypted", sealed({"type": kind, "body": body})
    for wrong in (None, 1, "tekst", [], [{}], {}, {"type": 0}, {"body": "AAAA"}, deep):
        yield "m.room.encrypted", sealed(wrong)
    for wrong in (None, 1, "", "kort", "A" * 43, other, signing, [], {}):
        yield "m.room.encrypted", sealed({"type": 0, "body": "AAAA"}, wrong)
    for wrong in (None, 1, "", "m.olm.v2", megolm, [], {}):
        yield "m.room.encrypted", sealed({"type": 0, "body": "AAAA"}, algorithm=wrong)
    for wrong in (None, 1, "tekst", [], {}, {mine: {"type": 0, "body": "AAAA"}}):
        yield "m.room.encrypted", {**sealed(None), "ciphertext": wrong}
    for wrong in (inner, {**inner, "keys": {}}, [], "tekst", None, {**inner, "content": None}):
        yield "m.room.encrypted", olm(wrong)
    for kind in (
        "m.room_key",
        "m.forwarded_room_key",
        "m.room_key_request",
        "m.room_key.withheld",
        "m.key.verification.request",
        "m.key.verification.start",
        "m.key.verification.accept",
        "m.key.verification.key",
        "m.key.verification.mac",
        "m.key.verification.done",
        "m.key.verification.cancel",
        "m.secret.request",
        "m.secret.send",
        "m.dummy",
        "m.room.encrypted",
        "dk.ukendt.slags",
        "m" * 200,
    ):
        for content in (
            {},
            {"algorithm": megolm, "room_id": 1, "session_id": [], "session_key": None},
            {"transaction_id": 1, "from_device": [], "methods": "m.sas.v1", "timestamp": "nu"},
            {"transaction_id": "t", "from_device": "X", "methods": [None], "timestamp": 10**18},
            {"action": "request", "body": [], "requesting_device_id": 1, "request_id": {}},
            {"tekst": "\x00\x01\u202e", "dyb": deep},
        ):
            yield kind, content
