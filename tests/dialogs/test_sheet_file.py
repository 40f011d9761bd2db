"""The ressourceskema as a Word file: what stands in it for whom, and what is gone from it once it was deleted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document as read_docx
from docx.document import Document as Word
from sqlmodel import Session, select

from bot.actions import Cause
from bot.attached import plan, written
from bot.cases import Cases
from bot.owed import File
from bot.storage import queries
from bot.storage.models import Outbox
from tests.dialogs.chat import Chat
from tests.dialogs.test_sheet import CONFIG, NAMED, open_case


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """A case in which things were filled in, agreed and told."""
    opened = Chat(tmp_path, NAMED)
    opened.begin(_tell)
    yield opened
    opened.close()


def _tell(chat: Chat) -> None:
    open_case(chat)
    chat.say("karla", "!skema HS-26-001 adresse: Opdigtet Allé 1", "dm")
    chat.say("lene", "!skema HS-26-001 fremmøde: omkring 60 %")
    chat.say("lene", "!skema HS-26-001 person 2 skole: går i ungdomsskolen")
    chat.say("ali", "!skema HS-26-001 helbred: stabilt")
    chat.at("2026-12-28 10:00")
    chat.say("lene", "!skema HS-26-001 fremmøde: omkring 75 %")
    chat.say("karla", "!aftale @lene #HS-26-001 søge friplads i klubben 11/1")
    chat.ask(lambda s: _updates(chat, s))


def _updates(chat: Chat, session: Session) -> None:
    case = queries.case_by_code(session, "HS-26-001")
    assert case is not None
    forum = queries.forum(session, case.forum_uid)
    assert forum is not None
    for who, agency, kind, words in (
        ("lene", "BUF", "news", "Der er kommet ro på i klassen."),
        ("ali", "SOF", "nothing", ""),
        ("bo", "politi", "withheld", ""),
    ):
        _cases(chat, session, who, kind).update(case, kind, words, agency)
    for state, words in (("standing", "Set i klubben med en ny ven."), ("waiting", "Et rygte.")):
        _cases(chat, session, "bo", state).update(case, "observation", words, "politi", state=state)
    cases = _cases(chat, session, "karla", "sister")
    cases.relate(case, cases.open(forum, "lillesøster"))


def _cases(chat: Chat, session: Session, who: str, what: str) -> Cases:
    return Cases(session, chat.access, Cause(f"@{who}:example.dk", chat.now, f"$told-{who}-{what}", 0))


def asked(chat: Chat, who: str, words: str = "!skema HS-26-001 fil", room: str = "dm") -> Word:
    """The file that somebody asks for, as Word opens it; it has to come in direct messages."""
    chat.say(who, words, room)
    return read_docx(io.BytesIO(chat.ask(lambda s: _newest(s, f"dm:@{who}:example.dk"))))


def _newest(session: Session, target: str) -> bytes:
    rows = [row for row in session.exec(select(Outbox)) if row.what == "file" and row.target == target]
    row = max(rows, key=lambda each: each.seq or 0)
    file = plan(File.from_json(row.template or ""), lambda uid: queries.words(session, uid), row.language)
    return written(file, row.created_at).data


def rows(word: Word) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row.cells) for table in word.tables for row in table.rows]


def everything(word: Word) -> str:
    return "\n".join([*(p.text for p in word.paragraphs), *(cell for row in rows(word) for cell in row)])


def test_it_is_like_the_annex(chat: Chat) -> None:
    word = asked(chat, "karla")
    heads = [p.text for p in word.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert heads == [
        "Stamoplysninger",
        "Nøgleperson",
        "Beslægtede sager",
        "Familiens ressourcer",
        "Aktivitet",
        "Samlet overblik",
        "Statusmeldinger",
        "Handleplan og ansvarsfordeling",
        "Det mangler",
    ]
    said = everything(word)
    assert "Ressourceskema HS-26-001" in said
    assert "Opdateret d. 28. december 2026" in said
    assert "retsplejelovens § 115" in said
    assert ("Fremmøde (BUF)", "omkring 75 %", "BUF, 28. december 2026") in rows(word)
    assert ("Helbred (BIF, SOF)", "stabilt", "SOF, 20. november 2026 – gammelt svar") in rows(word)
    assert ("Arbejde (BIF)", "Mangler", "") in rows(word)
    assert "Nøgleperson 2: svar" in said
    assert "Nøgleperson 3" not in said
    assert "HS-26-002 · lillesøster" in said


def test_updates_and_the_plan_stand_in_it(chat: Chat) -> None:
    word = asked(chat, "karla")
    assert ("BUF", "28. december 2026", "Der er kommet ro på i klassen.") in rows(word)
    assert ("SOF", "28. december 2026", "intet nyt") in rows(word)
    assert ("politi", "28. december 2026", "Set i klubben med en ny ven.") in rows(word)
    said = everything(word)
    assert "Et rygte" not in said, "the coordinator has not let it in"
    assert "søge friplads i klubben" in said


def test_earlier_values_stand_in_it_on_request(chat: Chat) -> None:
    assert "omkring 60 %" not in everything(asked(chat, "karla"))
    word = asked(chat, "karla", "!skema HS-26-001 fil historik")
    steps = [row for row in rows(word) if row[0] == "Nøgleperson 1: Fremmøde"]
    assert [row[1] for row in steps] == ["omkring 75 %", "omkring 60 %"]


def test_names_are_in_it_only_for_who_leads_the_case(chat: Chat) -> None:
    assert "Opdigtet Allé 1" in everything(asked(chat, "karla"))
    hers = asked(chat, "anna")
    assert "Opdigtet Allé 1" in everything(hers)
    assert ("Sprog", "", "") in rows(hers), "nobody has to say it, so it is not missing"
    theirs = everything(asked(chat, "ali"))
    assert "Opdigtet" not in theirs
    assert "Adresse" not in theirs
    asked_in_the_room = asked(chat, "karla", room="fremdrift")
    assert "Opdigtet Allé 1" in everything(asked_in_the_room), "it comes to her alone"
    assert "Opdigtet" not in str(chat.messages(0, chat.target("fremdrift")))


def test_a_case_without_a_word_has_a_file_as_well(tmp_path: Path) -> None:
    opened = Chat(tmp_path / "new", CONFIG)
    try:
        open_case(opened)
        said = everything(asked(opened, "karla"))
    finally:
        opened.close()
    assert "Ikke udfyldt endnu" in said
    assert "Navn" not in said


def test_a_related_case_that_the_reader_may_not_know_is_not_named(chat: Chat) -> None:
    chat.ask(lambda s: _elsewhere(chat, s))
    assert "HS-26-003" not in everything(asked(chat, "ali"))


def _elsewhere(chat: Chat, session: Session) -> None:
    room = queries.room(session, chat.room_id("ledelse"))
    forum = queries.forum(session, room.forum_uid or "") if room else None
    case = queries.case_by_code(session, "HS-26-001")
    assert forum is not None
    assert case is not None
    cases = _cases(chat, session, "karla", "elsewhere")
    assert cases.open(forum, "hos en anden gruppe").code == "HS-26-003"
    other = queries.case_by_code(session, "HS-26-003")
    assert other is not None
    cases.relate(case, other)


def test_words_deleted_later_leave_the_file_that_was_sent(chat: Chat) -> None:
    event = chat.send("ali", "!skema HS-26-001 ydelser: hemmelige ord")
    chat.at("2026-12-28 12:00")
    assert "hemmelige ord" in everything(asked(chat, "karla"))
    before = chat.last_seq()
    chat.delete("ali", event)
    after = chat.messages(before, "dm:@karla:example.dk")
    assert {"redact", "file"} <= {row["what"] for row in after}, (
        "the file is taken back and sent without the words"
    )
    anew = read_docx(io.BytesIO(chat.ask(lambda s: _newest(s, "dm:@karla:example.dk"))))
    assert "hemmelige ord" not in everything(anew)
    assert "omkring 75 %" in everything(anew)


def test_it_is_in_the_language_of_who_asks(chat: Chat) -> None:
    chat.say("ali", "!me english", "dm")
    said = everything(asked(chat, "ali", "!sheet HS-26-001 file"))
    assert "Case sheet HS-26-001" in said
    assert "Updated on 28 December 2026" in said
    assert "Key person 2: answers" in said
    assert "BUF, 28 December 2026" in said
    assert "What is missing" in said
