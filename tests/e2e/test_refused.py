"""What the homeserver refuses for good: a coordinator hears of it once, and what is missing follows when it may."""

from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from tests.e2e.programmes import ONE_ROOM


async def test_a_silenced_bot_tells_the_coordinator_once_and_catches_up_when_it_may_speak_again(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(ONE_ROOM)
    bot = await run_bot(stage.config)
    bot.expected_errors.append("send.refused")
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]
    levels = await karla.state(room, "m.room.power_levels")
    await karla.set_state(
        room, "m.room.power_levels", {**levels, "users": {**levels["users"], stage.bot: -1}}
    )

    said = [await lene.say(room, f"!aftale mig ringe til nummer {n} fredag") for n in range(3)]
    dm = await karla.invited(timeout=30)
    told = await karla.wait_for_bot(dm, "refused", timeout=30)
    assert "jeg har ikke lov til at skrive i rummet" in told["content"]["body"]
    assert told["content"]["msgtype"] == "m.text"

    await karla.set_state(room, "m.room.power_levels", levels)
    await lene.wait_for(
        lambda e: len(lene.bot_messages(room, "action.recorded")) == len(said), room, timeout=30
    )
    await karla.quiet(room, 0.5)
    given = karla.bot_messages(room, "action.recorded")
    assert [m["content"]["dk.hotspotbot"]["numbers"] for m in given] == [[1], [2], [3]]
    answered = [m["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] for m in given]
    assert answered == said
    assert len(karla.bot_messages(dm, "refused")) == 1


async def test_a_bot_that_was_removed_says_so(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(ONE_ROOM)
    await run_bot(stage.config)
    await stage.bot_joined()
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    await karla.kick(room, stage.bot)
    told = await karla.wait_for_bot(await karla.invited(timeout=30), "refused", timeout=30)
    assert "jeg er ikke i rummet" in told["content"]["body"]
    await karla.invite(room, stage.bot)
    await stage.bot_joined()
    await karla.say(room, "!aftale mig ringe til skolen fredag")
    await karla.wait_for_bot(room, "action.recorded", timeout=30)
