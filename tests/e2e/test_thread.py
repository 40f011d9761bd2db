"""The thin thread through the whole house, on a real homeserver: recorded, reminded, answered, in the digest."""

from bot.demo.process import RunBot
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp

PROGRAMME = Programme(
    people=(
        PersonSpec("anna", "Anna Vind", roles=("lead",)),
        PersonSpec("karla", "Karla Bech", "SOF", roles=("coordinator",)),
        PersonSpec("lene", "Lene Holm", "BUF"),
    ),
    rooms=(
        RoomSpec(
            "fremdrift",
            "fremdriftsgruppe",
            people=("karla", "lene", "anna"),
            more={"digest": "mon 08:30", "meeting": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"},
        ),
    ),
    agencies={"BUF": {"name": "Børne- og Ungdomsforvaltningen"}, "SOF": {"name": "Socialforvaltningen"}},
)


async def test_one_action_is_recorded_reminded_answered_and_stands_in_the_digest(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(PROGRAMME)
    bot = await run_bot(stage.config, rehearse="2026-11-24T09:00@20000")
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]

    said = await karla.say(room, "!action @lene søge friplads i klubben inden fredag")
    answer = await karla.wait_for_bot(room, "action.recorded", after=said)
    assert (
        "Lene Holm (BUF): søge friplads i klubben – senest fre. 27. nov., uge 48" in answer["content"]["body"]
    )
    assert answer["content"]["msgtype"] == "m.notice"
    assert answer["content"]["dk.hotspotbot"]["numbers"] == [1]

    dm = await lene.invited(timeout=20)
    reminder = await lene.wait_for_bot(dm, "reminder", timeout=20)
    assert "søge friplads i klubben" in reminder["content"]["body"]
    assert reminder["content"]["msgtype"] == "m.text"
    await lene.react(dm, reminder["event_id"], "✅")
    await lene.wait_for_bot(dm, "action.done", timeout=20)

    digest = await karla.wait_for_bot(room, "digest", timeout=30)
    assert "Færdige siden sidst (1)" in digest["content"]["body"]
    await karla.wait_for_bot(room, "digest.picture", timeout=30)
    assert len(karla.bot_messages(room, "action.recorded")) == 1
    assert await bot.stop() == 0
