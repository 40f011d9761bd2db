"""Rooms on a real homeserver: which the bot joins, upgrades, direct messages made, found again and made anew."""

from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from tests.e2e.programmes import ONE_ROOM, WITH_STRANGER

# Two hours of the programme in a real second: 07:50 on a Tuesday.
TUESDAY = "2026-11-24T07:50@7200"


async def test_the_bot_listens_only_in_its_rooms_and_to_its_people(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(WITH_STRANGER)
    await run_bot(stage.config)
    karla, stranger, room = stage.people["karla"], stage.people["fremmed"], stage.rooms["fremdrift"]
    await karla.wait_for(
        lambda e: e.get("state_key") == stage.bot and e["content"].get("membership") == "join", room
    )

    await stranger.say(room, "!action @lene lække noget inden fredag")
    await karla.say(room, "!action @lene søge friplads inden fredag")
    await karla.wait_for_bot(room, "stranger.here")  # nothing personal is said before he is gone
    await karla.kick(room, stranger)
    await karla.wait_for_bot(room, "action.recorded", timeout=30)
    recorded = karla.bot_messages(room, "action.recorded")
    assert [m["content"]["dk.hotspotbot"]["numbers"] for m in recorded] == [[1]]
    assert stage.bot not in await stranger.members(stage.rooms["kaffe"]), (
        "joined a room that is not in its config"
    )


async def test_a_room_upgrade_is_followed_with_everything_in_it(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(ONE_ROOM)
    await run_bot(stage.config)
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]
    await karla.say(room, "!action @lene søge friplads inden fredag")
    await karla.wait_for_bot(room, "action.recorded")

    new = await karla.upgrade_room(room)
    await karla.invite(new, stage.bot)
    await karla.invite(new, lene)
    await lene.join(new)
    await karla.wait_for(
        lambda e: e.get("state_key") == stage.bot and e["content"].get("membership") == "join", new
    )
    await lene.say(new, "!færdig 1")
    done = await karla.wait_for_bot(new, "action.done")
    assert "søge friplads" in done["content"]["body"]
    await karla.say(new, "!aftale mig ringe til skolen fredag")
    recorded = await karla.wait_for_bot(new, "action.recorded")
    assert recorded["content"]["dk.hotspotbot"]["numbers"] == [2]


async def test_direct_messages_are_found_again_after_a_restart_and_made_anew_if_left(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(ONE_ROOM)
    bot = await run_bot(stage.config, rehearse=TUESDAY)
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]
    await karla.say(room, "!action @lene søge friplads inden i morgen")
    first = await lene.invited(timeout=30)
    await lene.wait_for_bot(first, timeout=30)
    await bot.restart()
    await karla.say(room, "!action @lene ringe til skolen inden i dag")
    await lene.wait_for_bot(first, "reminder.now", timeout=30)
    assert len(lene.rooms) == 2, "a second room with the same person"

    await lene.leave(first)
    await karla.say(room, "!action @lene skrive til klubben inden i dag")
    second = await lene.invited(timeout=30)
    assert second != first
    await lene.wait_for_bot(second, timeout=30)


async def test_who_declines_direct_messages_is_reminded_in_the_room(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(ONE_ROOM)
    await run_bot(stage.config, rehearse=TUESDAY)
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]
    lene.auto_join = False
    await karla.say(room, "!action @lene søge friplads inden i morgen")
    await lene.leave(await lene.invited(timeout=30))
    reminder = await karla.wait_for_bot(room, "reminder", timeout=60)
    assert "søge friplads" in reminder["content"]["body"]
    assert reminder["content"]["m.mentions"] == {"user_ids": [lene.user_id]}
    dm = await karla.invited(timeout=30)
    told = await karla.wait_for_bot(dm, "unreachable", timeout=30)
    assert "Lene Holm" in told["content"]["body"]


async def _burst(karla: Participant, room: str, texts: list[str]) -> None:
    await karla.say_many(room, texts, at_once=40)


async def test_a_burst_and_what_was_said_while_down_are_all_answered_once(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(ONE_ROOM)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]

    await _burst(karla, room, [f"!aftale @lene opgave {n} inden fredag" for n in range(130)])
    await karla.wait_for_bot(room, "action.recorded", timeout=60)
    numbers = await _answered(karla, room, 130)
    assert numbers == list(range(1, 131)), "each command once, in order"

    await bot.kill()
    await _burst(karla, room, [f"!aftale @lene senere {n} inden fredag" for n in range(120)])
    await bot.begin()
    numbers = await _answered(karla, room, 250)
    assert numbers == list(range(1, 251))
    replied = [
        m["content"]["m.relates_to"]["m.in_reply_to"]["event_id"]
        for m in karla.bot_messages(room, "action.recorded")
    ]
    said = [
        e["event_id"] for e in karla.timeline(room) if str(e["content"].get("body", "")).startswith("!aftale")
    ]
    assert replied == said, "answers leave in the order of what they answer"


async def _answered(karla: Participant, room: str, count: int) -> list[int]:
    """The numbers of the confirmations in a room, once there are so many."""
    last = {"n": 0}

    def enough(event: dict[str, object]) -> bool:
        last["n"] = len(karla.bot_messages(room, "action.recorded"))
        return last["n"] >= count

    await karla.wait_for(enough, room, timeout=120)
    await karla.quiet(room, 1.0)
    return [
        n
        for m in karla.bot_messages(room, "action.recorded")
        for n in m["content"]["dk.hotspotbot"]["numbers"]
    ]
