"""A real SIGKILL in the middle of a meeting, and while agenda, draft and minutes leave: each thing once, in its place.

One process dies at one point, and the next comes up in its place with the next one armed, while people go on typing.
"""

import io
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from signal import SIGKILL
from typing import Any
from zoneinfo import ZoneInfo

import docx
import pytest
from sqlmodel import Session, col, select

from bot.access import Access
from bot.demo.account import Event
from bot.demo.participant import Participant
from bot.demo.process import BotProcess, RunBot
from bot.demo.stage import SetUp, Stage
from bot.demo.winding import wind
from bot.storage import queries
from bot.storage.meetings import AgendaItem, Attendance, Decision, Meeting
from bot.storage.models import Action
from tests.faults.judge import all_read, alone_with_bot, answered, said_by_bot
from tests.faults.programmes import behind
from tests.faults.proxy import Proxy
from tests.owing import in_database_of

HERE = ZoneInfo("Europe/Copenhagen")
WEEKLY = {
    "meeting": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0",
    "meeting_start": "2026-11-24",
    "standing": [{"item": "Fritidsjob", "minutes": 10}],
}
THURSDAY = "2026-11-19T12:00@1"  # a day before the agenda leaves
# A tick makes agenda, pin and calendar file due at once; they leave in this order.
OF_THE_AGENDA = (
    *("tick.committed:1", "outbox.sent:1", "pin.before-put:1", "pin.put:1"),
    *("file.uploaded:1", "outbox.sent:1"),
)
# A command's answer and its sign leave one after the other.
OF_THE_MEETING = (
    *("inbox.before-commit:1", "inbox.committed:1", "outbox.before-send:1", "outbox.sent:1"),
    *("outbox.sent:2", "inbox.committed:2"),
)
OF_THE_DRAFT = ("inbox.before-commit:1", "inbox.committed:1", "direct.created:1", "outbox.sent:1")
OF_THE_MINUTES = (
    *("inbox.committed:1", "outbox.before-send:1", "file.made:1", "file.uploaded:1", "outbox.sent:1"),
)


async def die(bot: BotProcess, deaths: Sequence[str], deed: Callable[[int], Awaitable[None]] | None) -> None:
    """Let the bot die at each point in turn, while somebody does something."""
    if bot.running:
        await bot.stop()
    for number, death in enumerate(deaths):
        bot.env["HOTSPOTBOT_KILL"] = death
        bot.start()
        if deed is not None:
            await deed(number)
        try:
            assert await bot.wait(30) == -SIGKILL, f"ended otherwise at {death}"
        except TimeoutError:
            pytest.fail(f"did not die at {death}")
    del bot.env["HOTSPOTBOT_KILL"]


async def stand_still_until(bot: BotProcess, local: str) -> None:
    """Stop the bot, and let it find itself at a local moment when it is started the next time."""
    await bot.stop()
    await wind(bot, datetime.fromisoformat(local).replace(tzinfo=HERE), 1)


def kind(event: Event) -> str:
    """The kind of a message of the bot."""
    return str(event["content"]["dk.hotspotbot"]["kind"])


async def pinned(person: Participant, room: str) -> Any:
    """What the homeserver says is pinned."""
    return (await person.state(room, "m.room.pinned_events"))["pinned"]


async def weekly(programme: SetUp, run_bot: RunBot, proxy: Proxy) -> tuple[Stage, BotProcess, str]:
    """Karla, Lene and Ali with their weekly meeting, on the Thursday before."""
    stage = await programme(behind(proxy, rooms={"fremdrift": ["lene", "ali"]}, more=WEEKLY, patience=10.0))
    bot = await run_bot(stage.config, rehearse=THURSDAY)
    await stage.bot_joined()
    return stage, bot, stage.rooms["fremdrift"]


async def test_killed_in_the_middle_of_a_meeting_it_goes_on_where_it_was(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage, bot, room = await weekly(programme, run_bot, proxy)
    karla, lene, ali = (stage.people[key] for key in ("karla", "lene", "ali"))
    said = [await ali.say(room, "!dagsorden friplads til søskende 10 min")]
    await ali.wait_for_bot(room, "agenda.changed", timeout=30)

    await stand_still_until(bot, "2026-11-20T08:01")
    await die(bot, OF_THE_AGENDA, None)
    await bot.begin()
    agenda = await karla.wait_for_bot(room, "meeting.agenda", timeout=30)
    await karla.wait_for_bot(room, "meeting.calendar", timeout=30)
    await karla.wait_for(
        lambda e: e["content"].get("pinned", [])[-1:] == [agenda["event_id"]], room, timeout=30
    )

    await stand_still_until(bot, "2026-11-24T10:01")
    await die(bot, ("tick.committed:1",), None)  # it had a question
    said.append(await karla.say(room, "!møde start"))
    actions, decisions, items = [], [], [said[0]]

    async def go_on(number: int) -> None:
        owner = stage.user_id("lene")
        actions.append(await karla.say(room, f"!aftale {owner} ringe til sted {number} 1/12 2027"))
        decisions.append(await ali.say(room, f"!beslutning vi vælger vej {number}"))
        items.append(await karla.say(room, f"!dagsorden emne {number} 5 min"))
        said.extend((actions[-1], decisions[-1], items[-1]))

    await die(bot, OF_THE_MEETING, go_on)
    await bot.begin()
    await lene.say(room, "Godmorgen")
    said += [await ali.say(room, "!fremmødt gæst Hanne Lind"), await karla.say(room, "!næste")]
    under_second = await karla.say(room, "!aftale mig skrive det hele ned 1/12 2027")
    said += [under_second, await karla.say(room, "!møde tid")]
    replies = await answered(stage, "karla", room, said, timeout=60)
    assert kind(replies[-1]) == "meeting.time", "the meeting is still running"

    # What was confirmed is confirmed once: by a line, and by a sign on what was said.
    noted = [*actions, *decisions, *items[1:], under_second]
    await karla.wait_for(lambda _: bool(karla.reactions(room, under_second)), room, timeout=30)
    for event_id in noted:
        assert karla.reactions(room, event_id) == [(stage.bot, "📝")]
    labels = [
        event["content"]["body"].split(":")[0] for event in replies if kind(event) == "decision.recorded"
    ]
    assert labels == [f"Beslutning 2026-W48-{n}" for n in range(1, len(decisions) + 1)], "no gaps, no doubles"

    said.append(await karla.say(room, "!møde slut"))
    ended = (await answered(stage, "karla", room, said, timeout=30))[-1]
    assert f"{len(actions) + 1} aftaler, {len(decisions)} beslutninger" in ended["content"]["body"]
    await karla.wait_for(
        lambda e: e["content"].get("dk.hotspotbot", {}).get("kind") == "minutes.draft", timeout=30
    )
    (draft,) = [e for e in await alone_with_bot(stage, "karla") if kind(e) == "minutes.draft"]
    for number in range(len(OF_THE_MEETING)):
        assert draft["content"]["body"].count(f"ringe til sted {number} ") == 1
        assert draft["content"]["body"].count(f"vi vælger vej {number}") == 1
    unasked = Counter(kind(e) for e in said_by_bot(karla, room, stage.bot))
    assert (unasked["meeting.agenda"], unasked["meeting.calendar"], unasked["meeting.ask_start"]) == (1, 1, 1)
    purpose, last = await pinned(karla, room)
    assert kind(karla.heard(purpose)) == "purpose"
    assert last == agenda["event_id"]
    pins = [e for e in karla.timeline(room) if e["type"] == "m.room.pinned_events"]
    assert len(pins) == 2, "each pinned once"
    await all_read(stage)

    await bot.stop()

    def records(session: Session, _: Access) -> None:
        (meeting,) = [m for m in session.exec(select(Meeting)) if m.state == "held"]
        agreed = queries.actions_of_meeting(session, meeting.uid)
        assert sorted(a.source_event for a in agreed) == sorted([*actions, under_second])
        assert len(session.exec(select(Action)).all()) == len(agreed)
        decided = session.exec(select(Decision).order_by(col(Decision.number))).all()
        assert [d.source_event for d in decided] == decisions
        assert {d.meeting_uid for d in decided} == {meeting.uid}
        there = {a.who for a in session.exec(select(Attendance)) if a.state == "present"}
        people = {stage.user_id(key) for key in ("karla", "lene", "ali")}
        assert people < there
        assert len(there) == 4, "and one guest, once"
        agenda_now = session.exec(select(AgendaItem)).all()
        added = Counter(i.source_event for i in agenda_now if i.kind == "added")
        assert added == Counter(items)
        first, second = (i for i in queries.agenda(session, meeting.uid) if i.began_at)
        under = {a.source_event: a.item_uid for a in agreed}
        assert under.pop(under_second) == second.uid
        assert set(under.values()) == {first.uid}, "what was agreed belongs to the item the meeting was at"

    in_database_of(stage.config, records)


async def test_killed_while_minutes_are_approved_and_sent_everybody_gets_theirs_once(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage, bot, room = await weekly(programme, run_bot, proxy)
    karla = stage.people["karla"]
    await stand_still_until(bot, "2026-11-24T10:01")
    await bot.begin()
    said = [
        await karla.say(room, text)
        for text in (
            "!møde start",
            f"!aftale {stage.user_id('lene')} søge friplads 1/12 2027",
            f"!aftale {stage.user_id('ali')} ringe til skolen 1/12 2027",
            "!beslutning vi søger puljen",
        )
    ]
    await answered(stage, "karla", room, said)
    await bot.stop()
    said.append(await karla.say(room, "!møde slut"))
    await die(bot, OF_THE_DRAFT, None)
    await bot.begin()
    await answered(stage, "karla", room, said)
    await karla.wait_for(
        lambda e: e["content"].get("dk.hotspotbot", {}).get("kind") == "minutes.draft", timeout=30
    )
    alone = await stage.direct_room("karla")

    await bot.stop()
    approved = [await karla.say(alone, "!referat godkend")]
    await die(bot, OF_THE_MINUTES, None)
    await bot.begin()
    approved.append(await karla.say(alone, "!referat godkend"))
    again = (await answered(stage, "karla", alone, approved))[-1]
    assert kind(again) == "problem", "approved once"
    file = await karla.wait_for_bot(room, "minutes.file", timeout=30)
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(await karla.download(file))).paragraphs)
    for key, own, other in (("lene", "søge friplads", "skolen"), ("ali", "ringe til skolen", "friplads")):
        person = stage.people[key]
        await person.wait_for(
            lambda e: e["content"].get("dk.hotspotbot", {}).get("kind") == "minutes.own", timeout=30
        )
        (list_,) = [e for e in await alone_with_bot(stage, key) if kind(e) == "minutes.own"]
        assert own in list_["content"]["body"]
        assert other not in list_["content"]["body"]
    await karla.caught_up(room)
    heard = said_by_bot(karla, room, stage.bot)
    times = Counter(map(kind, heard))
    assert (times["minutes"], times["minutes.file"], times["minutes.draft"]) == (1, 1, 0)
    (minutes,) = [event for event in heard if kind(event) == "minutes"]
    for text in (minutes["content"]["body"], words):
        assert "2026-W48-1" in text
        assert "vi søger puljen" in text
    assert Counter(map(kind, await alone_with_bot(stage, "karla")))["minutes.draft"] == 1
    await all_read(stage)
