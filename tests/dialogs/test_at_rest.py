"""Every table, column for column: nothing that people wrote lies in the clear, in whatever way it was said.

The rule is blunt: a text that people wrote has a space in it, or is one of the words said here. What is not sealed has
neither: ids, codes, names of ours, hashes. A new column has to keep to that, or be sealed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlmodel import Session

from tests.dialogs.chat import Chat
from tests.dialogs.test_sheet import NAMED

WORDS = (
    "zebrafisk flodhest næsehorn giraf elefant sneleopard pindsvin kænguru søanemone guldsmed skarabæ bladlus vårflue "
    "muldvarp ræveunge Jensine Asgerdal Kildegræs Rådhussalen hasselmus"
).split()
OURS = {("lease", "holder"), ("outbox", "error")}
"""Where a sentence of ours stands: a process by its machine, why the homeserver refused."""

MOMENT = re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d")


def strings(value: Any) -> Iterator[str]:
    """Every text in a value, JSON gone through."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from strings(key)
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def cells(session: Session) -> Iterator[tuple[str, str, Any]]:
    """Table, column and value of whatever the database holds."""
    connection = session.connection()
    for table in inspect(connection).get_table_names():
        for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():  # noqa: S608 - our own names
            for column, value in row.items():
                yield table, column, value


def in_the_clear(session: Session) -> list[tuple[str, str]]:
    """Where something stands that looks like people's words; the words themselves are not repeated."""
    found = set()
    for table, column, value in cells(session):
        if isinstance(value, bytes):
            shown = value.decode("utf-8", "replace").lower()
            if any(word.lower() in shown for word in WORDS):
                found.add((table, column))
        for said in strings(value):
            plain = said.encode().decode("unicode_escape", "ignore").lower() + said.lower()
            sentence = " " in MOMENT.sub("", said).strip() and not _json(said)
            if any(word.lower() in plain for word in WORDS) or (sentence and (table, column) not in OURS):
                found.add((table, column))
    return sorted(found)


def _json(said: str) -> bool:
    """JSON as the database keeps it: its spaces are between values."""
    return said[:1] in "[{" and not any(
        " " in part for part in said.replace(": ", ":").replace(", ", ",").split('"')[1::2]
    )


@pytest.fixture
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    opened = Chat(tmp_path_factory.mktemp("at-rest"), NAMED)
    yield opened
    opened.close()


def live(chat: Chat) -> None:
    """A fortnight in which everything is said that people can say."""
    say = chat.say
    say("karla", "!sag ny dreng med en zebrafisk")
    say("karla", "!sag ny pige med en flodhest haster")
    say("karla", "!skema HS-26-001 navn: Jensine Asgerdal", "dm")
    say("karla", "!skema HS-26-001 adresse: Kildegræs 12", "dm")
    say("lene", "!skema HS-26-001 fremmøde: leger med et næsehorn")
    say("karla", "!sag HS-26-001 mål skole: passer en giraf")
    say("lene", "!status HS-26-001 har fået en elefant")
    say("bo", "!status HS-26-001 så en sneleopard", "dm")
    say("karla", "!aftale @lene #HS-26-001 fodre et pindsvin inden fredag")
    say("karla", "!aftale @lene, KAB vaske en kænguru")
    say("karla", "!aftale Birthe Muldvarp følge en ræveunge inden fredag")
    say("karla", "!planb 1 en søanemone i stedet")
    say("lene", "!note 1 spurgt en guldsmed")
    say("lene", "!afvis 2 har en skarabæ")
    event = chat.send("karla", "!aftale @ali male en bladlus inden fredag")
    chat.edit("karla", event, "!aftale @ali male en vårflue inden fredag")
    say("karla", "!dagsorden tale om en muldvarp")
    say("karla", "!eskaler HS-26-002 mangler en hasselmus")
    say("lene", "!mig fri til 21/11", "dm")
    say("lene", "!hasselmus nu")
    say("lene", "!hasselmus på en muldvarp", "dm")
    say("karla", "!møde flyt til torsdag kl. 10 i Rådhussalen")
    say("karla", "!møde ekstra i morgen kl. 9 sted Rådhussalen")
    chat.at("2026-11-24 10:00")
    say("karla", "!møde start")
    say("karla", "!her Jensine Asgerdal, BUF")
    say("karla", "!afbud Mette Muldvarp fra SOF")
    say("karla", "!beslutning #HS-26-001 hente et pindsvin")
    say("karla", "!møde slut")
    say("karla", "!referat ret 1: det var en hasselmus")
    chat.at("2026-11-27 09:00")
    chat.answer("lene", "er i gang, mangler svar om en ræveunge", "dm")
    say("lene", "hej, har du set min elefant?", "dm")
    say("karla", "!luk HS-26-001 flyttet med en giraf")
    say("lene", "!mig data", "dm")
    chat.at("2026-12-04 09:00")


def test_no_column_of_any_table_holds_what_people_wrote(chat: Chat) -> None:
    live(chat)
    assert chat.ask(in_the_clear) == []


def test_the_search_finds_what_is_there(chat: Chat) -> None:
    """Each way of being in the clear that it looks for, put there by hand."""
    live(chat)
    for statement in (
        "UPDATE action SET parameter = 'zebrafisk' WHERE number = 1",
        'UPDATE "change" SET after = \'["en helt almindelig sætning"]\' WHERE seq = 1',
        "UPDATE command SET name = 'to ord'",
        "UPDATE text SET sealed_text = CAST('en giraf' AS BLOB) WHERE uid = (SELECT min(uid) FROM text)",
    ):
        chat.ask(lambda session, said=statement: session.execute(text(said)) and None)  # type: ignore[misc]
    assert chat.ask(in_the_clear) == [
        ("action", "parameter"),
        ("change", "after"),
        ("command", "name"),
        ("text", "sealed_text"),
    ]


def test_the_fortnight_fills_the_tables_that_people_fill(chat: Chat) -> None:
    """Or the search would be through empty rooms."""
    live(chat)
    filled = {table for table, _, _ in chat.ask(lambda session: list(cells(session)))}
    assert {
        "action", "agenda_item", "attendance", "audit", "case_file", "case_goal", "case_update", "change", "command",
        "decision", "escalation", "meeting", "meta", "outbox", "owner", "person_state", "remark", "sheet_value", "text",
    } <= filled  # fmt: skip
