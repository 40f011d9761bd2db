"""A network that breaks in each way there is, at each call that matters: one effect, one answer, right order.

Each way breaks a room (or a person) of its own in the same run, so that all suffer at once and nobody may hold up
anybody else. The oracle is what the participants' own clients see.
"""

import asyncio
from collections.abc import Iterable

from bot.demo.process import RunBot
from bot.demo.stage import SetUp, Stage
from tests.faults.judge import alone_with_bot, answered
from tests.faults.programmes import NOON, behind
from tests.faults.proxy import QUICK, Proxy, Way

WAYS = {way.name.lower().replace("_", "-"): way for way in Way}


def tries(way: Way) -> list[Way]:
    """The tries in a row that break: two where that costs no patience, for the HTTP library hides the first reset."""
    return [way] if way.slow or way is Way.LIMITED_BY_HEADER else [way, way]


def in_turn(ways: Iterable[Way]) -> list[Way | None]:
    """Each way, and health after it."""
    return [one for way in ways for one in ([way, way, None] if way is Way.RESET_BEFORE else [way, None])]


async def ask(stage: Stage, room: str, *names: str) -> list[str]:
    """Karla promises something for each name, one after the other; the ids of her messages."""
    karla = stage.people["karla"]
    return [
        await karla.say(stage.rooms[room], f"!aftale mig ringe til {name} inden fredag") for name in names
    ]


async def test_a_message_is_sent_once_whatever_happens_to_the_put(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms=dict.fromkeys((*WAYS, "doed"), ())))
    await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    rules = [proxy.breaks("send", *tries(way), about=stage.rooms[room]) for room, way in WAYS.items()]
    dead = proxy.breaks("send", Way.ERROR, about=stage.rooms["doed"], endless=True)
    unheard = await ask(stage, "doed", "graven")
    said = {room: await ask(stage, room, "skolen", "klubben") for room in WAYS}
    for room, commands in said.items():
        await answered(stage, "karla", stage.rooms[room], commands)
    assert all(rule.over for rule in rules), "each room suffered what it should"
    # The dead room held up nobody, and when it lives again it is told what it was owed.
    assert dead.met
    proxy.heal()
    unheard += await ask(stage, "doed", "haven")
    await answered(stage, "karla", stage.rooms["doed"], unheard)


async def test_nothing_that_was_said_is_missed_whatever_happens_on_the_way_in(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms={"fremdrift": ()}))
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    room, said = stage.rooms["fremdrift"], []
    # After each broken one a sync may work, and brings something; the first wakes the one that waits already.
    syncs = proxy.breaks("sync", *in_turn(QUICK))
    while not syncs.over:
        said += await ask(stage, "fremdrift", "skolen")
        await asyncio.sleep(0.2)
    await answered(stage, "karla", room, said)
    # A sync that waits for news is given half a minute; at the start of a process it does not wait.
    await bot.kill()
    proxy.page = 2
    said += await ask(stage, "fremdrift", *"abcdefghijklmnopqrstuvwxyzæøå")
    slow = proxy.breaks("sync", *(way for way in Way if way.slow))
    pages = proxy.breaks("messages", *in_turn(Way))
    await bot.begin(timeout=60)
    given = await answered(stage, "karla", room, said)
    assert slow.over, "three syncs of the start broke"
    assert pages.over, "page after page of the gap broke"
    assert [one["content"]["dk.hotspotbot"]["numbers"] for one in given] == [
        [n + 1] for n in range(len(said))
    ]


async def test_everybody_has_one_room_with_the_bot_whatever_happens_when_it_is_made(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms={"fremdrift": list(WAYS)}))
    await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    rules = [proxy.breaks("createRoom", *tries(way), about=stage.user_id(who)) for who, way in WAYS.items()]
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    said: list[str] = []
    for name in ("skolen", "klubben"):
        said += [
            await karla.say(room, f"!aftale {stage.user_id(who)} ringe til {name} i dag kl. 16")
            for who in WAYS
        ]
        await answered(stage, "karla", room, said)
        for who in WAYS:
            await stage.people[who].wait_for(
                lambda event, name=name: (
                    name in event["content"].get("body", "")  # type: ignore[misc]
                    and event["room_id"] != room
                ),
                timeout=30,
            )
    # A room that was made although its answer was lost may be known from a sync before the next try.
    assert all(rule.met for rule in rules), "each person's room suffered what it should"
    for who in WAYS:
        heard = await alone_with_bot(stage, who)
        assert [event["content"]["dk.hotspotbot"]["kind"] for event in heard] == ["reminder.now"] * 2, who
