"""The bot as Element shows it: everything it says is read without a shield, and it reads everything Element says."""

import asyncio
import struct
from dataclasses import replace
from functools import partial
from typing import Any

from bot.demo.account import Event
from bot.demo.process import RunBot
from bot.demo.stage import Programme, SetUp, Stage
from tests.e2e.programmes import AGENCIES, FREMDRIFT, PEOPLE
from tests.element.conftest import MakePerson
from tests.element.driver import ElementPerson

TUESDAY = "2026-11-24T09:00@600"
ON_ELEMENT = ("karla", "lene", "anna")  # whose devices are left to Element to sign
MEETING = Programme(
    people=tuple(replace(person, signed=person.key not in ON_ELEMENT) for person in PEOPLE),
    rooms=(FREMDRIFT,),
    agencies=AGENCIES,
    encrypted=True,
    # What the bot says before somebody logs in on Element can never be read there.
    settings={"meetings": {"agenda_before": "never", "ask_to_start": False}},
)


async def people_of(stage: Stage, person: MakePerson, *keys: str) -> list[ElementPerson]:
    """Those people of the stage, on Element."""
    return list(await asyncio.gather(*(person(stage.people[key]) for key in keys)))


async def direct_room(person: ElementPerson, stage: Stage, kind: str) -> str:
    """The room in which the bot has written something of that kind to the person alone."""

    def alone(event: Event) -> bool:
        mark: dict[str, Any] = event["content"].get("dk.hotspotbot") or {}
        return bool(event["room_id"] not in stage.rooms.values() and mark.get("kind") == kind)

    room: str = (await person.wait_for(alone))["room_id"]
    return room


def all_is_well(stage: Stage, room: str, *people: ElementPerson) -> None:
    """Everything that the bot has said in the room came encrypted to each of them, was read, and has no shield.

    The room's purpose is said as soon as the bot has come, perhaps before these devices were there.
    """
    early = [event["event_id"] for event in stage.people["ali"].bot_messages(room, "purpose")]
    for one in people:
        said = one.bot_messages(room)
        assert said, f"{one} has heard nothing"
        assert all(event["element"]["encrypted"] for event in said)
        assert [
            doubt for doubt in one.doubts(room, stage.bot) if not any(each in doubt for each in early)
        ] == []


async def test_a_meeting_with_everything_that_people_do(
    programme: SetUp, run_bot: RunBot, person: MakePerson
) -> None:
    stage = await programme(MEETING)
    await run_bot(stage.config, rehearse=TUESDAY)
    await stage.bot_joined()
    room = stage.rooms["fremdrift"]
    karla, lene = await people_of(stage, person, "karla", "lene")

    said = await karla.say(
        room,
        "!aftale Lene søge friplads inden fredag",
        html=f"!aftale {lene.pill} søge friplads inden fredag",
    )
    answer = await karla.wait_for_bot(room, "action.recorded")
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == said
    assert "Lene Holm (BUF): søge friplads" in answer["content"]["body"]
    await karla.say(room, "!aftale Lene søge kontaktperson inden fredag", replace=said)
    # What was said before the bot knew Lene's device she does not read; the edit she does.
    await lene.wait_for(
        lambda _: "kontaktperson" in lene.latest(answer["event_id"])["content"].get("body", ""), room
    )

    reaction = await lene.react(room, answer["event_id"], "✅")
    done = await lene.wait_for_bot(room, "action.done")
    await lene.redact(room, reaction)
    await lene.wait_for(lambda _: lene.latest(done["event_id"])["element"]["deleted"], room)

    await karla.say(room, "!aftale Lene ringe til skolen i dag")
    await karla.stop_listening()  # her train is in a tunnel
    ring = await lene.wait_for_bot(room, "action.recorded", after=done["event_id"])
    direct = await direct_room(lene, stage, "reminder.now")
    reminder = await lene.wait_for_bot(direct, "reminder.now")
    assert "ringe til skolen" in reminder["content"]["body"]
    await lene.say(direct, "det er klaret", reply_to=reminder["event_id"])
    await lene.wait_for_bot(direct, "action.done")
    await karla.listen()
    await karla.reads(room, ring["event_id"])

    secret = await karla.say(room, "!aftale Lene hemmelige ord inden fredag")
    recorded = await karla.wait_for_bot(room, "action.recorded", after=secret)
    await karla.redact(room, secret)
    await karla.wait_for_bot(room, "action.withdrawn")
    await karla.wait_for(lambda _: karla.latest(recorded["event_id"])["element"]["deleted"], room)
    assert not [event for event in karla.shown(room) if "hemmelige" in str(event["content"])]

    await karla.say(room, "!ugestatus")
    await lene.wait_for_bot(room, "digest")
    picture = await lene.wait_for_bot(room, "digest.picture", timeout=30)
    await karla.reads(room, picture["event_id"])
    one, other = [await who.attachment(room, picture["event_id"]) for who in (karla, lene)]
    info = picture["content"]["info"]
    assert one == other
    assert (one.encrypted, one.mime, len(one.data)) == (True, "image/png", info["size"])
    assert struct.unpack(">II", one.data[16:24]) == (info["w"], info["h"])
    assert "url" not in picture["content"]
    all_is_well(stage, room, karla, lene)
    all_is_well(stage, direct, lene)


async def test_what_was_said_while_the_bot_was_down_is_handled_whoever_and_whatever_device_said_it(
    programme: SetUp, run_bot: RunBot, person: MakePerson
) -> None:
    stage = await programme(MEETING)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    room = stage.rooms["fremdrift"]
    karla, lene = await people_of(stage, person, "karla", "lene")
    await karla.say(room, "!aftale Lene første aftale inden fredag")
    await lene.wait_for_bot(room, "action.recorded")
    await bot.stop()

    await karla.say(room, "!aftale Lene anden aftale inden fredag")
    phone = await person(lene, device="Telefon", second_of=lene)
    await karla.knows_device(lene.user_id, phone.device_id)
    await stage.people["ali"].say_many(
        room, [f"Snak {number}" for number in range(105)]
    )  # more than one sync
    await karla.discard_session(room)
    await karla.say(room, "!aftale Lene tredje aftale inden fredag")
    await phone.say(room, "!aftale mig fjerde aftale inden fredag")
    await bot.begin()
    for one in (karla, lene, phone):
        for number in (2, 3, 4):  # Element may open a later one first
            await one.wait_for(partial(is_about, number=number), room)
    recorded = karla.bot_messages(room, "action.recorded")
    assert [event["content"]["dk.hotspotbot"]["numbers"] for event in recorded] == [[1], [2], [3], [4]]
    assert "fjerde aftale" in recorded[-1]["content"]["body"]

    (anna,) = await people_of(stage, person, "anna")
    await bot.restart(sudden=True)
    said = await phone.say(room, "!aftaler")
    for one in (karla, lene, phone, anna):
        answer = await one.wait_for_bot(room, "actions.list")
        assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == said
    all_is_well(stage, room, karla, lene)
    assert len(phone.bot_messages(room)) == 4


async def test_a_person_verifies_the_bot_in_a_direct_message_and_on_its_device(
    programme: SetUp, run_bot: RunBot, person: MakePerson
) -> None:
    stage = await programme(MEETING)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    karla, lene = await people_of(stage, person, "karla", "lene")
    direct = await lene.create_room(
        invite=[stage.bot], encrypted=True, is_direct=True, preset="trusted_private_chat"
    )
    await lene.wait_for(
        lambda event: event.get("state_key") == stage.bot and event["content"].get("membership") == "join",
        direct,
    )
    in_room = await lene.request_verification(stage.bot, room=direct)
    (device,) = [one.device_id for one in await karla.devices(stage.bot) if one.signed]
    to_device = await karla.request_verification(stage.bot, device=device)
    for one, transaction in ((lene, in_room), (karla, to_device)):
        assert not (await one.trust(stage.bot)).verified
        await one.start_verification(transaction)
        shown = await one.emoji(transaction)
        assert len(shown) == 7
        logged = [line for line in bot.json_lines() if line["event"] == "verification.emoji"][-1]
        assert logged["user_id"] == one.user_id
        assert [name.split()[0] for name in logged["emoji"]] == shown, "what the operator reads out"
        await one.confirm_verification(transaction)
        flow = await one.flow(transaction, "done", "cancelled")
        assert (flow.phase, flow.cancelled) == ("done", None)
        await one.verified(stage.bot)
        assert (await one.trust(stage.bot)).verified
        assert [known.verified for known in await one.devices(stage.bot) if known.device_id == device] == [
            True
        ]
    await lene.say(stage.rooms["fremdrift"], "!aftaler")
    for one in (karla, lene):
        await one.wait_for_bot(stage.rooms["fremdrift"], "actions.list")
    all_is_well(stage, stage.rooms["fremdrift"], karla, lene)


async def test_a_person_whose_device_is_unsigned_is_told_what_to_do_and_is_heard_once_it_is_signed(
    programme: SetUp, run_bot: RunBot, person: MakePerson
) -> None:
    stage = await programme(MEETING)
    await run_bot(stage.config)
    await stage.bot_joined()
    room = stage.rooms["fremdrift"]
    (karla,) = await people_of(stage, person, "karla")
    lene = await person(stage.people["lene"], cross_signing=False, isolation="all")
    await karla.say(room, "!aftale Ali søge kontaktperson inden fredag")
    answer = await karla.wait_for_bot(room, "action.recorded")
    told = await lene.wait_for(lambda event: _kind(event) == "device.unsigned")
    assert lene.device_id in told["content"]["body"]
    assert "kontaktperson" not in told["content"]["body"]
    left_out = await lene.wait_for(lambda event: event["event_id"] == answer["event_id"], room)
    assert left_out["type"] == "m.room.encrypted", "no key for a device that nobody vouches for"
    assert "body" not in left_out["content"]

    await lene.say(room, "!aftale mig søge friplads inden fredag")
    await lene.sign_own_device()
    await lene.say(room, "!aftaler")  # the bot asks about her device again
    done = await karla.wait_for_bot(room, "action.recorded", after=answer["event_id"], timeout=30)
    assert "søge friplads" in done["content"]["body"]
    assert "Lene Holm" in done["content"]["body"]


def is_about(event: Event, number: int) -> bool:
    """Whether a message of the bot speaks of this action alone."""
    return bool(event["content"].get("dk.hotspotbot", {}).get("numbers") == [number])


def _kind(event: Event) -> str | None:
    mark: dict[str, Any] = event["content"].get("dk.hotspotbot") or {}
    return mark.get("kind")
