"""Files, reactions and pinned messages on a real homeserver, in an encrypted room, as people's clients find them."""

import asyncio
import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
from sqlmodel import Session, select

from bot.access import Access
from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from bot.documents.docx import docx as word_file
from bot.documents.model import Document, Paragraph, resolved
from bot.owed import Message, forum, owe, owe_file, owe_pin, owe_reaction
from bot.storage import queries
from bot.storage.models import Action
from bot.text import text_ref
from tests.e2e.programmes import FREMDRIFT, ONE_ROOM
from tests.owing import in_database_of

# The bot's own agendas and pins would stand between those of the tests.
NO_MEETINGS = replace(ONE_ROOM, rooms=(replace(FREMDRIFT, more={}),))
SECRET = "Hemmelighansen"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CALENDAR = "BEGIN:VCALENDAR\r\nPRODID:-//hotspotbot//\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


def minutes(words: str) -> Document:
    """Minutes that say the words."""
    return Document("Referat", "da", "uge 47", (Paragraph(words),))


def owe_all(session: Session, _: Access, asked: str) -> None:
    """Two agendas, each to be pinned, the minutes and the calendar as files, and a sign on somebody's message."""
    action = session.exec(select(Action)).one()
    target, words = forum(action.forum_uid), text_ref(str(action.text_uid))
    for week in ("46", "47"):
        message = Message("meeting.agenda", f"Dagsorden uge {week}: {words}")
        row = owe(session, f"agenda:{week}", target, message, now=AT)
        assert row is not None
        owe_pin(session, f"agenda:{week}:pin", row, now=AT)
    owe_reaction(session, "noted:1", target, asked, "📝", now=AT)
    common: dict[str, Any] = {"now": AT, "target": target}
    owe_file(
        session,
        "minutes:1",
        kind="minutes.file",
        name="referat-2026-W47.docx",
        format="docx",
        alt="Referat, uge 47",
        content=minutes(words),
        actions=(action.uid,),
        **common,
    )
    owe_file(
        session,
        "calendar:1",
        kind="meeting.calendar",
        name="fremdriftsgruppen.ics",
        format="ics",
        alt="Kalender",
        content=CALENDAR,
        **common,
    )


async def test_a_file_arrives_a_sign_stands_once_the_agenda_is_pinned_and_erasure_reaches_all(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(NO_MEETINGS)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]
    asked = await karla.say(room, f"!aftale {stage.user_id('lene')} tale med {SECRET} fredag")
    await lene.wait_for_bot(room, "action.recorded")
    await karla.wait_for(lambda e: e["type"] == "m.room.pinned_events", room, timeout=30)  # the purpose
    await karla.set_state(room, "m.room.pinned_events", {"pinned": [asked], "org.other": 1})
    await bot.stop()
    in_database_of(stage.config, lambda s, access: owe_all(s, access, asked))
    await bot.begin()

    sent = await lene.wait_for_bot(room, "minutes.file", timeout=30)
    content = sent["content"]
    assert (content["msgtype"], content["body"]) == ("m.file", "Referat, uge 47")
    assert content["filename"] == "referat-2026-W47.docx"
    assert content["m.mentions"] == {}
    assert content["dk.hotspotbot"]["numbers"] == [1]
    assert sent["encrypted"]
    assert "url" not in content, "the homeserver could look at it"
    data = await lene.download(sent)
    words = resolved(minutes(f"tale med {SECRET}"), lambda _: None)
    assert data == word_file(words, at=AT), "the very bytes"
    assert content["info"] == {
        "mimetype": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "size": len(data),
    }
    assert SECRET.encode() not in await lene.stored(content["file"]["url"])
    calendar = await lene.wait_for_bot(room, "meeting.calendar", timeout=30)
    assert await lene.download(calendar) == CALENDAR.encode()
    assert calendar["content"]["info"]["mimetype"] == "text/calendar"

    assert lene.reactions(room, asked) == [(stage.bot, "📝")]
    (sign,) = [event for event in lene.timeline(room) if event["type"] == "m.reaction"]
    assert "encrypted" not in sign
    assert set(sign["content"]["dk.hotspotbot"]) == {"id", "kind"}

    pinned = await karla.state(room, "m.room.pinned_events")
    newest = next(e for e in lene.bot_messages(room, "meeting.agenda") if "uge 47" in e["content"]["body"])
    assert pinned == {"pinned": [asked, newest["event_id"]], "org.other": 1}

    await karla.redact(room, asked)
    again = await lene.wait_for_bot(room, "minutes.file", after=sent["event_id"], timeout=30)
    paragraphs = docx.Document(io.BytesIO(await lene.download(again))).paragraphs
    assert "[slettet]" in "".join(paragraph.text for paragraph in paragraphs)
    assert lene.latest(sent["event_id"])["content"] == {}
    repeated = await lene.wait_for(
        lambda e: e["content"].get("body") == "Dagsorden uge 47: [slettet]", room, timeout=30
    )
    await lene.wait_for(lambda e: _pins(e) == [asked, repeated["event_id"]], room, timeout=30)
    assert SECRET not in "\n".join(m["content"].get("body", "") for m in lene.shown(room))


async def test_what_was_sent_already_is_not_sent_again_and_a_sign_on_what_is_gone_is_let_go(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(NO_MEETINGS)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    asked = await karla.say(room, "!aftale mig ringe til skolen fredag")
    first = await karla.wait_for_bot(room, "action.recorded")
    await bot.stop()

    def signs(session: Session, _: Access) -> None:
        target = forum(session.exec(select(Action)).one().forum_uid)
        # A second occasion for the same sign is what a homeserver that forgot its transaction ids sees.
        for number, event_id in enumerate((asked, asked, "$gone", first["event_id"])):
            owe_reaction(session, f"noted:{number}", target, event_id, "📝", now=AT)

    in_database_of(stage.config, signs)
    await bot.begin()
    await karla.wait_for(lambda e: bool(karla.reactions(room, first["event_id"])), room, timeout=30)
    assert karla.reactions(room, asked) == [(stage.bot, "📝")]
    # What comes after the signs in this room has come, so all of them are settled; it may itself still be owed.
    await karla.say(room, "!hjælp")
    await karla.wait_for_bot(room, "help")
    await bot.stop()
    owed = in_database_of(stage.config, lambda s, _: [row.kind for row in queries.oldest_owed_of_each(s)])
    assert "noted" not in owed
    assert in_database_of(stage.config, lambda s, _: len(queries.refused(s))) == 0
    assert not karla.invites, "and nobody is told in direct messages"


async def test_a_bot_that_may_not_pin_says_it_to_check_alone(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(NO_MEETINGS)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    asked = await karla.say(room, "!aftale mig ringe til skolen fredag")
    await karla.wait_for_bot(room, "action.recorded")
    await karla.wait_for(lambda e: e["type"] == "m.room.pinned_events", room, timeout=30)  # the purpose
    levels = await karla.state(room, "m.room.power_levels")
    await karla.set_state(
        room, "m.room.power_levels", {**levels, "events": {**levels["events"], "m.room.pinned_events": 100}}
    )
    await bot.stop()
    in_database_of(stage.config, lambda s, access: owe_all(s, access, asked))
    await bot.begin()
    await karla.wait_for_bot(room, "meeting.calendar", timeout=30)
    await bot.stop()
    refused = in_database_of(stage.config, lambda s, _: [(r.what, r.error) for r in queries.refused(s)])
    assert refused == [("pin", "pin M_FORBIDDEN")] * 2
    assert not karla.invites
    program = Path(sys.executable).with_name("hotspotbot")
    check = await asyncio.create_subprocess_exec(
        program, "check", "--config", stage.config, stdout=asyncio.subprocess.PIPE
    )
    said = (await check.communicate())[0].decode()
    assert "skal have 100 for at måtte slette andres beskeder og fastgøre" in " ".join(said.split())
    assert "pin M_FORBIDDEN" in said


def _pins(event: dict[str, Any]) -> Any:
    return event["content"].get("pinned") if event["type"] == "m.room.pinned_events" else None
