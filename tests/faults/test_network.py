"""A network that breaks in each way there is, at each call that matters: one effect, one answer, right order."""

from bot.demo.process import RunBot
from bot.demo.stage import SetUp, Stage
from tests.faults.judge import answered
from tests.faults.programmes import NOON, behind
from tests.faults.proxy import Proxy, Way

ROOMS = {way.name.lower().replace("_", "-"): way for way in Way}


async def ask(stage: Stage, room: str, *names: str) -> list[str]:
    """Karla records an action for each name, one after the other; the ids of her messages."""
    karla = stage.people["karla"]
    return [
        await karla.say(stage.rooms[room], f"!aftale @lene ringe til {name} inden fredag") for name in names
    ]


async def test_a_message_is_sent_once_whatever_happens_to_the_put(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms=[*ROOMS, "doed"]))
    await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    rules = [
        proxy.breaks("send", way, about=stage.rooms[room], times=1 if way.slow else 2)
        for room, way in ROOMS.items()
    ]
    dead = proxy.breaks("send", Way.ERROR, about=stage.rooms["doed"], times=None)
    unheard = await ask(stage, "doed", "graven")
    said = {room: await ask(stage, room, "skolen", "klubben", "banken") for room in ROOMS}
    for room, commands in said.items():
        await answered(stage, "karla", stage.rooms[room], commands)
    assert all(rule.left == 0 for rule in rules), "each room suffered what it should"
    # The dead room held up nobody, and when it lives again it is told what it was owed.
    assert dead.met
    proxy.heal()
    unheard += await ask(stage, "doed", "haven")
    await answered(stage, "karla", stage.rooms["doed"], unheard)
