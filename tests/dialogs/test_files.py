"""Files, reactions and pins on their way out: what erasure reaches, what may be said in the clear, what is let go."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from sqlmodel import Session, select

from bot.documents.model import Document, Paragraph
from bot.matrix.batch import Arrival
from bot.matrix.crypto.guard import guard_reaction
from bot.outbox import pinned_with
from bot.outgoing import DONE_BEFORE
from bot.owed import Message, owe, owe_file, owe_pin, owe_reaction
from bot.steps import InDoubt, NeedsFile, NeedsPin, Ready
from bot.storage import queries
from bot.storage.models import Action, Outbox
from bot.text import text_ref, user_text
from tests.dialogs.chat import BOT, Chat
from tests.dialogs.peer import KeyServer

SECRET = "Hemmelighansen"
WRITER = "sagsnr. 7"
LATER = timedelta(hours=2)  # too late to withdraw; nothing of what time makes due is wanted here
NOTED = {"event_id": "$asked:example.dk", "key": "📝"}


def secret(session: Session) -> str:
    """A reference to the words of the first action."""
    return text_ref(str(session.exec(select(Action)).first().text_uid))  # type: ignore[union-attr]


def minutes(session: Session, chat: Chat, target: str, format: str = "docx") -> Outbox:
    """The minutes as a file, which quote the action, in the alt text too."""
    words = secret(session)
    row = owe_file(
        session,
        f"minutes:m1:{format}",
        target,
        "minutes.file",
        name=f"referat-2026-W47.{format}",
        format=format,
        alt=f"Referat: {words}",
        content=Document("Referat", "da", "uge 47", (Paragraph(f"{words}, {user_text(WRITER)}"),)),
        now=chat.now,
        actions=tuple(session.exec(select(Action.uid)).all()),
        meeting="m1",
    )
    assert row is not None
    return row


def rows(chat: Chat, kind: str) -> list[tuple[str, str, str | None]]:
    """What there is of a kind: how it is said, its state, its meeting."""
    return chat.ask(
        lambda s: [
            (row.what, row.state, row.meeting_uid)
            for row in s.exec(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.seq))  # type: ignore[arg-type]
        ]
    )


def alarms(chat: Chat) -> list[str]:
    """What coordinators were told of refusals."""
    return [row["body"] for row in chat.messages() if row["kind"] == "refused"]


def next_file(server: KeyServer, target: str) -> NeedsFile:
    """The file that has to be made next."""
    step = server.chat.db.run_sync(server.outgoing.prepare, target)
    assert isinstance(step, NeedsFile), step
    return step


def text_in(data: bytes) -> str:
    """What a Word file says."""
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


@pytest.fixture
def plain(chat: Chat) -> KeyServer:
    """The chat with its way out; no room is encrypted."""
    server = KeyServer(chat)
    server.speak(chat.target("fremdrift"))
    return server


def asked(chat: Chat, server: KeyServer, room: str = "fremdrift") -> str:
    """Karla says something that the bot will quote; its confirmation has left."""
    said = chat.send("karla", f"!aftale @lene tale med {SECRET} fredag", room)
    server.speak(chat.target(room))
    return said


@pytest.mark.parametrize("format", ["docx", "txt", "md"])
def test_a_file_says_the_words_as_they_are_when_it_is_made(chat: Chat, plain: KeyServer, format: str) -> None:
    asked(chat, plain)
    target = chat.target("fremdrift")
    chat.ask(lambda s: minutes(s, chat, target, format).id)
    step = next_file(plain, target)
    one, other = step.make(), step.make()
    assert one.data == other.data, "made again it is the very same"
    said = text_in(one.data) if format == "docx" else one.data.decode()
    assert SECRET in said
    assert WRITER in said
    assert one.content["body"] == f"Referat: tale med {SECRET}"
    assert one.content["filename"] == f"referat-2026-W47.{format}"
    assert one.content["info"]["size"] == len(one.data)


def test_a_calendar_leaves_as_it_is(chat: Chat, plain: KeyServer) -> None:
    target, words = chat.target("fremdrift"), "BEGIN:VCALENDAR\r\nX:{*}\\,\r\nEND:VCALENDAR\r\n"
    calendar: dict[str, Any] = {"name": "f.ics", "format": "ics", "alt": "Kalender", "content": words}
    chat.ask(lambda s: owe_file(s, "ics", target, "meeting.calendar", now=chat.now, **calendar) and None)
    made = next_file(plain, target).make()
    assert (made.data, made.mime) == (words.encode(), "text/calendar")
    with pytest.raises(ValueError, match="docx, ics, json, md, txt"):
        chat.ask(
            lambda s: owe_file(s, "x", target, "x", now=chat.now, **calendar | {"format": "exe"}) and None
        )


def test_an_erased_word_leaves_the_file_that_was_sent_and_the_file_is_sent_again(
    chat: Chat, plain: KeyServer
) -> None:
    said = asked(chat, plain)
    target = chat.target("fremdrift")
    chat.ask(lambda s: minutes(s, chat, target).id)
    keep(plain, next_file(plain, target))
    (left,) = plain.speak(target)
    assert left["msgtype"] == "m.file"
    assert left["dk.hotspotbot"]["numbers"] == [1]
    assert rows(chat, "minutes.file") == [("file", "sent", "m1")]
    chat.now += LATER
    chat.delete("karla", said)
    assert [m["kind"] for m in chat.messages() if m["what"] == "redact"].count("minutes.file.redacted") == 1
    assert rows(chat, "minutes.file") == [("file", "sent", "m1"), ("file", "sent", "m1")]
    chat.ask(lambda s: queries.owe_again(s, [newest(s, "minutes.file").id]))
    again = next_file(plain, target).make()
    assert "[slettet]" in text_in(again.data)
    assert WRITER in text_in(again.data)
    assert SECRET not in text_in(again.data) + json.dumps(again.content, ensure_ascii=False)
    assert SECRET.encode() not in chat.raw()


def test_a_file_that_waits_says_nothing_that_was_erased_meanwhile(chat: Chat, plain: KeyServer) -> None:
    said = asked(chat, plain)
    target = chat.target("fremdrift")
    chat.ask(lambda s: minutes(s, chat, target).id)
    step = next_file(plain, target)  # its words were looked up; then, before it lies on the homeserver:
    chat.now += LATER
    chat.db.run_sync(erase, chat, said)
    keep(plain, step)
    kept = chat.ask(
        lambda s: [r.content for r in s.exec(select(Outbox).where(Outbox.kind == "minutes.file"))]
    )
    assert kept == [None, None], "its alt text says the word too"
    left = []
    for _ in range(9):
        match chat.db.run_sync(plain.outgoing.prepare, target):
            case NeedsFile() as step:
                assert SECRET not in text_in(step.make().data)
                keep(plain, step)
            case Ready() as ready:
                left.append(ready)
                chat.db.run_sync(plain.outgoing.sent, ready.seq, f"$x{ready.seq}", ready.room_id, target)
    files = [one for one in left if one.content.get("msgtype") == "m.file"]
    assert len(files) == 1, "the one without the word"
    assert SECRET not in json.dumps([dict(one.content) for one in left])


def test_of_two_agendas_only_the_pinned_one_is_pinned_again(chat: Chat, plain: KeyServer) -> None:
    said = asked(chat, plain)
    target = chat.target("fremdrift")
    for week in ("46", "47"):
        chat.ask(lambda s, week=week: agenda(s, chat, target, f"uge {week}: {secret(s)}", week))  # type: ignore[misc]
    chat.messages()
    chat.now += LATER
    chat.delete("karla", said)
    agendas = [m for m in chat.standing() if m["kind"] == "meeting.agenda"]
    assert [m["body"] for m in agendas] == ["uge 46: [slettet]", "uge 47: [slettet]"]
    pins = [m["about"] for m in chat.messages() if m["what"] == "pin"]
    assert pins[2:] == [agendas[1]["id"]], "the newest alone"
    assert rows(chat, "meeting.agenda")[-1] == ("message", "sent", "m47")


def test_a_message_deleted_before_it_was_pinned_is_not_pinned(chat: Chat, plain: KeyServer) -> None:
    said = asked(chat, plain)
    target = chat.target("fremdrift")
    chat.ask(lambda s: agenda(s, chat, target, f"uge 47: {secret(s)}", "47"))
    step = chat.db.run_sync(plain.outgoing.prepare, target)
    assert isinstance(step, Ready)
    chat.db.run_sync(plain.outgoing.sent, step.seq, "$first", step.room_id, target)  # the pin is owed still
    chat.now += LATER
    chat.db.run_sync(erase, chat, said)
    pinned = []
    while (found := chat.db.run_sync(plain.outgoing.prepare, target)) is not None:
        assert isinstance(found, Ready | NeedsPin)
        event_id = f"$x{found.seq}"
        if isinstance(found, NeedsPin):
            pinned.append(found)
        chat.db.run_sync(plain.outgoing.sent, found.seq, event_id, found.room_id, target)
    (pin,) = pinned
    assert pin.event_id != "$first"
    assert pin.earlier == {"$first"}


# --- what is pinned


def test_the_agenda_is_pinned_in_the_place_of_the_last_one_and_others_pins_stay() -> None:
    pin = NeedsPin(1, "!room", "$w48", frozenset({"$w46", "$w47"}), frozenset({"$w49"}))
    assert pinned_with([], pin) == ["$w48"]
    assert pinned_with(["$karla", "$w47", "$bo", "$w46"], pin) == ["$karla", "$bo", "$w48"]
    assert pinned_with(["$w48", "$karla"], pin) == ["$w48", "$karla"], "where it stands already it stays"
    assert pinned_with(["$karla", "$w49"], pin) == ["$karla", "$w49"], "not in the place of a newer one"
    assert pinned_with([{"what": 1}, "$karla"], pin) == [{"what": 1}, "$karla", "$w48"]


def test_who_may_not_pin_alarms_nobody(chat: Chat, plain: KeyServer) -> None:
    target = chat.target("fremdrift")
    chat.ask(lambda s: agenda(s, chat, target, "Dagsorden", "47"))
    (said,) = [step for step in [chat.db.run_sync(plain.outgoing.prepare, target)] if isinstance(step, Ready)]
    step = chat.db.run_sync(plain.outgoing.sent, said.seq, "$agenda", said.room_id, target)
    assert isinstance(step, NeedsPin)
    assert step.event_id == "$agenda"
    assert (
        chat.db.run_sync(plain.outgoing.refused, target, plain.outgoing.tried(target), "M_FORBIDDEN") is None
    )
    assert rows(chat, "meeting.agenda.pinned") == [("pin", "refused", "m47")]
    assert alarms(chat) == []


def test_the_coordinator_hears_of_a_silenced_bot_after_a_refused_pin(chat: Chat, plain: KeyServer) -> None:
    test_who_may_not_pin_alarms_nobody(chat, plain)
    target = chat.target("fremdrift")
    chat.ask(lambda s: owe(s, "x", target, Message("digest", "Ugestatus"), now=chat.now) and None)
    chat.db.run_sync(plain.outgoing.prepare, target)
    chat.db.run_sync(plain.outgoing.refused, target, plain.outgoing.tried(target), "M_FORBIDDEN")
    assert alarms(chat) != []


# --- reactions


def react(chat: Chat, room: str = "fremdrift", reason: str = "noted:1", key: str = "📝") -> None:
    """The bot notes something in silence."""
    target = chat.target(room)
    chat.ask(lambda s: owe_reaction(s, reason, target, NOTED["event_id"], key, now=chat.now) and None)


def test_a_reaction_leaves_in_the_clear_and_says_nothing_but_its_sign(chat: Chat, server: KeyServer) -> None:
    target = chat.target("fremdrift")
    react(chat)
    react(chat)  # the same occasion
    (left,) = server.speak(target)
    assert left.pop("type") == "m.reaction"
    assert left.pop("room_id") == "!fremdrift:example.dk"
    mark = left.pop("dk.hotspotbot")
    assert set(mark) == {"id", "kind"}
    assert mark["kind"] == "noted"
    assert left == {"m.relates_to": {"rel_type": "m.annotation", **NOTED}, "m.mentions": {}}
    assert server.speak(target) == []


@pytest.mark.parametrize("key", ["👍", SECRET, "", "📝 ja"])
def test_no_other_sign_leaves(chat: Chat, server: KeyServer, key: str) -> None:
    react(chat, key=key)
    assert server.speak(chat.target("fremdrift")) == []
    assert rows(chat, "noted") == [("reaction", "dropped", None)]


def good() -> dict[str, Any]:
    return {
        "m.relates_to": {"rel_type": "m.annotation", **NOTED},
        "m.mentions": {},
        "dk.hotspotbot": {"id": "x", "kind": "noted"},
    }


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "a body": lambda c: c.update(body=SECRET),
    "numbers": lambda c: c["dk.hotspotbot"].update(numbers=[1]),
    "a mention": lambda c: c["m.mentions"].update(user_ids=["@lene:example.dk"]),
    "another kind": lambda c: c["dk.hotspotbot"].update(kind="digest"),
    "another relation": lambda c: c["m.relates_to"].update(rel_type="m.replace"),
    "a word beside its sign": lambda c: c["m.relates_to"].update(shortcode=SECRET),
    "no event": lambda c: c["m.relates_to"].update(event_id=None),
    "no mark": lambda c: c.pop("dk.hotspotbot"),
    "no relation": lambda c: c.pop("m.relates_to"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_the_guard_lets_nothing_else_out_as_a_reaction(what: str) -> None:
    content = good()
    assert guard_reaction(content) is None
    SPOILT[what](content)
    assert guard_reaction(content) is not None


@pytest.mark.parametrize(
    ("errcode", "state"), [(DONE_BEFORE, "sent"), ("M_UNKNOWN", "dropped"), ("M_FORBIDDEN", "dropped")]
)
def test_a_reaction_that_is_refused_alarms_nobody(
    chat: Chat, plain: KeyServer, errcode: str, state: str
) -> None:
    react(chat)
    target = chat.target("fremdrift")
    assert isinstance(chat.db.run_sync(plain.outgoing.prepare, target), Ready)
    assert chat.db.run_sync(plain.outgoing.refused, target, plain.outgoing.tried(target), errcode) is None
    assert rows(chat, "noted") == [("reaction", state, None)]
    assert alarms(chat) == []


def test_a_reaction_in_doubt_is_looked_for_and_soon_nobody_misses_it(chat: Chat, plain: KeyServer) -> None:
    target = chat.target("fremdrift")
    for age, expected in ((timedelta(minutes=50), InDoubt), (timedelta(minutes=61), type(None))):
        react(chat, reason=f"noted:{age}")
        assert isinstance(chat.db.run_sync(plain.outgoing.prepare, target), Ready)
        chat.now += age
        plain.outgoing.login = lambda: "another login"
        step = chat.db.run_sync(plain.outgoing.prepare, target)
        assert isinstance(step, expected)
        if isinstance(step, InDoubt):
            chat.db.run_sync(plain.outgoing.sent, step.seq, "$found", step.room_id, target)
        plain.outgoing.login = lambda: "login"
    assert [state for _, state, _ in rows(chat, "noted")] == ["sent", "dropped"]


def test_a_reaction_makes_no_room(chat: Chat, plain: KeyServer) -> None:
    target = "dm:@nobody:example.dk"
    chat.ask(lambda s: owe_reaction(s, "noted:1", target, "$asked", "📝", now=chat.now) and None)
    assert chat.db.run_sync(plain.outgoing.prepare, target) is None
    assert rows(chat, "noted") == [("reaction", "dropped", None)]


# --- in an encrypted room, and coming back


def test_a_file_for_an_encrypted_room_leaves_encrypted_and_its_name_with_it(
    chat: Chat, server: KeyServer
) -> None:
    target = chat.target("fremdrift")
    calendar: dict[str, Any] = {"name": "fremdrift.ics", "format": "ics", "alt": "Kalender", "content": "x"}
    chat.ask(lambda s: owe_file(s, "ics", target, "meeting.calendar", now=chat.now, **calendar) and None)
    step = next_file(server, target)
    assert step.encrypted
    keep(server, step)
    (left,) = server.speak(target)
    assert left["type"] == "m.room.encrypted"
    assert "fremdrift.ics" not in json.dumps(left)


@pytest.mark.parametrize("what", ["file", "reaction"])
def test_what_comes_back_counts_as_sent(chat: Chat, plain: KeyServer, what: str) -> None:
    asked(chat, plain)
    target = chat.target("fremdrift")
    if what == "file":
        chat.ask(lambda s: minutes(s, chat, target).id)
        keep(plain, next_file(plain, target))
    else:
        react(chat)
    step = chat.db.run_sync(plain.outgoing.prepare, target)
    assert isinstance(step, Ready)  # the acknowledgement was lost
    event = {"event_id": "$back", "sender": BOT, "type": step.type, "content": dict(step.content)}
    arrival = Arrival(step.room_id, event, chat.now)
    chat.ask(lambda s: chat.inbox.take(s, [arrival], chat.now))
    assert chat.ask(queries.owed_count) == 0


@pytest.mark.parametrize("what", ["file", "reaction"])
def test_a_database_that_was_set_back_sends_neither_again(
    chat: Chat, plain: KeyServer, tmp_path: Path, what: str
) -> None:
    test_what_comes_back_counts_as_sent(chat, plain, what)
    kind = "minutes.file" if what == "file" else "noted"
    outbox_id = chat.ask(lambda s: newest(s, kind).id)
    with closing(Chat(tmp_path / "set-back")) as back:
        mark = {"dk.hotspotbot": {"id": outbox_id, "kind": kind}}
        event = {"event_id": "$there", "sender": BOT, "type": "m.reaction", "content": mark}
        arrival = Arrival(back.room_id("fremdrift"), event, back.now)
        back.ask(lambda s: back.inbox.take(s, [arrival], back.now))
        back.send("karla", f"!aftale @lene tale med {SECRET} fredag")
        back.messages()
        if what == "file":
            target = back.target("fremdrift")
            back.ask(lambda s: minutes(s, back, target).id)
        else:
            react(back)
        assert back.ask(queries.owed_count) == 0


def agenda(session: Session, chat: Chat, target: str, template: str, week: str) -> None:
    """An agenda is owed, and its pin."""
    message = Message("meeting.agenda", template, meeting=f"m{week}")
    row = owe(session, f"agenda:{week}", target, message, now=chat.now)
    assert row is not None
    owe_pin(session, f"agenda:{week}:pin", row, now=chat.now)


def keep(server: KeyServer, step: NeedsFile) -> None:
    """The file was uploaded."""
    where = {"file": {"url": "mxc://x/y"}} if step.encrypted else {"url": "mxc://x/y"}
    content = json.dumps({**step.make().content, **where})
    server.chat.db.run_sync(server.outgoing.uploads.keep_content, step.seq, content)


def newest(session: Session, kind: str) -> Outbox:
    """The newest row of a kind."""
    found = session.exec(select(Outbox).where(Outbox.kind == kind)).all()
    return max(found, key=lambda row: row.seq or 0)


def erase(session: Session, chat: Chat, said: str) -> None:
    """The message is deleted, and nothing of what is owed has been sent meanwhile."""
    event = {"event_id": "$erased", "sender": "@karla:example.dk", "type": "m.room.redaction"}
    event |= {"content": {"redacts": said}}  # type: ignore[dict-item]
    chat.inbox.take(session, [Arrival(chat.room_id("fremdrift"), event, chat.now)], chat.now)
