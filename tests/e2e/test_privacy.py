"""Nobody learns what is not theirs, end to end, encrypted: a stranger, a leaver, a citizen, and what lies on the disk.

Each forum's texts carry a word of their own. At the end every participant's own client has read all it could, and every
file that the bot wrote is searched.
"""

import asyncio
import re
from pathlib import Path

from bot.commands import registry
from bot.demo.account import Event
from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp, Stage
from tests.e2e.test_meetings import about, asked, body
from tests.faults.test_at_rest import forms_of

CODE, SECRETS = "HS-26-001", ("zebrafisk", "flodhestetand", "næsehornsbille", "søanemone")
CASE, ACTION, DIRECT, MANAGERS = SECRETS
CPR = "010203-1234"
NOON = "2026-11-25T12:00@1"  # a Wednesday, no meeting and no morning near

PROGRAMME = Programme(
    people=(
        PersonSpec("anna", "Anna Vind", "HOTSPOT", roles=("lead",)),
        PersonSpec("karla", "Karla Bech", "HOTSPOT", roles=("coordinator",)),
        PersonSpec("lene", "Lene Holm", "BUF"),
        PersonSpec("ali", "Ali Demir", "SOF"),
        PersonSpec("clara", "Clara Berg", roles=("citizen",)),
        PersonSpec("fremmed", "Finn Ukendt", configured=False),
    ),
    rooms=(
        RoomSpec("fremdrift", "fremdriftsgruppe", ("karla", "lene", "ali"), "Fremdriftsgruppen"),
        RoomSpec("ledelse", "ledelsesgruppe", ("anna",), "Ledelsesgruppen"),
        RoomSpec("raad", "hotspotraad", ("anna", "clara"), "Rådet"),
    ),
    agencies={
        "HOTSPOT": {"name": "Hotspot-sekretariatet"},
        "BUF": {"name": "Børne- og Ungdomsforvaltningen", "representative": "lene"},
        "SOF": {"name": "Socialforvaltningen", "representative": "ali"},
    },
)


async def told(person: Participant, room: str, words: str) -> Event:
    """Say something in direct messages; what the bot answers to it."""
    said = await person.say(room, words)
    return await person.wait_for(lambda event: about(event) == said, room, timeout=30)


def heard(person: Participant, bot: str) -> str:
    """Everything that somebody's client could read of the bot's, in whichever room."""
    return "\n".join(
        body(event) + str(event["content"].get("formatted_body", ""))
        for room in person.rooms
        for event in person.timeline(room)
        if event["sender"] == bot
    )


async def test_nobody_learns_what_is_not_theirs(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(PROGRAMME)
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    people, room = stage.people, stage.rooms["fremdrift"]
    anna, karla, lene = (people[key] for key in ("anna", "karla", "lene"))

    await asked(karla, room, f"!sag ny bange for en {CASE}", kind="case.opened")
    await asked(karla, room, f"!aftale Lene {CODE} købe {ACTION} inden fredag", kind="action.recorded")
    await asked(
        anna, stage.rooms["ledelse"], f"!aftale mig spørge om {MANAGERS} på fredag", kind="action.recorded"
    )
    alone = await stage.open_direct_room("lene")
    assert ACTION in body(await told(lene, alone, "!aftaler"))
    await told(lene, alone, f"!note 1 ringet om {DIRECT}")

    await _a_stranger_comes_and_goes(stage)
    await _somebody_leaves_and_asks(stage, alone)
    await _a_citizen_tries_everything(stage)
    await _a_number_is_deleted(stage)

    # Who heard what, as their own clients have it.
    for key, forbidden in {
        "ali": (MANAGERS,),
        "anna": (),
        "clara": SECRETS,
        "fremmed": SECRETS,
    }.items():
        await asyncio.gather(*(people[key].caught_up(each) for each in people[key].rooms))
        words = heard(people[key], stage.bot)
        assert not [word for word in (*forbidden, CPR) if word in words], key
        assert key != "fremmed" or CODE not in words
    assert CASE in heard(karla, stage.bot), "and it was said to those it is for"

    await bot.kill()  # so that the write-ahead log lies there as well
    _nothing_lies_on_the_disk(stage.directory)
    await bot.begin()
    assert await bot.stop() == 0
    _nothing_lies_on_the_disk(stage.directory)


async def _a_stranger_comes_and_goes(stage: Stage) -> None:
    """From the invitation on the bot says nothing personal there; afterwards everything is answered, in order."""
    karla, lene, finn = (stage.people[key] for key in ("karla", "lene", "fremmed"))
    room = stage.rooms["fremdrift"]
    await karla.invite(room, finn.user_id)
    notice = await karla.wait_for_bot(room, "stranger.here", timeout=30)
    assert "Finn" not in body(notice)
    assert finn.user_id not in body(notice)
    tells = await karla.wait_for_bot(
        await stage.direct_room("karla", timeout=30), "stranger.told", timeout=30
    )
    assert finn.user_id in body(tells)
    await finn.join(room)
    commands = [
        await lene.say(room, words) for words in ("!aftaler", f"!sag {CODE}", "!aftale mig ringe på fredag")
    ]
    await lene.quiet(room, 3)
    assert not [event for event in lene.bot_messages(room) if about(event) in commands]
    await karla.kick(room, finn.user_id)
    await lene.wait_for(lambda event: about(event) == commands[-1], room, timeout=30)
    given = [about(event) for event in lene.bot_messages(room) if about(event) in commands]
    assert given == commands, "kept, and answered in order"


async def _somebody_leaves_and_asks(stage: Stage, alone: str) -> None:
    """Who has left the room learns no more of it in direct messages than of what never was."""
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    before = len(lene.bot_messages(alone))
    await lene.leave(room)
    for words in ("!vis {}", "!note {} hej", "!færdig {}", "!sag {}", "!skema {}", "!status {} nyt"):
        number, none = (CODE, "HS-26-009") if words[1] == "s" else ("1", "99")
        forbidden = body(await told(lene, alone, words.format(number)))
        unknown = body(await told(lene, alone, words.format(none)))
        assert re.sub(rf"\b{number}\b", none, forbidden) == unknown
    listed = body(await told(lene, alone, "!aftaler"))
    assert ACTION not in listed
    for event in lene.bot_messages(alone)[before:]:
        assert not [word for word in SECRETS if word in body(event)]


async def _a_citizen_tries_everything(stage: Stage) -> None:
    """Every command with every number and code there is, in the council's room and in direct messages."""
    clara = stage.people["clara"]
    alone = await stage.open_direct_room("clara")
    names = sorted({name for info in registry().values() for name in info.names["da"]})
    for room in (alone, stage.rooms["raad"]):
        last = ""
        for name in names:
            last = await clara.say(room, f"!{name} 1\n!{name} {CODE} plan\n!{name}")
        await clara.wait_for(lambda event, last=last: about(event) == last, room, timeout=120)  # type: ignore[misc]
        await clara.caught_up(room)


async def _a_number_is_deleted(stage: Stage) -> None:
    """A CPR number is gone from the room at once, and its writer hears why."""
    ali, room = stage.people["ali"], stage.rooms["fremdrift"]
    said = await ali.say(room, f"!aftale mig ringe til {CPR} på fredag")
    await ali.wait_for(
        lambda event: (
            event["type"] == "m.room.redaction"
            and said in (event.get("redacts"), event["content"].get("redacts"))
        ),
        room,
        timeout=30,
    )
    tells = await ali.wait_for_bot(await stage.direct_room("ali", timeout=30), "cpr.told", timeout=30)
    assert CPR not in body(tells)
    assert CPR[:6] not in body(tells)


def _nothing_lies_on_the_disk(folder: Path) -> None:
    names = set()
    for path in folder.rglob("*"):
        if path.is_file():
            names.add(path.name)
            data = path.read_bytes()
            for word in (*SECRETS, CPR, CPR.replace("-", "")):
                for form in forms_of(word):
                    assert form not in data, f"{path.name} holds {word}: {form!r}"
    assert {"hotspotbot.db", "keyring.json"} <= names
