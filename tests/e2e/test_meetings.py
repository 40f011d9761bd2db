"""A whole weekly meeting of five people on a real homeserver, in an encrypted room, as their own clients see it."""

import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import docx
import icalendar

from bot.demo.account import Event
from bot.demo.participant import Participant, relation
from bot.demo.process import BotProcess, RunBot
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp
from bot.demo.winding import wind

HERE = ZoneInfo("Europe/Copenhagen")
FIVE = ("karla", "lene", "ali", "jonas", "bo")
WEEKLY = Programme(
    people=(
        PersonSpec("karla", "Karla Bech", "HOTSPOT", roles=("coordinator",)),
        PersonSpec("lene", "Lene Holm", "BUF"),
        PersonSpec("ali", "Ali Demir", "SOF"),
        PersonSpec("jonas", "Jonas Friis", "BIF"),
        PersonSpec("bo", "Bo Lund", "POLITI"),
    ),
    rooms=(
        RoomSpec(
            "fremdrift",
            "fremdriftsgruppe",
            FIVE,
            "Fremdriftsgruppen",
            {
                "meeting": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0",
                "meeting_start": "2026-11-24",
                "joins": {"POLITI": 2},
                "place": "Medborgerhuset, lokale 2",
                "standing": [{"item": "Fritidsjob", "minutes": 10}],
            },
        ),
    ),
    agencies={
        code: {"name": name}
        for code, name in (
            ("HOTSPOT", "Hotspot-sekretariatet"),
            ("BUF", "Børne- og Ungdomsforvaltningen"),
            ("SOF", "Socialforvaltningen"),
            ("BIF", "Beskæftigelses- og Integrationsforvaltningen"),
            ("POLITI", "Lokalpolitiet"),
        )
    },
)


async def from_then_on(bot: BotProcess, local: str, rate: float) -> None:
    """Let the bot stand still, wind its clock to a local moment and let it go on from there."""
    await bot.stop()
    await wind(bot, datetime.fromisoformat(local).replace(tzinfo=HERE), rate)
    await bot.begin()


def body(event: Event) -> str:
    """The plain text of a message."""
    return str(event["content"].get("body", ""))


def about(event: Event) -> str:
    """The id of the message that an answer answers; empty for none."""
    return str(event["content"].get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id", ""))


async def reacted(person: Participant, room: str, event: str, signs: list[tuple[str, str]]) -> None:
    """Wait until exactly these reactions (who, sign) stand on an event."""
    await person.wait_for(lambda _: person.reactions(room, event) == signs, room, timeout=30)


async def saying(person: Participant, room: str, *parts: str, kind: str, not_: str = "\0") -> Event:
    """Wait until the bot's message of that kind says all parts, as a client shows it now, edits applied."""

    def fits(event: Event) -> bool:
        mark = event["content"].get("dk.hotspotbot", {})
        now = body({"content": event["content"].get("m.new_content", event["content"])})
        fits_kind = bool(mark.get("kind") == kind)
        return fits_kind and all(part in now for part in parts) and not_ not in now

    return await person.wait_for(fits, room, timeout=30)


async def asked(person: Participant, room: str, text: str, *, kind: str) -> Event:
    """Say something and return the bot's answer of that kind to it."""
    said = await person.say(room, text)

    def fits(event: Event) -> bool:
        return about(event) == said and bool(event["content"].get("dk.hotspotbot", {}).get("kind") == kind)

    return await person.wait_for(fits, room, timeout=30)


async def entry_in(person: Participant, file: Event) -> Any:
    """The one meeting in a calendar file, as the icalendar library reads it."""
    calendar: Any = icalendar.Calendar.from_ical(await person.download(file))
    (entry,) = calendar.walk("VEVENT")
    return entry


def drafts_shown(person: Participant, room: str) -> list[str]:
    """The drafts of minutes that a client shows now."""
    shown = [event for event in person.shown(room) if "dk.hotspotbot" in event["content"]]
    return [body(event) for event in shown if event["content"]["dk.hotspotbot"]["kind"] == "minutes.draft"]


def under(text: str, title: str) -> str:
    """What stands under a numbered heading of a document in plain text, up to the next one."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.endswith(title))
    end = next(
        (n for n in range(start + 1, len(lines)) if lines[n][:2] in ("1.", "2.", "3.", "4.")), len(lines)
    )
    return "\n".join(lines[start + 1 : end])


async def test_a_weekly_meeting_from_its_agenda_to_the_next_one(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(WEEKLY)
    karla, lene, ali, jonas, bo = (stage.people[key] for key in FIVE)
    room = stage.rooms["fremdrift"]

    async def pinned() -> Any:
        purposes = {event["event_id"] for event in karla.bot_messages(room, "purpose")}
        found = (await karla.state(room, "m.room.pinned_events"))["pinned"]
        assert purposes <= set(found), "the purpose stays pinned beside it"
        return [event_id for event_id in found if event_id not in purposes]

    # Friday, two working days before: agenda, pin, calendar entry.
    bot = await run_bot(stage.config, rehearse="2026-11-20T07:50@300")
    await stage.bot_joined()
    agenda = await lene.wait_for_bot(room, "meeting.agenda", timeout=30)
    assert agenda["encrypted"]
    assert "tirs. 24. nov. 2026 kl. 10.00–11.00" in body(agenda)
    assert "Fritidsjob" in body(agenda)
    calendar = await bo.wait_for_bot(room, "meeting.calendar", timeout=30)
    assert calendar["encrypted"]
    assert "url" not in calendar["content"], "the homeserver could read it"
    entry = await entry_in(bo, calendar)
    assert entry["dtstart"].dt == datetime(2026, 11, 24, 10, 0, tzinfo=HERE)
    assert entry["dtend"].dt == datetime(2026, 11, 24, 11, 0, tzinfo=HERE)
    assert (entry["location"], entry["sequence"]) == ("Medborgerhuset, lokale 2", 0)
    assert "Fremdriftsgruppen" in entry["summary"]
    assert "POLITI" in entry["description"]
    await karla.wait_for(lambda e: agenda["event_id"] in e["content"].get("pinned", ()), room, timeout=30)
    assert await pinned() == [agenda["event_id"]]
    for item in (
        "friplads til søskende 10 min",
        "hvem tager weekenden 5 min",
        "ny folder til forældre 15 min",
    ):
        await asked(ali, room, f"!dagsorden {item}", kind="agenda.changed")
    await asked(bo, room, "!afbud jeg er på kursus", kind="meeting.apology")
    await saying(lene, room, "ny folder til forældre", "Fritidsjob", kind="meeting.agenda")
    assert "ny folder til forældre" in body(lene.latest(agenda["event_id"])), "the pinned one says it too"

    # Tuesday at ten.
    await from_then_on(bot, "2026-11-24T09:58", 60)
    question = await karla.wait_for_bot(room, "meeting.ask_start", timeout=30)
    assert "10.00" in body(question)
    await karla.react(room, question["event_id"], "✅")
    started = await lene.wait_for_bot(room, "meeting.started", timeout=30)
    assert "Karla Bech" in body(started)
    assert "1. friplads til søskende" in body(started)
    await jonas.wait_for_bot(room, "meeting.started", timeout=30)
    await jonas.react(room, started["event_id"], "👋")
    await lene.say(room, "Godmorgen, jeg har talt med klubben")
    await asked(karla, room, "!fremmødt Ali, gæst Hanne Lind", kind="meeting.present")

    promised = await asked(
        karla, room, "!aftale Lene søge friplads i klubben senest torsdag", kind="action.recorded"
    )
    assert body(promised).count("\n") == 0, "one line"
    decided = await asked(ali, room, "!beslutning vi søger puljen til fritidsjob", kind="decision.recorded")
    assert "2026-W48-1" in body(decided)
    assert body(decided).count("\n") == 0
    second = await asked(karla, room, "!næste", kind="meeting.item")
    assert body(second).startswith("2. hvem tager weekenden")
    await asked(ali, room, "!aftale Jonas ringe til virksomheden inden 4/12", kind="action.recorded")
    slip = await asked(jonas, room, "!aftale mig bestille boller til mandag", kind="action.recorded")
    for answer in (promised, decided, slip):
        await reacted(lene, room, about(answer), [(stage.bot, "📝")])
    assert not any(
        event.get("encrypted") for event in lene.timeline(room) if relation(event) == "m.annotation"
    )
    ended = await asked(karla, room, "!møde slut", kind="meeting.ended")
    assert "3 aftaler, 1 beslutning" in body(ended)

    # The draft comes to Karla alone, and follows what becomes of the messages it is made of.
    alone = await stage.direct_room("karla", timeout=30)
    draft = await karla.wait_for_bot(alone, "minutes.draft", timeout=30)
    assert "bestille boller" in body(draft)
    here, away = body(draft).split("Afbud")
    assert all(name in here for name in ("Karla Bech", "Lene Holm", "Ali Demir", "Jonas Friis", "Hanne Lind"))
    assert "Bo Lund" in away
    assert "Bo Lund" not in here
    assert "kursus" not in body(draft), "a reason is nobody's business"
    assert "søge friplads" in under(body(draft), "friplads til søskende")
    assert "vi søger puljen" in under(body(draft), "friplads til søskende")
    assert "ringe til virksomheden" in under(body(draft), "hvem tager weekenden")
    of_decision = about(decided)
    await ali.say(room, "!beslutning vi søger puljen inden jul", replace=of_decision)
    await saying(karla, alone, "vi søger puljen inden jul", kind="minutes.draft")
    await jonas.redact(room, about(slip))
    await saying(karla, alone, "inden jul", kind="minutes.draft", not_="bestille boller")
    # Deleted words leave no trace in what a client shows, and one draft stands.
    await karla.wait_for(lambda _: len(drafts_shown(karla, alone)) == 1, alone, timeout=30)
    (now,) = drafts_shown(karla, alone)
    assert "vi søger puljen inden jul" in now
    assert "bestille boller" not in "".join(map(body, karla.shown(alone)))
    await asked(karla, alone, "!referat godkend", kind="minutes.approved")

    # What the room and each of them get.
    minutes = await lene.wait_for_bot(room, "minutes", timeout=30)
    file = await bo.wait_for_bot(room, "minutes.file", timeout=30)
    assert file["encrypted"]
    assert file["content"]["filename"].endswith("2026-W48.docx")
    written = docx.Document(io.BytesIO(await bo.download(file)))
    words = "\n".join(paragraph.text for paragraph in written.paragraphs)
    words += "\n".join(cell.text for table in written.tables for row in table.rows for cell in row.cells)
    for text in (body(minutes), words):
        for part in (
            "2026-W48-1",
            "vi søger puljen inden jul",
            "søge friplads i klubben",
            "Hanne Lind",
            "ny folder",
        ):
            assert part in text
        assert "boller" not in text
    for person, own, other in ((lene, "søge friplads", "virksomheden"), (jonas, "virksomheden", "friplads")):
        list_ = await person.wait_for_bot(
            await stage.direct_room(person.localpart.split(".")[0], 30), "minutes.own", timeout=30
        )
        assert own in body(list_)
        assert other not in body(list_)
    for person in stage.people.values():
        await person.caught_up(room)
        assert not person.bot_messages(room, "minutes.draft"), "a draft is the chair's"
        assert not person.bot_messages(room, "minutes.own")

    # Friday again: what was left and what nobody did.
    await from_then_on(bot, "2026-11-27T07:57", 60)
    following = await lene.wait_for_bot(room, "meeting.agenda", after=minutes["event_id"], timeout=30)
    assert "tirs. 1. dec. 2026 kl. 10.00–11.00" in body(following)
    assert "ny folder til forældre" in body(following)
    assert "over fristen (1)" in body(following)
    assert "søge friplads i klubben" in body(following)
    assert "weekenden" not in body(following)
    head = await lene.wait_for_bot(await stage.direct_room("lene"), "meeting.headsup", timeout=30)
    assert "søge friplads i klubben" in body(head)
    await karla.wait_for(lambda e: following["event_id"] in e["content"].get("pinned", ()), room, timeout=30)
    assert await pinned() == [following["event_id"]]
    again = await bo.wait_for_bot(room, "meeting.calendar", after=minutes["event_id"], timeout=30)
    next_entry = await entry_in(bo, again)
    assert next_entry["dtstart"].dt == datetime(2026, 12, 1, 10, 0, tzinfo=HERE)
    assert next_entry["uid"] != entry["uid"]
