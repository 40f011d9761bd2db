"""A real SIGKILL around upload, send and pin: each file once and whole, each sign once, the last agenda pinned."""

from datetime import UTC, datetime
from functools import partial
from signal import SIGKILL

import pytest
from sqlmodel import Session, select

from bot.access import Access
from bot.demo.participant import relation
from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from bot.documents.docx import docx
from bot.documents.model import Document, Paragraph
from bot.faults import OF_FILES_AND_PINS
from bot.owed import Message, forum, owe, owe_file, owe_pin, owe_reaction
from bot.storage.models import Action
from tests.faults.judge import doubled, said_by_bot
from tests.faults.programmes import NOON, behind
from tests.faults.proxy import Proxy, Way
from tests.owing import in_database_of

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# A sign leaves first, then the file: each dies once before and once after it was sent.
DEATHS = (
    "outbox.before-send:1",
    "outbox.sent:1",
    "outbox.before-send:2",
    *(f"{point}:1" for point in OF_FILES_AND_PINS),
    "outbox.sent:2",
    "outbox.sent:3",
)


def minutes(number: int) -> Document:
    """Minutes that are like no others."""
    return Document("Referat", "da", "", (Paragraph(f"Møde {number}"),))


async def test_killed_around_upload_send_and_pin_nothing_is_lost_or_doubled(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(behind(proxy, rooms={"fremdrift": ["lene"]}, patience=10.0))
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]
    said = [await karla.say(room, f"!aftale {stage.user_id('lene')} ringe til skolen 1/12 2027")]
    await karla.wait_for_bot(room, "action.recorded", timeout=30)
    await karla.wait_for(lambda e: e["type"] == "m.room.pinned_events", room, timeout=30)  # the purpose
    await karla.set_state(room, "m.room.pinned_events", {"pinned": [said[0]]})
    said += [await karla.say(room, f"Godmorgen {number}") for number in range(1, len(DEATHS))]
    await bot.stop()

    def round_of(session: Session, _: Access, number: int) -> None:
        target = forum(session.exec(select(Action)).one().forum_uid)
        owe_reaction(session, f"noted:{number}", target, said[number], "📝", now=AT)
        owe_file(
            session,
            f"minutes:{number}",
            target,
            "minutes.file",
            name=f"referat-{number}.docx",
            format="docx",
            alt=f"Referat {number}",
            content=minutes(number),
            now=AT,
        )
        agenda = owe(session, f"agenda:{number}", target, Message("meeting.agenda", f"D {number}"), now=AT)
        assert agenda is not None
        owe_pin(session, f"agenda:{number}:pin", agenda, now=AT)

    for number, death in enumerate(DEATHS):
        in_database_of(stage.config, partial(round_of, number=number))
        bot.env["HOTSPOTBOT_KILL"] = death
        bot.start()
        try:
            assert await bot.wait(30) == -SIGKILL, f"ended otherwise at {death}"
        except TimeoutError:
            pytest.fail(f"did not die at {death}")
    del bot.env["HOTSPOTBOT_KILL"]
    proxy.breaks("upload", Way.RESET_AFTER, Way.GATEWAY)
    await bot.begin()

    last = len(DEATHS) - 1
    agenda = await lene.wait_for(lambda e: e["content"].get("body") == f"D {last}", room, timeout=30)
    pinned = [said[0], agenda["event_id"]]
    await lene.wait_for(lambda e: e["content"].get("pinned") == pinned, room, timeout=30)
    await lene.caught_up(room)
    heard = said_by_bot(lene, room, stage.bot)
    assert not doubled(heard)
    files = [event for event in heard if event["content"]["msgtype"] == "m.file"]
    assert [event["content"]["body"] for event in files] == [f"Referat {n}" for n in range(len(DEATHS))]
    for number, event in enumerate(files):
        assert await lene.download(event) == docx(minutes(number), at=AT)
    agendas = [event for event in heard if event["content"]["dk.hotspotbot"]["kind"] == "meeting.agenda"]
    assert len(agendas) == len(DEATHS)
    for event_id in said:
        assert lene.reactions(room, event_id) == [(stage.bot, "📝")]
    signs = [event for event in lene.timeline(room) if relation(event) == "m.annotation"]
    assert len(signs) == len(DEATHS)
    lists = [e["content"]["pinned"] for e in lene.timeline(room) if e["type"] == "m.room.pinned_events"]
    lists = lists[lists.index([said[0]]) :]  # before it, the purpose alone
    assert len(lists) == len({tuple(one) for one in lists}), "nothing was pinned twice"
    assert all(one[0] == said[0] and len(one) <= 2 for one in lists), "one agenda at a time, beside Karla's"
