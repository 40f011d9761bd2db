"""What the guard does with a message on its way: refused without a word of it, logged once, asked at each try."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot import text
from bot.owed import Message, owe
from bot.steps import NeedsKeys, Ready
from bot.storage.models import Action, Member, Outbox
from bot.storage.privacy import AuditEntry
from tests.dialogs.chat import ROOMS, Chat
from tests.dialogs.peer import KeyServer
from tests.dialogs.wired import Wired

MORTEN = "@morten:fremmed.dk"


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Wired]:
    """The programme on Friday at ten; everything said so far has left."""
    opened = Wired(tmp_path)
    opened.at("2026-11-20 10:00")
    yield opened
    opened.close()


def newest(session: Session, kind: str) -> Outbox:
    row = session.exec(select(Outbox).where(Outbox.kind == kind).order_by(col(Outbox.seq).desc())).first()
    assert row is not None
    return row


def log(chat: Chat, act: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """What the audit log has of an act: subject, recipient, detail, purpose."""
    return chat.ask(
        lambda s: [
            (row.subject, row.recipient, row.detail, row.purpose)
            for row in s.exec(select(AuditEntry).order_by(col(AuditEntry.seq)))
            if row.act == act
        ]
    )


def test_who_leaves_before_it_leaves_never_has_it(wired: Wired, capfd: pytest.CaptureFixture[str]) -> None:
    wired.send("karla", "!aftale @lene ringe til Hemmeligord onsdag 25. november")
    wired.mute = True
    wired.at("2026-11-25 08:05")
    reminder = wired.ask(lambda s: newest(s, "reminder").target)
    assert reminder == "dm:@lene:example.dk"
    wired.member("lene", "leave")
    wired.speak()
    assert wired.reads("dm", "lene") == []
    kept = wired.ask(lambda s: [(row.state, row.error, row.template) for row in [newest(s, "reminder")]])
    assert kept == [("refused", "flow:action:1", None)]
    stopped = ("action:1", "dm:@lene:example.dk", "reminder", "security")
    assert log(wired, "refused") == [stopped] * 2, "the one two days before, and that of the day"
    written = capfd.readouterr()
    assert "send.forbidden" in written.out + written.err
    assert "Hemmeligord" not in written.out + written.err


@pytest.mark.parametrize("how", ["disclosed", "deputy"])
def test_whoever_has_an_action_alone_never_has_its_plan_b(wired: Wired, how: str) -> None:
    """A sender's mistake: by its words a plan B is part of the action, and what it was let through for is not it."""
    wired.send("karla", "!aftale @bo: ringe hjem inden fredag")
    if how == "deputy":
        wired.send("bo", "!mig stedfortræder Lene Skov til 12/12", "dm")
        wired.answer("bo", "ja", "dm")
    else:
        wired.send("karla", "!giv 1 Lene Skov")
        wired.answer("karla", "ja")
    wired.send("karla", "!planb 1 spørge Hemmeligord")

    def careless(session: Session, words: str) -> None:
        row = session.exec(select(Action)).one()
        said = text.text_ref(getattr(row, words))
        for who in ("lene2", "lene"):
            message = Message("reminder", f"om {said}", (row.uid,))
            owe(session, f"careless:{words}:{who}", f"dm:@{who}:example.dk", message, now=wired.now)

    wired.ask(lambda s: careless(s, "planb_uid"))
    wired.speak()
    assert "om spørge Hemmeligord" in wired.reads("dm", "lene"), "a member has all of it"
    assert not any("Hemmeligord" in said for said in wired.reads("dm", "lene2"))
    wired.ask(lambda s: careless(s, "text_uid"))
    wired.speak()
    assert "om ringe hjem" in wired.reads("dm", "lene2")


def test_what_goes_to_another_forum_is_logged_once_for_each_case(wired: Wired) -> None:
    wired.say("karla", "!sag ny skolefravær")
    wired.say("karla", "!aftale @ali HS-26-001 ringe til skolen torsdag")
    wired.say("karla", "!aftale @lene HS-26-001 ringe til klubben torsdag")
    wired.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
    lifted = wired.target("ledelse")
    assert log(wired, "told") == [("case:HS-26-001", lifted, "lifted", "prevention")]
    wired.say("anna", "!sag HS-26-001 plan", "ledelse")
    assert log(wired, "told")[1:] == [("case:HS-26-001", lifted, "lifted", "prevention")]


def test_it_is_logged_before_the_homeserver_answers_and_not_again_after_a_restart(wired: Wired) -> None:
    wired.mute = True
    wired.send("karla", "!sag ny skolefravær")
    wired.send("karla", "!eskaler HS-26-001 skolen svarer ikke")
    target = wired.target("ledelse")
    steps = [wired.ask(lambda s: wired.outgoing.prepare(s, target)) for _ in range(2)]
    assert [isinstance(step, Ready) for step in steps] == [True, True], "no answer: the same is tried again"
    wired.restart()
    wired.mute = False
    wired.speak()
    assert len(log(wired, "told")) == len([one for one in wired.left if one.target == target])


def test_a_refusal_is_of_the_message_that_was_tried_and_not_of_one_that_waits(wired: Wired) -> None:
    wired.mute = True
    wired.send("karla", "!aftaler")
    wired.member(MORTEN, "join")
    target = wired.target("fremdrift")
    step = wired.ask(lambda s: wired.outgoing.prepare(s, target))
    assert isinstance(step, Ready)
    wired.ask(lambda s: wired.outgoing.refused(s, target, wired.outgoing.tried(target), "M_FORBIDDEN"))
    states = wired.ask(lambda s: (newest(s, "stranger.here").state, newest(s, "actions.list").state))
    assert states == ("refused", "owed")


def test_ciphertext_from_before_a_stranger_came_is_not_sent(chat: Chat, server: KeyServer) -> None:
    target = chat.target("fremdrift")
    server.speak(target)
    message = Message("help", "Skriv en linje, der begynder med udråbstegn.")
    chat.ask(lambda s: owe(s, "help", target, message, now=chat.now) and None)
    step = chat.db.run_sync(server.outgoing.prepare, target)
    while isinstance(step, NeedsKeys):
        server.do(step.chore)
        step = chat.db.run_sync(server.outgoing.prepare, target)
    assert isinstance(step, Ready)
    made = json.dumps(dict(step.content))
    room = ROOMS["fremdrift"][0]
    chat.ask(lambda s: s.merge(_member(room, "invite")) and None)
    assert chat.db.run_sync(server.outgoing.prepare, target) is None
    chat.ask(lambda s: s.merge(_member(room, "leave")) and None)
    again = chat.db.run_sync(server.outgoing.prepare, target)
    assert isinstance(again, Ready)
    assert json.dumps(dict(again.content)) == made


def _member(room: str, membership: str) -> Member:
    return Member(
        room_id=room, user_id=MORTEN, membership=membership, since=datetime(2026, 11, 20, tzinfo=UTC)
    )
