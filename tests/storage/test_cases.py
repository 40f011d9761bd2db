"""Cases on both databases: the same talk has the same answers, and every query about cases finds the same rows.

The queries order by booleans, by what may be empty and by words, and ask for rows that exist elsewhere: in all of that
the two databases have ways of their own.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from datetime import UTC, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.access import Access
from bot.inbox import Inbox
from bot.matrix.batch import Arrival
from bot.settings import load
from bot.storage import migrations, queries
from bot.storage.database import Database
from bot.storage.meetings import Meeting
from bot.storage.queries import case_records, cases, questions
from bot.storage.sealing import Vault
from tests.dialogs.caserooms import PROGRAMME
from tests.dialogs.chat import BOT, CPH, FRIDAY, ROOMS, Chat, _furnish

CONFIG = PROGRAMME.replace("[agencies.BUF]", '[cases]\nstill = "14 days"\n[agencies.BUF]', 1).replace(
    'forum = "ledelsesgruppe"\nlanguage = "en"',
    'forum = "ledelsesgruppe"\nmeeting = "FREQ=WEEKLY;BYDAY=TH;BYHOUR=13;BYMINUTE=0"',
)
EVERY = {
    name: module
    for module in (cases, case_records, questions)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}


class There(Chat):
    """The chat of the dialogs, with its people and rooms in a database of either sort."""

    def __init__(self, url: str, folder: Path) -> None:
        path = folder / "hotspot.toml"
        path.write_text(CONFIG, encoding="utf-8")
        self.settings = load(path)
        self.access = Access(self.settings)
        self.vault = Vault(b"k" * 32, folder / "keyring.json")
        self.url = url
        migrations.migrate(url)
        self.db = Database(url, self.vault)
        self.db.open()
        self.db.run_sync(_furnish, self.settings)
        self.inbox = Inbox(self.access, BOT)
        self.now = FRIDAY
        self.ids = itertools.count(1)
        self._said: dict[str, str] = {}

    def deliver(self, arrival: Arrival) -> None:
        """As there, and a minute passes: no two things are said at once."""
        super().deliver(arrival)
        self.now += timedelta(minutes=1)


@pytest.fixture(autouse=True)
def nord(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second progress group's room."""
    monkeypatch.setitem(ROOMS, "nord", ("!nord:example.dk", ["anna", "mona", "jens"]))


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The queries about cases that somebody asked, as it goes on."""
    asked: set[str] = set()

    def watched(name: str, query: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(query)
        def ask(*given: Any, **named: Any) -> Any:
            asked.add(name)
            return query(*given, **named)

        return ask

    for name, module in EVERY.items():
        query = watched(name, getattr(module, name))
        monkeypatch.setattr(module, name, query)
        monkeypatch.setattr(queries, name, query)
    return asked


def root(chat: Chat, who: str, code: str) -> str:
    """The event of the question to somebody about a case."""
    rows = [m for m in chat.messages(0, f"dm:@{who}:example.dk") if m["kind"] == "case.question"]
    return str(next(m["event_id"] for m in rows if code in m["body"]))


def tells(chat: Chat, who: str, code: str, words: str) -> None:
    relation = {"rel_type": "m.thread", "event_id": root(chat, who, code), "is_falling_back": True}
    chat.event(who, "dm", "m.room.message", {"msgtype": "m.text", "body": words, "m.relates_to": relation})


def talk(chat: Chat) -> None:
    """Four weeks with six cases."""
    for words in ("bliver væk fra skolen", "uro i gården", "hærværk", "fritidsjob", "uden bolig"):
        chat.say("karla", f"!sag ny {words}")
    chat.say("mona", "!sag ny fravær", "nord")
    for said in (
        "!sag HS-26-003 haster", "!bero HS-26-004 til 3/12", "!sag HS-26-001 beslægtet HS-26-002",
        "!sag HS-26-002 følger @jens", "!sag HS-26-005 følger @jens", "!sag HS-26-001 sagsbehandler @kirsten BIF",
        "!sag HS-26-001 mål uddannelse i skole hver dag", "!sag HS-26-001 mål social en voksen at ringe til",
        "!sag HS-26-001 trend uddannelse bedre", "!skema HS-26-001 skole: Vestskolen",
        "!aftale @lene HS-26-001 ringe til skolen i dag kl. 16", "!aftale @ali HS-26-001 finde en klub",
        "!aftale @bo HS-26-002 gå en tur tirsdag", "!planb 2 spørge ungdomsskolen",
        "!beslutning HS-26-002 vi lukker gården af",
    ):  # fmt: skip
        assert "Jeg forstår ikke" not in chat.say("karla", said)
    chat.say("lene", "!færdig 1 de er på sagen")
    chat.say("jens", "!status HS-26-002 der er stille om aftenen", "dm")
    chat.say("jens", "!status HS-26-002 der er larm om natten", "dm")
    chat.say("karla", "ja", "dm", reply_to=chat.newest("dm", "karla"))
    chat.say("jens", "!status", "dm")
    chat.say("mona", "ja", "dm")  # to nothing in particular
    chat.at("2026-11-23 09:00")
    tells(chat, "lene", "HS-26-001", "han har været i skole tre dage")
    tells(chat, "lene", "HS-26-001", "skolen går bedre, resten uændret")
    tells(chat, "lene", "HS-26-005", "giv til Jens")
    chat.say("lene", "HS-26-005 naboen er faldet til ro", "dm")
    chat.say("lene", "intet nyt", "dm")
    chat.say("lene", "!status", "dm")
    chat.say("kirsten", "HS-26-001 det må jeg ikke dele", "dm")
    chat.at("2026-11-24 10:01")
    chat.say("karla", "!møde start")
    chat.say("karla", "!næste")
    chat.say("karla", "!møde slut")
    chat.at("2026-11-27 09:00")
    chat.say("karla", "!eskaler HS-26-002 ingen betaler haster")
    chat.say("karla", "!eskaler HS-26-003 skolen svarer ikke")
    chat.say("karla", "!eskaler HS-26-001 vi er i tvivl")
    chat.say("karla", "!fortryd")
    chat.at("2026-11-30 09:00")
    chat.say("anna", "!beslutning HS-26-002 vi betaler et hegn", "ledelse")
    for who, where in (("karla", "fremdrift"), ("anna", "ledelse"), ("jens", "dm"), ("kirsten", "dm")):
        chat.say(who, "!sager", where)
    for said in ("", " plan", " historik"):
        chat.say("karla", f"!sag HS-26-001{said}")
    chat.say("ali", "!afvis 2 klubben er fuld")
    chat.say("karla", "ja, Bo, fredag", reply_to=chat.newest())
    chat.at("2026-12-04 09:00")
    chat.say("karla", "!luk HS-26-005 de har fået bolig")
    for who, where in (("karla", "fremdrift"), ("anna", "ledelse"), ("mona", "nord")):
        chat.say(who, "!ugestatus 14 dage", where)
    chat.at("2026-12-15 09:00")
    chat.say("karla", "!dagsorden")
    chat.say("karla", "!ugestatus 14 dage")


def told(chat: Chat) -> dict[str, list[tuple[str, list[str]]]]:
    """Everything the bot said to each room and person, in order: kinds and lines."""
    forums = chat.ask(lambda s: {f.uid: f.config_room for f in queries.forums(s)})
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for row in chat.messages():
        target = forums.get(row["target"].removeprefix("forum:"), row["target"])
        found.setdefault(target, []).append((row["kind"], row["body"].splitlines()))
    return found


def found_directly(session: Session, chat: Chat) -> dict[str, object]:
    """What the queries find that the talk does not come by, or of which it shows a part only."""
    now = chat.now.astimezone(UTC)
    forums = {forum.config_room: forum.uid for forum in queries.forums(session)}
    fremdrift = forums["#fremdrift:example.dk"]
    first, second = (queries.case_by_code(session, f"hs-26-00{n}") for n in (1, 2))
    assert first is not None
    assert second is not None
    asked = queries.questions_of_meeting(session, _first_meeting(session, fremdrift))
    of_lene = next(row for row in asked if row.agency == "BUF" and row.case_uid == first.uid)
    newest = queries.updates(session, first.uid)[0]
    same = queries.update(session, newest.uid)
    return {
        "due": [row.code for row in queries.cases_due(session, fremdrift, now + timedelta(days=30), 10)],
        "how many": queries.count_cases_due(session, fremdrift, now + timedelta(days=30)),
        "late": queries.count_cases_lacking_follow_up(session, list(forums.values()), now + timedelta(days=30)),
        "closed": queries.count_cases_of(session, list(forums.values()), ["closed"]),
        "steps": sorted(row.step for row in queries.steps_of(session, of_lene.uid)),
        "waiting": [queries.words(session, row.text_uid) for row in queries.observations_waiting(session, second.uid)],
        "update": (same.agency, same.kind) if same else None,
        "of its event": [row.uid for row in queries.updates_of_event(session, newest.source_event)] == [newest.uid],
        "said again": queries.asked_again(session, first.uid, "dm:@lene:example.dk"),
        "moved": sorted(
            (row.code, at.astimezone(CPH).date().isoformat())
            for row in (first, second)
            for at in [queries.moved_at(session, [first, second])[row.uid]]
        ),
        "actions": [row.number for row in queries.actions_of_case(session, first.code, [fremdrift])],
        "within": [row.code for row in queries.cases_within(session, [], "@jens:example.dk")],
    }  # fmt: skip


def _first_meeting(session: Session, forum_uid: str) -> str:
    """The meeting of the first week."""
    found = select(Meeting).where(Meeting.forum_uid == forum_uid).order_by(col(Meeting.starts_at))
    return session.exec(found).all()[0].uid


DIRECTLY: dict[str, object] = {
    "due": ["HS-26-003", "HS-26-004", "HS-26-001", "HS-26-002"],  # urgent, never taken up, by code
    "how many": 4,
    "late": 5,
    "closed": 1,
    "steps": ["field:person.1.club", "field:person.1.enrolled", "news", "trend"],
    "waiting": ["der er stille om aftenen"],
    "update": ("BIF", "withheld"),
    "of its event": True,
    "said again": None,
    "moved": [("HS-26-001", "2026-11-30"), ("HS-26-002", "2026-11-30")],  # plan B, and the decision
    "actions": [1, 2, 4],
    "within": ["HS-26-005", "HS-26-002"],
}


@pytest.fixture
def transcript(
    nord: None, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[str, list[str]]]]:
    """The same talk on SQLite."""
    folder = tmp_path_factory.mktemp("sqlite")
    chat = There(f"sqlite:///{folder / 'bot.db'}", folder)
    try:
        talk(chat)
        return told(chat)
    finally:
        chat.close()


def test_the_same_talk_has_the_same_answers_on_both(
    url: str, tmp_path: Path, used: set[str], transcript: dict[str, list[tuple[str, list[str]]]]
) -> None:
    used.clear()
    chat = There(url, tmp_path)
    try:
        talk(chat)
        said = told(chat)
        assert not [kind for rows in said.values() for kind, _ in rows if kind == "fault"]
        for target, rows in said.items():
            for number, row in enumerate(rows):
                assert row == transcript[target][number], f"message {number} to {target}"
        assert said.keys() == transcript.keys()
        assert chat.ask(lambda session: found_directly(session, chat)) == DIRECTLY
        assert used >= EVERY.keys(), "the talk has to come by every query about cases"
    finally:
        chat.close()
