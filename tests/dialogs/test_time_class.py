"""A code or number that somebody may not know of is answered with the same work as one that does not exist.

Who measures how long an answer takes must not learn that something is there. Work is counted in statements and sealed
texts, which is what an answer's time is made of; the clock of a shared machine would tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.dialogs.caserooms import open_rooms
from tests.dialogs.chat import Chat

FORMS = (
    "sag {}",
    "sag {} plan",
    "skema {}",
    "status {} nyt",
    "eskaler {} grund",
    "luk {}",
    "referat {}",
    "aftaler {}",
)
NUMBERS = (
    "vis {}",
    "færdig {}",
    "note {} hej",
    "frist {} fredag",
    "giv {} @ali",
    "afvis {} nej",
    "annuller {}",
    "planb {} x",
)


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """A case and an action of the first group."""
    with open_rooms(tmp_path) as opened:
        opened.say("lene", "!sag ny uro i kælderen")
        opened.say("lene", "!aftale @lene HS-26-001 rydde kælderen inden fredag")
        yield opened


@contextmanager
def counted(chat: Chat) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    said: list[str] = []
    engine = chat.db._engine
    assert engine is not None

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def work(chat: Chat, who: str, words: str, room: str) -> tuple[str, int, tuple[int, int]]:
    """What is answered, with how many statements, and how many sealed texts opened and data keys made."""
    keys, _ = chat.vault.counts()
    opened = 0
    whole = chat.vault.open

    def open_(key_name: str, aad: str, blob: bytes) -> str:
        nonlocal opened
        opened += 1
        return whole(key_name, aad, blob)

    with pytest.MonkeyPatch.context() as patch, counted(chat) as statements:
        patch.setattr(chat.vault, "open", open_)
        said = chat.say(who, words, room)
    return said, len(statements), (opened, chat.vault.counts()[0] - keys)


@pytest.mark.parametrize(
    ("who", "room"), [("jens", "nord"), ("jens", "dm"), ("clara", "raad"), ("bo", "ledelse")]
)
@pytest.mark.parametrize("form", FORMS)
def test_a_forbidden_code_costs_what_an_unknown_one_does(chat: Chat, form: str, who: str, room: str) -> None:
    work(chat, who, "!" + form.format("HS-26-009"), room)  # what is looked up once is known by now
    unknown = work(chat, who, "!" + form.format("HS-26-008"), room)
    forbidden = work(chat, who, "!" + form.format("HS-26-001"), room)
    assert forbidden[0].replace("HS-26-001", "HS-26-008") == unknown[0]
    assert abs(forbidden[1] - unknown[1]) <= FEW, (forbidden, unknown)
    assert forbidden[2] == unknown[2]


@pytest.mark.parametrize(
    ("who", "room"), [("jens", "nord"), ("jens", "dm"), ("clara", "raad"), ("anna", "ledelse")]
)
@pytest.mark.parametrize("form", NUMBERS)
def test_a_forbidden_number_costs_what_an_unknown_one_does(
    chat: Chat, form: str, who: str, room: str
) -> None:
    work(chat, who, "!" + form.format(97), room)
    unknown = work(chat, who, "!" + form.format(98), room)
    forbidden = work(chat, who, "!" + form.format(1), room)
    assert re.sub(r"\b1\b", "98", forbidden[0]) == unknown[0]
    assert abs(forbidden[1] - unknown[1]) <= FEW, (forbidden, unknown)
    assert forbidden[2] == unknown[2]


FEW = 6
"""Statements: who owns it, who is in the room. Each takes a twentieth of a millisecond, an answer takes ten."""
