"""The demo's screen, prompt and frame on a real homeserver, with the bot's account spoken for by the test."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.clock import RehearsalClock, SystemClock
from bot.demo import story
from bot.demo.homeserver import PASSWORD, Synapse
from bot.demo.participant import Participant
from bot.demo.play import Play, Script
from bot.demo.process import BotProcess
from bot.demo.programme import PROGRAMME
from bot.demo.prompt import Prompt, SaidWrongError, how_to_log_in
from bot.demo.recovery import RecoveryKey
from bot.demo.screen import Screen
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp, Stage, set_up
from bot.settings import load

SMALL = Programme(
    people=[
        PersonSpec("lene", "Lene Holm", "BUF", ["coordinator"]),
        PersonSpec("ali", "Ali Demir", "BUF"),
        PersonSpec("inger", "Inger Skov", None, ["citizen"]),
    ],
    rooms=[
        RoomSpec("fremdrift", "fremdriftsgruppe", ["lene", "ali"], "Fremdriftsgruppen"),
        RoomSpec("raad", "hotspotraad", ["lene", "inger"], "Rådet"),
    ],
    agencies={"BUF": {"name": "Børn og Unge"}},
)


@pytest.fixture
async def stage(programme: SetUp) -> Stage:
    return await programme(SMALL)


@pytest.fixture
async def bot(stage: Stage, synapse: Synapse) -> AsyncIterator[Participant]:
    """The bot's account, used by hand."""
    async with Participant(synapse.url, stage.bot, "hotspotbot", PASSWORD) as account:
        await account.login()
        for room in stage.rooms.values():
            await account.join(room)
        for spec in stage.programme.rooms:
            for key in spec.people:
                await stage.people[key].caught_up(stage.rooms[spec.key])
        yield account


async def as_bot(
    bot: Participant, room: str, text: str, *actions: int, kind: str = "action.recorded", number: str = "1"
) -> str:
    """Send what the bot would: marked, a notice, with the numbers it speaks of."""
    mark = {"id": number, "kind": kind, "numbers": list(actions)}
    content = {"msgtype": "m.notice", "body": text, "m.mentions": {}, "dk.hotspotbot": mark}
    return await bot.send(room, "m.room.message", content)


class Printed:
    """A screen of 80 columns without colours, to be read."""

    def __init__(self) -> None:
        self._file = io.StringIO()
        self.screen = Screen(Console(file=self._file, width=80, color_system=None))

    @property
    def lines(self) -> list[str]:
        return [line for line in self._file.getvalue().splitlines() if line.strip()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


async def test_the_screen_shows_who_said_what_where_and_when(stage: Stage, bot: Participant) -> None:
    printed = Printed()
    now = datetime.now(UTC)
    start = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    printed.screen.watch(stage, RehearsalClock(start, 1.0, now))
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    said = await lene.say(room, "!aftale mig ringe til skolen")
    answer = await as_bot(bot, room, "Aftale 1: Lene Holm (BUF)\nringe til skolen " + "og mere " * 20, 1)
    await ali.react(room, answer, "✅")
    await lene.say(room, "!aftale mig skrive til skolen", replace=said)
    await lene.redact(room, said)
    await ali.caught_up(room)
    await lene.caught_up(room)
    assert printed.lines[0].startswith("tirsdag 24. november 2026 ──")
    assert printed.lines[1] == "10:30 #fremdrift Lene Holm: !aftale mig ringe til skolen"
    assert printed.lines[2] == "10:30 #fremdrift hotspotbot: Aftale 1: Lene Holm (BUF)"
    assert printed.lines[3].startswith("      ringe til skolen og mere")
    assert "Ali Demir reagerer ✅ på „Aftale 1: Lene Holm (BUF)“" in printed.text
    assert "Lene Holm retter til: !aftale mig skrive til skolen" in printed.text
    assert "Lene Holm sletter „!aftale mig ringe til skolen“" in printed.text
    assert printed.text.count("Lene Holm: !aftale mig ringe til skolen") == 1  # two people heard it
    assert max(map(len, printed.lines)) <= 80


async def test_the_screen_shows_files_pins_and_what_each_edit_changed(stage: Stage, bot: Participant) -> None:
    printed = Printed()
    printed.screen.watch(stage, SystemClock())
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    agenda = await as_bot(bot, room, "Dagsorden\n1. Fritidsjob", kind="meeting.agenda")
    for words in (
        "Dagsorden\n1. friplads\n2. Fritidsjob",
        "Dagsorden\n1. friplads\n2. Fritidsjob\n3. folder",
    ):
        await bot.say(room, words, replace=agenda)
    await bot.set_state(room, "m.room.pinned_events", {"pinned": ["$en-anden", agenda]})
    content = {"msgtype": "m.file", "body": "Referat, uge 48", "filename": "referat-\x1b[2J2026-W48.docx"}
    await bot.send(room, "m.room.message", content)
    await lene.caught_up(room)
    assert "hotspotbot retter til: 1. friplads" in printed.text
    assert "hotspotbot retter til: 3. folder" in printed.text, "not again what the first one changed"
    assert "hotspotbot fastgør „Dagsorden“" in printed.text
    assert "hotspotbot: [fil: referat-[2J2026-W48.docx]" in printed.text


async def test_nothing_people_write_steers_the_terminal(stage: Stage) -> None:
    printed = Printed()
    printed.screen.watch(stage, SystemClock())
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    await lene.say(
        room, "før \x1b[2J\x1b]0;titel\x07 [bold red]rød[/] \u202eomvendt\u2066 \x9b31m efter\r\nslut"
    )
    await lene.say(room, "\n".join(f"linje {number}" for number in range(100)))
    await lene.caught_up(room)
    assert "før [2J]0;titel [bold red]rød[/] omvendt 31m efter" in printed.text
    assert not any(sign in printed.text for sign in "\x1b\x07\x9b\r\u202e\u2066")
    assert "linjer til)" in printed.text
    assert "linje 99" not in printed.text


async def test_the_prompt_writes_as_anybody_anywhere(stage: Stage, bot: Participant) -> None:
    printed = Printed()
    prompt = Prompt(stage, printed.screen)
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    assert prompt.label == "lene@fremdrift> "
    await prompt.handle("hej fra Lene")
    await lene.wait_for(
        lambda e: e["content"].get("body") == "hej fra Lene" and e["sender"] == lene.user_id, room
    )
    await prompt.handle("/som ali")
    assert prompt.label == "ali@fremdrift> "
    first = await as_bot(bot, room, "Aftale 1", 1)
    await as_bot(bot, room, "Aftale 1 og 2", 1, 2, kind="digest", number="2")
    await stage.people["ali"].caught_up(room)
    await prompt.handle("/✅ 1")
    await prompt.handle("/svar 2 næste uge")
    await lene.caught_up(room)
    assert lene.reactions(room, first) == [(stage.user_id("ali"), "✅")]
    reply = lene.shown(room)[-1]
    assert reply["content"]["body"] == "næste uge"
    assert (
        lene.heard(reply["content"]["m.relates_to"]["m.in_reply_to"]["event_id"])["content"]["body"]
        == "Aftale 1 og 2"
    )
    await prompt.handle("/som Inger Skov")  # not in that room: her own instead
    assert prompt.label == "inger@raad> "
    await prompt.handle("/slut")
    assert prompt.ended


async def test_the_prompt_opens_direct_messages_with_the_bot(stage: Stage, bot: Participant) -> None:
    bot.listen()  # accepts the invitation
    prompt = Prompt(stage, Printed().screen)
    await prompt.handle("/dm")
    assert prompt.label == "lene@dm> "
    await prompt.handle("!mig")
    said = await bot.wait_for(lambda event: event["content"].get("body") == "!mig")
    assert said["room_id"] not in stage.rooms.values()
    await prompt.handle("!hjælp")
    again = await bot.wait_for(lambda event: event["content"].get("body") == "!hjælp")
    assert again["room_id"] == said["room_id"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/sum ali", "Mente du /som?"),
        ("/som peter", "Her er: lene, ali, inger"),
        ("/rum politi", "Lene Holm er i: fremdrift, raad"),
        ("/svar", "/svar næste uge"),
        ("/svar jo", "ikke skrevet noget her endnu"),
        ("/✅ 7", "ikke skrevet noget om aftale 7 her endnu"),
        ("/✅ syv", "/✅ 4"),
    ],
)
async def test_the_prompt_says_what_can_be_typed_instead(stage: Stage, typed: str, told: str) -> None:
    with pytest.raises(SaidWrongError, match=told):
        await Prompt(stage, Printed().screen).handle(typed)


async def test_the_login_that_is_shown_works(stage: Stage) -> None:
    key = RecoveryKey()
    shown = how_to_log_in(stage, key)
    assert key.words in shown
    words = shown.split()
    server, user, password = (words[words.index(name) + 1] for name in ("server", "bruger", "kodeord"))
    async with Participant(server, user, "", password) as client:
        await client.login()


async def test_what_does_not_come_true_is_named_and_the_story_goes_on(stage: Stage, bot: Participant) -> None:
    printed = Printed()
    clock = RehearsalClock(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), 36_000)
    printed.screen.watch(stage, clock)
    play = Play(
        stage, BotProcess(stage.config, stage.directory / "bot.log"), clock, printed.screen, patience=0.3
    )
    script = Script()
    times: list[timedelta] = []

    @script.at("2026-11-24T10:00", "Intet svar")
    async def silent(play: Play) -> None:
        times.append(play.clock.now() - datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
        await play.command("lene", "fremdrift", "!aftale mig ringe", "1")

    @script.at("2026-11-24T16:00", "Beskeden kommer")
    async def spoken(play: Play) -> None:
        await as_bot(bot, stage.rooms["fremdrift"], "Ugestatus: Lene Holm", kind="digest")
        await play.message("ali", "fremdrift", "digest", "lene holm")

    await play.perform(script.steps)
    assert play.missing == ["svar på „!aftale mig ringe“ med „1“"]
    assert play.met == ["i #fremdrift: digest med „lene holm“"]
    assert "MANGLER: svar på „!aftale mig ringe“" in printed.text
    assert times[0] >= timedelta(0)


async def test_doubles_missing_marks_and_leaks_are_found(stage: Stage, bot: Participant) -> None:
    printed = Printed()
    play = Play(stage, BotProcess(stage.config, stage.directory / "bot.log"), SystemClock(), printed.screen)
    await as_bot(bot, stage.rooms["fremdrift"], "friplads", 1)
    await play.check_promises(["friplads"])
    assert play.missing == []
    await as_bot(bot, stage.rooms["fremdrift"], "friplads", 1)  # the same id again
    await bot.say(stage.rooms["fremdrift"], "uden mærke")
    await as_bot(bot, stage.rooms["raad"], "noget om friplads", 1, number="2")
    await play.check_promises(["friplads"])
    assert play.missing == [
        "intet er sendt to gange",
        "alt fra botten bærer sit mærke",
        "rådet hører intet fra de andre rum",
    ]


def test_a_script_out_of_order_is_refused() -> None:
    script = Script()

    async def scene(play: Play) -> None:
        pass

    script.at("2026-11-25T08:00", "onsdag")(scene)
    with pytest.raises(ValueError, match="tirsdag"):
        script.at("2026-11-24T08:00", "tirsdag")


async def test_the_demo_programme_stands_with_its_eleven_people(
    synapse: Synapse, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with await set_up(synapse, PROGRAMME, tmp_path_factory.mktemp("demo"), suffix=suffix) as stage:
        settings = load(stage.config)
        assert len(settings.people) == 11
        assert stage.people.keys() - {person.key for person in PROGRAMME.people if person.configured} == {
            "finn"
        }
        assert [room.forum.value for room in settings.rooms] == [spec.forum for spec in PROGRAMME.rooms]
        assert [person.user_id for person in settings.leads] == [stage.user_id("mette")]
        joined = await stage.people["mette"].members(stage.rooms["hotspotraad"])
        assert joined == {stage.user_id(key) for key in ("mette", "inger", "samir")}


async def test_the_demo_fails_when_the_bot_stays_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the outbox switched off every action is recorded and nobody hears of it."""
    monkeypatch.setenv("HOTSPOTBOT_FAULT", "outbox")
    printed = io.StringIO()
    console = Console(file=printed, width=80, color_system=None)
    assert await story.perform(tmp_path, console, patience=1.0) == 1
    assert "5 af 6 ventede ting skete ikke" in printed.getvalue()
    assert "i #fremdrift: meeting.agenda med „kl. 10.00–12.00“" in printed.getvalue()
    assert "i #fremdrift: meeting.ask_start med „10.00“" in printed.getvalue()


def test_the_story_fits_into_two_weeks_and_about_a_minute() -> None:
    first, last = story.script.steps[0].at, story.script.steps[-1].at
    assert datetime.fromisoformat(story.START) < first
    assert timedelta(days=12) <= last - first <= timedelta(days=14)
    fast = next(step.at for step in story.script.steps if step.scene is story.faster)
    assert (last - fast).total_seconds() / story.RATE < 75
