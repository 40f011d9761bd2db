"""What the simulation assumes of a homeserver, asked of the model and of Synapse alike (tests/simulation)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, Protocol

import pytest

from bot.demo.homeserver import PASSWORD, Synapse
from bot.demo.participant import Participant
from bot.matrix.api import Homeserver, LoggedOut, Refused
from tests.simulation.homeserver import World
from tests.simulation.wire import Direct, ModelHomeserver


class Side(Protocol):
    """A homeserver under questions. Names are localparts."""

    def mxid(self, name: str) -> str:
        """The user id behind a name."""

    def alias(self, name: str) -> str:
        """The local part of an alias of this test's own."""

    async def connect(self, name: str, device: str | None = None) -> Homeserver:
        """A person, logged in on a device of their own, or on one there was before."""

    async def remove(self, by: str, room: str, user: str) -> None:
        """Somebody removes somebody."""

    async def upgrade(self, by: str, room: str) -> str:
        """Somebody moves a room; its new id."""

    async def log_out(self, who: Homeserver) -> None:
        """A session ends."""


class Model:
    """The model."""

    def __init__(self) -> None:
        self.world = World(time.time)

    def mxid(self, name: str) -> str:
        return f"@{name}:example.dk"

    def alias(self, name: str) -> str:
        return name

    async def connect(self, name: str, device: str | None = None) -> Homeserver:
        self.world.passwords[self.mxid(name)] = PASSWORD
        return await _logged_in(ModelHomeserver(self.world, Direct()), self.mxid(name), device)

    async def remove(self, by: str, room: str, user: str) -> None:
        self.world.leave(self.mxid(user), room, by=self.mxid(by))

    async def upgrade(self, by: str, room: str) -> str:
        return self.world.upgrade(self.mxid(by), room)

    async def log_out(self, who: Homeserver) -> None:
        self.world.log_out(who.token)


class Real:
    """Synapse."""

    def __init__(self, synapse: Synapse, suffix: str, stack: AsyncExitStack) -> None:
        self.synapse = synapse
        self.suffix = suffix
        self.stack = stack
        self.people: dict[str, Participant] = {}

    def mxid(self, name: str) -> str:
        return self.synapse.mxid(name + self.suffix)

    def alias(self, name: str) -> str:
        return name + self.suffix

    async def connect(self, name: str, device: str | None = None) -> Homeserver:
        if name not in self.people:
            person = await self.synapse.register(name + self.suffix)
            self.people[name] = await self.stack.enter_async_context(person)
        homeserver = await self.stack.enter_async_context(Homeserver(self.synapse.url))
        return await _logged_in(homeserver, self.mxid(name), device)

    async def remove(self, by: str, room: str, user: str) -> None:
        await self.people[by].kick(room, self.mxid(user))

    async def upgrade(self, by: str, room: str) -> str:
        return await self.people[by].upgrade_room(room)

    async def log_out(self, who: Homeserver) -> None:
        await who._call("POST", "/_matrix/client/v3/logout", {})


async def _logged_in(homeserver: Homeserver, user: str, device: str | None) -> Homeserver:
    homeserver.token, _ = await homeserver.login(user, PASSWORD, "test", device)
    await homeserver.whoami()
    return homeserver


@pytest.fixture(params=["model", "synapse"])
async def side(request: pytest.FixtureRequest, synapse: Synapse, suffix: str) -> AsyncIterator[Side]:
    """Each question is put to both."""
    async with AsyncExitStack() as stack:
        if request.param == "model":
            yield Model()
        else:
            yield Real(synapse, suffix, stack)


class Scene:
    """A room of Lene's in which the bot is."""

    def __init__(self, side: Side, lene: Homeserver, bot: Homeserver, room: str) -> None:
        self.side = side
        self.lene = lene
        self.bot = bot
        self.room = room
        self._said = 0

    async def say(self, count: int = 1) -> list[str]:
        """Lene speaks. Returns the event ids."""
        said = []
        for _ in range(count):
            self._said += 1
            said.append(
                await self.lene.send(
                    self.room, "m.room.message", f"s{self._said}", _text(f"nr. {self._said}")
                )
            )
        return said

    async def token(self) -> str:
        """The bot's token for now. Once in a test: a first sync asked for again may be the old one."""
        said = await self.bot.sync(None, timeout=0)
        assert _joined(said, self.room)["timeline"]["limited"] is False
        return str(said["next_batch"])


@pytest.fixture
async def scene(side: Side) -> Scene:
    lene, bot = await side.connect("lene"), await side.connect("bot")
    room = await lene.create_room({"invite": [side.mxid("bot")]})
    await bot.join(room)
    return Scene(side, lene, bot, room)


def _text(body: str) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body}


def _ids(events: list[Mapping[str, Any]]) -> list[str]:
    return [event["event_id"] for event in events]


def _joined(said: Mapping[str, Any], room: str) -> dict[str, Any]:
    found: dict[str, Any] = said["rooms"]["join"][room]
    return found


async def _refused(call: Awaitable[object]) -> tuple[str, int]:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.errcode, caught.value.status


# --- sync and paging


async def test_a_sync_says_what_is_new_once(scene: Scene) -> None:
    token = await scene.token()
    said = await scene.say(3)
    answer = await scene.bot.sync(token, timeout=0)
    timeline = _joined(answer, scene.room)["timeline"]
    assert _ids(timeline["events"]) == said
    assert timeline["limited"] is False
    assert scene.room not in (await scene.bot.sync(answer["next_batch"], timeout=0)).get("rooms", {}).get(
        "join", {}
    )
    again = await scene.bot.sync(token, timeout=0)
    assert _ids(_joined(again, scene.room)["timeline"]["events"]) == said


async def test_a_gap_is_read_forward_and_backward(scene: Scene) -> None:
    token = await scene.token()
    said = await scene.say(130)
    timeline = _joined(await scene.bot.sync(token, timeout=0), scene.room)["timeline"]
    assert timeline["limited"] is True
    assert _ids(timeline["events"]) == said[-100:]
    gap = await scene.bot.messages(scene.room, token, timeline["prev_batch"])
    assert _ids(gap["chunk"]) == said[:30]
    back = await scene.bot.messages(scene.room, timeline["prev_batch"], token, back=True)
    assert _ids(back["chunk"]) == said[:30][::-1]
    # What follows the gap's end is nothing, however it is asked for.
    if "end" in gap:
        assert (await scene.bot.messages(scene.room, gap["end"], timeline["prev_batch"]))["chunk"] == []


async def test_pages_follow_each_other(scene: Scene) -> None:
    token = await scene.token()
    said = await scene.say(7)
    forward: list[str] = []
    start: str | None = token
    while start is not None:
        page = await scene.bot.messages(scene.room, start, None, limit=3)
        forward += _ids(page["chunk"])
        start = page.get("end") if page["chunk"] else None
    assert forward == said
    backward: list[str] = []
    start, first = None, True
    while first or start is not None:
        page = await scene.bot.messages(scene.room, start, None, back=True, limit=3)
        backward += _ids(page["chunk"])
        start, first = (page.get("end") if page["chunk"] else None), False
    assert backward[:7] == said[::-1]
    oldest = await scene.bot.event(scene.room, backward[-1])
    assert oldest is not None
    assert oldest["type"] == "m.room.create"


async def test_only_what_one_person_said(scene: Scene) -> None:
    await scene.say(2)
    own = await scene.bot.send(scene.room, "m.room.message", "b1", _text("svar"))
    await scene.say(2)
    page = await scene.bot.messages(scene.room, None, None, back=True, sender=scene.side.mxid("bot"))
    assert _ids(page["chunk"])[0] == own
    assert {event["sender"] for event in page["chunk"]} == {scene.side.mxid("bot")}


async def test_full_state_tells_of_quiet_rooms(scene: Scene) -> None:
    token = await scene.token()
    quiet = await scene.bot.sync(token, timeout=0)
    assert scene.room not in quiet.get("rooms", {}).get("join", {})
    part = _joined(await scene.bot.sync(token, timeout=0, full_state=True), scene.room)
    assert part["timeline"]["events"] == []
    members = {
        e["state_key"]: e["content"]["membership"]
        for e in part["state"]["events"]
        if e["type"] == "m.room.member"
    }
    assert members == {scene.side.mxid("lene"): "join", scene.side.mxid("bot"): "join"}


async def test_the_state_block_is_what_stood_before_the_timeline(scene: Scene) -> None:
    token = await scene.token()
    ali = await scene.side.connect("ali")
    await scene.lene.invite(scene.room, scene.side.mxid("ali"))
    await ali.join(scene.room)
    await scene.say(101)
    part = _joined(await scene.bot.sync(token, timeout=0), scene.room)
    assert part["timeline"]["limited"] is True
    members = [e for e in part["state"]["events"] if e.get("state_key") == scene.side.mxid("ali")]
    assert [e["content"]["membership"] for e in members] == ["join"]


# --- coming and going


async def test_an_invitation_comes_once_and_a_new_room_with_its_past(side: Side) -> None:
    lene, bot = await side.connect("lene"), await side.connect("bot")
    before = str((await bot.sync(None, timeout=0))["next_batch"])
    room = await lene.create_room({"invite": [side.mxid("bot")], "is_direct": True})
    said = await lene.send(room, "m.room.message", "1", _text("før du kom"))
    answer = await bot.sync(before, timeout=0)
    state = answer["rooms"]["invite"][room]["invite_state"]["events"]
    mine = [e for e in state if e["type"] == "m.room.member" and e.get("state_key") == side.mxid("bot")]
    assert [(e["sender"], e["content"]["membership"], e["content"].get("is_direct")) for e in mine] == [
        (side.mxid("lene"), "invite", True)
    ]
    token = answer["next_batch"]
    assert room not in (await bot.sync(token, timeout=0)).get("rooms", {}).get("invite", {})
    await bot.join(room)
    assert await bot.join(room) == room
    part = _joined(await bot.sync(token, timeout=0), room)
    shown = part["timeline"]["events"]
    assert said in _ids(shown)
    told = {(e["type"], e["state_key"]) for e in (*part["state"]["events"], *shown) if "state_key" in e}
    assert {("m.room.create", ""), ("m.room.member", side.mxid("lene"))} <= told


async def test_a_new_rooms_timeline_may_be_limited_and_is_read_backward(scene: Scene) -> None:
    said = await scene.say(120)
    ali = await scene.side.connect("ali")
    token = str((await ali.sync(None, timeout=0))["next_batch"])
    await scene.lene.invite(scene.room, scene.side.mxid("ali"))
    await ali.join(scene.room)
    part = _joined(await ali.sync(token, timeout=0), scene.room)
    assert part["timeline"]["limited"] is True
    assert len(part["timeline"]["events"]) == 100
    members = {e["state_key"] for e in part["state"]["events"] if e["type"] == "m.room.member"}
    assert scene.side.mxid("lene") in members
    back = await ali.messages(scene.room, part["timeline"]["prev_batch"], None, back=True)
    read = _ids(back["chunk"])[::-1] + _ids(part["timeline"]["events"])
    assert [event_id for event_id in read if event_id in set(said)] == said


async def test_somebody_removed_hears_what_came_before_and_no_more(scene: Scene) -> None:
    token = await scene.token()
    said = await scene.say(2)
    await scene.side.remove("lene", scene.room, "bot")
    unheard = await scene.say()
    answer = await scene.bot.sync(token, timeout=0)
    assert scene.room not in answer["rooms"].get("join", {})
    events = answer["rooms"]["leave"][scene.room]["timeline"]["events"]
    assert _ids(events)[:2] == said
    assert events[-1]["content"]["membership"] == "leave"
    assert len(events) == 3
    assert scene.room not in (await scene.bot.sync(answer["next_batch"], timeout=0)).get("rooms", {}).get(
        "leave", {}
    )
    assert await _refused(scene.bot.send(scene.room, "m.room.message", "x", _text("hallo"))) == (
        "M_FORBIDDEN",
        403,
    )
    assert await _refused(scene.bot.join(scene.room)) == ("M_FORBIDDEN", 403)
    past = await scene.bot.messages(scene.room, None, None, back=True)
    assert said[0] in _ids(past["chunk"])
    assert unheard[0] not in _ids(past["chunk"])
    heard = await scene.bot.event(scene.room, said[0])
    assert heard is not None
    assert heard["content"]["body"] == "nr. 1"
    assert await scene.bot.event(scene.room, unheard[0]) is None
    await scene.lene.invite(scene.room, scene.side.mxid("bot"))
    assert await scene.bot.event(scene.room, said[0]) is not None


async def test_a_removal_with_more_before_it_than_a_timeline_holds(scene: Scene) -> None:
    token = await scene.token()
    said = await scene.say(105)
    await scene.side.remove("lene", scene.room, "bot")
    part = (await scene.bot.sync(token, timeout=0))["rooms"]["leave"][scene.room]["timeline"]
    assert part["limited"] is True
    gap = await scene.bot.messages(scene.room, token, part["prev_batch"])
    assert _ids(gap["chunk"]) + _ids(part["events"])[:-1] == said


async def test_removed_and_asked_back_between_two_syncs_is_a_parting_and_an_invitation(scene: Scene) -> None:
    token = await scene.token()
    said = await scene.say()
    await scene.side.remove("lene", scene.room, "bot")
    await scene.lene.invite(scene.room, scene.side.mxid("bot"))
    later = await scene.say()
    answer = await scene.bot.sync(token, timeout=0)
    assert scene.room in answer["rooms"]["invite"]
    assert scene.room not in answer["rooms"].get("join", {})
    events = answer["rooms"]["leave"][scene.room]["timeline"]["events"]
    assert _ids(events)[:1] == said
    assert events[-1]["content"]["membership"] == "leave"
    assert len(events) == 2
    await scene.bot.join(scene.room)
    part = _joined(await scene.bot.sync(answer["next_batch"], timeout=0), scene.room)
    shown = _ids(part["timeline"]["events"])
    assert [event_id for event_id in shown if event_id in {*said, *later}] == [*said, *later]


async def test_who_is_asked_back_may_not_read_a_gap_before_they_have_come(scene: Scene) -> None:
    token = await scene.token()
    said = await scene.say(105)
    await scene.side.remove("lene", scene.room, "bot")
    await scene.lene.invite(scene.room, scene.side.mxid("bot"))
    answer = await scene.bot.sync(token, timeout=0)
    part = answer["rooms"]["leave"][scene.room]["timeline"]
    assert part["limited"] is True
    for start, end, back in ((token, part["prev_batch"], False), (part["prev_batch"], None, True)):
        call = scene.bot.messages(scene.room, start, end, back=back)
        assert await _refused(call) == ("M_FORBIDDEN", 403)
    await scene.bot.join(scene.room)
    timeline = _joined(await scene.bot.sync(answer["next_batch"], timeout=0), scene.room)["timeline"]
    past = await scene.bot.messages(scene.room, timeline["prev_batch"], None, back=True)
    read = _ids(past["chunk"])[::-1] + _ids(timeline["events"])
    assert [event_id for event_id in read if event_id in set(said)] == said


async def test_removed_and_back_between_two_syncs_is_a_new_room(scene: Scene) -> None:
    token = await scene.token()
    said = await scene.say()
    await scene.side.remove("lene", scene.room, "bot")
    said += await scene.say()
    await scene.lene.invite(scene.room, scene.side.mxid("bot"))
    await scene.bot.join(scene.room)
    said += await scene.say()
    answer = await scene.bot.sync(token, timeout=0)
    assert set(answer["rooms"]) == {"join"}
    timeline = _joined(answer, scene.room)["timeline"]
    assert timeline["limited"] is True
    assert timeline["events"][0]["type"] == "m.room.create"
    assert [event_id for event_id in _ids(timeline["events"]) if event_id in set(said)] == said


async def test_an_invitation_repeated_or_taken_back(side: Side) -> None:
    lene, bot = await side.connect("lene"), await side.connect("bot")
    token = str((await bot.sync(None, timeout=0))["next_batch"])
    room = await lene.create_room({"invite": [side.mxid("bot")]})
    await lene.invite(room, side.mxid("bot"))
    page = await lene.messages(room, None, None, back=True)
    assert len([e for e in page["chunk"] if e.get("state_key") == side.mxid("bot")]) == 1
    first = await bot.sync(token, timeout=0)
    assert room in first["rooms"]["invite"]
    again = await bot.sync(first["next_batch"], timeout=0, full_state=True)
    assert "rooms" not in again
    await side.remove("lene", room, "bot")
    last = await bot.sync(first["next_batch"], timeout=0)
    assert last["rooms"]["leave"][room]["timeline"]["events"][-1]["content"]["membership"] == "leave"
    assert room not in last["rooms"].get("invite", {})
    assert await _refused(bot.join(room)) == ("M_FORBIDDEN", 403)


async def test_who_is_not_asked_stays_outside(scene: Scene) -> None:
    ali = await scene.side.connect("ali")
    assert await _refused(ali.join(scene.room)) == ("M_FORBIDDEN", 403)
    assert await _refused(ali.send(scene.room, "m.room.message", "x", _text("hej"))) == ("M_FORBIDDEN", 403)
    said = await scene.say()
    assert await ali.event(scene.room, said[0]) is None
    assert await _refused(ali.messages(scene.room, None, None, back=True)) == ("M_FORBIDDEN", 403)
    assert await _refused(scene.lene.invite(scene.room, scene.side.mxid("bot"))) == ("M_FORBIDDEN", 403)
    members = {e["state_key"]: e["content"]["membership"] for e in await scene.bot.members(scene.room)}
    assert members == {scene.side.mxid("lene"): "join", scene.side.mxid("bot"): "join"}


async def test_a_room_moves_with_its_alias(scene: Scene) -> None:
    alias = scene.side.alias("fremdrift")
    room = await scene.lene.create_room({"room_alias_name": alias, "invite": [scene.side.mxid("bot")]})
    await scene.bot.join(room)
    token = await scene.token()
    successor = await scene.side.upgrade("lene", room)
    assert await scene.bot.resolve_alias(f"#{alias}:example.dk") == successor
    events = _joined(await scene.bot.sync(token, timeout=0), room)["timeline"]["events"]
    graves = [e for e in events if e["type"] == "m.room.tombstone"]
    assert [e["content"]["replacement_room"] for e in graves] == [successor]


# --- once


async def test_a_transaction_id_is_one_event_for_its_device(scene: Scene) -> None:
    async def send(who: Homeserver, room: str, words: str) -> str:
        return await who.send(room, "m.room.message", "t1", _text(words))

    first = await send(scene.bot, scene.room, "en")
    assert await send(scene.bot, scene.room, "en") == first
    assert await send(scene.bot, scene.room, "to") == first
    other = await scene.side.connect("bot")
    assert (await other.whoami())["device_id"] != (await scene.bot.whoami())["device_id"]
    assert await send(other, scene.room, "en") != first
    second_room = await scene.bot.create_room({})
    assert await send(scene.bot, second_room, "en") != first


async def test_a_transaction_id_and_a_new_login_on_the_same_device(scene: Scene) -> None:
    first = await scene.bot.send(scene.room, "m.room.message", "t2", _text("en"))
    device = (await scene.bot.whoami())["device_id"]
    again = await scene.side.connect("bot", device)
    assert (await again.whoami())["device_id"] == device
    assert await again.send(scene.room, "m.room.message", "t2", _text("en")) == first


async def test_a_transaction_id_is_shared_by_sending_and_deleting(scene: Scene) -> None:
    victim, sent = await scene.say(), await scene.bot.send(scene.room, "m.room.message", "t3", _text("en"))
    assert await scene.lene.redact(scene.room, victim[0], "s1") == victim[0]
    left = await scene.bot.event(scene.room, victim[0])
    assert left is not None
    assert left["content"]["body"] == "nr. 1"
    assert await scene.bot.redact(scene.room, sent, "t4") not in (sent, victim[0])


async def test_what_is_deleted_is_empty_and_says_by_what(scene: Scene) -> None:
    token = await scene.token()
    sent = await scene.bot.send(scene.room, "m.room.message", "t5", _text("en"))
    redaction = await scene.bot.redact(scene.room, sent, "t6")
    left = await scene.bot.event(scene.room, sent)
    assert left is not None
    assert left["content"] == {}
    assert left["unsigned"]["redacted_because"]["event_id"] == redaction
    events = _joined(await scene.bot.sync(token, timeout=0), scene.room)["timeline"]["events"]
    assert _ids(events) == [sent, redaction]
    assert events[0]["content"] == {}
    assert events[1]["content"]["redacts"] == sent
    assert await scene.bot.redact(scene.room, sent, "t7") != redaction  # a second one is a second event


async def test_an_alias_is_taken_once(side: Side) -> None:
    bot, name = await side.connect("bot"), side.alias("hotspotbot-0815")
    assert await bot.resolve_alias(f"#{name}:example.dk") is None
    room = await bot.create_room({"room_alias_name": name})
    assert await _refused(bot.create_room({"room_alias_name": name})) == ("M_ROOM_IN_USE", 400)
    assert await bot.resolve_alias(f"#{name}:example.dk") == room


# --- keys


def _keys(user: str, device: str, name: str) -> dict[str, Any]:
    keys = {f"{kind}:{device}": f"{kind}-{name}" for kind in ("curve25519", "ed25519")}
    algorithms = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]
    return {"user_id": user, "device_id": device, "algorithms": algorithms, "keys": keys, "signatures": {}}


async def _publish(side: Side, name: str, count: int) -> tuple[Homeserver, str]:
    """Somebody with a device, so many one-time keys and a fallback key."""
    who, user = await side.connect(name), side.mxid(name)
    device = (await who.whoami())["device_id"]
    once = {f"signed_curve25519:k{n}": {"key": f"key {n}", "signatures": {}} for n in range(count)}
    spare = {"signed_curve25519:f": {"key": "spare", "fallback": True, "signatures": {}}}
    said = await who.upload_keys(
        {"device_keys": _keys(user, device, name), "one_time_keys": once, "fallback_keys": spare}
    )
    assert said["one_time_key_counts"]["signed_curve25519"] == count
    return who, device


async def test_a_one_time_key_is_given_once_and_then_the_fallback_key(side: Side) -> None:
    lene, device = await _publish(side, "lene", 2)
    bot, user = await side.connect("bot"), side.mxid("lene")
    before = await lene.sync(None, timeout=0)
    assert before["device_one_time_keys_count"]["signed_curve25519"] == 2
    assert before["device_unused_fallback_key_types"] == ["signed_curve25519"]
    given = []
    for _ in range(4):
        said = await bot.claim_keys({user: {device: "signed_curve25519"}})
        given += [key["key"] for key in said["one_time_keys"][user][device].values()]
    assert sorted(given[:2]) == ["key 0", "key 1"]
    assert given[2:] == ["spare", "spare"]
    after = await lene.sync(before["next_batch"], timeout=0)
    assert after["device_one_time_keys_count"].get("signed_curve25519", 0) == 0
    assert after["device_unused_fallback_key_types"] == []
    assert not (await bot.claim_keys({user: {"NOWHERE": "signed_curve25519"}}))["one_time_keys"]


async def test_another_key_under_a_name_that_is_taken_is_refused(side: Side) -> None:
    lene, _ = await _publish(side, "lene", 1)
    same = {"signed_curve25519:k0": {"key": "key 0", "signatures": {}}}
    said = await lene.upload_keys({"one_time_keys": same})
    assert said["one_time_key_counts"]["signed_curve25519"] == 1
    other = {"signed_curve25519:k0": {"key": "another", "signatures": {}}}
    assert await _refused(lene.upload_keys({"one_time_keys": other})) == ("M_UNKNOWN", 400)


async def test_what_is_sent_to_a_device_waits_until_it_says_that_it_has_it(side: Side) -> None:
    lene, device = await _publish(side, "lene", 0)
    bot = await side.connect("bot")
    token = str((await lene.sync(None, timeout=0))["next_batch"])
    message = {side.mxid("lene"): {device: {"body": "nøgle"}}}
    for txn in ("t1", "t1", "t2"):
        await bot.send_to_device("dk.prøve", txn, message)
    first = await lene.sync(token, timeout=0)
    told = [(e["sender"], e["type"], e["content"]) for e in first["to_device"]["events"]]
    assert told == [(side.mxid("bot"), "dk.prøve", {"body": "nøgle"})] * 2, "the same transaction id is one"
    assert "to_device" not in await lene.sync(first["next_batch"], timeout=0)
    # Now it is gone, also for who comes with the older token.
    again = await lene.sync(token, timeout=0, full_state=True)
    assert not again.get("to_device", {}).get("events")


async def test_who_shares_a_room_hears_of_a_new_device(scene: Scene) -> None:
    token = await scene.token()
    await _publish(scene.side, "lene", 1)
    said = await scene.bot.sync(token, timeout=0)
    assert scene.side.mxid("lene") in said["device_lists"]["changed"]
    found = await scene.bot.query_keys([scene.side.mxid("lene"), scene.side.mxid("nobody")])
    assert "curve25519-lene" in str(found["device_keys"][scene.side.mxid("lene")])
    assert not found["device_keys"].get(scene.side.mxid("nobody"))


async def test_who_comes_to_a_room_is_somebody_to_ask_about(scene: Scene) -> None:
    ali = await scene.side.connect("ali")
    token = await scene.token()
    await scene.lene.invite(scene.room, scene.side.mxid("ali"))
    await ali.join(scene.room)
    said = await scene.bot.sync(token, timeout=0)
    assert scene.side.mxid("ali") in said["device_lists"]["changed"]


async def test_a_session_that_ends_takes_its_devices_keys_along(scene: Scene) -> None:
    lene, device = await _publish(scene.side, "lene", 1)
    user = scene.side.mxid("lene")
    await scene.bot.send_to_device("dk.prøve", "u1", {user: {device: {}}})
    token = await scene.token()
    await scene.side.log_out(lene)
    said = await scene.bot.sync(token, timeout=0)
    assert user in said["device_lists"]["changed"]
    assert device not in (await scene.bot.query_keys([user]))["device_keys"].get(user, {})
    back = await scene.side.connect("lene", device)
    assert (await back.whoami())["device_id"] == device
    assert device not in (await scene.bot.query_keys([user]))["device_keys"].get(user, {})
    first = await back.sync(None, timeout=0)
    assert not first.get("to_device", {}).get("events")
    assert first["device_one_time_keys_count"].get("signed_curve25519", 0) == 0


# --- what is not there


async def test_what_is_not_there(scene: Scene) -> None:
    assert await scene.bot.event(scene.room, "$findesikke") is None
    assert await _refused(scene.bot.state(scene.room, "m.room.topic")) == ("M_NOT_FOUND", 404)
    assert (await scene.bot.state(scene.room, "m.room.member", scene.side.mxid("lene")))[
        "membership"
    ] == "join"
    assert (await scene.bot.upload(b"billede", "image/png", "ugestatus.png")).startswith("mxc://example.dk/")


async def test_a_session_that_was_ended(scene: Scene) -> None:
    await scene.side.log_out(scene.bot)
    calls: tuple[Callable[[], Awaitable[object]], ...] = (
        scene.bot.whoami,
        lambda: scene.bot.sync(None, timeout=0),
        lambda: scene.bot.send(scene.room, "m.room.message", "t8", _text("en")),
    )
    for call in calls:
        with pytest.raises(LoggedOut):
            await call()
    with pytest.raises(Refused):
        await scene.bot.login(scene.side.mxid("bot"), "forkert", "test")
