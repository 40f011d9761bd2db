"""Element's people among themselves, without the bot: that what the other tests see is what Element would show."""

import asyncio
import hashlib
from typing import Any, cast

import pytest

from bot.demo.account import Account, Event
from bot.demo.homeserver import Synapse
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp
from tests.element.conftest import MakePerson
from tests.element.driver import ElementPerson, Trust

PICTURE = bytes(range(256)) * 300


@pytest.fixture
async def accounts(synapse: Synapse, suffix: str) -> list[Account]:
    """Lene and Ali, registered."""
    return [await synapse.register(name + suffix) for name in ("lene", "ali")]


async def meeting(maker: ElementPerson, *others: ElementPerson) -> str:
    """An encrypted room in which everybody is, as everybody sees."""
    room = await maker.create_room(invite=others, encrypted=True)
    for other in others:

        def joins(event: Event, who: str = other.user_id) -> bool:
            here: bool = event.get("state_key") == who and event["content"].get("membership") == "join"
            return here

        await asyncio.gather(*(one.wait_for(joins, room) for one in (maker, *others)))
    return room


async def test_two_people_talk_with_everything_that_element_has(
    accounts: list[Account], person: MakePerson
) -> None:
    lene, ali = await asyncio.gather(person(accounts[0]), person(accounts[1]))
    room = await meeting(lene, ali)
    said = await lene.say(room, "Hvem tager den?")
    assert (await ali.reads(room, said))["element"]["shield"] == {"colour": "none", "reason": None}
    answer = await ali.say(room, "Mig", reply_to=said)
    heard = await lene.reads(room, answer)
    assert heard["content"]["body"] == "Mig"
    assert heard["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == said

    await ali.say(room, "Lene", replace=answer)
    await lene.wait_for(lambda _: lene.latest(answer)["content"]["body"] == "Lene", room)
    await lene.react(room, answer, "👍")
    await ali.wait_for(lambda _: ali.reactions(room, answer) == [(lene.user_id, "👍")], room)
    file = await lene.send_file(room, "kort.png", PICTURE, "image/png", msgtype="m.image")
    await ali.reads(room, file)
    got = await ali.attachment(room, file)
    assert (got.data, got.mime, got.encrypted) == (PICTURE, "image/png", True)
    assert got.sha256 == hashlib.sha256(PICTURE).hexdigest()
    await ali.redact(room, answer)
    await lene.wait_for(lambda _: lene.latest(answer)["element"]["deleted"], room)
    assert [event["content"]["body"] for event in lene.shown(room)] == ["Hvem tager den?", "kort.png"]
    assert lene.doubts(room) == ali.doubts(room) == []

    encrypted = [event for event in ali.timeline(room) if event["type"] == "m.room.message"]
    assert all(event["element"]["encrypted"] for event in encrypted)
    clear = await lene.send_in_clear(room, "m.room.message", {"msgtype": "m.text", "body": "Åbent"})
    await ali.reads(room, clear)
    assert len(ali.doubts(room)) == 1
    assert ali.doubts(room, lene.user_id)[0].endswith("red shield: SENT_IN_CLEAR")


async def test_a_device_that_nobody_signed_is_neither_read_nor_written_to(
    accounts: list[Account], person: MakePerson
) -> None:
    lene, ali = await asyncio.gather(
        person(accounts[0]), person(accounts[1], cross_signing=False, isolation="all")
    )
    room = await meeting(lene, ali)
    said = await lene.say(room, "Kun for underskrevne")
    unread = await ali.cannot_read(room)
    assert (unread["event_id"], unread["type"]) == (said, "m.room.encrypted")
    assert unread["element"]["failure"].startswith("MEGOLM_KEY_WITHHELD")
    first = await ali.say(room, "Hører I mig?")
    assert (await lene.cannot_read(room))["element"]["failure"] == "UNSIGNED_SENDER_DEVICE"
    assert lene.doubts(room, ali.user_id) == [
        f"{ali.user_id} m.room.encrypted {first}: cannot be read: UNSIGNED_SENDER_DEVICE"
    ]

    await lene.isolate("all")
    said = await lene.say(room, "For alle")
    assert (await ali.reads(room, said))["element"]["shield"]["colour"] == "none"
    second = await ali.say(room, "Nu da?")
    shield = (await lene.reads(room, second))["element"]["shield"]
    assert shield == {"colour": "red", "reason": "UNSIGNED_DEVICE"}


async def test_a_second_device_and_one_that_was_away_read_everything_said_since(
    accounts: list[Account], person: MakePerson
) -> None:
    lene, ali = await asyncio.gather(person(accounts[0]), person(accounts[1]))
    room = await meeting(lene, ali)
    phone = await person(lene, device="Telefon", second_of=lene)
    await ali.knows_device(lene.user_id, phone.device_id)
    devices = {one.device_id: one for one in await ali.devices(lene.user_id)}
    assert (devices[phone.device_id].name, devices[phone.device_id].signed) == ("Telefon", True)
    assert devices[lene.device_id].signed

    await lene.stop_listening()
    said = [await ali.say(room, "Første nøgle")]
    await ali.discard_session(room)
    said.append(await ali.say(room, "Anden nøgle"))
    said.append(await phone.say(room, "Fra telefonen"))
    for event in said[:2]:
        await phone.reads(room, event)
    await ali.reads(room, said[2])
    assert said[0] not in [event["event_id"] for event in lene.timeline(room)]
    await lene.listen()
    seen = [await lene.reads(room, event) for event in said]
    assert [event["content"]["body"] for event in seen] == ["Første nøgle", "Anden nøgle", "Fra telefonen"]
    keys = {event["content"].get("session_id") for event in await _as_stored(ali, room)}
    assert len(keys) == 3
    assert lene.doubts(room) == phone.doubts(room) == ali.doubts(room) == []


async def test_two_people_compare_emoji_until_each_is_verified_for_the_other(
    accounts: list[Account], person: MakePerson
) -> None:
    lene, ali = await asyncio.gather(person(accounts[0]), person(accounts[1]))
    room = await meeting(lene, ali)
    assert not (await lene.trust(ali.user_id)).verified

    to_device = await lene.request_verification(ali.user_id, device=ali.device_id)
    await ali.accept_verification(to_device)
    await ali.start_verification(to_device)
    assert await lene.emoji(to_device) == await ali.emoji(to_device)
    await lene.mismatch_verification(to_device)
    for one in (lene, ali):
        flow = await one.flow(to_device, "cancelled")
        assert (flow.cancelled, flow.room, flow.mine) == ("m.mismatched_sas", None, one is lene)
    assert not (await lene.trust(ali.user_id)).verified

    in_room = await lene.request_verification(ali.user_id, room=room)
    await ali.accept_verification(in_room)
    await lene.start_verification(in_room)
    emoji = await lene.emoji(in_room)
    assert len(emoji) == 7
    assert emoji == await ali.emoji(in_room)
    await lene.confirm_verification(in_room)
    await ali.confirm_verification(in_room)
    for one, other in ((lene, ali), (ali, lene)):
        flow = await one.flow(in_room, "done", "cancelled")
        assert (flow.phase, flow.room, flow.other) == ("done", room, other.user_id)
        await one.verified(other.user_id)
        assert await one.trust(other.user_id) == Trust(
            cross_signing=True, verified=True, was_verified=True, needs_approval=False
        )
        assert [device.verified for device in await one.devices(other.user_id)] == [True]
    said = await ali.say(room, "Så er det dig")
    await lene.reads(room, said)
    assert lene.doubts(room, ali.user_id) == []


async def test_the_participants_of_the_other_tests_are_people_to_element(
    programme: SetUp, person: MakePerson
) -> None:
    lene_is = PersonSpec("lene", "Lene Holm", signed=False)  # Element is to sign
    people = (PersonSpec("karla", "Karla Bech"), lene_is, PersonSpec("ali", "Ali Demir", signed=False))
    room_is = RoomSpec("fremdrift", "fremdriftsgruppe", ("karla", "lene", "ali"), invite_bot=False)
    stage = await programme(Programme(people, (room_is,), encrypted=True))
    karla, ali, room = stage.people["karla"], stage.people["ali"], stage.rooms["fremdrift"]
    lene = await person(stage.people["lene"])

    said = await lene.say(room, "Kan I læse det her?")
    heard = await karla.wait_for(lambda event: event["content"].get("body") == "Kan I læse det her?", room)
    assert (heard["event_id"], heard["encrypted"]) == (said, True)
    await karla.reaches(cast("Any", lene))  # it asks for the ids only
    answer = await karla.say(room, "Ja", reply_to=said)
    assert (await lene.reads(room, answer))["content"]["body"] == "Ja"
    await karla.say(room, "Jo", replace=answer)
    await lene.wait_for(lambda _: lene.latest(answer)["content"]["body"] == "Jo", room)
    file = await karla.send_file(room, "kort.png", PICTURE, "image/png", msgtype="m.image")
    await lene.reads(room, file)
    assert (await lene.attachment(room, file)).data == PICTURE
    back = await lene.send_file(room, "retur.png", PICTURE, "image/png", msgtype="m.image")
    await karla.wait_for(lambda event: event["event_id"] == back and event["type"] == "m.room.message", room)
    assert await karla.download(karla.heard(back)) == PICTURE
    assert lene.doubts(room) == []
    unsigned = await ali.say(room, "Jeg er ikke bekræftet")
    assert (await lene.cannot_read(room))["event_id"] == unsigned
    assert lene.doubts(room, karla.user_id) == []


async def _as_stored(person: ElementPerson, room: str) -> list[Event]:
    """The encrypted events as the homeserver has them."""
    path = f"/_matrix/client/v3/rooms/{room}/messages"
    page = await person.call("GET", path, query={"dir": "b", "limit": "100"})
    return [event for event in page["chunk"] if event["type"] == "m.room.encrypted"]
