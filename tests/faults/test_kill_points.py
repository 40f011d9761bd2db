"""A real SIGKILL at every place in the code where one could hurt; then everything once, and in order.

Each point has a room of its own, in which people write just before and while the bot dies there. One process dies at
one point, and the next comes up in its place with the next one armed: nothing is repaired in between. On PostgreSQL
this is played in `make long`; `make test` kills a bot there in `tests/e2e/test_standby.py`.
"""

from signal import SIGKILL

import pytest

from bot.demo.participant import relation
from bot.demo.process import RunBot
from bot.demo.stage import SetUp, Stage
from bot.faults import POINTS
from tests.faults.judge import all_read, alone_with_bot, answered, answers, exported
from tests.faults.one_time_keys import take
from tests.faults.programmes import NOON, behind
from tests.faults.proxy import Proxy, Way

# Which passing is the last one: some points have to be passed in health before it can hurt.
PASSING = {
    "outbox.before-send": 2,
    "inbox.committed": 2,
}  # in the middle of a gap: its first pages come again
ON_POSTGRESQL = ("outbox.sent", "inbox.committed", "tick.committed")


def armed(point: str) -> dict[str, str]:
    """The environment of a process that is to die there."""
    return {"HOTSPOTBOT_KILL": f"{point}:{PASSING.get(point, 1)}"}


async def die_everywhere(
    points: tuple[str, ...], database: str | None, programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    """Die at each point in turn, and see that each room and each person got everything once."""
    rooms = {point: point.replace(".", "-") for point in points}
    owners = {point: f"ejer-{chr(97 + number)}" for number, point in enumerate(points)}
    people = {rooms[point]: [owners[point]] for point in points}
    stage = await programme(behind(proxy, rooms=people, database=database, patience=10.0))
    proxy.page = 1
    bot = await run_bot(stage.config, rehearse=NOON, env=armed(points[0]))  # this one joins the rooms first
    await stage.bot_joined()
    karla, said = stage.people["karla"], {}
    for point in points:
        room, owner = stage.rooms[rooms[point]], stage.user_id(owners[point])

        async def ask(name: str, room: str = room, owner: str = owner) -> str:
            # Due today, so that the owner hears at once in a room that has to be made first.
            return await karla.say(room, f"!aftale {owner} ringe til {name} i dag kl. 16")

        said[point] = [await ask("skolen"), await ask("klubben"), await ask("banken")]
        if point == "outbox.retry":
            proxy.breaks("send", Way.RESET_AFTER, Way.RESET_AFTER, about=room)
        if point == "keys.uploaded":
            await take(karla, stage.bot, 10)  # so that there is something to upload
        if point == "keys.claimed":  # everybody else's were claimed when the room's purpose was said
            new = await stage.people[owners[point]].another_device()
            await new.close()
        if point != points[0]:
            bot.env |= armed(point)
            bot.start()
        said[point].append(await ask("haven"))
        try:
            assert await bot.wait(30) == -SIGKILL, f"ended otherwise at {point}"
        except TimeoutError:
            pytest.fail(f"did not die at {point}")
    del bot.env["HOTSPOTBOT_KILL"]
    await bot.begin()

    for point, room in rooms.items():
        said[point].append(await karla.say(stage.rooms[room], "!aftaler"))
        await answered(stage, "karla", stage.rooms[room], said[point])
    await all_read(stage)
    # An answer whose acknowledgement died with the process is still the bot's to put right.
    await edit_everything(stage, stage.rooms[rooms["outbox.sent"]], said["outbox.sent"][:-1])
    recorded = [action["source_event"] for action in exported(stage)]
    assert sorted(recorded) == sorted(event for commands in said.values() for event in commands[:-1])
    for point, owner in owners.items():
        await stage.people[owner].wait_for(
            lambda event: event["sender"] == stage.bot and "haven" in event["content"].get("body", ""),
            timeout=30,
        )
        heard = await alone_with_bot(stage, owner)
        assert {event["content"]["dk.hotspotbot"]["kind"] for event in heard} == {"reminder.now"}
        numbers = [event["content"]["dk.hotspotbot"]["numbers"] for event in heard]
        assert len(numbers) == len({tuple(one) for one in numbers}) == 4, f"each once at {point}: {numbers}"


async def edit_everything(stage: Stage, room: str, said: list[str]) -> None:
    """Karla changes each of her messages, and the bot's answer to each changes with it."""
    karla = stage.people["karla"]
    for event in said:
        text = karla.heard(event)["content"]["body"].replace("ringe til", "skrive til")
        await karla.say(room, text, replace=event)
    for answer in karla.bot_messages(room):
        if answers(answer) in said and relation(answer) != "m.replace":
            await karla.wait_for(
                lambda event, of=answer["event_id"]: (
                    relation(event) == "m.replace"  # type: ignore[misc]
                    and event["content"]["m.relates_to"]["event_id"] == of
                ),
                room,
            )
            assert "skrive til" in karla.latest(answer["event_id"])["content"]["body"]


async def test_killed_at_every_point_nothing_is_lost_or_doubled(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    first = "outbox.before-send"  # not passed before the rooms are joined
    points = (first, *(point for point in POINTS if point != first))
    await die_everywhere(points, None, programme, run_bot, proxy)


@pytest.mark.long
async def test_nor_on_postgresql(
    postgresql_url: str, programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    await die_everywhere(ON_POSTGRESQL, postgresql_url, programme, run_bot, proxy)
