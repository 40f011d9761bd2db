"""A network that breaks in each way there is, at each call that matters: one effect, one answer, right order.

Each way breaks a room (or a person) of its own in the same run, so that all suffer at once and nobody may hold up
anybody else. The oracle is what the participants' own clients see.
"""

from bot.demo.process import RunBot
from bot.demo.stage import SetUp, Stage
from tests.faults.judge import alone_with_bot, answered, exported
from tests.faults.programmes import NOON, behind
from tests.faults.proxy import QUICK, Proxy, Way

WAYS = {way.name.lower().replace("_", "-"): way for way in Way}


def often(way: Way) -> int:
    """How many tries in a row to break: two where it costs no patience (the HTTP library hides the first reset)."""
    return 1 if way.slow or way is Way.LIMITED_BY_HEADER else 2


async def ask(stage: Stage, room: str, *names: str) -> list[str]:
    """Karla records an action for each name, one after the other; the ids of her messages."""
    karla = stage.people["karla"]
    return [
        await karla.say(stage.rooms[room], f"!aftale @lene ringe til {name} inden fredag") for name in names
    ]


async def test_a_message_is_sent_once_whatever_happens_to_the_put(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms=[*WAYS, "doed"]))
    await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    rules = [
        proxy.breaks("send", way, about=stage.rooms[room], times=often(way)) for room, way in WAYS.items()
    ]
    dead = proxy.breaks("send", Way.ERROR, about=stage.rooms["doed"], times=None)
    unheard = await ask(stage, "doed", "graven")
    said = {room: await ask(stage, room, "skolen", "klubben") for room in WAYS}
    for room, commands in said.items():
        await answered(stage, "karla", stage.rooms[room], commands)
    assert all(rule.left == 0 for rule in rules), "each room suffered what it should"
    # The dead room held up nobody, and when it lives again it is told what it was owed.
    assert dead.met
    proxy.heal()
    unheard += await ask(stage, "doed", "haven")
    await answered(stage, "karla", stage.rooms["doed"], unheard)


async def test_nothing_that_was_said_is_missed_whatever_happens_to_the_sync(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms=["fremdrift"]))
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    said: list[str] = []
    for way in QUICK:
        rule = proxy.breaks("sync", way, times=often(way))
        # The first wakes the sync that waits already; the second has to come through a broken one.
        said += await ask(stage, "fremdrift", "skolen", "klubben")
        await answered(stage, "karla", stage.rooms["fremdrift"], said)
        assert rule.met, f"{way} never came"
        proxy.heal()
    # A sync that waits for news is given half a minute; at the start of a process it does not wait.
    await bot.kill()
    said += await ask(stage, "fremdrift", "banken", "haven")
    slow = [proxy.breaks("sync", way) for way in Way if way.slow]
    await bot.begin()
    await answered(stage, "karla", stage.rooms["fremdrift"], said)
    assert [rule.met for rule in slow] == [1, 1, 1]
    assert [action["source_event"] for action in exported(stage)] == said


async def test_a_gap_is_read_whole_whatever_happens_to_its_pages(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    proxy.page = 3
    stage = await programme(behind(proxy, rooms=list(WAYS)))
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    await bot.kill()
    said = {room: await ask(stage, room, *"abcdefgh") for room in WAYS}
    rules = [
        proxy.breaks("messages", way, about=stage.rooms[room], times=often(way))
        for room, way in WAYS.items()
    ]
    await bot.begin(timeout=60)
    for room, commands in said.items():
        await answered(stage, "karla", stage.rooms[room], commands)
    assert all(rule.left == 0 for rule in rules), "each room suffered what it should"
    recorded = [action["source_event"] for action in exported(stage)]
    assert sorted(recorded) == sorted(event for commands in said.values() for event in commands)


async def test_everybody_has_one_room_with_the_bot_whatever_happens_when_it_is_made(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms=["fremdrift"], owners=list(WAYS)))
    await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    rules = [
        proxy.breaks("createRoom", way, about=stage.user_id(who), times=often(way))
        for who, way in WAYS.items()
    ]
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    for name in ("skolen", "klubben"):
        said = [
            await karla.say(room, f"!aftale {stage.user_id(who)} ringe til {name} i dag kl. 16")
            for who in WAYS
        ]
        await answered(stage, "karla", room, said)
        for who in WAYS:
            await stage.people[who].wait_for(
                lambda event, name=name: name in event["content"].get("body", "")  # type: ignore[misc]
                and event["room_id"] != room,
                timeout=30,
            )
    assert all(rule.left == 0 for rule in rules), "each person's room suffered what it should"
    for who in WAYS:
        heard = await alone_with_bot(stage, who)
        assert [event["content"]["dk.hotspotbot"]["kind"] for event in heard] == ["reminder.now"] * 2, who
