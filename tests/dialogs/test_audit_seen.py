"""Who saw, changed and took along what stands in the log, once for each, and never a word of what it said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from bot import audit
from bot.storage.privacy import AuditEntry
from tests.dialogs.chat import CONFIG, Chat
from tests.dialogs.test_sheet import NAMED, open_case

LENE, KARLA, ANNA = "@lene:example.dk", "@karla:example.dk", "@anna:example.dk"


class Log:
    """What the log says since the last look."""

    def __init__(self, chat: Chat) -> None:
        self.chat, self.seen = chat, 0

    def rows(self) -> list[AuditEntry]:
        """The new entries; the chain has to stand."""

        def read(session: Session) -> list[AuditEntry]:
            assert not list(audit.verify(session))
            return list(session.exec(select(AuditEntry).where(AuditEntry.seq > self.seen)))  # type: ignore[operator]

        found = self.chat.ask(read)
        self.seen = max((row.seq or 0 for row in found), default=self.seen)
        return found

    def says(self, act: str = "") -> list[tuple[str, str, str, str | None]]:
        """Act, subject, by whom, which detail; only one kind of act where that is asked for."""
        return [
            (row.act, row.subject, row.by, row.detail)
            for row in self.rows()
            if act in ("", row.act) and row.act != "told"
        ]


@pytest.fixture
def log(chat: Chat) -> Log:
    chat.say("karla", "!sag ny zebrafisk")
    chat.say("karla", "!sag ny flodhest")
    opened = Log(chat)
    opened.rows()
    return opened


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("!sag HS-26-001", "case.shown"),
        ("!case HS-26-001", "case.shown"),
        ("!sag HS-26-001 historik", "case.shown"),
        ("!skema HS-26-001", "case.sheet"),
        ("!skema HS-26-001 mangler", "case.sheet"),
    ],
)
@pytest.mark.parametrize("room", ["fremdrift", "dm"])
def test_who_asks_for_a_case_has_seen_it(chat: Chat, log: Log, words: str, kind: str, room: str) -> None:
    event = chat.send("lene", words, room)
    found = [row for row in log.rows() if row.act == "saw"]
    assert [(row.subject, row.by, row.detail) for row in found] == [("case:HS-26-001", LENE, kind)]
    assert found[0].recipient == chat.target(room, "lene")
    assert (found[0].purpose, found[0].event_id) == ("prevention", event)
    assert found[0].at == chat.now


@pytest.mark.parametrize("words", ["!sager", "!cases"])
def test_a_list_shows_every_case_on_it(chat: Chat, log: Log, words: str) -> None:
    chat.send("lene", words)
    assert log.says() == [
        ("saw", "case:HS-26-001", LENE, "cases.list"),
        ("saw", "case:HS-26-002", LENE, "cases.list"),
    ]


def test_an_agenda_and_an_action_with_its_history_are_seen(chat: Chat, log: Log) -> None:
    chat.send("karla", "!dagsorden HS-26-002")
    chat.send("karla", "!aftale @lene #HS-26-001 søge friplads inden fredag")
    log.rows()
    chat.send("lene", "!dagsorden")
    assert ("saw", "case:HS-26-002", LENE, "agenda") in log.says()
    chat.send("lene", "!vis 1")
    found = log.says()
    assert ("saw", "action:1", LENE, "action.shown") in found


def test_what_was_refused_or_never_was_is_not_seen(chat: Chat, log: Log) -> None:
    """Nobody saw anything, and the log tells a forbidden code from an unknown one no more than the answer does."""
    for who in ("clara", "lene2", "bo"):
        for code in ("HS-26-001", "HS-26-099"):
            chat.send(who, f"!sag {code}", "raad" if who == "clara" else "ledelse")
    assert log.says("saw") == []


def test_an_edited_question_shows_the_other_case_too(chat: Chat, log: Log) -> None:
    event = chat.send("lene", "!sag HS-26-001")
    chat.edit("lene", event, "!sag HS-26-002")
    assert [one[1] for one in log.says("saw")] == ["case:HS-26-001", "case:HS-26-002"]


def test_a_file_is_taken_along(chat: Chat, log: Log) -> None:
    chat.send("lene", "!skema HS-26-001 fil")
    found = [row for row in log.rows() if row.act == "exported"]
    assert [(row.subject, row.by, row.recipient, row.detail) for row in found] == [
        ("case:HS-26-001", LENE, f"dm:{LENE}", "case.sheet.file")
    ]


def test_minutes_as_a_file_are_taken_along_with_the_cases_in_them(chat: Chat, log: Log) -> None:
    chat.at("2026-11-24 10:00")
    chat.send("karla", "!møde start")
    chat.send("karla", "!beslutning #HS-26-002 vi spørger næsehornet")
    chat.send("karla", "!møde slut")
    log.rows()
    chat.send("lene", "!referat fil")
    found = [row for row in log.rows() if row.act == "exported"]
    assert found[0].subject.startswith("meeting:")
    assert [row.subject for row in found[1:]] == ["case:HS-26-001", "case:HS-26-002"]
    assert {(row.by, row.detail) for row in found} == {(LENE, "minutes.file")}


def test_each_change_of_an_action_stands_there_by_the_name_of_its_field(chat: Chat, log: Log) -> None:
    chat.send("karla", "!aftale @lene spørge næsehornet inden fredag")
    assert log.says() == [("changed", "action:1", KARLA, "created")]
    chat.send("lene", "!frist 1 om 14 dage")
    assert log.says() == [("changed", "action:1", LENE, "due")]
    chat.send("lene", "!note 1 giraffen er spurgt")
    assert log.says() == [("changed", "action:1", LENE, "note")]
    chat.send("lene", "!fortryd")
    assert log.says() == [("changed", "action:1", LENE, "undo:note")]
    chat.send("karla", "!færdig 1")
    assert ("changed", "action:1", KARLA, "done") in log.says()


def test_each_change_of_a_case_stands_there_by_the_name_of_its_field(chat: Chat, log: Log) -> None:
    chat.send("lene", "!skema HS-26-001 fremmøde: omkring tres næsehorn")
    assert ("changed", "case:HS-26-001", LENE, "value:person.1.attendance") in log.says()
    chat.send("lene", "!fortryd")
    assert ("changed", "case:HS-26-001", LENE, "undo:value:person.1.attendance") in log.says()
    chat.send("karla", "!luk HS-26-001 giraffen er flyttet")
    found = log.says("changed")
    assert any(subject == "case:HS-26-001" and "state" in str(detail) for _, subject, _, detail in found)


def test_a_purpose_stands_with_what_is_told_of_persons_and_of_plain_agreements(chat: Chat, log: Log) -> None:
    chat.send("karla", "!aftale @lene spørge næsehornet inden fredag")
    chat.send("anna", "!aftale @anna male bænken inden fredag", "raad")
    assert [row.purpose for row in log.rows() if row.act == "changed"] == ["prevention", "coordination"]


def test_a_look_at_the_name_register_is_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    chat = Chat(tmp_path_factory.mktemp("named"), NAMED)
    open_case(chat)
    chat.say("karla", "!skema HS-26-001 adresse: Opdigtet Allé 1", "dm")
    log = Log(chat)
    log.rows()
    chat.send("karla", "!skema HS-26-001", "dm")
    assert ("saw", "case:HS-26-001", KARLA, "names") in log.says()
    chat.close()


def test_no_word_of_anybody_stands_in_it(chat: Chat, log: Log) -> None:
    said = ["næsehorn", "giraf", "zebrafisk", "flodhest", "elefant"]
    chat.send("karla", "!aftale @lene #HS-26-001 spørge næsehornet inden fredag")
    chat.send("lene", "!note 1 giraffen er spurgt")
    chat.send("lene", "!elefant HS-26-001")
    chat.send("lene", "!status HS-26-001 der kom en elefant")
    chat.send("lene", "!afvis 1 giraffen vil ikke")
    chat.send("karla", "!luk HS-26-001 elefanten er flyttet")
    log.seen = 0
    for row in log.rows():
        for word in said:
            assert word not in str(row.model_dump()).lower()


def test_the_log_has_an_end_and_says_each_day_where_it_stands(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    kept = CONFIG + '[retention]\naudit = "30 days"\n'
    chat = Chat(tmp_path_factory.mktemp("ends"), kept)
    chat.say("karla", "!sag ny zebrafisk")
    log = Log(chat)
    assert log.says("changed")
    with capture_logs() as said:
        chat.at("2026-11-23 10:00")
    heads = [line for line in said if line["event"] == "audit.head"]
    assert len(heads) == 4, "the day it began on, and once for each day since"
    assert heads[-1]["head"] == chat.ask(audit.head)
    chat.at("2026-12-19 10:00")
    assert log.says("pruned") == []
    chat.at("2026-12-21 10:00")
    assert [one[:3] for one in log.says("pruned")] == [("pruned", "audit", "")]
    log.seen = 0
    rows = log.rows()
    assert rows
    assert all(row.at >= chat.now - timedelta(days=31) for row in rows)
    chat.close()
