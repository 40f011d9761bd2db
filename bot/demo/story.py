"""The demo's story: two weeks of the invented programme, told by what its people say and expect.

The bot runs as a process of its own through `hotspotbot run --rehearse`, as anybody would run it.
"""

import asyncio
import io
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from icalendar import Calendar
from rich.console import Console

from bot.clock import RehearsalClock
from bot.demo.homeserver import Synapse
from bot.demo.participant import PATIENCE
from bot.demo.play import Play, Script, answered, holds
from bot.demo.process import BotProcess, StartFailedError
from bot.demo.programme import PROGRAMME
from bot.demo.prompt import HELP, Prompt, how_to_log_in
from bot.demo.recovery import RecoveryKey
from bot.demo.screen import Screen
from bot.demo.stage import set_up

START = "2026-11-24T09:15"
# A meeting is held at ten minutes a second; the two weeks go by at four hours a second.
MEETING_RATE = 600
RATE = 14_400
# At the prompt people type at their own pace: a minute a second.
PROMPT_RATE = 60

# Words said in other forums that the citizens' council may never see.
SECRETS = ("friplads", "virksomheden", "biblioteket", "stationen", "familien", "ungdomsskolen", "HS-26")
CASE = "HS-26-001"

script = Script()


@script.at("2026-11-24T09:35", "Tirsdag: dagsordenen er på plads før mødet")
async def agenda(play: Play) -> None:
    """The bot's agenda with its calendar file, pinned; people put on it what they have. No promises so far."""
    posted = await play.message("lene", "fremdrift", "meeting.agenda", "kl. 10.00–12.00", "Fritidsjob")
    file = await play.message("lene", "fremdrift", "meeting.calendar")
    await play.pinned("lene", "fremdrift", posted["event_id"])
    entry = _entry(await play.person("lene").download(file))
    play.check(
        "mødet kan lægges i kalenderen", entry["dtstart"].dt.isoformat() == "2026-11-24T10:00:00+01:00"
    )
    await play.command("signe", "fremdrift", "!aftaler", kind="actions.list")
    for key, item in (
        ("ali", "friplads til søskende 20 min"),
        ("jonas", "fælles aften i klubben 15 min"),
        ("lene", "ny folder til forældre 10 min"),
    ):
        await play.command(key, "fremdrift", f"!dagsorden {item}", item[:-7], kind="agenda.changed")


@script.at("2026-11-24T10:00", "Tirsdag: møde i fremdriftsgruppen")
async def progress_meeting(play: Play) -> None:
    """The bot asks at the hour. Three promises, by name, by "mig" and by an agency's code, and a decision."""
    question = await play.message("signe", "fremdrift", "meeting.ask_start", "10.00")
    await play.person("signe").react(play.room("fremdrift"), question["event_id"], "✅")
    started = await play.message("jonas", "fremdrift", "meeting.started", "Signe Bak", "1. friplads")
    await play.person("jonas").react(play.room("fremdrift"), started["event_id"], "👋")
    await play.say("lene", "fremdrift", "Godmorgen alle sammen. Klubben har en plads, hvis vi søger nu.")
    present = ("Bo Lund", "Hanne Lind")
    await play.command(
        "signe", "fremdrift", "!fremmødt Bo Lund, gæst Hanne Lind", *present, kind="meeting.present"
    )
    friday = ("1", "Lene Holm", "BUF", "søge friplads i klubben", "fre. 27. nov.", "uge 48")
    promised = await play.command(
        "signe", "fremdrift", "!aftale Lene søge friplads i klubben inden fredag", *friday
    )
    await play.reaction("lene", "fremdrift", answered(promised), "📝")
    text = "!beslutning vi søger puljen til fritidsjob sammen"
    await play.command("mette", "fremdrift", text, "2026-W48-1", kind="decision.recorded")
    await play.command("signe", "fremdrift", "!næste", "2. fælles aften", kind="meeting.item")
    await play.meet(
        "fremdrift",
        (
            "jonas",
            "!aftale mig ringe til virksomheden om et fritidsjob senest torsdag",
            ("2", "Jonas Friis", "BIF", "tors. 26. nov."),
        ),
        (
            "signe",
            "!aftale SOF afklare støtte til familien inden 2. december",
            ("3", "Ali Demir", "SOF", "ons. 2. dec."),
        ),
    )
    case = "!sag ny bliver væk fra skolen efter frokost"
    await play.command("signe", "fremdrift", case, CASE, kind="case.opened")
    await play.command("signe", "fremdrift", "!møde slut", "3 aftaler", "1 beslutning", kind="meeting.ended")


@script.at("2026-11-24T10:10", "Tirsdag: Signe læser udkastet til referat")
async def minutes(play: Play) -> None:
    """A draft for who led the meeting; a word changed in the original; then minutes for all, and own lists."""
    draft = await play.reminder("signe", "2026-W48-1", "Hanne Lind", kind="minutes.draft")
    decided = next(
        event
        for event in play.person("mette").timeline(play.room("fremdrift"))
        if str(event["content"].get("body", "")).startswith("!beslutning")
    )
    better = "!beslutning vi søger puljen til fritidsjob sammen inden jul"
    await play.person("mette").say(play.room("fremdrift"), better, replace=decided["event_id"])
    signe = play.person("signe")
    await play.expect(
        "udkastet følger den rettede besked",
        signe.wait_for(
            lambda _: holds(signe.latest(draft["event_id"]), ["inden jul"]), timeout=play.patience
        ),
    )
    await signe.react(draft["room_id"], draft["event_id"], "✅")
    await play.reminder("signe", "2026-W48", kind="minutes.approved", after=draft["event_id"])
    parts = ("Referat", "2026-W48-1", "inden jul", "søge friplads", "ny folder", "Hanne Lind")
    await play.message("lene", "fremdrift", "minutes", *parts)
    file = await play.message("lene", "fremdrift", "minutes.file")
    words = _words(await play.person("lene").download(file))
    play.check("referatet kan åbnes i Word", all(part in words for part in parts))
    for key, own, other in (("lene", "friplads", "virksomheden"), ("jonas", "virksomheden", "friplads")):
        sent = await play.reminder(key, own, kind="minutes.own")
        play.check(f"{play.person(key).displayname} får kun sine egne aftaler", not holds(sent, [other]))


@script.at("2026-11-24T10:19", "En fremmed bliver inviteret, og et CPR-nummer bliver skrevet")
async def a_stranger(play: Play) -> None:
    """Silent from the invitation on, and what was typed meanwhile is answered afterwards; a number is deleted."""
    signe, jonas, finn = play.person("signe"), play.person("jonas"), play.person("finn")
    room = play.room("fremdrift")
    await signe.invite(room, finn)
    await play.message("lene", "fremdrift", "stranger.here")
    await play.reminder("signe", finn.user_id, kind="stranger.told")
    said = await play.say("lene", "fremdrift", "!aftaler")
    await signe.kick(room, finn)
    await play.answer("lene", room, said, "!aftaler", "søge friplads", kind="actions.list")
    number = await play.say("jonas", "fremdrift", "han er 010203-1234 i systemet")
    await play.expect(
        "beskeden med et CPR-nummer er slettet",
        jonas.wait_for(
            lambda event: (
                event["type"] == "m.room.redaction"
                and number in (event.get("redacts"), event["content"].get("redacts"))
            ),
            room,
            timeout=play.patience,
        ),
    )
    told = await play.reminder("jonas", "CPR", kind="cpr.told")
    play.check("nummeret bliver ikke gentaget", not holds(told, ["010203"]))


@script.at("2026-11-24T10:20", "Resten af tirsdagen springer vi over")
async def to_wednesday(play: Play) -> None:
    """The bot starts again on the next morning."""
    await play.wind("2026-11-25T07:30", MEETING_RATE)


@script.at("2026-11-25T08:00", "Onsdag: morgenens beskeder")
async def first_morning(play: Play) -> None:
    """Every new promise stands in its owner's next morning message; one word in return is enough."""
    await play.reminder("lene", "søge friplads")
    await play.reminder("ali", "afklare støtte")
    await play.reminder("jonas", "ringe til virksomheden")
    await play.tell_bot("jonas", "2 færdig", "2", kind="action.done")


@script.at("2026-11-25T08:01", "Onsdag: hvad ved I om sagen?")
async def asked_about_the_case(play: Play) -> None:
    """Before the next meeting each agency is asked, in a thread of its own; "intet nyt" and "må ikke" are answers."""
    asked = {
        key: await play.reminder(key, CASE, kind="case.question") for key in ("lene", "ali", "jonas", "bo")
    }
    await play.in_thread("lene", asked["lene"], "han kommer nu tre dage om ugen", kind="case.question")
    await play.in_thread("lene", asked["lene"], "skolen bedre, resten uændret", kind="case.question")
    await play.in_thread("ali", asked["ali"], "intet nyt", kind="case.answered")
    await play.in_thread("jonas", asked["jonas"], "det må jeg ikke dele", kind="case.answered")


@script.at("2026-11-25T09:00", "Onsdag: ledelsesgruppen")
async def managers(play: Play) -> None:
    """A date as people write it, a decision with a number of its own, and minutes that say decisions first."""
    await play.message("mette", "ledelse", "meeting.ask_start", "9.00")
    await play.command("mette", "ledelse", "!møde start", "Mette Krogh", kind="meeting.started")
    await play.command(
        "mette",
        "ledelse",
        "!aftale Karin sende overblik over aftenerne senest 4/12",
        "4", "Karin Vind", "POLITI", "fre. 4. dec.", "uge 49",
    )  # fmt: skip
    text = "!beslutning vi prøver lys og vagter på stien i december"
    await play.command("mette", "ledelse", text, "2026-W48-1", kind="decision.recorded")
    await play.say("karin", "ledelse", "Godt. Så ser jeg på vagterne.")
    await play.command("mette", "ledelse", "!møde slut", "1 aftale", "1 beslutning", kind="meeting.ended")
    await play.reminder("mette", "Beslutningsreferat", "lys og vagter", kind="minutes.draft")


@script.at("2026-11-25T09:10", "Nu går det hurtigt: fire timer i sekundet")
async def faster(play: Play) -> None:
    """Starting takes the bot some hours of that."""
    await play.wind("2026-11-25T09:40", RATE)


@script.at("2026-11-25T17:00", "Onsdag: gadeteamet går på vagt")
async def street_team(play: Play) -> None:
    """No deadline said: the next meeting, and the bot says so."""
    await play.command(
        "signe",
        "gadeteam",
        "!aftale Freja tale med de unge ved stationen",
        "5", "Freja Toft", "tors. 10. dec.", "næste møde",
    )  # fmt: skip


@script.at("2026-11-26T09:00", "Torsdag: politi og Hotspot")
async def police(play: Play) -> None:
    """A deadline with a time of day."""
    await play.command(
        "bo",
        "politi",
        "!aftale mig være ved biblioteket fredag kl. 19",
        "6",
        "Bo Lund",
        "fre. 27. nov.",
        "19",
    )


@script.at("2026-11-26T16:30", "Torsdag: Freja kan ikke")
async def declined(play: Play) -> None:
    """❌ on the reminder; the bot asks why, and the room hears the reason at once."""
    reminder = await play.reminder("freja", "stationen")
    freja = play.person("freja")
    await freja.react(reminder["room_id"], reminder["event_id"], "❌")
    await play.reminder("freja", kind="action.why", after=reminder["event_id"])
    await play.tell_bot("freja", "jeg er flyttet til et andet hold", kind="action.declined")
    await play.message("yusuf", "gadeteam", "action.declined", "5", "Freja Toft", "et andet hold")


@script.at("2026-11-27T08:00", "Fredag: frist, referat og den næste dagsorden")
async def deadline_day(play: Play) -> None:
    """The owner hears it on the day; minutes that nobody objected to go out; the next agenda has what was left."""
    await play.reminder("lene", "søge friplads", "i dag")
    await play.message("karin", "ledelse", "minutes", "Beslutningsreferat", "lys og vagter", "Karin Vind")
    await play.message("karin", "ledelse", "minutes.file")
    posted = await play.message(
        "lene",
        "fremdrift",
        "meeting.agenda",
        "1. dec.",
        "ny folder til forældre",
        "søge friplads",
        "uden Lokalpolitiet",
    )
    play.check("dagsordenen siger, hvem der mangler at svare om sagen", holds(posted, [CASE, "POLITI"]))
    await play.pinned("lene", "fremdrift", posted["event_id"])
    again = await play.reminder("bo", CASE, kind="case.question.again")
    await play.in_thread("bo", again, "vi har set ham ved stationen to aftener", kind="case.question")


@script.at("2026-11-27T18:00", "Fredag: en time før")
async def hour_before(play: Play) -> None:
    """A deadline with a time of day is reminded an hour before; ✅ is done."""
    reminder = await play.reminder("bo", "biblioteket", "19", kind="reminder.now")
    await play.person("bo").react(reminder["room_id"], reminder["event_id"], "✅")
    await play.reminder("bo", "6", kind="action.done", after=reminder["event_id"])


@script.at("2026-11-28T12:00", "Weekend: botten bliver afbrudt, og Signe skriver alligevel")
async def restart(play: Play) -> None:
    """What was said while the bot was away is carried out once when it is back."""
    await play.bot.kill()
    text = "!aftale Jonas, Lene holde netværksmøde senest torsdag den 3. december"
    said = await play.say("signe", "fremdrift", text)
    play.screen.note("botten starter igen søndag")
    await play.wind("2026-11-29T16:00", RATE)
    parts = ("7", "Jonas Friis", "Lene Holm", "tors. 3. dec.")
    await play.answer("signe", play.room("fremdrift"), said, text, *parts, kind="action.recorded")


@script.at("2026-11-30T08:00", "Mandag: ugestatus")
async def first_digest(play: Play) -> None:
    """The room hears what is new in the case; then each room's digest, and the Hotspotchef's; a snooze with ⏰."""
    await play.message("yusuf", "fremdrift", "case.summary", CASE, "tre dage om ugen", "ved stationen")
    parts = ("søge friplads", "sende overblik", "2026-W48-1", "puljen til fritidsjob", "1 holdt af 1")
    await play.reminder("mette", *parts, kind="digest")
    digest = await play.message(
        "lene", "fremdrift", "digest", "Lene Holm", "søge friplads", "ringe til virksomheden"
    )
    play.check(
        "ugestatus i fremdriftsgruppen viser kun dens egne aftaler",
        "biblioteket" not in str(digest["content"]),
    )
    reminder = await play.reminder("ali", "afklare støtte", "ons. 2. dec.")
    await play.person("ali").react(reminder["room_id"], reminder["event_id"], "⏰")
    await play.reminder("ali", "3", "fre. 4. dec.", kind="action.moved", after=reminder["event_id"])


@script.at("2026-11-30T12:00", "Mandag: mødet i morgen bliver aflyst")
async def called_off(play: Play) -> None:
    """Called off in a line: the agenda that is pinned says so, and so does the calendar."""
    await play.say("signe", "fremdrift", "Halvdelen er på kursus i morgen. Vi tager det i næste uge.")
    await play.command("signe", "fremdrift", "!møde aflys", "1. dec.", "8. dec.", kind="meeting.cancelled")
    file = await play.message("lene", "fremdrift", "meeting.calendar")
    entry = _entry(await play.person("lene").download(file))
    play.check("mødet er aflyst i kalenderen", (entry["status"], entry["sequence"]) == ("CANCELLED", 1))


@script.at("2026-12-01T08:00", "Tirsdag: aftale 1 er over tid")
async def overdue(play: Play) -> None:
    """Every second working day while it is overdue; a note is not a done."""
    await play.reminder("lene", "søge friplads", "over fristen", "netværksmøde")
    await play.tell_bot("lene", "1 er i gang, mangler svar fra skolen", "1", kind="action.noted")


@script.at("2026-12-01T10:00", "Tirsdag: hvad blev der af aftale 1?")
async def history(play: Play) -> None:
    """The history of a promise, and a slip of the finger."""
    await play.command("signe", "fremdrift", "!vis 1", "mangler svar fra skolen", kind="action.shown")
    await play.command(
        "jonas", "fremdrift", "!aftle mig skrive til skolen i morgen", "!aftale", kind="problem"
    )


@script.at("2026-12-02T17:00", "Onsdag: Hotspot-rådet")
async def council(play: Play) -> None:
    """Citizens see their own forum's promises and nothing else."""
    text = "!aftale mig få sat lys op på stien bag skolen inden jul"
    await play.command("mette", "hotspotraad", text, "8", "Mette Krogh")
    await play.command("inger", "hotspotraad", "!aftaler", "8", "lys op på stien", kind="actions.list")


@script.at("2026-12-03T08:00", "Torsdag: to ting i én besked")
async def which_one(play: Play) -> None:
    """A bare "færdig" about several promises changes nothing: the bot asks which."""
    await play.reminder("lene", "søge friplads", "netværksmøde")
    await play.tell_bot("lene", "færdig", "1", "7", kind="action.which")
    await play.tell_bot("lene", "7 færdig", "7", "Jonas Friis", kind="action.done")
    reminder = await play.reminder("jonas", "netværksmøde", "i dag")
    await play.person("jonas").react(reminder["room_id"], reminder["event_id"], "✅")
    await play.reminder("jonas", "7", kind="action.done", after=reminder["event_id"])


@script.at("2026-12-03T10:00", "Torsdag: planen for sagen holder ikke, og plan B mangler penge")
async def plan_b(play: Play) -> None:
    """An action of the case with a plan B; it fails; the bot proposes to switch; then the case has to be lifted."""
    promised = f"!aftale Lene #{CASE} få ham med i fodboldklubben senest 14/12"
    await play.command("signe", "fremdrift", promised, "9", "Lene Holm", CASE)
    await play.command("signe", "fremdrift", "!planb 9 spørge ungdomsskolen", kind="action.planb")
    await play.command("lene", "fremdrift", "!afvis 9 holdet er fuldt", kind="action.declined")
    proposal = await play.message("signe", "fremdrift", "case.planb", "spørge ungdomsskolen")
    await play.person("signe").say(
        play.room("fremdrift"), "ja, Jonas, fredag den 11.", reply_to=proposal["event_id"]
    )
    await play.message("lene", "fremdrift", "action.recorded", "10", "Jonas Friis", "11. dec.")
    await play.command("signe", "fremdrift", f"!sag {CASE} plan", "spørge ungdomsskolen", kind="case.plan")
    lifted = f"!eskaler {CASE} ungdomsskolen koster penge haster"
    await play.command("signe", "fremdrift", lifted, "Ledelsesgruppen", kind="case.changed")
    await play.message("mette", "ledelse", "case.escalated", CASE, "ungdomsskolen koster penge")
    text = f"!beslutning {CASE} vi betaler pladsen i foråret"
    await play.command("mette", "ledelse", text, "2026-W49-1", kind="decision.recorded")
    await play.message("signe", "fremdrift", "case.returned", CASE, "vi betaler pladsen", "2026-W49-1")


@script.at("2026-12-04T08:00", "Fredag: aftale 1 løftes til koordinatoren, og mødet er på tirsdag")
async def raised(play: Play) -> None:
    """Five working days over time: the coordinator hears it, politely. Lene hears that the meeting will ask."""
    posted = await play.message(
        "lene",
        "fremdrift",
        "meeting.agenda",
        "8. dec.",
        "ny folder til forældre",
        "over fristen",
        "søge friplads",
    )
    await play.pinned("lene", "fremdrift", posted["event_id"])
    await play.reminder("lene", "søge friplads", kind="meeting.headsup")
    await play.reminder("signe", "1", "Lene Holm", kind="overdue.raised")
    await play.tell_bot("lene", "!færdig 1 de har givet os pladsen", "1", kind="action.done")
    reminder = await play.reminder("karin", "sende overblik", "i dag")
    await play.person("karin").react(reminder["room_id"], reminder["event_id"], "✅")
    await play.reminder("karin", "4", kind="action.done", after=reminder["event_id"])


@script.at("2026-12-07T08:30", "Mandag: ugestatus igen")
async def second_digest(play: Play) -> None:
    """The week in one message: what is overdue (nothing of Lene's) and what was done."""
    await play.message("lene", "fremdrift", "digest", "søge friplads", "netværksmøde", "afklare støtte")
    await play.tell_bot("mette", "!ugestatus", "afklare støtte", "Hotspot-rådet", CASE, kind="digest")
    closed = f"!luk {CASE} han går i skole hver dag"
    await play.command("signe", "fremdrift", closed, CASE, kind="case.changed")
    await play.check_promises(SECRETS)


async def perform(directory: Path, console: Console, *, patience: float = PATIENCE) -> int:
    """Set everything up in `directory`, play the story, hand over the prompt if there is a terminal.

    `patience` is how many real seconds something expected may take.

    Returns 0 when all that was expected came true, otherwise 1. Raises StartFailedError when the homeserver
    or the bot does not start.
    """
    console.print("hotspotbot: to uger i et Hotspot-program på cirka et minut.", style="bold")
    console.print("Alle navne er opdigtede. Homeserveren starter …")
    async with (
        Synapse(directory / "homeserver") as synapse,
        await set_up(synapse, PROGRAMME, directory / "bot") as stage,
    ):
        bot = BotProcess(stage.config, directory / "bot.log", rehearse=f"{START}@{MEETING_RATE:g}")
        try:
            # The bot begins to speak before it says which clock it runs on; that shows START then.
            clock = RehearsalClock(datetime.fromisoformat(START).replace(tzinfo=stage.timezone), 1)
            play = Play(stage, bot, clock, Screen(console), patience=patience)
            play.screen.watch(stage, clock)
            play.set_clock(_clock(await bot.begin()))
            await stage.bot_joined()
            await play.perform(script.steps)
            play.check("bottens log er uden fejl", not bot.errors())
            result = _sum_up(play, console)
            if console.is_terminal and sys.stdin.isatty():
                await _hand_over(play, console)
        finally:
            if bot.running:
                await bot.stop()
    return result


def _entry(data: bytes) -> Any:
    """The one meeting in a calendar file."""
    calendar: Any = Calendar.from_ical(data)
    (entry,) = calendar.walk("VEVENT")
    return entry


def _words(data: bytes) -> str:
    """The words of a Word file."""
    document = docx.Document(io.BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _clock(ready: dict[str, str]) -> RehearsalClock:
    """The clock that the bot says it runs on, from its first sign of life."""
    start, anchor = (datetime.fromisoformat(ready[key]) for key in ("start", "anchor"))
    return RehearsalClock(start, float(ready["rate"]), anchor)


def _sum_up(play: Play, console: Console) -> int:
    console.print()
    if not play.missing:
        console.print(
            f"Alt skete, som det skulle: {len(play.met)} ting, set fra deltagernes egne klienter.",
            style="bold green",
        )
        return 0
    console.print(
        f"{len(play.missing)} af {len(play.met) + len(play.missing)} ventede ting skete ikke:",
        style="bold red",
    )
    for what in play.missing:
        console.print(f"  - {what}", markup=False, highlight=False)
    console.print(f"Bottens log: {play.bot.log}; hvad der kom i stedet: {play.details}", markup=False)
    return 1


async def _hand_over(play: Play, console: Console) -> None:
    """Go on at a pace one can type in, and let the person at the terminal be anybody."""
    await play.bot.stop()
    await play.wind(play.clock.now(), PROMPT_RATE)
    key = RecoveryKey()
    await asyncio.gather(*map(key.open_for, play.stage.people.values()))
    console.print()
    for text in (how_to_log_in(play.stage, key), "", HELP):
        console.print(text, markup=False, highlight=False)
    await Prompt(play.stage, play.screen).run()


def run_demo(directory: Path = Path("var/demo")) -> int:
    """`make demo`: begins anew in `directory` each time. Returns the exit status of the program."""
    console = Console(highlight=False)
    if (directory / "homeserver").is_dir():
        shutil.rmtree(directory)
    try:
        return asyncio.run(perform(directory, console))
    except StartFailedError as failed:
        console.print(str(failed), markup=False, style="red")
        return 1
    except KeyboardInterrupt:
        console.print("Afbrudt.")
        return 130
