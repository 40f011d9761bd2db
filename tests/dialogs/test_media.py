"""Uploaded files whose messages are deleted: they go off the homeserver too, or somebody is told of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.documents.model import Document, Paragraph
from bot.filing import PATIENT
from bot.matrix.batch import Arrival
from bot.matrix.crypto.mark import SEALED, seal_mark
from bot.owed import Message, direct, owe, owe_file
from bot.returning import own_message
from bot.steps import NeedsDeletion, NeedsFile, Ready
from bot.storage import queries
from bot.storage.models import Outbox
from tests.dialogs.caserooms import PROGRAMME
from tests.dialogs.chat import BOT, CONFIG, ROOMS
from tests.dialogs.filing import Records
from tests.dialogs.wired import Wired

LATER = timedelta(hours=2)  # too late to withdraw
CODE = "HS-26-001"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Wired]:
    made = Wired(tmp_path, CONFIG)
    yield made
    made.close()


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wired]:
    """A case of which Karla has the sheet as a file, in her direct messages."""
    monkeypatch.setitem(ROOMS, "nord", ("!nord:example.dk", ["anna", "mona", "jens"]))
    made = Wired(tmp_path, PROGRAMME + '\n[retention]\nmessages = "1 months"\n')
    made.say("karla", "!sag ny bliver væk fra skolen")
    made.say("karla", f"!skema {CODE} fil", "dm")
    assert made.media == {"mxc://example.dk/file1"}
    yield made
    made.close()


def send_minutes(chat: Wired, *, reason: str = "minutes:1", speak: bool = True) -> str:
    """Karla agrees on something, and minutes that quote it are sent as a file. Her message."""
    said = chat.send("karla", "!aftale @lene tale med Hemmelighansen fredag")
    chat.ask(lambda s: _owe(s, chat, reason))
    if speak:
        chat.speak()
    return said


def _owe(session: Session, chat: Wired, reason: str) -> None:
    texts = session.exec(select(Outbox).where(Outbox.kind == "action.recorded")).all()
    template = texts[-1].template or ""
    document = Document("Referat", "da", "uge 47", (Paragraph(template),))
    target = chat_target(session)
    owe_file(
        session,
        reason,
        target,
        "minutes.file",
        name="referat.txt",
        format="txt",
        alt="Referat",
        content=document,
        now=chat.now,
    )


def chat_target(session: Session) -> str:
    room = queries.room(session, ROOMS["fremdrift"][0])
    assert room is not None
    return f"forum:{room.forum_uid}"


def addresses(chat: Wired) -> list[str]:
    """What an operator has to delete."""
    return [str(row.media) for row in chat.ask(queries.media_waiting)]


def work(chat: Wired, records: Records) -> None:
    """Everything there is to do for cases on their way out; what is owed leaves in between."""

    async def all_of_it() -> None:
        filing = records._filing()
        while await filing._step():
            pass

    for _ in range(4):
        asyncio.run(all_of_it())
        chat.speak()


def test_a_file_said_again_without_a_word_takes_the_first_one_off_the_server(chat: Wired) -> None:
    said = send_minutes(chat)
    assert chat.media == {"mxc://example.dk/file1"}
    chat.now += LATER
    chat.delete("karla", said)
    assert [one.what for one in chat.left if one.what == "redact"]
    assert chat.media == {"mxc://example.dk/file2"}
    assert not addresses(chat)


def test_the_file_goes_after_its_message(chat: Wired) -> None:
    said = send_minutes(chat)
    chat.mute = True
    chat.now += LATER
    chat.delete("karla", said)
    target = chat.target("fremdrift")
    while True:
        step = chat.db.run_sync(chat.outgoing.prepare, target)
        assert isinstance(step, Ready)
        assert chat.db.run_sync(chat.outgoing.prepare, "media") is None, "the message shows it still"
        chat.db.run_sync(chat.outgoing.sent, step.seq, f"$x{step.seq}", step.room_id, "none")
        if step.what == "redact" and step.redacts.startswith("$bot"):
            redacted = chat.ask(lambda s, e=step.redacts: queries.outbox_by_event(s, e).what)  # type: ignore[misc, union-attr]
            if redacted == "file":
                break
    chat.mute = False
    chat.restart()  # killed here, it ends the same
    assert chat.media == {"mxc://example.dk/file2"}


def test_nothing_is_deleted_that_somebody_reads(chat: Wired) -> None:
    send_minutes(chat)
    chat.restart()
    chat.at("2026-11-27 12:00")
    assert "mxc://example.dk/file1" in chat.media


def test_where_the_bot_may_not_it_asks_once_and_an_operator_has_the_list(chat: Wired) -> None:
    first = send_minutes(chat)
    second = send_minutes(chat, reason="minutes:2")
    chat.is_admin = False
    chat.now += LATER
    chat.delete("karla", first)
    chat.delete("karla", second)
    assert addresses(chat) == ["mxc://example.dk/file1", "mxc://example.dk/file2"]
    assert len(chat.deletions) == 1, "the power is missing for all of them"
    assert not [one for one in chat.left if one.kind == "refused"], "no coordinator can do anything about it"
    chat.restart()
    assert addresses(chat) == ["mxc://example.dk/file1", "mxc://example.dk/file2"]
    chat.is_admin = True
    chat.restart()
    assert addresses(chat) == []
    assert chat.media == {"mxc://example.dk/file3", "mxc://example.dk/file4"}


def test_a_file_that_was_uploaded_and_never_sent_is_deleted(chat: Wired) -> None:
    chat.mute = True
    said = send_minutes(chat, speak=False)
    target = chat.target("fremdrift")
    upload_one(chat, target)
    chat.now += LATER
    chat.delete("karla", said)
    chat.mute = False
    chat.speak()
    assert chat.media == {"mxc://example.dk/file1"}, "the one without the word; the other's was mxc…/before"
    files = [one for one in chat.left if one.kind == "minutes.file"]
    assert len(files) == 1


def upload_one(chat: Wired, target: str, uri: str = "mxc://example.dk/before") -> None:
    """What is owed leaves up to a file, which is uploaded; then the bot is gone."""
    out, step = chat.outgoing, chat.db.run_sync(chat.outgoing.prepare, target)
    while not isinstance(step, NeedsFile):
        assert isinstance(step, Ready)
        step = chat.db.run_sync(out.sent, step.seq, f"$bot{step.seq}:example.dk", step.room_id, target)
    assert chat.db.run_sync(out.uploads.keep, step.seq, uri)
    chat.media.add(uri)


def test_an_upload_made_anew_after_a_crash_leaves_no_former_one(chat: Wired) -> None:
    chat.mute = True
    send_minutes(chat, speak=False)
    upload_one(chat, chat.target("fremdrift"))
    chat.mute = False
    chat.restart()
    assert chat.media == {"mxc://example.dk/file1"}
    assert [one.kind for one in chat.left if "referat" in one.whole] == ["minutes.file"]


def test_an_upload_that_ends_after_its_message_was_taken_back_is_deleted(chat: Wired) -> None:
    chat.mute = True
    said = send_minutes(chat, speak=False)
    step = chat.db.run_sync(chat.outgoing.prepare, chat.target("fremdrift"))
    while not isinstance(step, NeedsFile):
        assert isinstance(step, Ready)
        event_id = f"$bot{step.seq}:example.dk"
        target = chat.target("fremdrift")
        step = chat.db.run_sync(chat.outgoing.sent, step.seq, event_id, step.room_id, target)
    chat.now += LATER
    chat.delete("karla", said)
    # A homeserver that gives no address beforehand: it is known when the file lies there.
    chat.media.add("mxc://example.dk/late")
    content = '{"msgtype": "m.file", "url": "mxc://example.dk/late"}'
    chat.db.run_sync(chat.outgoing.uploads.keep_content, step.seq, content)
    assert not chat.db.run_sync(chat.outgoing.uploads.keep, step.seq, "mxc://example.dk/later")
    chat.mute = False
    chat.speak()
    assert "mxc://example.dk/late" not in chat.media


def test_a_moderators_deletion_takes_the_file_along(chat: Wired) -> None:
    send_minutes(chat)
    event = chat.ask(lambda s: s.exec(select(Outbox).where(Outbox.kind == "minutes.file")).one().event_id)
    chat.delete("anna", str(event))
    assert chat.media == set()


def test_a_stranger_in_the_room_does_not_keep_a_file_there(chat: Wired) -> None:
    said = send_minutes(chat)
    chat.member("@fremmed:example.org", "join")
    chat.send("karla", "!aftale @lene købe kaffe fredag")  # its answer waits
    chat.now += LATER
    chat.delete("karla", said)
    assert "mxc://example.dk/file1" not in chat.media
    assert not [one for one in chat.left if one.kind == "minutes.file" and one.seq > 20], "the rest waits"


def test_a_bot_that_is_put_out_of_the_room_deletes_its_files_all_the_same(chat: Wired) -> None:
    said = send_minutes(chat)
    chat.now += LATER
    chat.member("@hotspotbot:example.dk", "leave")
    chat.ask(_left)
    chat.delete("karla", said)
    assert "mxc://example.dk/file1" not in chat.media


def _left(session: Session) -> None:
    room = queries.room(session, ROOMS["fremdrift"][0])
    assert room is not None
    room.state = "left"


def test_a_lost_database_knows_its_files_again(chat: Wired, tmp_path: Path) -> None:
    send_minutes(chat)
    file = chat.ask(lambda s: s.exec(select(Outbox).where(Outbox.kind == "minutes.file")).one().id)
    room = chat.room_id("fremdrift")
    back = Wired(tmp_path / "set-back", CONFIG)
    try:
        mark = {"id": file, "kind": "minutes.file"}
        content = {"msgtype": "m.file", "url": "mxc://example.dk/file1", "dk.hotspotbot": mark}
        back.media = {"mxc://example.dk/file1"}
        back.event_in(room, "hotspotbot", "m.room.message", content)
        said = send_minutes(back)
        assert not [one for one in back.left if one.kind == "minutes.file"], "it was said before"
        back.now += LATER
        back.delete("karla", said)
        assert "mxc://example.dk/file1" not in back.media
    finally:
        back.close()


def test_a_homeserver_from_a_backup_is_asked_to_delete_them_again(chat: Wired) -> None:
    said = send_minutes(chat)
    chat.now += LATER
    chat.delete("karla", said)
    chat.media.add("mxc://example.dk/file1")  # the backup has it
    lost = chat.ask(lambda s: [r.id for r in s.exec(select(Outbox).where(Outbox.kind == "minutes.file"))])
    chat.ask(lambda s: queries.owe_again(s, lost))
    chat.speak()
    assert "mxc://example.dk/file1" not in chat.media


def test_the_mark_of_an_encrypted_file_says_where_it_lies(chat: Wired) -> None:
    """Whoever lost the database cannot read its own message, only the mark beside it."""
    room = chat.room_id("fremdrift")
    mark = {"id": "a" * 32, "kind": "minutes.file", "media": "mxc://example.dk/file1"}
    content = {"ciphertext": "…", SEALED: seal_mark(chat.vault, room, mark)}
    event = {"event_id": "$there:example.dk", "sender": BOT, "type": "m.room.encrypted", "content": content}
    own = own_message(Arrival(room, event, chat.now), chat.vault)
    assert own is not None
    assert own.media == "mxc://example.dk/file1"


def test_what_a_crash_left_of_a_message_that_was_dropped_is_deleted_at_the_next_start(chat: Wired) -> None:
    send_minutes(chat)
    chat.mute = True
    chat.ask(_dropped)  # a homeserver from a backup has lost it, and a picture is not said again
    chat.mute = False
    chat.restart()
    assert chat.media == set()


def _dropped(session: Session) -> None:
    row = session.exec(select(Outbox).where(Outbox.kind == "minutes.file")).one()
    row.state, row.event_id = "dropped", None


# --- erased cases


def erase(chat: Wired, records: Records) -> list[str]:
    """Two people have the case erased; what Karla is told in the end."""
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", "ja", "dm")
    work(chat, records)
    return [
        one.body
        for one in chat.left
        if one.kind == "erasure.done" and one.target == direct("@karla:example.dk")
    ]


def test_an_erased_case_takes_its_files_off_the_server(cases: Wired, tmp_path: Path) -> None:
    (done,) = erase(cases, Records(cases, tmp_path / "records"))
    assert cases.media == set()
    assert "er slettet helt" in done
    assert "Matrix-serveren" not in done


def test_the_coordinator_hears_of_files_that_lie_there_still(cases: Wired, tmp_path: Path) -> None:
    cases.is_admin = False
    (done,) = erase(cases, Records(cases, tmp_path / "records"))
    assert "En fil ligger stadig på Matrix-serveren" in done
    assert addresses(cases) == ["mxc://example.dk/file1"]
    assert not cases.ask(
        lambda s: [r for r in s.exec(select(Outbox)) if CODE in r.reason and r.what == "media"]
    )
    cases.at("2027-01-15 12:00")  # long after what was sent is forgotten
    assert not cases.ask(lambda s: s.exec(select(Outbox).where(Outbox.kind == "erasure.done")).all())
    assert addresses(cases) == ["mxc://example.dk/file1"], "the list is not forgotten"


def test_a_file_of_the_case_that_was_taken_back_before_is_told_of_as_well(
    cases: Wired, tmp_path: Path
) -> None:
    cases.is_admin = False
    event = cases.ask(lambda s: s.exec(select(Outbox).where(Outbox.what == "file")).one().event_id)
    cases.delete("karla", str(event), "dm")
    assert addresses(cases) == ["mxc://example.dk/file1"]
    (done,) = erase(cases, Records(cases, tmp_path / "records"))
    assert "En fil ligger stadig" in done


def test_a_homeserver_that_is_away_does_not_keep_the_word_of_an_erasure(cases: Wired, tmp_path: Path) -> None:
    records = Records(cases, tmp_path / "records")
    cases.say("karla", f"!sag slet {CODE}")
    cases.say("anna", "ja", "dm")
    cases.mute = True
    asyncio.run(_steps(records))
    for target in cases.ask(queries.owed_targets):
        cases.speak_to(target)
    for tries in range(PATIENT):
        assert not cases.ask(lambda s: [r for r in s.exec(select(Outbox)) if r.kind == "erasure.done"]), tries
        for _ in range(2):  # taken again by a restart or a look ahead: no try in vain
            step = cases.db.run_sync(cases.outgoing.prepare, "media")
            assert isinstance(step, NeedsDeletion)
            seq = step.seq
        cases.db.run_sync(cases.outgoing.uploads.in_vain, seq)
        asyncio.run(_steps(records))
    cases.mute = False
    cases.speak()
    (done,) = [one.body for one in cases.left if one.kind == "erasure.done" and "karla" in one.target]
    assert "En fil ligger stadig" in done
    assert cases.media == set(), "in the end it is gone"


async def _steps(records: Records) -> None:
    filing = records._filing()
    while await filing._step():
        pass


# --- an answer where none can be


def test_an_answer_in_a_thread_that_cannot_be_is_said_outside_it(chat: Wired) -> None:
    chat.mute = True
    target = direct("@karla:example.dk")
    message = Message("fault", "Det forstod jeg ikke.")
    for number, thread in enumerate(("$gone", None)):
        chat.ask(lambda s, n=number, t=thread: _answer(s, chat, target, message, f"$asked{n}", t))  # type: ignore[misc]
    said = []
    for refusals in (["M_UNKNOWN"], ["M_INVALID_PARAM"]):
        step = chat.db.run_sync(chat.outgoing.prepare, target)
        for errcode in refusals:
            assert isinstance(step, Ready)
            before = step
            step = chat.db.run_sync(chat.outgoing.refused, target, chat.outgoing.tried(target), errcode)
            assert isinstance(step, Ready)
            assert step.seq == before.seq, "the same, without what was refused"
        assert isinstance(step, Ready)
        said.append(step.content.get("m.relates_to"))
        chat.db.run_sync(chat.outgoing.sent, step.seq, f"$x{step.seq}", step.room_id, target)
    assert said == [{"m.in_reply_to": {"event_id": "$asked0"}}, None]
    assert not chat.ask(lambda s: [r for r in s.exec(select(Outbox)) if r.state == "refused"])


def test_what_is_refused_without_any_relation_is_refused(chat: Wired) -> None:
    chat.mute = True
    target = direct("@karla:example.dk")
    message = Message("fault", "Det forstod jeg ikke.")
    chat.ask(lambda s: _answer(s, chat, target, message, "$asked", "$gone"))
    for _ in range(3):
        step = chat.db.run_sync(chat.outgoing.prepare, target)
        assert isinstance(step, Ready)
        chat.db.run_sync(chat.outgoing.refused, target, chat.outgoing.tried(target), "M_UNKNOWN")
    rows = chat.ask(lambda s: [r.error for r in s.exec(select(Outbox)) if r.state == "refused"])
    assert rows == ["M_UNKNOWN"]


def _answer(
    session: Session, chat: Wired, target: str, message: Message, event_id: str, thread: str | None
) -> None:
    reason = f"reply:{event_id}:0"
    assert owe(session, reason, target, message, now=chat.now, reply_to=event_id, thread=thread) is not None
